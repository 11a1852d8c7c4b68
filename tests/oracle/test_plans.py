"""Tests of plans.py: how a step finds its line again."""

import unittest

from plans import plan_steps
from support import finding


class Steps(unittest.TestCase):
    TEXT = {"module.py": "def f():\n    x = 1\n    def x_of():\n        x = 1\n    x = 1\n    x = 1\n"}

    def test_a_line_is_counted_in_its_function_alone(self):
        steps = plan_steps(finding((1, "f", "write", 5), (1, "f", "write", 6)), self.TEXT)

        self.assertEqual([(step["line"], step["nth"], step["hit"]) for step in steps],
                         [("x = 1", 2, 1), ("x = 1", 3, 1)])

    def test_the_same_access_once_more_is_the_next_arrival_of_that_thread(self):
        steps = plan_steps(
            finding((1, "f", "iterate", 2), (2, "f", "iterate", 2), (1, "f", "iterate", 2)), self.TEXT)

        self.assertEqual([step["hit"] for step in steps], [1, 1, 2])

    def test_another_access_in_the_line_belongs_to_the_same_arrival(self):
        steps = plan_steps(finding((1, "f", "read", 2), (1, "f", "write", 2)), self.TEXT)

        self.assertEqual([step["hit"] for step in steps], [1, 1])

    def test_code_of_no_function_is_the_module(self):
        (step,) = plan_steps(finding((1, "", "write", 1)), {"module.py": "x = 1\n"})

        self.assertEqual((step["function"], step["nth"]), ("<module>", 1))


if __name__ == "__main__":
    unittest.main()
