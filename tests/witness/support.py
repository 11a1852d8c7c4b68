"""Modules written for one test, and plans run in a process of their own."""

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
import time

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
RUNTIME = os.path.join(REPOSITORY, "server", "prove", "threadlint_witness.py")
sys.path.insert(0, os.path.dirname(RUNTIME))

import threadlint_witness as witness  # noqa: E402: found by the line above

_folder = tempfile.mkdtemp(prefix="witness")
atexit.register(shutil.rmtree, _folder, True)
_count = 0


def module(text, name=""):
    """Writes a module into a folder of its own and returns its path."""
    global _count
    _count += 1
    folder = os.path.join(_folder, str(_count))
    os.mkdir(folder)
    path = os.path.join(folder, f"{name or 'module_' + str(_count)}.py")
    with open(path, "w", encoding="utf-8") as file:
        file.write(textwrap.dedent(text))
    return path


def step(thread, function, line, access="", name="", **more):
    return {"thread": thread, "function": function, "line": line, "access": access, "name": name, **more}


def run_plan(path, codes, seconds=20, **more):
    """Runs a plan about the module in a child; returns its result and the seconds that it took."""
    folder, file = os.path.split(path)
    plan = {"version": 1, "finding": {"rule": "r", "fingerprint": "f", "effect": "incomplete", "breaks_on": "every-build"},
            "root": folder, "module": file[:-3], "filename": file, "reset": "import", "trace": ["**.py"], "setup": "",
            "calls": [{"thread": number, "code": code, "known": True} for number, code in enumerate(codes, 1)],
            "observe": "", "steps": [], "search": {"bound": 2, "switch": "any", "seconds": seconds}, **more}
    plan_path, result_path = os.path.join(folder, "plan.json"), os.path.join(folder, "result.json")
    with open(plan_path, "w", encoding="utf-8") as out:
        json.dump(plan, out)
    begin = time.monotonic()
    command = [sys.executable, RUNTIME, "run", plan_path, result_path]
    process = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             timeout=60, check=False)
    took = time.monotonic() - begin
    with open(result_path, encoding="utf-8") as file:
        result = json.load(file)
    result["printed"] = (process.stdout + process.stderr).decode()
    return result, took
