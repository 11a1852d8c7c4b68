"""Tests of verdicts.py: whatever differs is noticed, and named."""

import types
import unittest

from plans import plan_steps
from support import finding
from verdicts import GRAINS, judge, known_in

HARM = "not-serialisable"


def search(harm, **more):
    return {"harm": harm, "schedules": 8, "capped": False, "diverged": 0, "observed": "2", "expected": ["1"],
            "text": "not shown within 8 schedules", "seconds": 0, **more}


def replay(harm, failed_step=None):
    return search(harm, failed_step=failed_step)


class Known(unittest.TestCase):
    def test_a_deviation_may_be_of_some_versions(self):
        entry = {"known": {"replay": {"reason": "why", "python": ["3.11"]}, "fixed": "always"}}

        self.assertEqual(known_in(entry, (3, 11, 7)), {"replay": "why", "fixed": "always"})
        self.assertEqual(known_in(entry, (3, 12, 1)), {"fixed": "always"})

    def test_a_version_may_begin_with_a_release(self):
        entry = {"known": {"replay": [{"reason": "old", "python": ["3.11", "3.12"]},
                                      {"reason": "new", "python": ["3.13.12+", "3.14"]}]}}

        self.assertEqual(known_in(entry, (3, 12, 1)), {"replay": "old"})
        self.assertEqual(known_in(entry, (3, 13, 11)), {})
        self.assertEqual(known_in(entry, (3, 13, 12)), {"replay": "new"})
        self.assertEqual(known_in(entry, (3, 14, 0)), {"replay": "new"})

    def test_what_is_not_measured_is_not_known_to_deviate(self):
        self.assertEqual(known_in({"known": {"breaks_on": "why"}}, (3, 9, 18)), {})


class Verdicts(unittest.TestCase):
    """Sabotage of each kind: what must be noticed is noticed, and named."""

    def example(self, expects="bad", breaks_on="every-build", fixed=False, **entry):
        told = finding((1, "f", "read", 1), breaks_on=breaks_on)
        steps = plan_steps(told, {"module.py": "x = 1\n"})
        return types.SimpleNamespace(entry={"calls": ["m.f()"], **entry}, expects=expects, finding=told,
                                     steps=[] if expects == "good" else steps, fixed_root="there" if fixed else None)

    def results(self, steps=None, searches=(HARM, HARM, HARM), fixed=None, serial_fixed=None):
        results = dict(zip(GRAINS, map(search, searches)))
        if steps:
            results["steps"] = steps
        if fixed:
            results.update({"fixed " + grain: each for grain, each in zip(GRAINS, fixed)})
        if serial_fixed:
            results.update({"serial": {"outcomes": "a"}, "fixed serial": {"outcomes": serial_fixed}})
        return results

    def judge(self, example, results):
        return judge(example, results, (3, 12, 1))

    def test_a_bad_example_that_breaks_by_its_steps_is_as_expected(self):
        self.assertEqual(self.judge(self.example(), self.results(replay(HARM))), ({}, "every-build"))

    def test_a_step_that_cannot_be_done_is_named(self):
        failed = {"step": 1, "reason": "waits for a lock that thread 2 holds"}

        deviations, _ = self.judge(self.example(), self.results(replay("", failed)))

        self.assertIn("step 1 (thread 1, read of `x` in `f`", deviations["replay"])
        self.assertIn("waits for a lock", deviations["replay"])

    def test_steps_without_harm_are_a_deviation(self):
        deviations, _ = self.judge(self.example(), self.results(replay("")))

        self.assertEqual(set(deviations), {"replay"})

    def test_a_label_that_differs_from_what_is_measured_is_a_deviation(self):
        deviations, measured = self.judge(self.example(), self.results(replay(HARM), searches=("", "", HARM)))

        self.assertEqual((set(deviations), measured), ({"breaks_on"}, "free-threaded"))

    def test_before_310_each_instruction_is_a_place_to_switch(self):
        deviations, measured = judge(self.example(breaks_on="free-threaded"), self.results(replay(HARM)), (3, 9, 18))

        self.assertEqual((deviations, measured), ({}, ""))

    def test_a_good_example_that_breaks_is_a_deviation(self):
        deviations, _ = self.judge(self.example("good"), self.results(searches=("", "", HARM)))

        self.assertIn("schedule 8 at shared does harm", deviations["good"])

    def test_a_good_example_with_too_many_schedules_is_a_deviation(self):
        results = self.results(searches=("", "", ""))
        results["line"] = search("", capped=True)

        deviations, _ = self.judge(self.example("good"), results)

        self.assertIn("not all schedules at line", deviations["good"])

    def test_a_repair_that_breaks_is_a_deviation(self):
        results = self.results(replay(HARM), fixed=map(search, ("", HARM, "")))

        deviations, _ = self.judge(self.example(fixed=True), results)

        self.assertEqual(set(deviations), {"fixed"})

    def test_a_repair_that_changes_a_serial_result_is_a_deviation(self):
        results = self.results(replay(HARM), fixed=map(search, ("", "", "")), serial_fixed="b")

        self.assertEqual(set(self.judge(self.example(fixed=True), results)[0]), {"serial"})

    def test_a_bad_example_that_never_breaks_is_a_deviation(self):
        deviations, _ = self.judge(self.example(), self.results(replay(""), searches=("", "", "")))

        self.assertEqual(set(deviations), {"replay", "search"})

    def test_a_hint_that_does_harm_is_a_deviation(self):
        deviations, _ = self.judge(self.example("harmless"), self.results(replay(""), searches=("", HARM, "")))

        self.assertEqual(set(deviations), {"search"})

    def test_a_hint_whose_work_is_done_twice_is_as_expected(self):
        example = self.example("harmless", effect="duplicate-work")
        example.finding["effect"] = "duplicate-work"

        self.assertEqual(self.judge(example, self.results(replay("duplicate-work"), searches=("", "", ""))), ({}, ""))

    def test_schedules_that_do_not_repeat_themselves_are_a_deviation(self):
        results = self.results(searches=("", "", ""))
        results["gil"] = search("", diverged=2)

        self.assertEqual(set(self.judge(self.example("good"), results)[0]), {"good"})

    def test_what_could_not_run_is_a_deviation(self):
        results = {**self.results(replay(HARM)), "line": {"error": "did not end within 60 s", "seconds": 0}}

        self.assertEqual(self.judge(self.example(), results)[0], {"search": "line: did not end within 60 s"})


if __name__ == "__main__":
    unittest.main()
