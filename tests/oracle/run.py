"""Judges the rules of threadlint by running what they say in CPython.

    python run.py --threadlint BINARY [--python EXE ...] [--rule NAME ...] [--section TEXT] [--json FILE]

The examples are the sections of tests/rules/*.md; what to call in them is told by calls/<rule>.toml (README.md explains
it). Each example is checked by threadlint, and the runtime server/prove/threadlint_witness.py then shows

1. that the steps of the finding, replayed, end in harm,
2. that every other example, and the example with its repair, survives every schedule within the bound, and
3. on which builds the harm occurs: that must be what the finding says.

Prints a table, and each deviation with its sentence. Exit code 0: as expected; 1: a deviation that calls/*.toml does not
know, or a known one that is gone; 2: could not run. Needs Python 3.11; the interpreters that are tested, 3.9.
"""

import argparse
import ast
import concurrent.futures
import functools
import importlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

FOLDER = pathlib.Path(__file__).resolve().parent
SOURCE = FOLDER.parent.parent
PAGES = SOURCE / "tests" / "rules"
RUNTIME = SOURCE / "server" / "prove" / "threadlint_witness.py"

GRAINS = ("gil", "line", "shared")
BOUND = 2
SECONDS_A_SEARCH = 10  # a search that needs more is too large an example
SECONDS_A_JOB = 2 * SECONDS_A_SEARCH  # then the interpreter is stuck


# ---- The pages -------------------------------------------------------------------------------------------------------

FENCE = re.compile(r"(`{3,})\s*(.*)")
MARK = re.compile(r"\s*#\s*\^")  # of what is found in the line above; not part of the module


class Section:
    """What stands under a `##` heading: modules by path, and those after the repair."""

    def __init__(self, heading):
        self.heading = heading
        self.modules = {}
        self.fixed = {}
        self.calls = ""  # the block that tells tests/rules/run_fixed.py what to call


@functools.lru_cache(maxsize=None)
def read_page(path):
    """Sections of a page by heading."""
    sections = {}
    section = None
    fence = ""  # of the block that is open
    next_path = "module.py"
    for line in path.read_text().splitlines():
        mark = FENCE.match(line)
        if fence:
            if mark and len(fence) <= len(mark[1]) and not mark[2]:
                fence = ""
                if words == ["python"]:
                    section.modules[block_path] = "".join(each for each in block if not MARK.match(each))
                elif words == ["python", "fixed"]:
                    section.fixed[block_path] = "".join(block)
                elif words == ["python", "calls"]:
                    section.calls = "".join(block)
            else:
                block.append(line + "\n")
        elif mark:
            fence, words, block, block_path, next_path = mark[1], mark[2].split(), [], next_path, "module.py"
        elif line.startswith("## "):
            section = sections[line[3:]] = Section(line[3:])
        elif named := re.fullmatch(r"`([^` ]+)`:", line):
            next_path = named[1]
    return sections


def section_of(entry):
    """The section that an entry of calls/*.toml names."""
    section = read_page(PAGES / entry["page"]).get(entry["heading"])
    if section is None or not section.modules:
        raise OracleError(f"{entry['page']} has no section \"{entry['heading']}\" with code")
    return section


# ---- What to call ----------------------------------------------------------------------------------------------------

ASPECTS = ("replay", "search", "breaks_on", "fixed", "serial", "good")
KEYS = {
    "heading", "page", "row", "expect", "reason", "calls", "setup", "observe", "import", "module", "breaks_on",
    "serial", "known", "bound", "fix", "files", "effect", "hits",
}


class OracleError(Exception):
    """What keeps the oracle from running: a file of its own that is wrong."""


def read_calls(path):
    """The entries of a rule: dictionaries with the keys of KEYS, defaults filled in; None and the reason if there are none."""
    import tomllib

    try:
        told = tomllib.loads(path.read_text())
    except tomllib.TOMLDecodeError as error:
        raise OracleError(f"{path.name}: {error}") from None
    if "not_executable" in told:
        return [], told["not_executable"]
    rule = path.stem.replace("_", "-")
    entries = []
    for section in told["section"]:
        entry = {
            "page": path.stem + ".md", "setup": "", "observe": "", "import": "", "known": {}, "bound": BOUND, "effect": "",
            **told.get("defaults", {}), **section, "rule": rule,
        }
        unknown = set(section) - KEYS | set(entry["known"]) - set(ASPECTS)
        if unknown:
            raise OracleError(f"{path.name}, \"{entry['heading']}\": what is {sorted(unknown)}?")
        entries.append(entry)
    return entries, ""


