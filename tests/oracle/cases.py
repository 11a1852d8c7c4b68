"""Proves real bugs, and tries their repairs: files out of the histories of Python projects, run in CPython.

    python cases.py --mirrors FOLDER [--python EXE ...] [--case NAME ...] [--json FILE]

Each cases/*.toml names a repository, the commit that repaired a bug, and the one before it; its harness tells what to
call (README.md explains the keys). FOLDER holds clones of the repositories as `owner+name`, or `owner+name/repo`.
The runtime server/prove/threadlint_witness.py searches the file at both commits for a schedule that does harm.

Prints a table, and each deviation with its sentence. Exit code 0: as expected; 1: something differs, or every case was
skipped; 2: could not run. A case whose repository is not there is skipped. Needs Python 3.11 and git.
"""

import argparse
import ast
import importlib.util
import json
import pathlib
import subprocess
import sys
import tempfile
import warnings

from child import RUNTIME
from entries import BOUND
from errors import OracleError
from interpreters import run_in, version_of
from plans import SECONDS_A_SEARCH, module_name, write_modules
from run import print_table

FOLDER = pathlib.Path(__file__).resolve().parent / "cases"
MOST_LINES = 15  # of a harness: with more, somebody else's code would be rewritten in it
HEADINGS = ("case", "lines", "bound", "bad", "effect", "label", "fixed", "seconds")
NEEDED = {"id", "repository", "bad_commit", "fix_commit", "path", "line", "calls"}
DEFAULTS = {
    "root": "", "definitions": [], "stubs": [], "others": [], "files": {}, "import": "", "setup": "",
    "observe": "", "effect": "", "bound": BOUND, "bad": "proven", "fix_still_breaks": False, "reason": "", "python": 3,
    "proof": 0,
}
# In place of an absent module. Whatever is taken from it is a class, which can be a base, or be called with anything;
# what it makes can be called again, as a decorator is, and gives back what it decorates.
STAND_IN = """def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    make, call = lambda self, *a, **k: None, lambda self, *a, **k: a[0] if a else None
    return type(name, (), {"__init__": make, "__call__": call})
"""


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mirrors", required=True, metavar="FOLDER", type=pathlib.Path)
    parser.add_argument("--python", nargs="+", default=[sys.executable], metavar="EXE")
    parser.add_argument("--case", nargs="+", default=[], metavar="NAME", help="names of files without .toml")
    parser.add_argument("--json", metavar="FILE", type=pathlib.Path, help="the figures, for programs")
    options = parser.parse_args(arguments)
    try:
        return judge_cases(options)
    except (OracleError, OSError) as error:
        print(f"cases.py: {error}", file=sys.stderr)
        return 2


def judge_cases(options):
    if not RUNTIME.exists():
        raise OracleError(f"{RUNTIME} is not there")
    names = options.case or sorted(path.stem for path in FOLDER.glob("*.toml"))
    cases = {name: read_case(FOLDER / f"{name}.toml") for name in names}
    skipped = {name: why for name in names if (why := why_skipped(options.mirrors, cases[name]))}
    figures = {}
    with tempfile.TemporaryDirectory(prefix="threadlint-cases-") as folder:
        folder = pathlib.Path(folder).resolve()
        for name in cases.keys() - skipped.keys():
            write_texts(cases[name], mirror_of(options.mirrors, cases[name]), folder / name)
        for python in options.python:
            version = ".".join(map(str, version_of(python)))
            figures[version] = [judge_case(python, name, cases[name], folder) for name in names if name not in skipped]
            print_figures(version, figures[version], skipped)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))
    rows = sum(figures.values(), [])
    return 0 if rows and not any(row["deviations"] for row in rows) else 1


def read_case(path):
    """The case of a file, with all keys."""
    import tomllib  # new in 3.11; all else, and so the tests, needs 3.9

    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, FileNotFoundError) as error:
        raise OracleError(f"{path.name}: {error}") from None
    unknown, missing = told.keys() - NEEDED - DEFAULTS.keys(), NEEDED - told.keys()
    if unknown or missing:
        raise OracleError(f"{path.name}: what is {sorted(unknown)}?" if unknown else
                          f"{path.name}: {sorted(missing)} is missing")
    case = {**DEFAULTS, **told}
    if MOST_LINES < harness_lines(case):
        raise OracleError(f"{path.name}: the harness has {harness_lines(case)} lines, more than {MOST_LINES}")
    return case


def harness_lines(case):
    """How many lines of our own a case needs."""
    texts = [case["import"], case["setup"], case["observe"], *case["calls"], *case["files"].values()]
    return sum(bool(line.strip()) for text in texts for line in text.splitlines())


def mirror_of(mirrors, case):
    """The git directory of the case's repository, or None."""
    folder = mirrors / case["repository"].replace("/", "+")
    places = (folder, folder / ".git", folder / "repo", folder / "repo" / ".git")
    return next((place for place in places if (place / "HEAD").exists()), None)


def why_skipped(mirrors, case):
    """Why a case cannot be run here, or ""."""
    if mirror_of(mirrors, case) is None:
        return "its repository is not among the mirrors"
    if case["python"] == 2 and importlib.util.find_spec("lib2to3") is None:
        return "it is Python 2, which lib2to3 of Python 3.12 and earlier can read"
    return ""


