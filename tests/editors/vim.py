"""What a user does in Vim with YouCompleteMe. See README.md."""

import os
import pathlib

from screen import LINE, Screen

FINDING = "is visible before it is filled"
SIGN = ">>"  # beside the line of a finding


def command(screen, text):
    screen.type(":" + text)
    screen.press("Enter")


def repair(screen, name):
    screen.type("/append")
    screen.press("Enter")
    screen.wait_for("finding in " + name, FINDING)
    # On a busy machine YouCompleteMe sometimes does nothing at all. A user says it again.
    for _ in range(3):
        command(screen, "YcmCompleter FixIt")
        if screen.comes_to_show("1: build `foo` first"):
            break
    screen.wait_for("menu of repairs", "1: build `foo` first")
    screen.type("1")
    screen.press("Enter")
    screen.wait_for("repair of " + name, "global foo", "tuple(new_foo)")
    screen.wait_without("no finding in repaired " + name, SIGN)
    command(screen, "update")
    screen.wait_for_file("saved " + name, name, "tuple(new_foo)")


def rename(screen, old, new):
    """As Vim's users do. The text of the old name is forgotten."""
    command(screen, f"edit {old} | saveas {new} | call delete('{old}') | bwipeout {old}")
    screen.wait("renamed " + old, lambda _: not pathlib.Path(old).exists())


with Screen("vim", "-u", os.environ["THREADLINT_SOURCE"] + "/tests/editors/vimrc", "shop.py") as screen:
    screen.wait_for("text", "def bar():")
    screen.type("5Go" + LINE)
    screen.wait_for("finding while typing", SIGN)
    screen.press("Escape")
    screen.wait_for("end of typing", "6,")
    screen.type("2gg")
    command(screen, "YcmCompleter GetHover")
    screen.wait_for("hover", "may be seen incomplete")
    command(screen, "pclose")
    repair(screen, "shop.py")

    command(screen, "edit till.py")
    repair(screen, "till.py")

    command(screen, "edit cart.py")
    screen.wait_for("finding in cart.py", SIGN)
    rename(screen, "stock.py", "store.py")
    command(screen, "edit cart.py")
    screen.wait_without("no finding in cart.py", SIGN)
    rename(screen, "store.py", "stock.py")
    command(screen, "edit cart.py")
    screen.wait_for("finding in cart.py again", SIGN)
    command(screen, "wqall")
    screen.wait_for_end()
