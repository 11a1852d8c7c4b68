#!/usr/bin/env python3
"""Paths from a client are data: nothing outside the workspace is read, nothing is run, no socket is opened.

usage: outside.py THREADLINT

The kernel says which files of a folder were opened (inotify); a PATH full of programs that leave a trace says what was run.
"""

import ctypes
import os
import pathlib
import struct
import sys
import tempfile

from client import CAPABILITIES, Server

BUG = "cache = []\ndef load():\n    if not cache:\n        for x in y:\n            cache.append(x)\n    return cache\n"
IN_ACCESS, IN_OPEN = 0x1, 0x20
PROGRAMS = "python python3 git sh bash env curl wget pip node ruff pylsp nvim".split()


class Opened:
    """The names of the files in a folder that anybody opened or read since the last question."""

    def __init__(self, folder):
        libc = ctypes.CDLL(None, use_errno=True)
        self.descriptor = libc.inotify_init1(os.O_NONBLOCK)
        assert libc.inotify_add_watch(self.descriptor, os.fsencode(folder), IN_ACCESS | IN_OPEN) >= 0, "no inotify"

    def names(self):
        try:
            data = os.read(self.descriptor, 1 << 20)
        except BlockingIOError:
            return set()
        names, at = set(), 0
        while at < len(data):
            size = struct.unpack_from("iIII", data, at)[3]
            names.add(data[at + 16:at + 16 + size].rstrip(b"\0").decode())
            at += 16 + size
        return names


def workspace(top):
    """A folder with links out of it, and what they lead to."""
    inside, outside, tools = top / "inside", top / "outside", top / "tools"
    for folder in (inside, outside / "package", tools):
        folder.mkdir(parents=True)
    (inside / "shop.py").write_text("import secret, package.deep\n" + BUG)
    for name in ("secret.py", "package/__init__.py", "package/deep.py"):
        (outside / name).write_text(BUG)
    (inside / "secret.py").symlink_to(outside / "secret.py")
    (inside / "package").symlink_to(outside / "package")
    (inside / "everything").symlink_to("/")
    for name in PROGRAMS:
        for folder in (tools, inside):
            tool = folder / name
            tool.write_text(f"#!/bin/sh\necho {name} >> {top}/run\n")
            tool.chmod(0o755)
    return inside, outside, tools


def use_everything(s, uri, text, commands=()):
    s.open(uri, text)
    s.wait_idle()
    document = {"textDocument": {"uri": uri}, "position": {"line": 1, "character": 1},
                "range": {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}},
                "context": {"diagnostics": [], "includeDeclaration": True}}
    for method in ("hover", "documentHighlight", "codeLens", "codeAction", "references", "prepareCallHierarchy"):
        s.request(f"textDocument/{method}", document)
    for finding in s.diagnostics.get(uri, []):
        for command in commands:
            s.request("workspace/executeCommand",
                      {"command": command, "arguments": [{"uri": uri, "fingerprint": finding["data"]["fingerprint"]}]})
    s.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri, "type": kind} for kind in (1, 2)]})
    s.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
    s.close(uri)
    s.wait_idle()


def main():
    program = os.path.abspath(sys.argv[1]) if len(sys.argv) == 2 else sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as name:
        top = pathlib.Path(name).resolve()
        inside, outside, tools = workspace(top)
        watched = [Opened(outside), Opened(outside / "package")]
        control = Opened(inside)
        creates = {**CAPABILITIES, "workspace": {"applyEdit": True, "workspaceEdit": {
            "documentChanges": True, "resourceOperations": ["create"]}}}
        with Server([program], [inside], capabilities=creates, cwd=inside,
                    env={"PATH": f"{tools}:{inside}", "HOME": str(top)}) as s:
            s.wait_idle()
            assert "shop.py" in control.names(), "the watch sees nothing: the test shows nothing"
            uris = [(inside / "shop.py").as_uri(), (inside / "../outside/secret.py").as_uri(), "file:///etc/passwd",
                    (outside / "secret.py").as_uri(), (inside / "secret.py").as_uri(), (inside / "package/deep.py").as_uri(),
                    inside.as_uri() + "/%2e%2e/outside/secret.py", "file://localhost" + str(outside / "secret.py"),
                    "http://127.0.0.1:9/shop.py", "untitled:Untitled-1", "\\\\host\\share\\a.py"]
            # A test is written beside the module, wherever the user who asks for it has that.
            use_everything(s, uris[0], BUG, ["threadlint.runProof", "threadlint.generateTest"])
            for uri in uris:
                use_everything(s, uri, BUG, ["threadlint.runProof"])
            opened = {name for watch in watched for name in watch.names() if name.endswith(".py")}
            assert not opened, f"opened outside the workspace: {opened}"
            held = [os.readlink(entry) for entry in pathlib.Path(f"/proc/{s.process.pid}/fd").iterdir()]
            assert not [target for target in held if target.startswith("socket:")], held
            tasks = pathlib.Path(f"/proc/{s.process.pid}/task")
            children = "".join((task / "children").read_text() for task in tasks.iterdir() if (task / "children").exists())
            assert not children.split(), f"children: {children}"
            assert s.quit() == 0
        assert not (top / "run").exists(), f"was run: {(top / 'run').read_text()}"
    print(f"ok: {len(uris)} documents, nothing opened outside, nothing run, no socket")


if __name__ == "__main__":
    main()
