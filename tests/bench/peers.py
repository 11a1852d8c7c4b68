"""Measures threadlint beside other checkers of Python, on the same files, in one run, each as its users run it.

    ./dev peers [--files N] [--runs N] [--edits N] [--json FILE]

Installs the others from PyPI and npm into build/peers. They do other work, most of them more; what is compared is how
long a user waits. One thread each. Exit code 2: something could not be installed or run.
"""

import argparse
import contextlib
import json
import os
import pathlib
import queue
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "robustness"))
import client  # noqa: E402: found by the line above

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
        subprocess.run(["npm", "install", "--silent", "--no-fund", "--no-audit", "--prefix", folder, "pyright"],
                       check=True)
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
    # 1: something was found. pylint tells the kinds of messages in bits, and misuse in the highest.
    misuse = 32 if str(command[0]).endswith("pylint") else 2
    if done.returncode < 0 or done.returncode == misuse:
        raise SystemExit(f"{command[0]} ended with {done.returncode}")
    return time.monotonic() - begin


def command_lines(threadlint, programs, node, files, runs):
    """Seconds of each tool, the files as they come, in turn."""
    with tempfile.TemporaryDirectory(prefix="threadlint-peers-") as top:
        folder = pathlib.Path(top)
        paths = copied_files(files, folder / "files")
        size = sum(path.stat().st_size for path in paths)
        lines = sum(path.read_bytes().count(b"\n") for path in paths)
        print(f"command lines: {len(paths)} files of the standard library, {lines} lines, {size / 1e6:.1f} MB;"
              f" medians of {runs}")
        own = [threadlint, "check", "--isolated", "--threads", "1", "--output-format", "concise", "files"]
        ruff = [programs / "ruff", "check", "--isolated", "--quiet", "files"]
        tools = {
            "threadlint": own + ["--no-cache"],
            "threadlint, again": own + ["--cache-dir", folder / "kept"],
            "ruff": ruff + ["--no-cache"],
            "ruff, again": ruff + ["--cache-dir", folder / "ruff"],
            "pyflakes": [programs / "pyflakes", "files"],
            "pyright": [node / "pyright", "files"],
            "pylint": [programs / "pylint", "--disable=all", "--enable=E,W", "-j1", *map(str, paths)],
        }
        for name in ("threadlint, again", "ruff, again"):
            wall(tools[name], folder)
        times = {name: [] for name in tools}
        for _ in range(runs):
            for name, command in tools.items():
                times[name].append(wall(command, folder))
    return {name: statistics.median(each) for name, each in times.items()}


class Editor:
    """A language server with one open file."""

    def __init__(self, command, root, text):
        self.uri, self.version, self.published = (root / "module.py").as_uri(), 1, queue.Queue()
        (root / "module.py").write_text(text)
        # The pause that threadlint makes by itself.
        self.server = client.Server(list(map(str, command)), [root], {"debounceMs": 50})
        self.server.on_diagnostics = lambda params: self.published.put((time.monotonic(), params))
        self.server.open(self.uri, text)
        self.wait_for_diagnostics()

    def wait_for_diagnostics(self):
        """When those of the newest text came. What is said once more is not the answer to the next change."""
        while True:
            try:
                came, params = self.published.get(timeout=SLOWEST)
            except queue.Empty:
                raise SystemExit(f"{self.server.process.args[0]} was silent for {SLOWEST} s") from None
            if params["uri"] == self.uri and params.get("version") in (None, self.version):
                break
        with contextlib.suppress(queue.Empty):
            while True:
                self.published.get(timeout=0.3)
        return came

    def type_at(self, row, column, text):
        """Milliseconds until the diagnostics are there."""
        self.version += 1
        place = {"line": row, "character": column}
        begin = time.monotonic()
        self.server.change(self.uri, self.version, {"range": {"start": place, "end": place}, "text": text})
        return (self.wait_for_diagnostics() - begin) * 1000


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
        "pylsp": ([programs / "pylsp", "--check-parent-process"], min(edits, 8)),
        "pyright-langserver": ([node / "pyright-langserver", "--stdio"], min(edits, 8)),
    }
    print(f"\nkeystrokes: {text.count(chr(10))} lines, {len(text) / 1e3:.0f} KB; a blank typed at the end of a line,"
          " until the diagnostics are there, pauses of the servers included")
    times = {}
    for name, (command, count) in servers.items():
        with tempfile.TemporaryDirectory(prefix="threadlint-peers-") as folder:
            editor = Editor(command, pathlib.Path(folder), text)
            places = [(index * 7919) % len(rows) for index in range(count)]
            added = {}
            samples = []
            for row in places:
                column = len(rows[row].encode("utf-16-le")) // 2 + added.get(row, 0)
                added[row] = added.get(row, 0) + 1
                samples.append(editor.type_at(row, column, " "))
            editor.server.__exit__()
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
