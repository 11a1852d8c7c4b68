#!/usr/bin/env python3
"""Takes from LSP's metaModel.json what the tests of our messages need, and writes meta_model.json beside this file.

usage: extract_meta_model.py METAMODEL

METAMODEL is `_specifications/lsp/3.18/metaModel/metaModel.json` of github.com/microsoft/language-server-protocol. Of the
methods, those below are kept, with every type that they lead to; of the types, all but the words that explain them.
"""

import json
import pathlib
import sys

METHODS = """
    initialize initialized shutdown exit
    $/cancelRequest $/progress $/setTrace $/logTrace
    client/registerCapability client/unregisterCapability
    window/logMessage window/showMessage window/showMessageRequest window/showDocument
    window/workDoneProgress/create window/workDoneProgress/cancel
    textDocument/didOpen textDocument/didChange textDocument/willSave textDocument/willSaveWaitUntil
    textDocument/didSave textDocument/didClose
    notebookDocument/didOpen notebookDocument/didChange notebookDocument/didSave notebookDocument/didClose
    textDocument/publishDiagnostics textDocument/diagnostic workspace/diagnostic workspace/diagnostic/refresh
    textDocument/codeAction codeAction/resolve
    textDocument/hover textDocument/documentHighlight textDocument/references textDocument/completion
    textDocument/codeLens codeLens/resolve workspace/codeLens/refresh
    textDocument/prepareCallHierarchy callHierarchy/incomingCalls callHierarchy/outgoingCalls
    workspace/executeCommand workspace/applyEdit workspace/configuration workspace/didChangeConfiguration
    workspace/workspaceFolders workspace/didChangeWorkspaceFolders workspace/didChangeWatchedFiles
    workspace/willCreateFiles workspace/didCreateFiles workspace/willRenameFiles workspace/didRenameFiles
    workspace/willDeleteFiles workspace/didDeleteFiles
""".split()
# Types that stand behind `any`, and the numbers of errors.
OTHER_TYPES = [
    "WorkDoneProgressBegin", "WorkDoneProgressReport", "WorkDoneProgressEnd", "ErrorCodes", "LSPErrorCodes",
    "DidChangeWatchedFilesRegistrationOptions", "DidChangeConfigurationRegistrationOptions", "DiagnosticRegistrationOptions",
    "FileOperationRegistrationOptions", "NotebookDocumentSyncRegistrationOptions", "TextDocumentRegistrationOptions",
]
WORDS = ("documentation", "since", "sinceTags", "deprecated", "proposed", "typeName")


def without_words(value):
    if isinstance(value, dict):
        return {key: without_words(member) for key, member in value.items() if key not in WORDS}
    if isinstance(value, list):
        return [without_words(item) for item in value]
    return value


def references(value):
    """The names of the types that a part of the model refers to."""
    if isinstance(value, dict):
        if value.get("kind") == "reference":
            yield value["name"]
        for member in value.values():
            yield from references(member)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def extracted(model):
    kept = {kind: [one for one in without_words(model[kind]) if one["method"] in METHODS]
            for kind in ("requests", "notifications")}
    missing = set(METHODS) - {one["method"] for ones in kept.values() for one in ones}
    if missing:
        sys.exit(f"not in the model: {' '.join(sorted(missing))}")
    kinds = ("structures", "enumerations", "typeAliases")
    types = {one["name"]: one for kind in kinds for one in without_words(model[kind])}
    wanted, queue = set(), [*OTHER_TYPES, *references(kept)]
    while queue:
        name = queue.pop()
        if name not in wanted:
            wanted.add(name)
            queue.extend(references(types[name]))
    for kind in kinds:
        kept[kind] = [types[one["name"]] for one in model[kind] if one["name"] in wanted]
    return kept


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    model = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    lines = []
    for kind, ones in extracted(model).items():
        entries = ",\n".join(" " + json.dumps(one, separators=(",", ":"), ensure_ascii=False) for one in ones)
        lines.append(f'"{kind}": [\n{entries}\n]')
    notice = "from the Language Server Protocol 3.18; MIT License, see meta_model.LICENSE; made by extract_meta_model.py"
    text = '{"notice": ' + json.dumps(notice) + ",\n" + ",\n".join(lines) + "\n}\n"
    pathlib.Path(__file__).with_name("meta_model.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