# ---- The findings ----------------------------------------------------------------------------------------------------


def calls_of_page(text):
    """Setup and calls by a `calls` block of a page: its statements, and its first expression in two threads."""
    nodes = ast.parse(text).body
    setup = [node for node in nodes if not isinstance(node, (ast.Expr, ast.AnnAssign))]
    call = next(node.value for node in nodes if isinstance(node, ast.Expr))
    return {
        "setup": f"exec({ast.unparse(ast.Module(setup, []))!r}, vars(m))",
        "calls": [f"copy_of(eval({ast.unparse(call)!r}, vars(m)))"] * 2,
    }


def write_modules(folder, modules):
    for path, text in modules.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


def findings_in(binary, folder):
    """What threadlint finds in the folder; file names are relative to it."""
    run = subprocess.run(
        [binary, "check", "--isolated", "--output-format", "json", "--exit-zero", "."],
        cwd=folder, capture_output=True, text=True, timeout=60,
    )
    if run.returncode != 0:
        raise OracleError(f"`threadlint check` ended with {run.returncode}: {run.stderr.strip()}")
    return json.loads(run.stdout)["findings"]


def finding_of(entry, findings):
    """The one finding of the entry's rule, at the entry's row if it names one. None: there is none."""
    found = [each for each in findings if each["rule"] == entry["rule"]
             and entry.get("row") in (None, each["location"]["row"])]
    if 1 < len(found):
        rows = [each["location"]["row"] for each in found]
        raise OracleError(f"{entry['rule']}, \"{entry['heading']}\": which finding? Rows: {rows}")
    return found[0] if found else None


def repaired(modules, fix):
    """The modules after the edits of a fix."""
    result = dict(modules)
    for path, text in modules.items():
        starts = [0]
        for line in text.splitlines(keepends=True):
            starts.append(starts[-1] + len(line))

        def offset(place):
            return starts[place["row"] - 1] + place["column"] - 1

        edits = [each for each in fix["edits"] if os.path.normpath(each["filename"]) == path]
        edits.sort(key=lambda each: (offset(each["location"]), offset(each["end_location"])))
        for edit in reversed(edits):  # of two at one place, what is inserted comes before what is replaced
            text = text[: offset(edit["location"])] + edit["content"] + text[offset(edit["end_location"]) :]
        result[path] = text
    return result


def fix_of(entry, finding):
    """The fix that the entry names by a part of its title, else the preferred, else the first. None: no edits."""
    fixes = [fix for fix in finding["fixes"] if fix["edits"] and entry.get("fix", "") in fix["title"]]
    preferred = [fix for fix in fixes if fix["preferred"]]
    return (preferred or fixes or [None])[0]


def lines_of_function(text, function):
    """Row and stripped text of the lines of a function, without those of functions inside it."""
    node = ast.parse(text)
    inside = ()
    for name in function.split("."):
        if name == "<module>":
            break
        scopes = [each for each in ast.walk(node) if each is not node and getattr(each, "name", None) == name
                  and isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))]
        if not scopes:
            return []
        node = scopes[0]
    if function != "<module>":
        inside = [each for each in ast.walk(node) if each is not node
                  and isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))]
    lines = text.splitlines()
    first, last = getattr(node, "lineno", 1), getattr(node, "end_lineno", len(lines))
    return [(row, lines[row - 1].strip()) for row in range(first, last + 1)
            if not any(each.lineno <= row <= each.end_lineno for each in inside)]