def write_texts(case, mirror, folder):
    """Writes what can be imported: under `bad` and `fixed` the file of the case, and whatever it imports."""
    commits = {"bad": case["bad_commit"], "fixed": case["fix_commit"]}
    read = as_python_3 if case["python"] == 2 else str
    texts = only(case["definitions"], *(read(text_at(mirror, commit, case["path"])) for commit in commits.values()))
    for name, text in zip(commits, texts):
        modules = {f"{stub.replace('.', '/')}/__init__.py": STAND_IN for stub in case["stubs"]}
        for other in case["others"]:
            modules[within_root(case, other)] = read(text_at(mirror, commits[name], other))
        modules.update({**case["files"], within_root(case, case["path"]): text})
        packages = {parent / "__init__.py" for path in modules for parent in pathlib.PurePosixPath(path).parents[:-1]}
        write_modules(folder / name, {**{package.as_posix(): "" for package in packages}, **modules})


def text_at(mirror, commit, path):
    """The file at a commit."""
    run = subprocess.run(["git", "--git-dir", str(mirror), "show", f"{commit}:{path}"], capture_output=True)
    if run.returncode != 0:
        raise OracleError(f"{mirror}: {run.stderr.decode(errors='replace').strip()}")
    return run.stdout.decode("utf-8")


def as_python_3(text):
    """The text with what is no syntax any more written as Python 3 has it. Each statement stays in its row."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # lib2to3 says that it will be gone
        from lib2to3.refactor import RefactoringTool
    fixers = ["lib2to3.fixes.fix_" + name for name in ("except", "exec", "ne", "numliterals", "print", "raise", "repr")]
    return str(RefactoringTool(fixers).refactor_string(text + "\n", "text"))


def within_root(case, path):
    """The path relative to the folder that is on sys.path."""
    return pathlib.PurePosixPath(path).relative_to(case["root"]).as_posix()


def only(names, *texts):
    """The texts with nothing but the top-level statements that bind one of the names; each stays in its row. Every name
    must be in one of the texts. No names: all that is there."""
    if not names:
        return texts
    shortened, missing = [], set(names)
    for text in texts:
        lines, kept = text.removesuffix("\n").split("\n"), {}  # as Python counts them: a form feed is no end
        for node in ast.parse(text).body:
            bound = names_bound_by(node)
            if bound & {*names, "__future__"}:
                missing -= bound
                first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))])
                kept.update((row, lines[row - 1]) for row in range(first, node.end_lineno + 1))
        shortened.append("".join(kept.get(row, "") + "\n" for row in range(1, len(lines) + 1)))
    if missing:
        raise OracleError(f"nothing binds {sorted(missing)}")
    return shortened


def names_bound_by(statement):
    """What a top-level statement defines, assigns or imports; `__future__` is what an import of it binds."""
    names, waiting = set(), [statement]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            names.add("__future__")
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        else:
            waiting += ast.iter_child_nodes(node)
    return names


def judge_case(python, name, case, folder):
    """Runs both texts of a case: a row of the table, with deviations."""
    jobs = [{"id": text, "import": case["import"], "plan": plan(case, folder / name / text)}
            for text in ("bad", "fixed")]
    results = run_in(python, jobs, folder / "runs" / name)
    bad, fixed = results["bad"], results["fixed"]
    is_labelled = any(entry["row"] == case["line"] and entry["filename"] == within_root(case, case["path"])
                      for entry in bad.get("interleaving", ()))
    return {
        "case": name, "id": case["id"], "lines": harness_lines(case), "bound": case["bound"],
        "bad": tell(bad), "effect": bad.get("harm", ""),
        "label": ("in it" if is_labelled else "not in it") if bad.get("harm") else "",
        "fixed": tell(fixed), "seconds": bad["seconds"] + fixed["seconds"],
        "deviations": deviations(case, results), "results": results,
    }


def plan(case, root):
    """The plan that the runtime runs."""
    return {
        "root": str(root), "module": module_name(within_root(case, case["path"])).removesuffix(".__init__"),
        "trace": ["*.py"], "finding": {"effect": case["effect"]},
        "setup": case["setup"], "observe": case["observe"], "calls": [{"code": code} for code in case["calls"]],
        "steps": [], "search": {"bound": case["bound"], "switch": "any", "seconds": SECONDS_A_SEARCH},
    }


def deviations(case, results):
    """What differs from what the case expects, by text."""
    expected = {"bad": case["bad"] == "proven", "fixed": case["fix_still_breaks"]}
    found = {}
    for text, is_harmful in expected.items():
        result = results[text]
        if "error" in result:
            found[text] = result["error"]
        elif bool(result["harm"]) != is_harmful:
            found[text] = "no schedule breaks it: " + result["text"] if is_harmful else result["text"]
        elif not is_harmful and (result["capped"] or result["diverged"]):
            found[text] = (f"not all schedules were judged: {result['schedules']} within {SECONDS_A_SEARCH} s, "
                           f"{result['diverged']} did not repeat themselves")
    return found


def tell(result):
    if "error" in result:
        return "could not run"
    if result["harm"]:
        return f"breaks at {result['schedules']}" if result["schedules"] else "breaks without a switch"
    return f"survives {result['schedules']}{'+' if result['capped'] else ''}"


def print_figures(version, rows, skipped):
    print(f"\nCPython {version}\n")
    print_table(rows, HEADINGS)
    for row in rows:
        for text, reason in row["deviations"].items():
            print(f"\nDEVIATION {row['case']}: {text}: {reason}")
    for name, why in skipped.items():
        print(f"\nskipped {name}: {why}")
    proven = sum(bool(row["results"]["bad"].get("harm")) for row in rows)
    breaking = sum(bool(row["results"]["fixed"].get("harm")) for row in rows)
    differing = sum(bool(row["deviations"]) for row in rows)
    print(f"\nCPython {version}: {len(rows)} cases, {proven} proven, {breaking} repairs that still break; {differing}"
          f" differ, {len(skipped)} skipped; {sum(row['seconds'] for row in rows):.1f} s")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
