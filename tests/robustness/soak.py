#!/usr/bin/env python3
"""Random real edits on a copy of a project, with all features on. Does memory grow, is a diagnostic stale at the end?

usage: soak.py THREADLINT [--seconds N] [--project FOLDER] [--seed N] [--growth MIB]

Prints the memory of the server every ten seconds. At the end all diagnostics are compared with those of a fresh server.
Exits with 1 if some are stale, or if memory has grown by more than --growth since a third of the time was over.
"""

import argparse
import collections
import pathlib
import random
import shutil
import sys
import sysconfig
import tempfile
import time

from client import Server

SNIPPETS = ["_cache = {}\n", "\ndef load():\n    global _state\n    _state = []\n    for x in y:\n        _state.append(x)\n",
            "if _state is None:\n    _state = 1\n", "import threading\n", "lock = threading.Lock()\n", "with lock:\n    pass\n",
            "class Shared:\n    items = []\n    def add(self, x):\n        self.items.append(x)\n", "x += 1\n", "(", '"""', "é🐍\n",
            "\n", "    ", "# threadlint: ignore\n", "def f(a=[]):\n    a.append(1)\n    return a\n"]


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("threadlint")
    parser.add_argument("--seconds", type=int, default=3600)
    parser.add_argument("--project", default=sysconfig.get_path("stdlib"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--files", type=int, default=150)
    parser.add_argument("--growth", type=int, default=50)
    return parser.parse_args()


def copy_of(project, folder, count, chance):
    """Some Python files of a project, none of them very long."""
    files = sorted(path for path in pathlib.Path(project).rglob("*.py")
                   if "site-packages" not in path.parts and path.stat().st_size < 60_000)
    for path in chance.sample(files, min(count, len(files))):
        target = folder / path.relative_to(project)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def place_in(text, offset):
    """LSP's, in UTF-16."""
    line_start = text.rfind("\n", 0, offset) + 1
    return {"line": text.count("\n", 0, offset), "character": len(text[line_start:offset].encode("utf-16-le")) // 2}


def text_of(path):
    return path.read_bytes().decode("utf-8", "replace").replace("\r", "")


class Person:
    """Opens, types, asks, saves, closes, creates and deletes, by chance."""

    def __init__(self, server, folder, chance):
        self.server, self.folder, self.chance = server, folder, chance
        self.files = sorted(folder.rglob("*.py"))
        self.texts = {}  # of open documents, by path
        self.versions = {}
        self.done = collections.Counter()

    def act(self):
        actions = {self.edit: 60, self.ask: 25, self.open: 8 if len(self.texts) < 12 else 0, self.save: 4, self.close: 4,
                   self.create: 2, self.delete: 2, self.touch: 3}
        action = self.chance.choices(list(actions), list(actions.values()))[0]
        if action in (self.edit, self.ask, self.save, self.close) and not self.texts:
            action = self.open
        action()
        self.done[action.__name__] += 1

    def one_open(self):
        return self.chance.choice(sorted(self.texts))

    def open(self):
        path = self.chance.choice(self.files)
        if path in self.texts:
            return
        self.texts[path], self.versions[path] = text_of(path), 1
        self.server.open(path.as_uri(), self.texts[path])

    def edit(self):
        path = self.one_open()
        text = self.texts[path]
        begin = self.chance.randrange(len(text) + 1)
        if self.chance.random() < 0.7:
            begin = text.rfind("\n", 0, begin) + 1
        end = min(len(text), begin + self.chance.choice([0, 0, 0, 1, 5, 80, 400]))
        new = self.chance.choice(["", *SNIPPETS]) if len(text) < 80_000 else ""
        change = {"range": {"start": place_in(text, begin), "end": place_in(text, end)}, "text": new}
        self.texts[path] = text[:begin] + new + text[end:]
        self.versions[path] += 1
        self.server.change(path.as_uri(), self.versions[path], change)

    def ask(self):
        path = self.one_open()
        place = place_in(self.texts[path], self.chance.randrange(len(self.texts[path]) + 1))
        method = self.chance.choice(["hover", "documentHighlight", "codeLens", "codeAction", "references",
                                     "prepareCallHierarchy"])
        params = {"textDocument": {"uri": path.as_uri()}, "position": place, "range": {"start": place, "end": place},
                  "context": {"diagnostics": [], "includeDeclaration": True}}
        number = self.server.ask(f"textDocument/{method}", params)
        if self.chance.random() < 0.2:
            self.server.notify("$/cancelRequest", {"id": number})
        answer = self.server.answer_to(number, 600)
        assert "result" in answer or answer["error"]["code"] in (-32800, -32801), answer

    def tell(self, path, kind):
        self.server.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": path.as_uri(), "type": kind}]})

    def save(self):
        path = self.one_open()
        is_new = not path.exists()
        path.write_text(self.texts[path], encoding="utf-8")
        self.server.notify("textDocument/didSave", {"textDocument": {"uri": path.as_uri()}})
        self.tell(path, 1 if is_new else 2)

    def close(self):
        path = self.one_open()
        del self.texts[path], self.versions[path]
        self.server.close(path.as_uri())

    def create(self):
        path = self.chance.choice(self.files).with_name(f"made_{self.done['create']}.py")
        path.write_text("".join(self.chance.choices(SNIPPETS, k=5)), encoding="utf-8")
        self.files.append(path)
        self.tell(path, 1)

    def delete(self):
        made = [path for path in self.files if path.name.startswith("made_") and path not in self.texts]
        if made:
            path = self.chance.choice(made)
            self.files.remove(path)
            path.unlink()
            self.tell(path, 3)

    def touch(self):
        path = self.chance.choice([path for path in self.files if path not in self.texts])
        path.write_text(text_of(path) + self.chance.choice(["", "\n", "x = 1\n"]), encoding="utf-8")
        self.tell(path, 2)


def main():
    options = arguments()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name).resolve()
        copy_of(options.project, folder, options.files, chance)
        with Server([options.threadlint], [folder]) as server:
            server.wait_idle(600)
            person = Person(server, folder, chance)
            begin = last = time.monotonic()
            curve = [(0, server.memory())]
            print(f"0 s: {curve[0][1]} MiB", flush=True)
            while time.monotonic() - begin < options.seconds:
                person.act()
                if 10 <= time.monotonic() - last:
                    last = time.monotonic()
                    curve.append((round(last - begin), server.memory()))
                    print(f"{curve[-1][0]} s: {curve[-1][1]} MiB, {sum(person.done.values())} actions", flush=True)
            server.wait_idle(600)
            print(f"most: {server.memory('VmHWM')} MiB; {dict(person.done)}")
            with Server([options.threadlint], [folder]) as fresh:
                for path, text in sorted(person.texts.items()):
                    fresh.open(path.as_uri(), text)
                fresh.wait_idle(600)
                uris = sorted(set(server.diagnostics) | set(fresh.diagnostics))
                stale = [uri for uri in uris if server.diagnostics.get(uri, []) != fresh.diagnostics.get(uri, [])]
                count = sum(map(len, fresh.diagnostics.values()))
                print(f"{len(uris)} documents, {len(person.texts)} open, {count} diagnostics, {len(stale)} stale {stale[:5]}")
    warm = [memory for at, memory in curve if options.seconds / 3 <= at]
    growth = warm[-1] - warm[0] if warm else 0
    print(f"growth after the first third: {growth} MiB")
    return 1 if stale or options.growth < growth else 0


if __name__ == "__main__":
    sys.exit(main())
