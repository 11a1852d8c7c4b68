"""Reads calls/*.toml: which sections of the pages are run, what is called in them, and what is expected.

README.md explains the keys.
"""

import ast
import pathlib

from errors import OracleError
from pages import read_page

PAGES = pathlib.Path(__file__).resolve().parent.parent / "rules"
BOUND = 2  # preemptions, where an entry names no other number

ASPECTS = ("replay", "search", "breaks_on", "fixed", "serial", "good")
KEYS = {
    "heading", "page", "row", "expect", "reason", "calls", "setup", "observe", "import", "module", "serial",
    "known", "bound", "fix", "files", "effect", "hits",
}


def read_calls(path):
    """The entries of a rule: dictionaries with the keys of KEYS, defaults filled in. None: the reason stands beside."""
    import tomllib  # new in 3.11; all else, and so the tests, needs 3.9

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
            "page": path.stem + ".md", "setup": "", "observe": "", "import": "", "known": {}, "bound": BOUND,
            "effect": "",
            **told.get("defaults", {}), **section, "rule": rule,
        }
        unknown = set(entry) - KEYS - {"rule"} | set(entry["known"]) - set(ASPECTS)
        if unknown:
            raise OracleError(f"{path.name}, \"{entry['heading']}\": what is {sorted(unknown)}?")
        entries.append(entry)
    return entries, ""


def section_of(entry):
    """The section that an entry of calls/*.toml names."""
    section = read_page(PAGES / entry["page"]).get(entry["heading"])
    if section is None or not section.modules:
        raise OracleError(f"{entry['page']} has no section \"{entry['heading']}\" with code")
    return section


def calls_of_page(text):
    """Setup and calls by a `calls` block of a page: its statements, and its first expression in two threads."""
    nodes = ast.parse(text).body
    setup = [node for node in nodes if not isinstance(node, (ast.Expr, ast.AnnAssign))]
    call = next(node.value for node in nodes if isinstance(node, ast.Expr))
    return {
        "setup": f"exec({ast.unparse(ast.Module(setup, []))!r}, vars(m))",
        "calls": [f"copy_of(eval({ast.unparse(call)!r}, vars(m)))"] * 2,
    }
