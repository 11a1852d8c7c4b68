"""The runtime in a test as threadlint writes it: fails before the repair, passes after it, untouched by moved lines."""

import os
import subprocess
import sys
import tempfile
import textwrap
import unittest

import examples
from support import RUNTIME

BAD = textwrap.dedent(examples.SEED)
GOOD = """\
CODECS = None

def codecs():
    global CODECS
    if CODECS is None:
        CODECS = tuple(name.upper() for name in ("latin", "greek"))
    return CODECS
"""
TEST = f"""\
import unittest
import threadlint_witness as witness

STEPS = {examples.SEED_STEPS[:4]!r}

def call_1(m): return tuple(m.codecs())
def call_2(m): return tuple(m.codecs())

class Test(unittest.TestCase):
    def test_codecs_complete_in_every_thread(self):
        witness.check("shop.codecs", [call_1, call_2], STEPS).raise_for_harm()
"""


class Generated(unittest.TestCase):
    def run_test(self, text):
        with tempfile.TemporaryDirectory() as root:
            os.mkdir(os.path.join(root, "shop"))
            for name, content in (("shop/__init__.py", ""), ("shop/codecs.py", text), ("test_codecs.py", TEST)):
                with open(os.path.join(root, name), "w", encoding="utf-8") as file:
                    file.write(content)
            environment = dict(os.environ, PYTHONPATH=os.path.dirname(RUNTIME))
            done = subprocess.run([sys.executable, "-m", "unittest", "test_codecs"], cwd=root, env=environment,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False)
            return done.returncode, done.stdout.decode()

    def test_it_fails_before_the_repair_and_shows_the_lines(self):
        code, output = self.run_test(BAD)
        self.assertEqual(code, 1, output)
        self.assertIn("AssertionError: `shop.codecs` breaks under threads", output)
        self.assertIn("observed: thread 1: ('LATIN', 'GREEK', 'HEBREW'); thread 2: ('LATIN',)", output)
        self.assertIn("thread 2  return CODECS", output)
        self.assertIn("by schedule 1", output)

    def test_lines_added_above_change_nothing(self):
        code, output = self.run_test("import os\n\n\ndef other():\n    return os.name\n\n" + BAD)
        self.assertEqual(code, 1, output)
        self.assertIn("by schedule 1", output)

    def test_it_passes_after_the_repair(self):
        code, output = self.run_test(GOOD)
        self.assertEqual(code, 0, output)


if __name__ == "__main__":
    unittest.main()