def plan_steps(finding, modules):
    """The steps of the plan: rows become texts of lines, which other edits do not move."""
    steps = []
    for told in finding["interleaving"]:
        filename = os.path.normpath(told["filename"])
        text = modules[filename]
        row = told["location"]["row"]
        line = text.splitlines()[row - 1].strip()
        function = told["function"] or "<module>"
        same = [each for each, stripped in lines_of_function(text, function) if stripped == line]
        step = {
            "step": told["step"], "thread": told["thread"], "function": function, "filename": filename, "line": line,
            "nth": same.index(row) + 1 if row in same else 1, "access": told["access"],
            "name": re.sub(r"\[.*", "", told["name"]),  # of an entry, the container: code names nothing else
            "hit": 1, "text": told["text"],
        }
        if "hit" in told:
            step["hit"] = told["hit"]
        else:
            # The same place once more is the next arrival there: a loop goes on.
            place = ("thread", "function", "filename", "line", "nth", "access", "name")
            step["hit"] += sum(all(step[key] == other[key] for key in place) for other in steps)
        steps.append(step)
    return steps


def module_name(path):
    return ".".join(pathlib.PurePosixPath(path).with_suffix("").parts)


# ---- The examples ----------------------------------------------------------------------------------------------------


class Example:
    """An entry of calls/*.toml with its finding, made ready to run."""

    def __init__(self, entry, section, folder, find):
        """`find` gives the findings in a folder, as `findings_in` does."""
        self.entry = entry = {**entry, **calls_of_page(section.calls)} if entry["calls"] == "page" else entry
        self.root = folder / "text"
        write_modules(self.root, section.modules)
        self.finding = finding_of(entry, find(self.root))
        self.steps = plan_steps(self.finding, section.modules) if self.finding else []
        for step, hit in zip(self.steps, entry.get("hits", ())):
            step["hit"] = hit
        fix = fix_of(entry, self.finding) if self.finding else None
        self.fixed_root = folder / "fixed" if fix else None
        if fix:
            write_modules(self.fixed_root, {**repaired(section.modules, fix), **section.fixed})
        for root in (self.root, self.fixed_root):
            if root:
                write_modules(root, entry.get("files", {}))
        path = os.path.normpath(self.finding["filename"]) if self.finding else next(iter(section.modules))
        self.module = entry.get("module", module_name(path))

    @property
    def expects(self):
        """`good`: nothing is found, nothing happens. `bad`: harm. `harmless`: found, but at most work is done twice."""
        if self.finding is None:
            return "good"
        return self.entry.get("expect", "harmless" if self.finding["severity"] == "hint" else "bad")

    def plan(self, root, switch):
        """The plan that the runtime runs. `switch` is a grain, or `steps` for the replay alone."""
        entry, finding = self.entry, self.finding or {}
        # Work that is done twice is what the steps show then. The searches ask for more: that something is lost by it,
        # or for a hint that nothing is.
        is_told = self.expects == "bad" and root == self.root and finding["effect"] != "duplicate-work"
        effect = finding["effect"] if switch == "steps" or is_told else entry["effect"]
        return {
            "version": 1,
            "finding": {"effect": effect, **{key: finding.get(key, "") for key in ("rule", "fingerprint", "breaks_on")}},
            "root": str(root), "module": self.module, "filename": self.module.replace(".", "/") + ".py",
            "reset": "import", "trace": ["*.py"],
            "setup": entry["setup"], "observe": entry["observe"],
            "calls": [{"thread": number, "code": code, "known": True} for number, code in enumerate(entry["calls"], 1)],
            "steps": self.steps if switch == "steps" else [],
            "search": {"bound": entry["bound"], "switch": switch, "seconds": SECONDS_A_SEARCH},
        }

    def jobs(self, grains):
        """What an interpreter is to do for this example: names of the jobs, and their plans."""
        jobs = {}
        if self.steps:
            jobs["steps"] = self.plan(self.root, "steps")
        for grain in grains:
            jobs[grain] = self.plan(self.root, grain)
        if self.fixed_root:
            if "serial" not in self.entry:
                jobs["serial"] = self.plan(self.root, "serial")
                jobs["fixed serial"] = self.plan(self.fixed_root, "serial")
            for grain in grains:
                jobs["fixed " + grain] = self.plan(self.fixed_root, grain)
        return jobs


# ---- Runs in the interpreter that is tested --------------------------------------------------------------------------


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
    import itertools

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


