"""Judges the rules of threadlint by running what they say in CPython.

    python run.py --threadlint BINARY [--python EXE ...] [--rule NAME ...] [--section TEXT] [--json FILE]

The examples are the sections of tests/rules/*.md; what to call in them is told by calls/<rule>.toml (README.md explains
it). Each example is checked by threadlint, and the runtime server/prove/threadlint_witness.py then shows

1. that the steps of the finding, replayed, end in harm,
2. that every other example, and the example with its repair, survives every schedule within the bound, and
3. on which builds the harm occurs: that must be what the finding says.

Prints a table, and each deviation with its sentence. Exit code 0: as expected; 1: a deviation that calls/*.toml does
not know, or a known one that is gone; 2: could not run. Needs Python 3.11; the interpreters that are tested, 3.9.
"""

import argparse
import concurrent.futures
import functools
import json
import os
import pathlib
import sys
import tempfile
import time

from child import RUNTIME
from entries import read_calls, section_of
from errors import OracleError
from findings import findings_in
from interpreters import run_in, version_of
from plans import Example
from verdicts import GRAINS, grains_of, judge, known_in

FOLDER = pathlib.Path(__file__).resolve().parent
HEADINGS = ("rule", "section", "replay", "bad", "good", "fixed", "says", "is", "seconds")


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


def tell(result):
    return "!" if "error" in result else f"{1 if result['harm'] else 0}/{result['schedules']}"


def print_table(rows, headings=HEADINGS):
    cells = [[str(row[name])[:48] if name != "seconds" else f"{row[name]:.2f}" for name in headings] for row in rows]
    widths = [max(map(len, column)) for column in zip(headings, *cells)]
    for row in [headings, *cells]:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
