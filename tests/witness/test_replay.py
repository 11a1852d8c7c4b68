"""Steps are replayed exactly, and wrong ones are refused with a sentence that names the step."""

import unittest

import examples
from support import module, step, witness


def replays(path, steps, times):
    """What `times` replays of the steps did: the set of (outcome, trace)."""
    laboratory = witness._Laboratory(examples.CALLS, None, None, None, "", 60)
    with laboratory.opened(path, None):
        places, failed = laboratory.target.places(steps)
        assert not failed, failed
        laboratory.run_at_home([0, 1])
        found = set()
        for _ in range(times):
            run = laboratory.run("replay", witness._Replay(places, 0))
            found.add((str(run.outcome), run.deadlock, str(run.exceptions), str(run.trace), str(run.chooser.failed_step())))
        return found


class Determinism(unittest.TestCase):
    def test_two_hundred_replays_have_one_outcome_and_one_trace(self):
        for name, (text, steps) in examples.ALL.items():
            with self.subTest(name):
                self.assertEqual(len(replays(module(text), steps, 200)), 1)

    def test_a_search_is_repeatable(self):
        for name, (text, _) in examples.ALL.items():
            with self.subTest(name):
                path = module(text)
                found = {(r.schedules, r.observed, str(r.interleaving)) for r in (
                    witness.check(path, examples.CALLS) for _ in range(3))}
                self.assertEqual(len(found), 1)


class Replay(unittest.TestCase):
    def test_the_steps_of_every_example_do_harm(self):
        for name, (text, steps) in examples.ALL.items():
            with self.subTest(name):
                result = witness.check(module(text), examples.CALLS, steps)
                self.assertEqual((result.harm, result.how, result.failed_step), (True, "replay", None), result.text)
                self.assertLessEqual(result.schedules, 2)  # one for each thread that may go on after the steps

    def test_whole_lines_serve_where_no_access_is_told(self):
        steps = [dict(each, access="", name="") for each in examples.SEED_STEPS]
        self.assertEqual(witness.check(module(examples.SEED), examples.CALLS, steps).how, "replay")

    def test_an_unknown_access_is_the_whole_line(self):
        steps = [dict(each, access="frobnicate") for each in examples.SEED_STEPS]
        self.assertEqual(witness.check(module(examples.SEED), examples.CALLS, steps).how, "replay")

    def test_whole_lines_can_not_split_a_line(self):
        steps = [dict(each, access="", name="") for each in examples.LOST_UPDATE_STEPS]
        self.assertNotEqual(witness.check(module(examples.LOST_UPDATE), examples.CALLS, steps, switch="line", bound=0).how,
                            "replay")

    def test_nth_tells_equal_lines_apart(self):
        path = module("""
            x = 0
            def a():
                global x
                x = x + 1
                y = 2
                x = x + 1
            b = a
        """)
        line = "x = x + 1"
        steps = [step(1, "a", line, "read", "x", nth=2), step(2, "a", line, "write", "x", nth=1),
                 step(2, "a", line, "write", "x", nth=2), step(1, "a", line, "write", "x", nth=2)]
        result = witness.check(path, examples.CALLS, steps)
        self.assertEqual(result.how, "replay", result.text)
        self.assertIn("x: 2", result.observed)
        rows = [(entry["thread"], entry["row"]) for entry in result.interleaving]
        self.assertEqual(rows, [(1, 5), (1, 6), (1, 7), (2, 5), (2, 6), (2, 7)])

    def test_hit_counts_arrivals(self):
        text = examples.SEED
        steps = [step(1, "codecs", "CODECS.append(load(name))", "mutate", "CODECS", hit=2),
                 step(2, "codecs", "return CODECS", "return"), step(2, "a", "return tuple(codecs())", "return")]
        result = witness.check(module(text), examples.CALLS, steps)
        self.assertIn("thread 2: ('LATIN', 'GREEK');", result.observed + ";")

    def test_steps_in_methods_properties_and_nested_functions(self):
        path = module("""
            class Pool:
                items = []
                @property
                def size(self):
                    def count():
                        if not self.items:
                            self.items.append(1)
                            self.items.append(2)
                        return len(self.items)
                    return count()
            pool = Pool()
            def a():
                return pool.size
            b = a
        """)
        steps = [step(1, "Pool.size.count", "self.items.append(1)", "mutate", "self.items"),
                 step(2, "Pool.size.count", "return len(self.items)", "return")]
        result = witness.check(path, examples.CALLS, steps)
        self.assertEqual(result.how, "replay", result.text)
        self.assertIn("thread 2: 1", result.observed)

    def test_a_step_of_the_module_is_done_by_the_import(self):
        steps = [step(1, "<module>", "CODECS = []", "write", "CODECS")] + examples.SEED_STEPS
        self.assertEqual(witness.check(module(examples.SEED), examples.CALLS, steps).how, "replay")

    def test_a_generator_expression_of_the_module_runs_when_it_is_asked(self):
        path = module("""
            numbers = (abs(n) for n in range(9))
            def a():
                return next(numbers)
        """)
        steps = [step(1, "", "numbers = (abs(n) for n in range(9))", "call", "abs"),
                 step(2, "a", "return next(numbers)", "call", "numbers")]
        result = witness.check(path, [lambda m: m.a(), lambda m: m.a()], steps)
        self.assertEqual((result.how, result.effect), ("replay", "exception"), result.text)

    def test_who_waited_second_may_go_on_first_when_both_times_are_over(self):
        path = module("""
            import threading
            ready, jobs = threading.Condition(), [1]
            def a():
                with ready:
                    if not jobs:
                        return None
                    ready.wait(1)
                return jobs.pop()
        """)
        steps = [step(1, "a", "ready.wait(1)", "call", "ready"), step(2, "a", "return jobs.pop()", "call", "jobs"),
                 step(1, "a", "return jobs.pop()", "call", "jobs")]
        result = witness.check(path, [lambda m: m.a(), lambda m: m.a()], steps)
        self.assertEqual((result.how, result.effect), ("replay", "exception"), result.text)

    def test_lines_added_above_change_nothing(self):
        path = module("# one\n# two\n\n\n" + "\n" * 7 + examples.SEED.replace("\n    ", "\n"))
        self.assertEqual(witness.check(path, examples.CALLS, examples.SEED_STEPS).how, "replay")

    def test_a_thread_that_a_call_starts_takes_the_next_number(self):
        path = module("""
            import threading
            class Watcher:
                def __init__(self):
                    self.thread = threading.Thread(target=self.watch)
                    self.thread.start()
                    self.seen = []
                def watch(self):
                    self.seen.append(1)
            def a():
                Watcher().thread.join()
        """)
        steps = [step(1, "Watcher.__init__", "self.thread.start()", "call", "self.thread.start"),
                 step(2, "Watcher.watch", "self.seen.append(1)", "read", "self.seen")]
        result = witness.check(path, examples.CALLS[:1], steps)
        self.assertEqual((result.how, result.effect), ("replay", "exception"), result.text)


