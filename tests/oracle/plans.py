"""Makes the plans that the runtime runs, from an entry of calls/*.toml and its finding."""

import ast
import os
import pathlib

from entries import calls_of_page
from findings import finding_of, fix_of, repaired

SECONDS_A_SEARCH = 60  # far more than any example needs: a busy machine must not change a verdict


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
        about = {key: finding.get(key, "") for key in ("rule", "fingerprint", "breaks_on")}
        return {
            "version": 1, "finding": {"effect": effect, **about},
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
            "name": told["name"], "hit": 1, "text": told["text"],
        }
        if "hit" in told:
            step["hit"] = told["hit"]
        else:
            # The same place once more is the next arrival there: a loop goes on.
            place = ("thread", "function", "filename", "line", "nth", "access", "name")
            step["hit"] += sum(all(step[key] == other[key] for key in place) for other in steps)
        steps.append(step)
    return steps


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


def write_modules(folder, modules):
    for path, text in modules.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


def module_name(path):
    return ".".join(pathlib.PurePosixPath(path).with_suffix("").parts)
