"""What a user does in Helix. See README.md. The arguments are the command that starts it."""

import os
import pathlib
import shutil
import sys

from screen import LINE, Screen

FINDING = "is visible before it is filled"
SIGN = "●"  # beside the line of a finding, and in the last line

settings = pathlib.Path(os.environ["XDG_CONFIG_HOME"], "helix")
settings.mkdir(parents=True)
source = pathlib.Path(os.environ["THREADLINT_SOURCE"])
shutil.copy(source / "editors/helix/languages.toml", settings)
(settings / "config.toml").write_text("[editor]\ntrue-color = true\nauto-pairs = false\n", encoding="utf-8")


def go_to_finding(screen, what):
    screen.wait_for("sign of the " + what, SIGN)
    screen.type("gg]d")
    screen.wait_for(what, FINDING)


def repair(screen):
    """The finding is at the cursor: takes the first repair."""
    screen.press("Space", "a")
    screen.wait_for("menu of repairs", "and assign it when it is complete")
    screen.press("Enter")
    screen.wait_for("repair", "global foo", "tuple(new_foo)")
    screen.wait_without("no finding after the repair", SIGN)


def command(screen, text):
    screen.type(":" + text)
    screen.press("Enter")


with Screen(*sys.argv[1:], "shop.py") as screen:
    screen.wait_for("text", "def bar():", "NOR")
    screen.type("5ggA")
    screen.press("Enter")
    # It indents as it sees fit: what is typed replaces that.
    screen.press("C-u")
    screen.type_slowly(LINE)
    # Keys that come too soon after Escape would be taken for one key with Alt.
    screen.press("Escape")
    screen.wait_for("normal mode", " NOR ")
    go_to_finding(screen, "finding")
    screen.type("2gg")
    screen.press("Space", "k")
    screen.wait_for("hover", "may be seen incomplete")
    screen.press("Escape")
    screen.wait_without("closed hover", "may be seen incomplete")
    go_to_finding(screen, "finding again")
    repair(screen)
    command(screen, "write")
    screen.wait_for_file("saved file", "shop.py", "tuple(new_foo)")

    command(screen, "open till.py")
    screen.wait_for("till.py", " till.py ")
    go_to_finding(screen, "finding in till.py")
    repair(screen)
    command(screen, "write")
    screen.wait_for_file("saved till.py", "till.py", "tuple(new_foo)")

    command(screen, "open cart.py")
    screen.wait_for("cart.py", "stock.names")
    go_to_finding(screen, "finding in cart.py")
    command(screen, "open stock.py")
    screen.wait_for("stock.py", "What is there")
    command(screen, "move store.py")
    screen.wait("moved file", lambda _: pathlib.Path("store.py").exists())
    command(screen, "open cart.py")
    screen.wait_for("cart.py", "stock.names")
    screen.wait_without("no finding in cart.py", SIGN)
    command(screen, "open store.py")
    screen.wait_for("store.py", "What is there")
    command(screen, "move stock.py")
    screen.wait("file moved back", lambda _: pathlib.Path("stock.py").exists())
    command(screen, "open cart.py")
    screen.wait_for("cart.py", "stock.names")
    go_to_finding(screen, "finding in cart.py again")
    command(screen, "write-all")
    command(screen, "quit-all")
    screen.wait_for_end()
