"""Runs the code of test pages in CPython, before and after the repair, and compares.

    python3 run_fixed.py PAGE...

A section of a page takes part when it has three blocks: one of Python code, one tagged `fixed`, one tagged `calls`:

    ```python calls
    NAMES = ("latin", "greek")          # any statements: what the code needs and the page leaves out
    load = str.upper

    codecs()                            # an expression: a call, in the order written
    ready: _codecs is not None          # when threads take the cell for initialised: the code's own test, turned round
    complete: len(_codecs) == 2         # when it really is
    ```

The block is Python. Its other statements run in the module, after the module's own code. `ready` and `complete` come in
pairs, one pair for each cell. A `ready` that raises (the cell does not exist yet) is false, and so is a `complete`.

For the code and for the fixed code, each executed in a module of its own, two things are tested:

1. From one thread, both give the same: the results and exceptions of all calls, made once and then a second time, and
   what is in the module afterwards. A tuple equals a list of the same elements, because the repair makes one of the other.
2. Before every line that the calls execute, in the code, its helpers and the block's own functions, `ready` and
   `complete` are asked, which is what another thread could see there. Ready and not complete must be seen in the code,
   at some line, for each pair, and never in the fixed code.

What is wrong is printed with the page's file, line and heading, and makes the exit code 1. It is 2 when a page cannot be
read. Needs Python 3.9 and nothing else.
"""

import ast
import re
import sys
import types

FENCE = re.compile(r"(`{3,})\s*(.*)")


class PageError(Exception):
    """A section that cannot be run as it is written."""


class Section:
    """What stands under a `##` heading: blocks by their tag, "" for code without one."""

    def __init__(self, heading, line):
        self.heading = heading
        self.line = line
        self.blocks = {}

    def add(self, info, text):
        words = info.split()
        if words and words[0] == "python":
            self.blocks.setdefault(" ".join(words[1:]), []).append(text)

    def only(self, tag):
        blocks = self.blocks.get(tag, [])
        if len(blocks) != 1:
            raise PageError(f"{len(blocks)} blocks of {tag or 'untagged'} code, where one is needed")
        return blocks[0]


def read_sections(text):
    sections = []
    fence = ""  # of the block that is open
    for number, line in enumerate(text.splitlines(), 1):
        mark = FENCE.match(line)
        if fence:
            if mark and len(mark[1]) >= len(fence) and not mark[2]:
                if sections:
                    sections[-1].add(info, "".join(block))
                fence = ""
            else:
                block.append(line + "\n")
        elif mark:
            fence, info, block = mark[1], mark[2], []
        elif line.startswith("## "):
            sections.append(Section(line[3:], number))
    return sections


class Calls:
    """A `calls` block, compiled."""

    def __init__(self, text):
        self.filename = "<calls>"
        self.calls = []
        self.ready = []
        self.complete = []
        setup = []
        for node in ast.parse(text).body:
            if isinstance(node, ast.Expr):
                self.calls.append((ast.unparse(node), self._expression(node.value)))
            elif is_question(node, "ready"):
                self.ready.append((ast.unparse(node.annotation), self._expression(node.annotation)))
            elif is_question(node, "complete"):
                self.complete.append(self._expression(node.annotation))
            else:
                setup.append(node)
        if not self.calls or not self.ready or len(self.ready) != len(self.complete):
            raise PageError("the calls block needs a call, and as many `complete:` as `ready:`, at least one")
        self.setup = compile(ast.Module(setup, []), self.filename, "exec")

    def _expression(self, node):
        return compile(ast.Expression(node), self.filename, "eval")


def is_question(node, name):
    return (isinstance(node, ast.AnnAssign) and node.value is None and isinstance(node.target, ast.Name)
            and node.target.id == name)


class Version:
    """The code before or after the repair, and how to call it."""

    def __init__(self, name, text, calls):
        self.filename = f"<{name}>"
        self.code = compile(text, self.filename, "exec")
        self.calls = calls

    def fresh_module(self):
        module = types.ModuleType("module")
        exec(self.code, module.__dict__)
        exec(self.calls.setup, module.__dict__)
        return module


def call_once(calls, module):
    """What the calls give, one after the other, as comparable values."""
    outcomes = []
    for source, code in calls.calls:
        try:
            outcome = snapshot(eval(code, module.__dict__))
        except Exception as error:  # the code under test may raise anything
            outcome = ("raises", type(error).__name__, str(error))
        outcomes.append((source, outcome))
    return outcomes