class Sabotage(unittest.TestCase):
    def failed(self, text, steps, calls=None):
        result = witness.check(module(text), calls or examples.CALLS, steps, bound=1)
        self.assertNotEqual(result.how, "replay")
        self.assertIn("replay: ", result.text)
        return result.failed_step

    def test_a_line_that_does_not_exist(self):
        steps = [dict(each) for each in examples.SEED_STEPS]
        steps[2]["line"] = "if CODECS is None:"
        failed = self.failed(examples.SEED, steps)
        self.assertEqual(failed["step"], 3)
        self.assertIn("step 3 does not exist: there is no line `if CODECS is None:` in `codecs`", failed["reason"])

    def test_a_function_that_does_not_exist(self):
        failed = self.failed(examples.SEED, [dict(examples.SEED_STEPS[0], function="tables", step=7)])
        self.assertEqual(failed["step"], 7)
        self.assertIn("no function `tables`", failed["reason"])

    def test_a_line_that_is_not_there_often_enough(self):
        failed = self.failed(examples.SEED, [dict(examples.SEED_STEPS[0], nth=2)])
        self.assertIn("is 1 times in `codecs`", failed["reason"])

    def test_a_wrong_line_that_does_no_harm(self):
        steps = examples.SEED_STEPS[:2] + [step(2, "a", "return tuple(codecs())", "read", "codecs")]
        failed = self.failed(examples.SEED, steps)
        self.assertEqual(failed["step"], 3)
        self.assertIn("no harm followed", failed["reason"])

    def test_a_line_that_a_thread_never_reaches(self):
        text = examples.SEED.replace("        return CODECS", "        return CODECS\n        print('never')")
        steps = examples.SEED_STEPS[:3] + [step(2, "codecs", "print('never')")]
        failed = self.failed(text, steps)
        self.assertEqual(failed["step"], 4)
        self.assertIn("thread 2 ended before it reached `print('never')`", failed["reason"])

    def test_a_missing_last_step(self):
        for name in ("seed", "early publish"):  # in the others the harm can not be avoided any more after two steps
            with self.subTest(name):
                text, steps = examples.ALL[name]
                steps = steps[:3]
                failed = self.failed(text, steps)
                self.assertEqual(failed["step"], len(steps))
                self.assertIn(f"every step up to step {len(steps)} was performed and no harm followed", failed["reason"])

    def test_a_lock_that_excludes_the_steps(self):
        text = """
            import threading
            NAMES = ("latin", "greek", "hebrew")
            CODECS = []
            lock = threading.Lock()

            def load(name):
                return name.upper()

            def codecs():
                with lock:
                    if not CODECS:
                        for name in NAMES:
                            CODECS.append(load(name))
                    return CODECS

            def a():
                return tuple(codecs())
            b = a
        """
        failed = self.failed(text, examples.SEED_STEPS)
        self.assertEqual(failed["step"], 3)
        self.assertIn("`if not CODECS:` of thread 2 can not be reached", failed["reason"])
        self.assertIn("a lock that thread 1 holds", failed["reason"])

    def test_a_thread_that_does_not_exist(self):
        failed = self.failed(examples.SEED, examples.SEED_STEPS[:2] + [dict(examples.SEED_STEPS[2], thread=5)])
        self.assertEqual(failed["step"], 3)
        self.assertIn("thread 5", failed["reason"])


if __name__ == "__main__":
    unittest.main()
