"""Measures threadlint beside other checkers of Python, on the same files, in one run, each as its users run it.

    ./dev peers [--files N] [--runs N] [--edits N] [--json FILE]

Installs the others from PyPI and npm into build/peers. They do other work, most of them more; what is compared is how
long a user waits. One thread each. Exit code 2: something could not be installed or run.
"""

import argparse
import json
import os
import pathlib
import re
import select
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PACKAGES = ("pyflakes", "pylint", "python-lsp-server[pyflakes,pycodestyle]", "ruff")
SLOWEST = 600  # seconds that anything may take


def install(folder):
    """The folder of the programs; installed once."""
    programs = folder / "venv" / "bin"
    if not (programs / "ruff").exists():
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
        subprocess.run([programs / "pip", "install", "--quiet", *PACKAGES], check=True)
    if not (folder / "node_modules" / ".bin" / "pyright").exists():
        subprocess.run(["npm", "install", "--silent", "--no-fund", "--no-audit", "--prefix", folder, "pyright"], check=True)
    return programs, folder / "node_modules" / ".bin"


def library():
    return pathlib.Path(sysconfig.get_paths()["stdlib"])


def copied_files(count, target):
    """Copies files of the standard library, every n-th by name, so that large and small ones take part."""
    files = sorted(path for path in library().rglob("*.py") if "site-packages" not in path.parts)
    step = max(1, len(files) // count)
    for path in files[::step][:count]:
        place = target / path.relative_to(library())
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
    return sorted(target.rglob("*.py"))


def wall(command, folder):
    begin = time.monotonic()
    environment = dict(os.environ, RAYON_NUM_THREADS="1")
    done = subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          timeout=SLOWEST, check=False)
    # 1: something was found. pylint counts its kinds of messages in bits; 32 is misuse.
    if done.returncode < 0 or done.returncode in (2, 32) and "pylint" not in str(command[0]):
        raise SystemExit(f"{command[0]} ended with {done.returncode}")
    return time.monotonic() - begin


def command_lines(threadlint, programs, node, files, runs):
    """Seconds of each tool, the files as they come, in turn."""
    with tempfile.TemporaryDirectory(prefix="threadlint-peers-") as name:
        folder = pathlib.Path(name)
        paths = copied_files(files, folder / "files")
        size = sum(path.stat().st_size for path in paths)
        lines = sum(path.read_bytes().count(b"\n") for path in paths)
        print(f"command lines: {len(paths)} files of the standard library, {lines} lines, {size / 1e6:.1f} MB; medians of {runs}")
        own = [threadlint, "check", "--isolated", "--threads", "1", "--output-format", "concise", "files"]
        ruff = [programs / "ruff", "check", "--isolated", "--quiet", "files"]
        tools = {
            "threadlint": (own + ["--no-cache"], runs),
            "threadlint, again": (own + ["--cache-dir", folder / "kept"], runs),
            "ruff": (ruff + ["--no-cache"], runs),
            "ruff, again": (ruff + ["--cache-dir", folder / "ruff"], runs),
            "pyflakes": ([programs / "pyflakes", "files"], min(runs, 3)),
            "pyright": ([node / "pyright", "files"], min(runs, 3)),
            "pylint": ([programs / "pylint", "--disable=all", "--enable=E,W", "-j1", *map(str, paths)], 1),
        }
        for name in ("threadlint, again", "ruff, again"):
            wall(tools[name][0], folder)
        times = {name: [] for name in tools}
        for turn in range(runs):
            for name, (command, most) in tools.items():
                if turn < most:
                    times[name].append(wall(command, folder))
    return {name: statistics.median(each) for name, each in times.items()}