def grains_of(python):
    """The grains of a version. Before 3.10, a build with the GIL may switch at each instruction: `gil` is no other grain."""
    return GRAINS if (3, 10) <= python else GRAINS[1:]


def known_in(entry, python):
    """Deviations that the entry knows, by aspect, with their reasons. One may be told for some versions only."""
    known = {}
    for aspect, told in entry["known"].items():
        if aspect == "breaks_on" and "gil" not in grains_of(python):
            continue  # it is not measured
        if isinstance(told, str):
            known[aspect] = told
        elif ".".join(map(str, python[:2])) in told["python"]:
            known[aspect] = told["reason"]
    return known


# ---- The verdict -----------------------------------------------------------------------------------------------------


def judge(example, results, python):
    """Deviations by aspect (ASPECTS), each a sentence, and the measured `breaks_on`."""
    deviations = {}
    grains = grains_of(python)
    measured = ""
    for name, result in results.items():
        if "error" in result:
            deviations[aspect_of(name, example)] = f"{name}: {result['error']}"
    if deviations:
        return deviations, measured
    searches = {grain: results[grain] for grain in grains}
    if example.expects == "good":
        add_survival(deviations, "good", searches)
        return deviations, measured
    if example.steps:
        judge_replay(example, results["steps"], deviations)
    if example.expects == "harmless":
        add_survival(deviations, "search", searches)
    else:
        measured = judge_searches(example, searches, python, deviations)
    if example.fixed_root:
        add_survival(deviations, "fixed", {grain: results["fixed " + grain] for grain in grains})
        if "serial" in results and results["serial"]["outcomes"] != results["fixed serial"]["outcomes"]:
            deviations["serial"] = (f"one thread gets {results['serial']['outcomes']} before the repair,"
                                    f" {results['fixed serial']['outcomes']} after it")
    return deviations, measured


def aspect_of(name, example):
    """Of which aspect a job is a part."""
    if name.startswith("fixed "):
        return "serial" if name == "fixed serial" else "fixed"
    if name in ("serial", "steps"):
        return {"serial": "serial", "steps": "replay"}[name]
    return "good" if example.expects == "good" else "search"


def add_survival(deviations, aspect, searches):
    """Says which schedules did harm, where none may."""
    for grain, result in searches.items():
        if result["harm"]:
            deviations[aspect] = f"schedule {result['schedules']} at {grain} does harm: {told(result)}"
        elif result["capped"]:
            deviations[aspect] = f"not all schedules at {grain} could be run: make the example smaller"
        elif result["diverged"]:
            deviations[aspect] = f"{result['diverged']} schedules at {grain} did not repeat themselves"
        else:
            continue
        return


def judge_searches(example, searches, python, deviations):
    """There must be harm, and on the builds that the finding names. Gives what was measured; empty: nothing."""
    harmful = [grain for grain in searches if searches[grain]["harm"]]
    if not harmful:
        counts = ", ".join(f"{searches[grain]['schedules']} at {grain}" for grain in searches)
        deviations["search"] = f"no schedule of {counts} does harm; {searches['shared']['text'].splitlines()[-1]}"
        return ""
    if "gil" not in searches:
        return ""
    is_async = example.entry["calls"][0].startswith("await ")
    measured = "await" if is_async else "every-build" if "gil" in harmful else "free-threaded"
    if measured != example.finding["breaks_on"]:
        deviations["breaks_on"] = f"says {example.finding['breaks_on']}, is {measured}"
    return measured


def judge_replay(example, result, deviations):
    """The steps must end in harm; those of a hint at most in work that is done twice."""
    is_work = example.finding["effect"] == "duplicate-work"
    if example.expects == "harmless" and result["harm"] != ("duplicate-work" if is_work else ""):
        deviations["replay"] = f"the steps do harm: {told(result)}" if result["harm"] else "the work is not done twice"
    elif example.expects == "bad" and result["failed_step"]:
        step = example.steps[result["failed_step"]["step"] - 1]
        deviations["replay"] = (
            f"step {step['step']} (thread {step['thread']}, {step['access']} of `{step['name']}` in"
            f" `{step['function']}`, `{step['line']}`): {result['failed_step']['reason']}")
    elif example.expects == "bad" and not result["harm"]:
        deviations["replay"] = f"all steps done, and no harm: {told(result)}"


