"""Tests of what run.py does around the runtime: pages, anchors of steps, repairs, verdicts.

    python -m unittest discover tests/oracle
"""

import pathlib
import tempfile
import types
import unittest

import run

PAGE = """# rule

Text.

## First

```python
a = 1
#   ^ warning[rule]: seen
b = 2
```

```python fixed
a = 3
```

## Second

`shop/a.py`:

````python
x = '''
```
'''
````

`b.py`:

```python
```
"""


def finding(*steps, **more):
    return {
        "rule": "some-rule", "effect": "lost-update", "breaks_on": "every-build", "severity": "warning", "filename": "module.py", "location": {"row": 1},
        "interleaving": [
            {"step": number, "thread": thread, "function": function, "access": access, "name": "x", "text": "does",
             "filename": "./module.py", "location": {"row": row, "column": 1}}
            for number, (thread, function, access, row) in enumerate(steps, 1)
        ],
        **more,
    }


class Pages(unittest.TestCase):
    def read(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "page.md"
            path.write_text(PAGE)
            return run.read_page(path)

    def test_marks_are_no_lines_of_the_module(self):
        self.assertEqual(self.read()["First"].modules, {"module.py": "a = 1\nb = 2\n"})

    def test_the_fixed_block_is_kept_apart(self):
        self.assertEqual(self.read()["First"].fixed, {"module.py": "a = 3\n"})

    def test_a_line_above_names_the_module(self):
        self.assertEqual(self.read()["Second"].modules, {"shop/a.py": "x = '''\n```\n'''\n", "b.py": ""})


class Steps(unittest.TestCase):
    TEXT = {"module.py": "def f():\n    x = 1\n    def x_of():\n        x = 1\n    x = 1\n    x = 1\n"}

    def test_a_line_is_counted_in_its_function_alone(self):
        steps = run.plan_steps(finding((1, "f", "write", 5), (1, "f", "write", 6)), self.TEXT)

        self.assertEqual([(step["line"], step["nth"], step["hit"]) for step in steps], [("x = 1", 2, 1), ("x = 1", 3, 1)])

    def test_the_same_access_once_more_is_the_next_arrival_of_that_thread(self):
        steps = run.plan_steps(
            finding((1, "f", "iterate", 2), (2, "f", "iterate", 2), (1, "f", "iterate", 2)), self.TEXT)

        self.assertEqual([step["hit"] for step in steps], [1, 1, 2])

    def test_another_access_in_the_line_belongs_to_the_same_arrival(self):
        steps = run.plan_steps(finding((1, "f", "read", 2), (1, "f", "write", 2)), self.TEXT)

        self.assertEqual([step["hit"] for step in steps], [1, 1])

    def test_code_of_no_function_is_the_module(self):
        (step,) = run.plan_steps(finding((1, "", "write", 1)), {"module.py": "x = 1\n"})

        self.assertEqual((step["function"], step["nth"]), ("<module>", 1))


class Repairs(unittest.TestCase):
    def test_edits_are_made_from_the_last_to_the_first(self):
        def edit(row, begin, end, content):
            return {"filename": "./module.py", "location": {"row": row, "column": begin},
                    "end_location": {"row": row, "column": end}, "content": content}

        fixed = run.repaired({"module.py": "ab\ncd\n", "b.py": "x"},
                             {"edits": [edit(1, 1, 2, "long"), edit(2, 2, 3, "")]})

        self.assertEqual(fixed, {"module.py": "longb\nc\n", "b.py": "x"})

    def test_of_two_edits_at_one_place_the_first_stays_first(self):
        place = {"row": 1, "column": 2}
        edits = [{"filename": "b.py", "location": place, "end_location": place, "content": each} for each in "12"]

        self.assertEqual(run.repaired({"b.py": "xy"}, {"edits": edits}), {"b.py": "x12y"})

    def test_what_is_inserted_comes_before_what_is_replaced(self):
        begin, end = {"row": 1, "column": 1}, {"row": 1, "column": 2}
        edits = [{"filename": "b.py", "location": begin, "end_location": end, "content": "new"},
                 {"filename": "b.py", "location": begin, "end_location": begin, "content": "if "}]

        self.assertEqual(run.repaired({"b.py": "xy"}, {"edits": edits}), {"b.py": "if newy"})

    def test_the_preferred_fix_is_made(self):
        first = {"title": "a", "preferred": False, "edits": [1]}
        preferred = {"title": "b", "preferred": True, "edits": [1]}

        self.assertIs(run.fix_of({}, {"fixes": [first, preferred]}), preferred)

    def test_the_entry_chooses_a_fix_by_its_title(self):
        first = {"title": "a lock", "preferred": False, "edits": [1]}
        preferred = {"title": "b", "preferred": True, "edits": [1]}

        self.assertIs(run.fix_of({"fix": "lock"}, {"fixes": [first, preferred]}), first)

    def test_a_fix_without_edits_is_none(self):
        self.assertIsNone(run.fix_of({}, {"fixes": [{"title": "a", "preferred": True, "edits": []}]}))


def search(harm, **more):
    return {"harm": harm, "schedules": 8, "capped": False, "diverged": 0, "observed": "2", "expected": ["1"],
            "text": "not shown within 8 schedules", "seconds": 0, **more}


def replay(harm, failed_step=None):
    return search(harm, failed_step=failed_step)


HARM = "not-serialisable"


class Known(unittest.TestCase):
    def test_a_deviation_may_be_of_some_versions(self):
        entry = {"known": {"replay": {"reason": "why", "python": ["3.11"]}, "fixed": "always"}}

        self.assertEqual(run.known_in(entry, (3, 11, 7)), {"replay": "why", "fixed": "always"})
        self.assertEqual(run.known_in(entry, (3, 12, 1)), {"fixed": "always"})

    def test_what_is_not_measured_is_not_known_to_deviate(self):
        self.assertEqual(run.known_in({"known": {"breaks_on": "why"}}, (3, 9, 18)), {})


class Verdicts(unittest.TestCase):
    """Sabotage of each kind: what must be noticed is noticed, and named."""

    def example(self, expects="bad", breaks_on="every-build", fixed=False, **entry):
        told = finding((1, "f", "read", 1), breaks_on=breaks_on)
        steps = run.plan_steps(told, {"module.py": "x = 1\n"})
        return types.SimpleNamespace(entry={"calls": ["m.f()"], **entry}, expects=expects, finding=told, steps=[] if expects == "good" else steps,
                                     fixed_root="there" if fixed else None)

    def results(self, steps=None, searches=(HARM, HARM, HARM), fixed=None, serial_fixed=None):
        results = dict(zip(run.GRAINS, map(search, searches)))
        if steps:
            results["steps"] = steps
        if fixed:
            results.update({"fixed " + grain: each for grain, each in zip(run.GRAINS, fixed)})
        if serial_fixed:
            results.update({"serial": {"outcomes": "a"}, "fixed serial": {"outcomes": serial_fixed}})
        return results

    def judge(self, example, results):
        return run.judge(example, results, (3, 12, 1))

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
        deviations, measured = run.judge(self.example(breaks_on="free-threaded"), self.results(replay(HARM)), (3, 9, 18))

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
        deviations, _ = self.judge(self.example(fixed=True), self.results(replay(HARM), fixed=map(search, ("", HARM, ""))))

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
