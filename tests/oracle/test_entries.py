"""Tests of entries.py: what a file of calls may say."""

import pathlib
import sys
import tempfile
import unittest

from entries import ASPECTS, KEYS, read_calls
from errors import OracleError

README = pathlib.Path(__file__).resolve().parent / "README.md"


@unittest.skipIf(sys.version_info < (3, 11), "there is no tomllib")
class Calls(unittest.TestCase):
    def read(self, text):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "some_rule.toml"
            path.write_text(text)
            return read_calls(path)

    def test_a_section_has_the_defaults_that_it_does_not_change(self):
        (entry,), _ = self.read("""
            defaults = {setup = "a", bound = 1}
            section = [{heading = "First", calls = ["m.f()"], bound = 3}]""")

        self.assertEqual((entry["rule"], entry["page"], entry["setup"], entry["bound"]),
                         ("some-rule", "some_rule.md", "a", 3))

    def test_a_rule_that_cannot_be_executed_has_a_reason_and_no_entries(self):
        self.assertEqual(self.read('not_executable = "why"'), ([], "why"))

    def test_a_key_without_a_meaning_is_an_error(self):
        for line in ('breaks_on = "every-build"', 'known = {label = "why"}'):
            with self.subTest(line), self.assertRaises(OracleError):
                self.read(f'[[section]]\nheading = "First"\ncalls = []\n{line}\n')

    def test_so_it_is_among_the_defaults(self):
        with self.assertRaises(OracleError):
            self.read('defaults = {call = "m.f()"}\nsection = [{heading = "First", calls = []}]')


class Manual(unittest.TestCase):
    def test_each_key_and_aspect_is_explained(self):
        text = README.read_text()

        self.assertEqual([key for key in (*sorted(KEYS), *ASPECTS) if f"`{key}`" not in text], [])


if __name__ == "__main__":
    unittest.main()