class Server:
    """A language server with one open file."""

    def __init__(self, command, root, text):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.buffer, self.version, self.uri = b"", 1, (root / "module.py").as_uri()
        (root / "module.py").write_text(text)
        folders = [{"uri": root.as_uri(), "name": "root"}]
        self.send({"id": 1, "method": "initialize", "params": {
            "processId": os.getpid(), "rootUri": root.as_uri(), "workspaceFolders": folders,
            "capabilities": {"textDocument": {"publishDiagnostics": {"versionSupport": True}, "synchronization": {}},
                             "workspace": {"workspaceFolders": True, "configuration": False}}}})
        self.wait(lambda message: message.get("id") == 1 and "method" not in message)
        self.send({"method": "initialized", "params": {}})
        self.send({"method": "textDocument/didOpen", "params": {"textDocument": {
            "uri": self.uri, "languageId": "python", "version": 1, "text": text}}})
        self.wait_for_diagnostics()

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def receive(self, seconds):
        """The next message; None when there is none in time."""
        end = time.monotonic() + seconds
        while True:
            header, found, rest = self.buffer.partition(b"\r\n\r\n")
            size = int(re.search(rb"Content-Length: *(\d+)", header, re.I).group(1)) if found else 0
            if found and size <= len(rest):
                self.buffer = rest[size:]
                return json.loads(rest[:size])
            ready = select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))[0]
            data = os.read(self.process.stdout.fileno(), 1 << 20) if ready else b""
            if not data:
                return None
            self.buffer += data

    def wait(self, is_wanted):
        while (message := self.receive(SLOWEST)) is not None:
            if "id" in message and "method" in message:  # a request of the server's
                self.send({"id": message["id"], "result": None})
            if is_wanted(message):
                return
        raise SystemExit(f"{self.process.args[0]} ended, or was silent for {SLOWEST} s")

    def wait_for_diagnostics(self):
        def is_wanted(message):
            if message.get("method") != "textDocument/publishDiagnostics" or message["params"]["uri"] != self.uri:
                return False
            return message["params"].get("version") in (None, self.version)
        self.wait(is_wanted)
        while self.receive(0.3) is not None:  # what it says once more is not the answer to the next change
            pass

    def type_at_end_of(self, row, column, text):
        """Milliseconds until the diagnostics are there."""
        self.version += 1
        place = {"line": row, "character": column}
        begin = time.monotonic()
        self.send({"method": "textDocument/didChange", "params": {
            "textDocument": {"uri": self.uri, "version": self.version},
            "contentChanges": [{"range": {"start": place, "end": place}, "text": text}]}})
        end = [0.0]

        def is_wanted(message):
            end[0] = time.monotonic()
            return (message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == self.uri
                    and message["params"].get("version") in (None, self.version))
        self.wait(is_wanted)
        while self.receive(0.3) is not None:
            pass
        return (end[0] - begin) * 1000

    def close(self):
        self.process.kill()
        self.process.wait()


def joined_library(lines):
    """A file of so many lines, of whole modules of the standard library."""
    text = ""
    for path in sorted(library().glob("*.py")):
        try:
            text += path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if lines <= text.count("\n"):
            break
    return "\n".join(text.split("\n")[:lines]) + "\n"


def keystrokes(threadlint, programs, node, edits):
    text = joined_library(10_000)
    rows = text.split("\n")
    servers = {
        "threadlint server": ([threadlint, "server", "--no-cache"], edits),
        "ruff server": ([programs / "ruff", "server", "--isolated"], edits),
        "pylsp": ([programs / "pylsp"], min(edits, 8)),
        "pyright-langserver": ([node / "pyright-langserver", "--stdio"], min(edits, 8)),
    }
    print(f"\nkeystrokes: {text.count(chr(10))} lines, {len(text) / 1e3:.0f} KB; a blank typed at the end of a line,"
          " until the diagnostics are there, pauses of the servers included")
    times = {}
    for name, (command, count) in servers.items():
        with tempfile.TemporaryDirectory(prefix="threadlint-peers-") as folder:
            server = Server(list(map(str, command)), pathlib.Path(folder), text)
            places = [(index * 7919) % len(rows) for index in range(count)]
            added = {}
            samples = []
            for row in places:
                column = len(rows[row].encode("utf-16-le")) // 2 + added.get(row, 0)
                added[row] = added.get(row, 0) + 1
                samples.append(server.type_at_end_of(row, column, " "))
            server.close()
        times[name] = samples
    return times


def versions(programs, node):
    def first_line(*command):
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip().split("\n")[0]
    return ", ".join([first_line(programs / "ruff", "--version"), first_line(programs / "pylint", "--version"),
                      "pyflakes " + first_line(programs / "pyflakes", "--version").split()[0],
                      "pylsp " + first_line(programs / "pylsp", "--version").split()[-1],
                      first_line(node / "pyright", "--version")])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--threadlint", required=True)
    parser.add_argument("--folder", type=pathlib.Path, default=ROOT / "build" / "peers")
    parser.add_argument("--files", type=int, default=60)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--edits", type=int, default=40)
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    threadlint = os.path.abspath(options.threadlint)
    programs, node = install(options.folder.absolute())
    print(versions(programs, node))
    seconds = command_lines(threadlint, programs, node, options.files, options.runs)
    for name, value in seconds.items():
        print(f"  {name:<20} {value * 1000:10.0f} ms  {value / seconds['threadlint']:8.2f} x threadlint")
    times = keystrokes(threadlint, programs, node, options.edits)
    own = statistics.median(times["threadlint server"])
    for name, samples in times.items():
        print(f"  {name:<20} p50 {statistics.median(samples):8.1f} ms, most {max(samples):8.1f} ms ({len(samples)})"
              f"  {statistics.median(samples) / own:8.2f} x threadlint")
    if options.json:
        options.json.write_text(json.dumps({"versions": versions(programs, node), "command_lines": seconds,
                                            "keystrokes": times}, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
