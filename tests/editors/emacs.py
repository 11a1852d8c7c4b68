"""What a user does in Emacs with eglot, in a terminal. See README.md."""

import os
import pathlib

from screen import LINE, Screen

FINDING = "visible before it is filled"

# Nothing is compiled beside, which would say so in windows of its own.
early = pathlib.Path(os.environ["HOME"], ".emacs.d", "early-init.el")
early.parent.mkdir()
early.write_text("(setq native-comp-deferred-compilation nil native-comp-jit-compilation nil)\n", encoding="utf-8")
init = early.with_name("init.el")
init.write_text(
    f'(add-to-list \'load-path "{os.environ["THREADLINT_SOURCE"]}/editors/emacs")\n'
    "(require 'threadlint)\n"
    "(add-hook 'python-mode-hook #'eglot-ensure)\n"
    "(setq inhibit-startup-screen t make-backup-files nil create-lockfiles nil eglot-autoshutdown t\n"
    "      eglot-confirm-server-initiated-edits nil)\n"
    # The mode line tells of findings only when something else makes it be drawn.
    "(run-with-timer 0 0.1 (lambda () (force-mode-line-update t)))\n"
    "(electric-indent-mode -1)\n"
    "(menu-bar-mode -1)\n",
    encoding="utf-8",
)


def command(screen, name, *arguments):
    """`M-x`, and what is asked for then."""
    screen.press("M-x")
    screen.wait_for("prompt", "M-x")
    for text in (name, *arguments):
        screen.type(text)
        screen.press("Enter")


def open_file(screen, name):
    screen.press("C-x", "C-f")
    screen.wait_for("prompt", "Find file:")
    screen.type(name)
    screen.press("Enter")
    screen.wait_for(name, f"{name}  ", "[eglot:shop")


def repair(screen, name):
    command(screen, "flymake-goto-next-error")
    screen.wait_for("finding in " + name, FINDING)
    command(screen, "eglot-code-actions")
    screen.wait_for("menu of repairs", "Pick an action")
    screen.press("Enter")
    screen.wait_for("repair of " + name, "global foo", "tuple(new_foo)")
    screen.wait_without("no finding in repaired " + name, FINDING)
    screen.press("C-x", "C-s")
    screen.wait_for_file("saved " + name, name, "tuple(new_foo)")


def rename(screen, old, new):
    """eglot 1.9 tells of no renamed file: a copy is made and the old one deleted."""
    command(screen, "copy-file", old, new)
    screen.wait("copied " + old, lambda _: pathlib.Path(new).exists())
    command(screen, "delete-file", old)
    screen.wait("deleted " + old, lambda _: not pathlib.Path(old).exists())


with Screen("emacs", "-nw", "shop.py") as screen:
    screen.wait_for("text", "def bar():", "[eglot:shop")
    command(screen, "goto-line", "5")
    screen.press("C-e", "Enter")
    screen.type(LINE)
    screen.wait_for("finding while typing", "Flymake[1 0]")
    command(screen, "goto-line", "2")
    screen.wait_for("beginning of the hover", "may be seen incomplete")
    command(screen, "eldoc-doc-buffer")
    screen.wait_for("hover", "may be seen incomplete")
    screen.press("C-x", "1")
    repair(screen, "shop.py")

    open_file(screen, "till.py")
    repair(screen, "till.py")

    open_file(screen, "cart.py")
    screen.wait_for("finding in cart.py", "Flymake[1 0]")
    rename(screen, "stock.py", "store.py")
    screen.wait_without("no finding in cart.py", "Flymake[1 0]")
    rename(screen, "store.py", "stock.py")
    screen.wait_for("finding in cart.py again", "Flymake[1 0]")
    screen.press("C-x", "C-c")
    screen.wait_for_end()
