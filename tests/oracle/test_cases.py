"""Tests of cases.py: what is taken out of a history, and what is said about it."""

import contextlib
import importlib.util
import io
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import cases
from errors import OracleError

README = pathlib.Path(__file__).resolve().parent / "README.md"
BAD = """names = []
def all_names():
    if not names:
        names.append("a")
        names.append("b")
    return names
"""
FIXED = """def all_names():
    return ["a", "b"]
"""
CASE = """
id = "shop-names"
repository = "somebody/shop"
bad_commit = "HEAD~1"
fix_commit = "HEAD"
root = "src"
path = "src/shop/names.py"
line = 3
calls = ["tuple(m.all_names())", "tuple(m.all_names())"]
observe = "None"
"""


class Texts(unittest.TestCase):
    TEXT = "import os\nfrom a import b as c\n\n@c\ndef f():\n    pass\n\ntry:\n    x = 1\nexcept E:\n    y = 2\nz = 3\n"

    def test_what_is_not_named_is_blank_and_no_row_moves(self):
        (text,) = cases.only(["f", "c"], self.TEXT)

        self.assertEqual(text, "\nfrom a import b as c\n\n@c\ndef f():\n    pass\n\n\n\n\n\n\n")

    def test_a_statement_stays_whole(self):
        (text,) = cases.only(["y"], self.TEXT)

        self.assertEqual(text.split(), "try: x = 1 except E: y = 2".split())

    def test_a_name_may_be_in_one_text_alone(self):
        self.assertEqual(cases.only(["x", "lock"], "x = 1\n", "lock = x = 1\n"), ["x = 1\n", "lock = x = 1\n"])

    def test_a_name_of_no_text_is_an_error(self):
        with self.assertRaises(OracleError):
            cases.only(["x", "lock"], "x = 1\n", "x = 2\n")

    def test_imports_of_the_future_are_kept(self):
        self.assertEqual(cases.only(["x"], "from __future__ import annotations\nx = 1\n"),
                         ["from __future__ import annotations\nx = 1\n"])

    @unittest.skipUnless(importlib.util.find_spec("lib2to3"), "there is no lib2to3")
    def test_python_2_becomes_python_3_in_the_same_rows(self):
        text = "try:\n    f()\nexcept (E, F), e:\n    raise G, 'text'\nprint 1\n"

        self.assertEqual(cases.as_python_3(text).rstrip(),
                         "try:\n    f()\nexcept (E, F) as e:\n    raise G('text')\nprint(1)")

    def test_a_stand_in_has_any_name(self):
        names = {}
        exec(cases.STAND_IN, names)
        decorator = names["__getattr__"]("decorator")

        self.assertEqual((decorator(size=1)(len), type("Child", (decorator,), {}).__base__), (len, decorator))


@unittest.skipIf(sys.version_info < (3, 11), "there is no tomllib")
class Files(unittest.TestCase):
    def read(self, text):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "case.toml"
            path.write_text(text)
            return cases.read_case(path)

    def test_blank_lines_are_no_lines_of_a_harness(self):
        case = self.read(CASE + "setup = '''\n\na = 1\n\nb = 2\n'''\n[files]\n\"c.py\" = 'c = 3'\n")

        self.assertEqual(cases.harness_lines(case), 6)

    def test_a_harness_that_is_too_long_is_an_error(self):
        with self.assertRaises(OracleError):
            self.read(CASE + "setup = '''" + "a = 1\n" * 13 + "'''\n")

    def test_a_key_without_a_meaning_or_one_that_is_missing_is_an_error(self):
        for text in (CASE + "rule = 'some-rule'\n", CASE.replace("line = 3", "")):
            with self.subTest(text), self.assertRaises(OracleError):
                self.read(text)

    def test_each_case_names_whole_commits_and_why_a_repair_is_not_expected_to_hold(self):
        for path in sorted(cases.FOLDER.glob("*.toml")):
            with self.subTest(path.stem):
                case = cases.read_case(path)
                self.assertTrue(all(re.fullmatch("[0-9a-f]{40}", case[key]) for key in ("bad_commit", "fix_commit")))
                self.assertEqual(bool(case["reason"]), case["fix_still_breaks"])


class Expectations(unittest.TestCase):
    """Sabotage of each kind: what must be noticed is noticed."""

    def differing(self, bad="deadlock", fixed="", case={}, **more):
        results = {name: {"harm": harm, "schedules": 8, "capped": False, "diverged": 0, "text": "text", **more}
                   for name, harm in (("bad", bad), ("fixed", fixed))}
        return set(cases.deviations({**cases.DEFAULTS, **case}, results))

    def test_a_bug_that_is_proven_and_a_repair_that_survives_are_as_expected(self):
        self.assertEqual(self.differing(), set())

    def test_a_bug_that_is_not_proven_differs(self):
        self.assertEqual(self.differing(bad=""), {"bad"})

    def test_a_repair_that_breaks_differs_if_nobody_knows(self):
        self.assertEqual(self.differing(fixed="deadlock"), {"fixed"})
        self.assertEqual(self.differing(fixed="deadlock", case={"fix_still_breaks": True}), set())

    def test_so_does_a_repair_that_breaks_no_longer(self):
        self.assertEqual(self.differing(case={"fix_still_breaks": True}), {"fixed"})

    def test_a_repair_of_which_schedules_are_left_is_not_said_to_survive(self):
        self.assertEqual(self.differing(capped=True), {"fixed"})
        self.assertEqual(self.differing(diverged=1), {"fixed"})

    def test_what_could_not_run_differs(self):
        self.assertEqual(self.differing(error="why"), {"bad", "fixed"})


@unittest.skipIf(sys.version_info < (3, 11), "there is no tomllib")
class Runs(unittest.TestCase):
    """A whole run, of a history that is made here."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "shop-names.toml").write_text(CASE)
        self.addCleanup(setattr, cases, "FOLDER", cases.FOLDER)
        cases.FOLDER = self.folder

    def make_history(self):
        repository = self.folder / "mirrors" / "somebody+shop"
        path = repository / "src" / "shop" / "names.py"
        path.parent.mkdir(parents=True)
        self.git(repository, "init", "--quiet")
        for text in (BAD, FIXED):
            path.write_text(text)
            self.git(repository, "add", ".")
            self.git(repository, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "-m", "Change names")

    def git(self, repository, *arguments):
        subprocess.run(["git", "-C", str(repository), *arguments], check=True)

    def run_cases(self):
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            code = cases.main(["--mirrors", str(self.folder / "mirrors")])
        return code, output.getvalue()

    def test_the_bug_is_proven_at_its_line_and_the_repair_survives(self):
        self.make_history()

        code, output = self.run_cases()

        self.assertRegex(output, r"shop-names +3 .*breaks at \d+ +not-serialisable +in it +survives \d+ ")
        self.assertEqual((code, "1 cases, 1 proven" in output), (0, True))

    def test_a_case_without_its_repository_is_skipped_and_counted(self):
        code, output = self.run_cases()

        self.assertIn("skipped shop-names", output)
        self.assertEqual((code, "1 skipped" in output), (1, True))


class Manual(unittest.TestCase):
    def test_each_key_is_explained(self):
        text = README.read_text()

        self.assertEqual([key for key in sorted(cases.NEEDED | cases.DEFAULTS.keys()) if f"`{key}`" not in text], [])


if __name__ == "__main__":
    unittest.main()
