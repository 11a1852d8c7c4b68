"""Proves bugs as a user would, by `threadlint check` and `threadlint prove`, and runs the tests that are written.

    python proofs.py --threadlint BINARY [--mirrors FOLDER] [--python EXE ...] [--case NAME ...] [--json FILE]

The bugs are the sections of tests/prove/tickets.md and, where FOLDER holds their repositories as for cases.py, the
cases/*.toml that have a `proof`. Of each: the finding is there; its own steps do harm; the test that threadlint writes
fails, also after lines were added above, and passes after the repair; with unittest and, if it is installed, pytest.

Prints a table for each interpreter: those given, else this one and, of all CPythons from 3.9 on that the machine has,
the oldest and the newest. Exit code 0: as expected; 1: something differs; 2: could not run. Needs Python 3.11.
"""

import argparse
import concurrent.futures
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile
import time

import cases
from errors import OracleError
from findings import findings_in
from interpreters import version_of
from pages import read_page
from plans import write_modules
from run import print_table

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "witness"))
from on_every_python import interpreters  # noqa: E402

TESTS = pathlib.Path(__file__).resolve().parent.parent
PAGE = TESTS / "prove" / "tickets.md"
HEADINGS = ("bug", "rule", "repair", "steps", "runner", "before", "moved", "after", "seconds")
ADDED = "# A line more.\n\n\n"
SECONDS = 120  # for a command; a busy machine must not change a verdict


class Bug:
    """A project with a bug that was repaired: folders `bad`, `moved` and `fixed`, and a test that shows it."""

    def __init__(self, name, folder, binary):
        self.name, self.folder, self.binary = name, folder, binary
        self.options = []  # of `threadlint prove`: what is called
        self.deviations = []

    def find(self, is_wanted):
        """Takes the finding; there must be one that is wanted."""
        found = [each for each in findings_in(self.binary, self.folder / "bad") if is_wanted(each)]
        if len(found) != 1:
            raise OracleError(f"{self.name}: {len(found)} findings instead of one")
        (self.finding,) = found
        self.place = f"{os.path.normpath(self.finding['filename'])}:{self.finding['location']['row']}"

    def write_texts(self, repaired=None):
        """Makes `moved` and `fixed` of `bad`; `repaired` is the folder of another's repair, where threadlint has none."""
        bad = self.folder / "bad"
        copy_of(bad, self.folder / "moved")
        for path in {os.path.normpath(each["filename"]) for each in [self.finding, *self.finding["interleaving"]]}:
            text = (self.folder / "moved" / path).read_text()
            (self.folder / "moved" / path).write_text(ADDED + text)
        self.repair = "threadlint's" if any(fix["edits"] for fix in self.finding["fixes"]) else "maintainers'"
        if self.repair == "threadlint's":
            copy_of(bad, self.folder / "fixed")
            self.command(self.folder / "fixed", [self.binary, "check", "--isolated", "--exit-zero", "--fix",
                                                 "--unsafe-fixes", "--select", self.finding["rule"], "."])
        elif repaired:
            copy_of(repaired, self.folder / "fixed")
        else:
            raise OracleError(f"{self.name}: there is no repair")

    def prove(self, python):
        """Whether the finding's own steps do harm."""
        run = self.command(self.folder / "bad", [self.binary, "prove", self.place, "--run", "--python", python,
                                                 *self.options])
        return run.returncode == 0 and run.stdout.startswith("proven"), run.stdout + run.stderr

    def write_tests(self):
        """One test, the same for all texts."""
        test = self.folder / "test_interleaving.py"
        run = self.command(self.folder / "bad", [self.binary, "prove", self.place, "--inline", "--output",
                                                 str(self.folder / "bad" / test.name), *self.options])
        if run.returncode != 0 or "skipped" in run.stderr:
            raise OracleError(f"{self.name}: no test was written: {run.stderr.strip()}")
        for text in ("moved", "fixed"):
            (self.folder / text / test.name).write_text((self.folder / "bad" / test.name).read_text())

    def test(self, python, runner, text):
        """Whether the test passes, and what it says."""
        modules = {"unittest": ["unittest"], "pytest": ["pytest", "-q", "-p", "no:cacheprovider"]}
        run = self.command(self.folder / text, [python, "-m", *modules[runner], "test_interleaving.py"])
        return run.returncode == 0, run.stdout + run.stderr

    @staticmethod
    def command(folder, words):
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=SECONDS, env=environment)


def copy_of(source, target):
    """Copies the texts of a folder."""
    texts = {path.relative_to(source).as_posix(): path.read_text() for path in source.rglob("*.py")}
    write_modules(target, texts)


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threadlint", required=True, metavar="BINARY", type=pathlib.Path)
    parser.add_argument("--mirrors", metavar="FOLDER", type=pathlib.Path)
    parser.add_argument("--python", nargs="+", default=[], metavar="EXE")
    parser.add_argument("--case", nargs="+", default=[], metavar="NAME", help="bugs with this in their name")
    parser.add_argument("--json", metavar="FILE", type=pathlib.Path, help="the figures, for programs")
    options = parser.parse_args(arguments)
    try:
        return judge_bugs(options)
    except (OracleError, OSError, subprocess.TimeoutExpired) as error:
        print(f"proofs.py: {error}", file=sys.stderr)
        return 2


