"""Runs in the interpreter that is tested: does the plans of a file, and writes what came of them.

    python child.py JOBS RESULTS

Needs Python 3.9 and no other file of this folder: a module of an example may be named as one of them.
"""

import importlib
import itertools
import json
import os
import pathlib
import sys
import tempfile
import time

RUNTIME = pathlib.Path(__file__).resolve().parent.parent.parent / "server" / "prove" / "threadlint_witness.py"


def run_jobs(jobs_path, results_path):
    """Does each job of a file, and writes what it gave as a line. A job that ends the interpreter has no line."""
    sys.path.insert(0, str(RUNTIME.parent))
    import threadlint_witness as witness

    jobs = json.loads(pathlib.Path(jobs_path).read_text())
    known_modules = set(sys.modules)
    with open(results_path, "a") as results:
        for job in jobs:
            forget_modules(known_modules)
            sys.path.insert(0, job["plan"]["root"])
            began = time.perf_counter()
            try:
                exec("import builtins\n" + job["import"], {})
                result = run_job(witness, job)
            except BaseException as error:  # whatever an example does: the next one is run
                result = {"error": f"{type(error).__name__}: {error}"}
            sys.path.remove(job["plan"]["root"])
            result.update(id=job["id"], seconds=time.perf_counter() - began)
            results.write(json.dumps(result) + "\n")
            results.flush()


def forget_modules(known):
    """Examples are named alike: what the last one has imported must not be found by the next."""
    importlib.invalidate_caches()
    for name in set(sys.modules) - known:
        if not getattr(sys.modules[name], "__file__", None) or str(sys.modules[name].__file__).startswith(
                tempfile.gettempdir()):
            del sys.modules[name]


def run_job(witness, job):
    """What the runtime says about a job: whether there is harm, after how many schedules, and where the steps end."""
    plan = job["plan"]
    switch = plan["search"]["switch"]
    if switch == "serial":
        return {"outcomes": serial_outcomes(plan)}
    names = {}
    # Functions of the setup are traced as the module's are: where they are called, a thread may switch.
    path = os.path.join(plan["root"], "setup_of_calls.py")
    pathlib.Path(path).write_text(plan["setup"])
    setup_code = compile(plan["setup"], path, "exec")

    def setup(module):
        names.clear()
        names.update(m=module, copy_of=snapshot)
        exec(setup_code, names)

    def call(code):
        if code.startswith("await "):
            names_of_call = {}
            exec(f"async def call(module): return {code}", names, names_of_call)
            return names_of_call["call"]
        return lambda module: eval(code, names)

    is_replay = switch == "steps"
    result = witness.check(
        plan["module"], [call(each["code"]) for each in plan["calls"]], plan["steps"], setup,
        (lambda module: eval(plan["observe"], names)) if plan["observe"] else None,
        bound=0 if is_replay else plan["search"]["bound"], switch="line" if is_replay else switch,
        seconds=plan["search"]["seconds"], effect=plan["finding"]["effect"], trace=plan["trace"])
    harm, failed_step = result.effect if result.harm else "", result.failed_step
    if is_replay and result.how != "replay":
        # Steps in serial order, all done, show what one call leaves to the next; then the harm is that.
        are_done = failed_step and failed_step["reason"].startswith("every step")
        harm = "isolation" if harm == "isolation" and are_done else ""
    return {
        "harm": harm, "schedules": result.schedules, "capped": result.capped, "diverged": result.diverged,
        "failed_step": failed_step if is_replay and not harm else None, "observed": result.observed,
        "expected": result.expected, "interleaving": result.interleaving, "text": result.text,
    }


def serial_outcomes(plan):
    """Results of the calls in each order of theirs, one thread, as comparable text. A list equals a tuple: one repair
    makes the other of it."""
    outcomes = []
    for order in itertools.permutations(range(len(plan["calls"]))):
        module = importlib.import_module(plan["module"])
        module = importlib.reload(module)
        names = {"m": module, "copy_of": snapshot}
        exec(plan["setup"], names)
        results = {}
        for index in order:
            code = plan["calls"][index]["code"]
            try:
                results[index] = snapshot(eval(code, names))
            except Exception as error:
                results[index] = type(error).__name__
        seen = snapshot(eval(plan["observe"], names)) if plan["observe"] else ""
        outcomes.append([sorted(results.items()), seen])
    return json.loads(json.dumps(outcomes))


def snapshot(value, outer=()):
    """The value as text and tuples. Objects are told by type: their addresses differ."""
    if id(value) in outer:
        return "a value that holds it"
    inner = (*outer, id(value))
    if isinstance(value, (list, tuple)):
        return ["sequence", *(snapshot(item, inner) for item in value)]
    if isinstance(value, (set, frozenset)):
        return ["set", *sorted((snapshot(item, inner) for item in value), key=repr)]
    if isinstance(value, dict):
        return ["dict", *([snapshot(key, inner), snapshot(item, inner)] for key, item in value.items())]
    if value is None or isinstance(value, (bool, int, float, complex, str, bytes)):
        return repr(value)
    if type(value).__module__ != "builtins" and hasattr(value, "__dict__"):
        return [type(value).__qualname__, snapshot(vars(value), inner)]
    return type(value).__qualname__


if __name__ == "__main__":
    run_jobs(*sys.argv[1:])