def snapshot(value, outer=()):
    """The value as text and tuples that later changes do not reach and that compare across two runs of a module."""
    if id(value) in outer:
        return "a value that holds it"
    inner = (*outer, id(value))
    if isinstance(value, (list, tuple)):
        return ("sequence", *(snapshot(item, inner) for item in value))
    if isinstance(value, (set, frozenset)):
        return ("set", *sorted((snapshot(item, inner) for item in value), key=repr))
    if isinstance(value, dict):
        return ("dict", *((snapshot(key, inner), snapshot(item, inner)) for key, item in value.items()))
    if type(value).__module__ == "module":
        return (type(value).__qualname__, snapshot(getattr(value, "__dict__", {}), inner))
    if isinstance(value, type):
        held = {name: item for name, item in vars(value).items() if is_data(name, item)}
        return ("class", value.__qualname__, snapshot(held, inner))
    if value is None or isinstance(value, (bool, int, float, complex, str, bytes)):
        return repr(value)
    return type(value).__qualname__


def is_data(name, value):
    is_special = name.startswith("__") and name.endswith("__")
    is_code = isinstance(value, (types.FunctionType, types.ModuleType, staticmethod, classmethod, property))
    return not is_special and not is_code


def state_of(module):
    """What is left in the module: the order in which its names came does not matter."""
    return {name: snapshot(value) for name, value in sorted(vars(module).items()) if is_data(name, value)}


def results_of(version):
    """Results of the calls, results of the same calls again, and the state after that."""
    module = version.fresh_module()
    return (call_once(version.calls, module), call_once(version.calls, module), state_of(module))


def holds(code, module):
    try:
        return bool(eval(code, module.__dict__))
    except Exception:  # the cell does not exist yet, or is not yet what it will be
        return False


def half_done(version):
    """For each pair of questions the first line at which the cell was ready and not complete; None if there is none."""
    module = version.fresh_module()
    seen = [None] * len(version.calls.ready)
    traced = (version.filename, version.calls.filename)

    def look(frame, event, argument):
        if frame.f_code.co_filename not in traced:
            return None
        for index, ((_, ready), complete) in enumerate(zip(version.calls.ready, version.calls.complete)):
            if seen[index] is None and holds(ready, module) and not holds(complete, module):
                seen[index] = frame.f_lineno
        return look

    previous = sys.gettrace()
    sys.settrace(look)
    try:
        call_once(version.calls, module)
    finally:
        sys.settrace(previous)
    return seen


def faults_of(section):
    """What is wrong with a section, as sentences."""
    calls = Calls(section.only("calls"))
    before = Version("code", section.only(""), calls)
    after = Version("fixed", section.only("fixed"), calls)

    faults = []
    for what, old, new in zip(("results", "results of a second call", "module"), results_of(before), results_of(after)):
        if old != new:
            faults.append(f"{what} before the repair:\n    {old}\n  and after it:\n    {new}")
    for (source, _), line in zip(calls.ready, half_done(before)):
        if line is None:
            faults.append(f"`{source}` is never true before the cell is complete: the code shows no race")
    for (source, _), line in zip(calls.ready, half_done(after)):
        if line is not None:
            faults.append(f"`{source}` is true before the cell is complete, at line {line} of the fixed code")
    return faults


def run_page(path):
    """Prints what is wrong with a page and returns how many sections ran and how many failed."""
    with open(path, encoding="utf-8") as file:
        sections = [section for section in read_sections(file.read()) if "calls" in section.blocks]
    failed = 0
    for section in sections:
        try:
            faults = faults_of(section)
        except (PageError, SyntaxError) as error:
            faults = [str(error)]
        for fault in faults:
            print(f"{path}:{section.line}: {section.heading}\n  {fault}")
        failed += bool(faults)
    return len(sections), failed


def main(paths):
    if not paths:
        print("usage: run_fixed.py PAGE...", file=sys.stderr)
        return 2
    try:
        counts = [run_page(path) for path in paths]
    except OSError as error:
        print(error, file=sys.stderr)
        return 2
    ran, failed = (sum(column) for column in zip(*counts))
    print(f"{ran} sections ran, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
