"""The faults of CPython's tracing that decided how points are made; each test fails with the other way of tracing."""

import subprocess
import sys
import threading
import unittest

import examples
from support import RUNTIME, module, witness


def events_of(path, function, grain):
    """The points of the first run of a function in a thread, in a module that was never run before: (name, row)."""
    seen = []

    class Chooser(witness._Deviations):
        def pick(self, index, current, ready):
            if current is not None:
                seen.append(current.place)
            return super().pick(index, current, ready)

    laboratory = witness._Laboratory([function, function], None, None, None, "", 60)
    with laboratory.opened(path, None):
        run = laboratory.run(grain, Chooser(()))
    return seen, [row for thread, _, row in run.trace if thread == 1]


class Tracing(unittest.TestCase):
    def test_the_first_run_of_a_function_has_opcode_events(self):
        # cpython 114480: settrace has none in 3.12 and 3.13.
        path = module("n = 0\ndef a():\n    global n\n    n += 1\n")
        for grain in ("opcode", "shared"):
            seen, _ = events_of(path, lambda m: m.a(), grain)
            self.assertGreaterEqual(len(seen), 2, grain)

    def test_a_function_of_one_line_has_a_line_event(self):
        # cpython 155992: 3.13 has none unless PY_START is asked for too.
        _, rows = events_of(module("def one(): return 1\n\ndef a():\n    x = one()\n    return x\n"), lambda m: m.a(), "line")
        self.assertEqual(rows, [4, 1, 5])

    def test_a_deadlock_at_opcode_points_does_not_crash(self):
        # 3.12.1 crashes with settrace and opcode events here, so it is done in a process of its own.
        path = module("import threading\nlock = threading.Lock()\ndef a():\n    with lock:\n        with lock:\n            pass\n")
        code = (f"import sys; sys.path.insert(0, {RUNTIME.rpartition('/')[0]!r}); import threadlint_witness as w\n"
                f"for grain in ('gil', 'opcode', 'shared'):\n"
                f"    print(w.check({path!r}, [lambda m: m.a()] * 2, switch=grain).effect)")
        done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60,
                              check=False)
        self.assertEqual((done.returncode, done.stdout.split()), (0, [b"deadlock"] * 3), done.stdout.decode())

    def test_a_thread_that_spins_at_opcode_points_is_stopped(self):
        # Up to 3.11 an exception that is raised in a line event is lost if an opcode event follows.
        path = module("go = False\ndef a():\n    while not go:\n        pass\n")
        before = len(sys._current_frames())
        with self.assertRaises(witness.NotRunnable):
            witness.check(path, [lambda m: m.a()])
        for grain in ("shared", "opcode", "gil"):
            run = events_of(path, lambda m: m.a(), grain)
            self.assertTrue(run)
        self.assertEqual(len(sys._current_frames()), before)

    def test_the_way_of_tracing_fits_the_version(self):
        self.assertEqual(witness._Tracer.__name__, "_Monitoring" if sys.version_info >= (3, 12) else "_Settrace")

    def test_generators_and_comprehensions_have_points(self):
        _, rows = events_of(module("def numbers():\n    yield 1\n    yield 2\n\ndef a():\n    return [\n        n for n in numbers()]\n"),
                            lambda m: m.a(), "line")
        self.assertEqual([row for row in rows if row < 4], [2, 3])

    @unittest.skipIf(sys.version_info >= (3, 12), "two tools can watch there")
    def test_a_debugger_is_refused(self):
        before = sys.gettrace()
        sys.settrace(lambda frame, event, argument: None)
        try:
            with self.assertRaisesRegex(witness.NotRunnable, "a debugger or another tracer is at work"):
                witness.check(module(examples.SEED), examples.CALLS)
        finally:
            sys.settrace(before)

    @unittest.skipIf(sys.version_info < (3, 12), "needs sys.monitoring")
    def test_a_debugger_is_left_alone(self):
        seen = []
        before = sys.gettrace()
        sys.settrace(lambda frame, event, argument: seen.append(event))
        try:
            self.assertTrue(witness.check(module(examples.SEED), examples.CALLS).harm)
            self.assertIsNotNone(sys.gettrace())
        finally:
            sys.settrace(before)
        self.assertTrue(seen)

    @unittest.skipIf(sys.version_info < (3, 12), "needs sys.monitoring")
    def test_another_tool_in_the_same_place_is_told(self):
        sys.monitoring.use_tool_id(3, "someone")
        try:
            with self.assertRaisesRegex(witness.NotRunnable, "another tool .someone. watches"):
                witness.check(module(examples.SEED), examples.CALLS)
        finally:
            sys.monitoring.free_tool_id(3)

    def test_the_garbage_collector_rests_during_a_schedule(self):
        path = module("import gc\ndef a():\n    return gc.isenabled()\n")
        self.assertEqual(witness.check(path, [lambda m: m.a()], bound=0).expected, ["thread 1: False"])
        self.assertTrue(__import__("gc").isenabled())

    def test_no_thread_is_left(self):
        before = threading.active_count()
        witness.check(module(examples.LOCK_ORDER), examples.CALLS)
        self.assertEqual(threading.active_count(), before)


if __name__ == "__main__":
    unittest.main()