def told(result):
    """What was seen, in a line."""
    return f"{result['harm'] or 'no harm'}: {result['observed']}; one after the other: {' or '.join(result['expected'])}"


# ---- The run ---------------------------------------------------------------------------------------------------------


def run_in(python, jobs, folder):
    """Results of jobs by id, from an interpreter. One that crashes or hangs loses the job it is at, and no other."""
    results = {}
    left = list(jobs)
    folder.mkdir(parents=True, exist_ok=True)
    results_path, jobs_path, errors_path = folder / "results.jsonl", folder / "jobs.json", folder / "errors.txt"
    results_path.write_text("")
    while left:
        jobs_path.write_text(json.dumps(left))
        with open(errors_path, "w") as errors:
            child = subprocess.Popen([python, str(FOLDER / "run.py"), "--child", str(jobs_path), str(results_path)],
                                     stdout=subprocess.DEVNULL, stderr=errors, cwd=folder)
        hangs = wait_while_growing(child, results_path)
        results.update((result["id"], result) for result in map(json.loads, results_path.read_text().splitlines()))
        left = [job for job in left if job["id"] not in results]
        if left:
            lost = left.pop(0)
            why = (f"did not end within {SECONDS_A_JOB} s" if hangs else
                   f"the interpreter ended with {child.returncode}: {errors_path.read_text().strip()[-300:]}")
            results[lost["id"]] = {"error": why, "seconds": 0}
    return results


def wait_while_growing(child, path):
    """Waits for the end of a process that adds to a file. Kills it, and says so, when the file has stood still too long."""
    size = -1
    while True:
        try:
            child.wait(SECONDS_A_JOB)
            return False
        except subprocess.TimeoutExpired:
            if path.stat().st_size == size:
                child.kill()
                child.wait()
                return True
            size = path.stat().st_size


def version_of(python):
    """`(3, 12, 1)` of an interpreter."""
    code = "import sys; print(*sys.version_info[:3])"
    run = subprocess.run([python, "-c", code], capture_output=True, text=True)
    if run.returncode != 0:
        raise OracleError(f"{python} is no Python: {run.stderr.strip()}")
    return tuple(map(int, run.stdout.split()))


def tell(result):
    return "!" if "error" in result else f"{1 if result['harm'] else 0}/{result['schedules']}"


def row_of(example, results, deviations, measured):
    """The row of the table."""
    def of(prefix):
        return " ".join(tell(results[prefix + grain]) if prefix + grain in results else "-" for grain in GRAINS)

    is_good = example.expects == "good"
    replay = "" if not example.steps else "DIFFERS" if "replay" in deviations else (
        "harmless" if example.expects == "harmless" else "proven")
    return {
        "rule": example.entry["rule"], "section": example.entry["heading"], "replay": replay,
        "bad": "" if is_good else of(""), "good": of("") if is_good else "",
        "fixed": of("fixed ") if example.fixed_root else "",
        "says": example.finding["breaks_on"] if example.finding else "", "is": measured,
        "seconds": sum(result["seconds"] for result in results.values()),
    }


HEADINGS = ("rule", "section", "replay", "bad", "good", "fixed", "says", "is", "seconds")


def print_table(rows):
    cells = [[str(row[name]) if name != "seconds" else f"{row[name]:.2f}" for name in HEADINGS] for row in rows]
    for row in cells:
        row[1] = row[1][:48]
    widths = [max(map(len, column)) for column in zip(HEADINGS, *cells)]
    for row in [HEADINGS, *cells]:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def judge_rule(python, version, examples, folder):
    """Runs the examples of a rule: rows of the table, with deviations."""
    jobs = []
    for number, example in enumerate(examples):
        for name, plan in example.jobs(grains_of(version)).items():
            jobs.append({"id": f"{number} {name}", "name": name, "import": example.entry["import"], "plan": plan})
    results = run_in(python, jobs, folder)
    rows = []
    for number, example in enumerate(examples):
        own = {name: results[f"{number} {name}"] for name in example.jobs(grains_of(version))}
        deviations, measured = judge(example, own, version)
        known = known_in(example.entry, version)
        rows.append({
            **row_of(example, own, deviations, measured), "deviations": deviations,
            "unknown": {aspect: text for aspect, text in deviations.items() if aspect not in known},
            "known": {aspect: known[aspect] for aspect in known if aspect in deviations},
            "gone": {aspect: known[aspect] for aspect in known if aspect not in deviations},
        })
    return rows


