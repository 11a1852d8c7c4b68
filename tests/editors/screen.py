"""A terminal that nobody sees, with a program in it: keys go in, what it shows comes out. It is a tmux of its own.

What is shown at each step is kept in the folder THREADLINT_SCREENS, to be looked at.
"""

import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

PATIENCE = float(os.environ.get("THREADLINT_PATIENCE", "60"))
LINE = os.environ["THREADLINT_LINE"]


class Screen:
    """Ends its program, whatever happens."""

    def __init__(self, *command):
        self.kept = pathlib.Path(os.environ["THREADLINT_SCREENS"])
        self.sockets = tempfile.mkdtemp(prefix="threadlint-tmux-")
        shutil.rmtree(self.kept, ignore_errors=True)
        self.kept.mkdir(parents=True)
        self.tmux("new-session", "-d", "-x", "160", "-y", "45", shlex.join(command))
        self.tmux("set-option", "-g", "escape-time", "0")

    def tmux(self, *arguments):
        command = ["tmux", "-S", self.sockets + "/socket", "-f", "/dev/null", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def text(self):
        return self.tmux("capture-pane", "-p").stdout

    def is_alive(self):
        return self.tmux("has-session").returncode == 0

    def press(self, *keys):
        """Keys by their tmux names: `Escape`, `C-x`, `Enter`."""
        self.tmux("send-keys", *keys)

    def type(self, text):
        self.tmux("send-keys", "-l", text)

    def type_slowly(self, text):
        """Each character when the one before is shown. Helix 25.01 mixes up changes that come faster."""
        for end, character in enumerate(text, 1):
            self.type(character)
            self.until("typed text", lambda shown, end=end: text[:end].strip() in shown)

    def wait(self, what, condition):
        """Until the condition holds for what is shown, which is kept then."""
        self.keep(what, self.until(what, condition))

    def until(self, what, condition):
        limit = time.monotonic() + PATIENCE
        while not condition(shown := self.text()):
            if time.monotonic() > limit:
                self.keep("failed", shown)
                raise SystemExit(f"there is no {what}; the screen shows:\n{shown}")
            if not self.is_alive():
                raise SystemExit(f"there is no {what}: the editor has ended")
            time.sleep(0.02)
        return shown

    def comes_to_show(self, text):
        """Whether it does, in a sixth of the patience."""
        limit = time.monotonic() + PATIENCE / 6
        while not (shown := text in self.text()) and time.monotonic() < limit:
            time.sleep(0.02)
        return shown

    def wait_for(self, what, *texts):
        self.wait(what, lambda shown: all(text in shown for text in texts))

    def wait_without(self, what, text):
        self.wait(what, lambda shown: text not in shown)

    def wait_for_file(self, what, name, text):
        """The file may be away for a moment while an editor writes it."""

        def has_text(_):
            try:
                return text.encode() in pathlib.Path(name).read_bytes()
            except FileNotFoundError:
                return False

        self.wait(what, has_text)

    def wait_for_end(self):
        limit = time.monotonic() + PATIENCE
        while self.is_alive():
            if time.monotonic() > limit:
                raise SystemExit(f"the editor does not end; the screen shows:\n{self.text()}")
            time.sleep(0.02)

    def keep(self, what, shown):
        number = len(list(self.kept.iterdir())) + 1
        name = f"{number:02} {what}.txt"
        (self.kept / name).write_text(shown, encoding="utf-8")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.tmux("kill-server")
        shutil.rmtree(self.sockets, ignore_errors=True)


if __name__ == "__main__":
    sys.exit("this is used by the scripts of the editors")
