"""Guards the speed of `threadlint check` by counting instructions, which, unlike time, are the same on a busy machine.

    python instructions.py BINARY COMPILER [--record]

Counts the instructions of a check of the 40 largest Python files of this repository, beside those of tree-sitter in the
same run: parsing the texts and freeing the trees. Fails when the ratio differs by more than 5 % from the recorded one, to either
side: a change for the better is to be recorded, too. The compiler, such as GNU-12, is the one that made the binary; each
has a record of its own. Needs valgrind. Exit codes: 2, it could not be counted; 77, this compiler has no record.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
RECORD = pathlib.Path(__file__).with_suffix(".json")
TOLERANCE = 0.05
FOLDERS = ("tests/oracle", "tests/witness", "tests/robustness", "server/prove", "tests/rules")
PARSING = ("ts_parser_parse_with_options", "ts_tree_delete")


def files():
    """The same for everybody: what lies in these folders, the largest ones."""
    found = [path for folder in FOLDERS for path in (ROOT / folder).glob("*.py")]
    return sorted(found, key=lambda path: (-path.stat().st_size, path))[:40]


def counts(binary):
    """Instructions of the whole check, and of tree-sitter in it."""
    with tempfile.TemporaryDirectory(prefix="threadlint-instructions-") as folder:
        out = pathlib.Path(folder) / "out"
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", "--dump-line=no", binary, "check",
                   "--no-cache", "--isolated", "--exit-zero", "--threads", "1", "--output-format", "concise", *files()]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0 or not out.exists():
            sys.exit(f"valgrind could not count: {done.stderr[-2000:]}")
        table = subprocess.run(["callgrind_annotate", "--inclusive=yes", "--threshold=100", out], capture_output=True,
                               text=True, check=True).stdout
    def count(pattern):
        found = re.search(rf"^ *([\d,]+) \(.*?\) +{pattern}", table, re.M)
        if not found:
            sys.exit(f"callgrind tells nothing of {pattern}")
        return int(found.group(1).replace(",", ""))
    return count("PROGRAM TOTALS"), sum(count(rf"\S*:{name}\b") for name in PARSING)


def main():
    if len(sys.argv) < 3:
        print(__doc__, file=sys.stderr)
        return 2
    binary, compiler = sys.argv[1:3]
    records = json.loads(RECORD.read_text())
    check, parse = counts(binary)
    ratio = check / parse
    print(f"{len(files())} files: check {check / 1e6:.0f} M instructions, tree-sitter in it {parse / 1e6:.0f} M: {ratio:.3f}")
    if "--record" in sys.argv:
        RECORD.write_text(json.dumps(records | {compiler: round(ratio, 3)}, indent=2) + "\n")
        return 0
    recorded = records.get(compiler)
    if recorded is None:
        print(f"there is no record of {compiler}")
        return 77
    change = ratio / recorded - 1
    print(f"recorded: {recorded}, now {change:+.1%}")
    if abs(change) <= TOLERANCE:
        return 0
    print("slower: find out why, or argue for it and record it" if change > 0 else "faster: record it", "with --record")
    return 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except FileNotFoundError as missing:
        print(missing, file=sys.stderr)
        sys.exit(2)
