"""Tests of proofs.py: what is noticed. Sabotage of each kind, with a bug of which every answer is made up."""

import pathlib
import sys
import unittest

import proofs

HARM = "`shop` breaks under threads: exception\nshown by schedule 1\n"


class MadeUp(proofs.Bug):
    """A bug that is proven, with a test that does what it should, but for what a test changes."""

    def __init__(self, **changed):
        super().__init__("made up", pathlib.Path(), "threadlint")
        self.finding, self.repair = {"rule": "some-rule"}, "threadlint's"
        self.answers = {"steps": (True, ""), "bad": (False, HARM), "moved": (False, HARM), "fixed": (True, ""), **changed}

    def prove(self, python):
        return self.answers["steps"]

    def test(self, python, runner, text):
        return self.answers[text]


class Deviations(unittest.TestCase):
    def differing(self, **changed):
        return [reason for row in proofs.rows_of(MadeUp(**changed), sys.executable) if row["runner"] == "unittest"
                for reason in row["deviations"]]

    def test_what_is_as_it_should_be_does_not_differ(self):
        self.assertEqual(self.differing(), [])

    def test_steps_that_are_not_proven_differ(self):
        self.assertEqual(self.differing(steps=(False, "why")), ["the steps are not proven: why"])

    def test_a_test_that_passes_before_the_repair_differs(self):
        self.assertEqual(self.differing(bad=(True, "OK")), ["the test passes before: OK"])

    def test_one_that_passes_after_lines_were_added_differs(self):
        self.assertEqual(self.differing(moved=(True, "OK")), ["the test passes moved: OK"])

    def test_one_that_fails_after_the_repair_differs(self):
        self.assertEqual(self.differing(fixed=(False, "FAILED")), ["the test fails after: FAILED"])

    def test_one_that_fails_by_other_steps_or_for_another_reason_differs(self):
        for output in ("ImportError", HARM + "\nreplay: step 2 does not exist"):
            with self.subTest(output):
                self.assertEqual(len(self.differing(bad=(False, output))), 1)


if __name__ == "__main__":
    unittest.main()
