"""Reads the pages of tests/rules: the sections, and the modules that their blocks of code make.

tests/support/markdown_page.h tells the format.
"""

import functools
import re

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
