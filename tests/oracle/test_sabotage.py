"""An example from end to end, right and with each kind of wrong step: the oracle must name what is wrong."""

import pathlib
import sys
import tempfile
import unittest

from child import RUNTIME
from pages import Section
from plans import Example
from run import judge_rule
from verdicts import grains_of

CODE = """
import threading

_lock = threading.Lock()
_codecs = None

def codecs():
    global _codecs
    if _codecs is None:
        with _lock:
            if _codecs is None:
                _codecs = []
                for name in ("latin", "greek"):
                    _codecs.append(name)
    return _codecs
"""
STEPS = [  # thread, row, access, what
    (1, 9, "test", "_codecs", "finds it `None`"),
    (1, 12, "write", "_codecs", "publishes it"),
    (2, 9, "test", "_codecs", "finds it not `None`"),
    (2, 15, "return", "_codecs", "returns it unfinished"),
]


@unittest.skipUnless(RUNTIME.exists(), "there is no runtime")
class Sabotage(unittest.TestCase):
    def judged(self, steps, calls=("tuple(m.codecs())", "tuple(m.codecs())"), breaks_on="every-build", **more):
        finding = {
            "rule": "some-rule", "severity": "error", "effect": "incomplete", "breaks_on": breaks_on, "fingerprint": "",
            "filename": "module.py", "location": {"row": 12}, "fixes": [],
            "interleaving": [
                {"step": number, "thread": thread, "function": "codecs", "access": access, "name": name, "text": text,
                 "filename": "module.py", "location": {"row": row, "column": 1}}
                for number, (thread, row, access, name, text) in enumerate(steps, 1)
            ],
            **more,
        }
        entry = {"rule": "some-rule", "heading": "", "setup": "", "observe": "", "import": "", "known": {}, "bound": 1,
                 "effect": "", "calls": list(calls)}
        section = Section("")
        section.modules["module.py"] = CODE
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            example = Example(entry, section, folder, lambda root: [finding] if steps else [])
            (row,) = judge_rule(sys.executable, sys.version_info[:3], [example], folder / "run")
            return row

    def test_right_steps_are_proven(self):
        row = self.judged(STEPS)

        self.assertEqual((row["replay"], row["unknown"]), ("proven", {}))

    def test_a_wrong_line_is_named(self):
        row = self.judged([*STEPS[:2], (2, 12, "write", "_codecs", "is not what it does"), STEPS[3]])

        self.assertIn("step 3", row["unknown"]["replay"])

    def test_a_missing_last_step_is_noticed(self):
        row = self.judged(STEPS[:3])

        self.assertIn("step 3", row["unknown"]["replay"])
        self.assertIn("no harm", row["unknown"]["replay"])

    def test_a_lock_that_excludes_a_step_is_named(self):
        row = self.judged([(2, 9, "test", "_codecs", "finds it `None`"), *STEPS[:2],
                           (2, 11, "test", "_codecs", "looks again under the lock"), STEPS[3]])

        self.assertIn("step 4", row["unknown"]["replay"])
        self.assertIn("lock", row["unknown"]["replay"])

    @unittest.skipIf("gil" not in grains_of(sys.version_info[:2]), "this version does not tell the labels apart")
    def test_a_wrong_label_is_noticed(self):
        row = self.judged(STEPS, breaks_on="free-threaded")

        self.assertEqual(row["unknown"], {"breaks_on": "says free-threaded, is every-build"})

    def test_bad_code_without_a_finding_is_noticed(self):
        row = self.judged([])

        self.assertEqual(set(row["unknown"]), {"good"})

    def test_a_fix_that_does_not_mend_is_noticed(self):
        place = {"row": 1, "column": 1}
        edit = {"filename": "module.py", "location": place, "end_location": place, "content": "# no better\n"}

        row = self.judged(STEPS, fixes=[{"title": "fix", "preferred": True, "edits": [edit]}])

        self.assertEqual(set(row["unknown"]), {"fixed"})

    def test_a_module_that_ends_the_interpreter_loses_itself_only(self):
        row = self.judged(STEPS, calls=("__import__('os')._exit(3)", "0"))

        self.assertIn("the interpreter ended with 3", row["unknown"]["search"])


if __name__ == "__main__":
    unittest.main()