def judge_bugs(options):
    figures = {}
    with tempfile.TemporaryDirectory(prefix="threadlint-proofs-") as folder:
        folder, binary = pathlib.Path(folder).resolve(), str(options.threadlint.resolve())
        def is_wanted(name):
            return not options.case or any(each in name for each in options.case)

        bugs = [*bugs_of_page(folder, binary, is_wanted)]
        bugs += bugs_of_cases(folder, binary, is_wanted, options.mirrors) if options.mirrors else ()
        for python in options.python or some_interpreters():
            version = ".".join(map(str, version_of(python)))
            with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
                figures[version] = sum(pool.map(lambda bug: list(rows_of(bug, python)), bugs), [])
            print(f"\nCPython {version}\n")
            print_table(figures[version], HEADINGS)
            if "pytest" not in runners_of(python):
                print(f"\npytest is not installed for CPython {version}")
            for row in figures[version]:
                for reason in row["deviations"]:
                    print(f"\nDEVIATION {row['bug']}, {row['runner']}: {reason}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))
    rows = sum(figures.values(), [])
    differing = sum(bool(row["deviations"]) for row in rows)
    print(f"\n{len(bugs)} bugs, {len(figures)} interpreters, {len(rows)} rows, {differing} differ")
    return 0 if rows and not differing else 1


def some_interpreters():
    """This one, the oldest and the newest."""
    found = {version[:3]: path for version, path in interpreters().items()}
    own = {tuple(sys.version_info[:3]): sys.executable}
    return {**{version: found[version] for version in (min(found), max(found))}, **own}.values()


def bugs_of_page(folder, binary, is_wanted):
    """The sections of the page, each with one error."""
    for heading, section in read_page(PAGE).items():
        name = "retold-" + re.search(r"ticket (\d+)", heading)[1]
        if not is_wanted(name):
            continue
        bug = Bug(name, folder / name, binary)
        write_modules(bug.folder / "bad", section.modules)
        bug.find(lambda finding: finding["severity"] == "error")
        bug.write_texts()
        bug.write_tests()
        yield bug


def bugs_of_cases(folder, binary, is_wanted, mirrors):
    """The cases that have a proof, out of their projects' histories."""
    for path in sorted(cases.FOLDER.glob("*.toml")):
        case = cases.read_case(path)
        if not case["proof"] or not is_wanted(path.stem):
            continue
        if why := cases.why_skipped(mirrors, case):
            print(f"skipped {path.stem}: {why}")
            continue
        bug = Bug(path.stem, folder / path.stem, binary)
        cases.write_texts(case, cases.mirror_of(mirrors, case), folder / path.stem / "texts")
        copy_of(folder / path.stem / "texts" / "bad", bug.folder / "bad")
        bug.options = ["--setup", case["setup"].strip(), *(word for call in case["calls"] for word in ("--call", call))]
        place = (cases.within_root(case, case["path"]), case["proof"])
        bug.find(lambda finding: place_of(finding) == place)
        check_out(cases.mirror_of(mirrors, case), case, bug.folder / "project")
        if [each for each in findings_in(binary, bug.folder / "project" / case["root"]) if place_of(each) == place
                and told_by(each) == told_by(bug.finding)] == []:
            bug.deviations.append("in the project as a whole the finding is another one")
        bug.write_texts(folder / path.stem / "texts" / "fixed")
        bug.write_tests()
        yield bug


def place_of(finding):
    return os.path.normpath(finding["filename"]), finding["location"]["row"]


def told_by(finding):
    """What a finding says, wherever its files are."""
    steps = [(step["thread"], step["access"], step["function"], step["text"]) for step in finding["interleaving"]]
    return finding["rule"], finding["message"], steps


def check_out(mirror, case, folder):
    """Writes all Python files of the project, as they were before the repair."""
    archive = subprocess.run(["git", "--git-dir", str(mirror), "archive", case["bad_commit"]], capture_output=True)
    if archive.returncode != 0:
        raise OracleError(f"{mirror}: {archive.stderr.decode(errors='replace').strip()}")
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        for member in files:
            if member.isfile() and member.name.endswith(".py"):
                path = folder / member.name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(files.extractfile(member).read())


def rows_of(bug, python):
    """What happens in an interpreter: a row for each way to run the test."""
    is_proven, why = bug.prove(python)
    for runner in runners_of(python):
        began, deviations = time.perf_counter(), list(bug.deviations)
        if not is_proven:
            deviations.append(f"the steps are not proven: {end_of(why)}")
        row = {"bug": bug.name, "rule": bug.finding["rule"], "repair": bug.repair, "runner": runner,
               "steps": "proven" if is_proven else "DIFFER", "deviations": deviations}
        for column, text, passes in (("before", "bad", False), ("moved", "moved", False), ("after", "fixed", True)):
            is_passed, output = bug.test(python, runner, text)
            is_whole = "the time limit ended the search" not in output
            row[column] = ("passes" if is_whole else "passes so far") if is_passed else "fails"
            by_steps = "breaks under threads" in output and "\nreplay: " not in output
            if is_passed != passes or not passes and not by_steps:
                deviations.append(f"the test {row[column]} {column}: {end_of(output)}")
        row["seconds"] = time.perf_counter() - began
        yield row


def end_of(text):
    return text.strip()[-600:]


def runners_of(python):
    has_pytest = subprocess.run([python, "-c", "import pytest"], capture_output=True).returncode == 0
    return ["unittest", "pytest"] if has_pytest else ["unittest"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