def judge_all(python, examples, folder, processes):
    """Runs the examples of all rules in an interpreter: rows, and whether all is as expected."""
    version = version_of(python)
    began = time.monotonic()
    rules = {example.entry["rule"]: [] for example in examples}
    for example in examples:
        rules[example.entry["rule"]].append(example)
    with concurrent.futures.ThreadPoolExecutor(processes) as pool:
        rows = sum(pool.map(lambda rule: judge_rule(python, version, rules[rule], folder / rule), rules), [])
    name = ".".join(map(str, version))
    print(f"\nCPython {name}\n")
    print_table(rows)
    for row in rows:
        place = f"{row['rule']}, \"{row['section']}\""
        for aspect, text in row["unknown"].items():
            print(f"\nDEVIATION {place}: {aspect}: {text}")
        for aspect, reason in row["known"].items():
            print(f"\nknown {place}: {aspect}: {reason}\n    {row['deviations'][aspect]}")
        for aspect, reason in row["gone"].items():
            print(f"\nGONE {place}: {aspect} is as it should be; take it out of the calls: {reason}")
    counts = {key: sum(len(row[key]) for row in rows) for key in ("unknown", "known", "gone")}
    proven = sum(row["replay"] == "proven" for row in rows)
    replayed = sum(row["replay"] in ("proven", "DIFFERS") for row in rows)
    print(f"\nCPython {name}: {len(rows)} examples, {proven} of {replayed} proven by their steps; {counts['unknown']}"
          f" deviations, {counts['known']} known ones, {counts['gone']} gone; {time.monotonic() - began:.1f} s")
    return rows, not counts["unknown"] and not counts["gone"]


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threadlint", required=True, metavar="BINARY", type=pathlib.Path)
    parser.add_argument("--python", nargs="+", default=[sys.executable], metavar="EXE")
    parser.add_argument("--rule", nargs="+", default=[], metavar="NAME")
    parser.add_argument("--section", default="", metavar="TEXT", help="only sections with this in their heading")
    parser.add_argument("--processes", type=int, default=os.cpu_count(), metavar="N", help="rules that run at a time")
    parser.add_argument("--json", metavar="FILE", type=pathlib.Path, help="the figures, for programs")
    options = parser.parse_args(arguments)
    try:
        return judge_rules(options)
    except (OracleError, OSError) as error:
        print(f"run.py: {error}", file=sys.stderr)
        return 2


def judge_rules(options):
    if not RUNTIME.exists():
        raise OracleError(f"{RUNTIME} is not there")
    entries = []
    not_executable = {}
    paths = {path.stem.replace("_", "-"): path for path in sorted((FOLDER / "calls").glob("*.toml"))}
    for rule in options.rule or paths:
        if rule not in paths:
            raise OracleError(f"there is no calls/{rule.replace('-', '_')}.toml")
        told, reason = read_calls(paths[rule])
        entries += [entry for entry in told if options.section in entry["heading"]]
        if reason:
            not_executable[rule] = " ".join(reason.split())
    with tempfile.TemporaryDirectory(prefix="threadlint-oracle-") as name:
        folder = pathlib.Path(name)
        find = functools.partial(findings_in, options.threadlint.resolve())
        examples = [Example(entry, section_of(entry), folder / str(number), find)
                    for number, entry in enumerate(entries)]
        all_as_expected = True
        figures = {}
        for python in options.python:
            rows, as_expected = judge_all(python, examples, folder / "runs", options.processes)
            figures[".".join(map(str, version_of(python)))] = rows
            all_as_expected &= as_expected
    for rule, reason in not_executable.items():
        print(f"not executed: {rule}: {reason}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))
    return 0 if all_as_expected and examples else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        run_jobs(*sys.argv[2:])
    else:
        sys.exit(main(sys.argv[1:]))
