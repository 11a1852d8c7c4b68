"""Runs the tests of the runtime on every CPython from 3.9 on that the machine has: in PATH, and those of pyenv."""

import glob
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ASK = "import sys; print(sys.implementation.name, *sys.version_info[:3], getattr(sys, '_is_gil_enabled', bool)())"


def interpreters():
    """The paths, one for each version and build, oldest first."""
    names = ["python3"] + [f"python3.{minor}" for minor in range(9, 20)] + ["python3.13t", "python3.14t"]
    paths = [path for path in map(shutil.which, names) if path]
    root = os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv")
    paths += glob.glob(os.path.join(root, "versions", "*", "bin", "python3"))
    found = {}
    for path in paths:
        # What pyenv puts into PATH may stand for a version that is not chosen.
        answer = subprocess.run([path, "-c", ASK], capture_output=True, text=True, check=False)
        words = answer.stdout.split()
        if answer.returncode == 0 and words[0] == "cpython" and tuple(map(int, words[1:3])) >= (3, 9):
            found.setdefault((*map(int, words[1:4]), words[4]), path)
    return {version: found[version] for version in sorted(found)}


def main():
    failed = []
    for version, path in interpreters().items():
        name = ".".join(map(str, version[:3]))
        print(f"CPython {name}", flush=True)
        done = subprocess.run([path, "-m", "unittest", "discover", "-s", str(HERE)], check=False)
        if done.returncode != 0:
            failed.append(name)
    if failed:
        print("failed on CPython", ", ".join(failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
