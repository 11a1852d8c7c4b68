#!/usr/bin/env python3
"""Writes the kept inputs of the fuzzers, corpus/NAME, from the pages of the rules and from what is listed below.

Inputs that a fuzzer has found are added by hand under the name `found_…`; they stay.
"""

import json
import pathlib
import random
import re

HERE = pathlib.Path(__file__).resolve().parent
COUNT = 30


def write(name, inputs):
    folder = HERE / "corpus" / name
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("made_*"):
        old.unlink()
    for i, data in enumerate(inputs):
        (folder / f"made_{i:02}").write_bytes(data)


def modules(marks):
    """Of each rule's page the two shortest modules whose section has `marks`."""
    found = []
    for page in sorted((HERE.parent / "rules").glob("*.md")):
        blocks = re.findall(r"```python\n(.*?)```(?=(.*?)(?:\n## |\Z))", page.read_text(encoding="utf-8"), re.S)
        texts = ["".join(line for line in text.splitlines(True) if not re.match(r"#\s*\^|\s*#\s*\^", line))
                 for text, rest in blocks if marks in text + rest]
        found += sorted(texts, key=len)[:2]
    step = max(1, -(-len(found) // COUNT))
    return [text.encode() for text in found[::step]]


def framed(body):
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def message(method, params, number=None):
    fields = {"jsonrpc": "2.0", "method": method, "params": params, **({} if number is None else {"id": number})}
    return json.dumps(fields).encode()


def conversations(text):
    uri, zero = "file:///shop.py", {"line": 3, "character": 4}
    place = {"textDocument": {"uri": uri}, "position": zero, "range": {"start": zero, "end": zero}, "context": {}}
    opened = message("textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "python", "version": 1,
                                                               "text": text}})
    changed = message("textDocument/didChange", {
        "textDocument": {"uri": uri, "version": 2},
        "contentChanges": [{"range": {"start": zero, "end": {"line": 4, "character": 0}}, "text": "x"}, {"text": text}]})
    closed = message("textDocument/didClose", {"textDocument": {"uri": uri}})
    asked = [message(f"textDocument/{name}", place, i) for i, name in enumerate(
        ["hover", "documentHighlight", "codeLens", "codeAction", "references", "prepareCallHierarchy"])]
    cancelled = message("$/cancelRequest", {"id": 3})
    watched = message("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri, "type": 2}]})
    command = message("workspace/executeCommand", {"command": "threadlint.generateTest", "arguments": [{"uri": uri}]}, 9)
    farewell = [message("shutdown", None, 8), message("exit", None)]
    yield from ([opened, one] for one in asked)
    yield from ([opened, changed, one, cancelled] for one in asked[:2])
    yield from ([opened, command, closed], [opened, watched, opened], [changed, closed, opened], farewell,
                [opened, *asked, *farewell], [b"[]", b"{", b'{"id": 1}', b'{"jsonrpc": "2.0", "id": null}', opened])


def settings():
    """By kind: a file of ours, a pyproject.toml, what an editor sends, a baseline."""
    ours = ['select = ["ALL"]\nignore = ["lost-append"]\n', 'severity = { unlocked-update = "error", "ALL" = "hint" }\n',
            '[per-file-ignores]\n"tests/**" = ["ALL"]\n"é*" = []\n', 'exclude = ["a/**/b", "[!x]?", "\\\\"]\npreview = true\n',
            "target-version = 'py39'\nfree-threaded = 1\n", 'baseline = "known.json"\nselct = 1\n', 'a.b.c = [1, {d = 1979-05-27}]\n',
            'thread-entry-points = ["a.b"]\n[severity]\nlost-append = "no"\n']
    project = ['[project]\nrequires-python = ">=3.9,<4"\n[tool.threadlint]\nselect = ["ALL"]\n', '[tool.other]\nx = 1\n',
               '[tool]\nthreadlint = 3\n', '[tool.threadlint.per-file-ignores]\n"a" = ["ALL"]\n']
    editor = [{"select": ["ALL"], "perFileIgnores": {"a": ["lost-append"]}, "debounceMs": 5, "hover": False},
              {"enable": 1, "configurationPreference": "editorOnly", "severity": {"lost-append": "error"}, "hovr": True},
              {"diagnosticMode": "openFilesOnly", "exclude": ["*"], "baseline": None, "python": "python3"}, [[]], "x"]
    known = [{"findings": [{"fingerprint": "0123456789abcdef"}]}, {"findings": [{"fingerprint": "x"}]}, {"findings": {}}]
    return [bytes([kind]) + (text if isinstance(text, str) else json.dumps(text)).encode()
            for kind, texts in enumerate([ours, project, editor, known]) for text in texts]


def main():
    write("fuzz_analysis", modules("^"))
    write("fuzz_fixes", modules("```python fixed"))
    chance = random.Random(1)
    write("fuzz_edits", [bytes(chance.randrange(256) for _ in range(80)) for _ in range(COUNT)])
    text = "cache = []\ndef load():\n    if not cache:\n        for x in y:\n            cache.append(x)\n    return cache\n"
    talks = list(conversations(text))
    start = message("initialize", {"capabilities": {}, "processId": None}, 0)
    write("fuzz_server", [b"\1" + b"\n".join(talk) for talk in talks] +
          [b"\0" + b"".join(framed(body) for body in [start, *talk]) for talk in talks])
    frames = [framed(b"{}"), b"content-length: 2\n\n{}", b"Content-Type: x\r\n" + framed(b"[]"), b"garbage\n" + framed(b"{}"),
              b"Content-Length: 9\r\n\r\n{}" + framed(b"{}"), b"Content-Length: -1\r\n\r\n" + framed(b"{}"),
              b"Content-Length: 99999999999999999999\r\n\r\n{}", framed(b'{"jsonrpc": "2.0", "method": "x", "id": 1}'),
              framed(b'"\xe9\xff"'), framed(b'"\\ud83d"'), framed(b"[" * 300), b"Content-Length: 2\r\n\r"]
    write("fuzz_settings", settings())
    write("fuzz_framing", [bytes([size]) + frame for frame in frames for size in (1, 7)])


if __name__ == "__main__":
    main()
