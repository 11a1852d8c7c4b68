"""Grains, bounds, what is compared, how the state is reset."""

import sys
import unittest

import examples
from support import module, witness

UPDATE = "n = 0\ndef a():\n    global n\n    n += 1\nb = a\n"


class Grains(unittest.TestCase):
    def harm(self, text, grain, **more):
        return witness.check(module(text), examples.CALLS, switch=grain, **more).harm

    def test_a_gap_of_two_lines_shows_at_every_grain(self):
        text = "def one(): return 1\nn = 0\ndef a():\n    global n\n    t = n + one()\n    n = t\nb = a\n"
        for grain in witness.SWITCHES:
            with self.subTest(grain):
                self.assertTrue(self.harm(text, grain))

    def test_a_gap_within_a_line_needs_instructions(self):
        self.assertEqual([self.harm(UPDATE, grain) for grain in ("line", "shared", "opcode", "any")],
                         [False, True, True, True])

    @unittest.skipIf(sys.version_info < (3, 10), "up to 3.9 a switch is possible nearly everywhere")
    def test_a_gap_without_a_call_is_hidden_by_the_gil(self):
        self.assertFalse(self.harm(UPDATE, "gil"))
        self.assertFalse(self.harm(examples.CHECK_THEN_ACT, "gil"))
        result = witness.check(module(UPDATE), examples.CALLS)
        self.assertEqual((result.harm, result.switch), (True, "any"))
        self.assertIn("a GIL build of 3.10 or newer was not seen to switch there", result.text)

    def test_a_gap_with_a_call_is_not(self):
        self.assertTrue(self.harm(examples.LOST_UPDATE, "gil"))
        self.assertEqual(witness.check(module(examples.LOST_UPDATE), examples.CALLS).switch, "gil")

    def test_fewest_preemptions_come_first(self):
        two = """
            old = flag = 0
            def a():
                global flag
                keep = flag
                flag = 1
                flag = keep
            b = a
        """
        self.assertFalse(self.harm(two, "line", bound=1))
        result = witness.check(module(two), examples.CALLS, switch="line", bound=2)
        self.assertTrue(result.harm, result.text)
        self.assertLess(result.schedules, 40)

    def test_three_calls(self):
        result = witness.check(module(examples.SEED), [examples.call_a] * 3, switch="line", bound=1)
        self.assertTrue(result.harm)
        self.assertIn("thread 3", result.observed)

    def test_time_ends_the_search(self):
        text = "def a():\n    n = 0\n    for i in range(300):\n        n += i\n    return n\nb = a\n"
        result = witness.check(module(text), examples.CALLS, seconds=0.5)
        self.assertTrue(result.capped)
        self.assertIn("the time limit ended the search", result.text)
        with self.assertWarnsRegex(UserWarning, "the time limit ended the search"):
            result.raise_for_harm()

    def test_an_unknown_grain_is_refused(self):
        with self.assertRaises(ValueError):
            witness.check(module(UPDATE), examples.CALLS, switch="bytecode")


class Comparison(unittest.TestCase):
    ORDER = "log = []\ndef a():\n    log.append(1)\n    log.append(2)\nb = a\n"

    def test_all_state_counts_by_default(self):
        self.assertTrue(witness.check(module(self.ORDER), examples.CALLS).harm)

    def test_observe_narrows_the_state(self):
        result = witness.check(module(self.ORDER), examples.CALLS, observe=lambda m: sorted(m.log))
        self.assertFalse(result.harm, result.text)

    def test_compare_narrows_everything(self):
        seen = []

        def compare(results, state):
            seen.append(results)
            return len(state.log)

        result = witness.check(module(self.ORDER), examples.CALLS, compare=compare)
        self.assertFalse(result.harm, result.text)
        self.assertEqual(seen[0], [None, None])

    def test_setup_runs_before_the_calls_of_every_schedule(self):
        path = module("items = []\ndef a():\n    if items:\n        items.pop()\nb = a\n")
        self.assertFalse(witness.check(path, examples.CALLS).harm)
        result = witness.check(path, examples.CALLS, setup=lambda m: m.items.append(1))
        self.assertEqual(result.effect, "exception", result.text)

    def test_a_setup_that_fails_is_told(self):
        with self.assertRaisesRegex(witness.NotRunnable, "the setup raised ZeroDivisionError"):
            witness.check(module(UPDATE), examples.CALLS, setup=lambda m: 1 / 0)


@unittest.skipUnless(hasattr(__import__("os"), "fork"), "no fork here")
class Fork(unittest.TestCase):
    def test_other_modules_are_reset_too(self):
        text = "import collections\ncollections.witnessed = 0\n" + UPDATE
        result = witness.check(module(text), examples.CALLS, switch="shared", bound=1, reset="fork")
        self.assertTrue(result.harm, result.text)
        self.assertEqual(result.observed, "thread 1: None; thread 2: None; n: 1")
        self.assertEqual(len(result.interleaving), 2)

    def test_replay_and_deadlock(self):
        result = witness.check(module(examples.LOCK_ORDER), examples.CALLS, examples.LOCK_ORDER_STEPS, reset="fork")
        self.assertEqual((result.how, result.effect), ("replay", "deadlock"), result.text)

    def test_a_call_that_ends_the_process_is_told(self):
        with self.assertRaisesRegex(witness.NotRunnable, "ended by itself"):
            witness.check(module("import os\ndef a(): os._exit(0)\n"), examples.CALLS[:1], reset="fork")


class Fresh(unittest.TestCase):
    def test_a_fresh_module_is_new_and_registers_nothing(self):
        path = module("items = []\n", "fresh_one")
        first, second = witness.fresh(path), witness.fresh(path)
        self.assertIsNot(first.items, second.items)
        self.assertNotIn("fresh_one", sys.modules)


if __name__ == "__main__":
    unittest.main()
