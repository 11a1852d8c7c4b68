"""Asks threadlint: what it finds in the modules of an example, and how they read after its repair."""

import json
import os
import subprocess

from errors import OracleError


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


def fix_of(entry, finding):
    """The fix that the entry names by a part of its title, else the preferred, else the first. None: no edits."""
    fixes = [fix for fix in finding["fixes"] if fix["edits"] and entry.get("fix", "") in fix["title"]]
    preferred = [fix for fix in fixes if fix["preferred"]]
    return (preferred or fixes or [None])[0]


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
