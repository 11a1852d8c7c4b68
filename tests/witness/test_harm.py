"""Each kind of harm, and what is none."""

import unittest

import examples
from support import module, witness


def check(text, calls=examples.CALLS, **more):
    return witness.check(module(text), calls, **more)


class Kinds(unittest.TestCase):
    def assertHarm(self, result, effect, how="search"):
        self.assertEqual((result.harm, result.effect, result.how), (True, effect, how), result.text)
        with self.assertRaises(AssertionError):
            result.raise_for_harm()

    def assertNoHarm(self, result):
        self.assertFalse(result.harm, result.text)
        self.assertFalse(result.capped)
        result.raise_for_harm()

    def test_differs_from_every_serial_order(self):
        self.assertHarm(check(examples.SEED), "not-serialisable")

    def test_a_state_that_no_serial_order_leaves(self):
        result = check(examples.LOST_UPDATE)
        self.assertHarm(result, "not-serialisable")
        self.assertEqual(result.observed, "thread 1: None; thread 2: None; hits: 1")

    def test_an_exception_that_no_serial_order_raises(self):
        result = check(examples.CHECK_THEN_ACT)
        self.assertHarm(result, "exception")
        self.assertIn("raises KeyError", result.observed)

    def test_an_exception_that_serial_orders_raise_too_is_none(self):
        result = check("def a(): raise ValueError\nb = a\n")
        self.assertNoHarm(result)
        self.assertIn("call 1 raises ValueError in every serial order too", result.text)

    def test_which_objects_are_the_same_is_no_matter_of_what_is_incomplete(self):
        built_twice = """
            names = None
            def a():
                global names
                if names is None:
                    new_names = {}
                    new_names["a"] = 1
                    names = new_names
                return names
            b = a
        """
        self.assertHarm(check(built_twice), "not-serialisable")
        self.assertNoHarm(check(built_twice, effect="incomplete"))
        self.assertHarm(check(examples.SEED, effect="incomplete"), "not-serialisable")

    def test_deadlock(self):
        result = check(examples.LOCK_ORDER)
        self.assertHarm(result, "deadlock")
        self.assertIn("thread 1 waits at", result.observed)
        self.assertIn("for a lock that thread 2 holds", result.observed)

    def test_deadlock_without_any_switch(self):
        result = check("""
            import threading
            lock = threading.Lock()
            def a():
                with lock:
                    with lock:
                        pass
        """, examples.CALLS[:1])
        self.assertHarm(result, "deadlock", "serial")
        self.assertIn("a lock that it holds itself", result.observed)

    def test_a_lock_that_a_call_leaves_locked(self):
        result = check("""
            import threading
            lock = threading.Lock()
            def a():
                lock.acquire()
                int("x")
                lock.release()
            b = a
        """)
        self.assertHarm(result, "deadlock", "serial")

    def test_an_exception_in_other_threads_than_the_importing_one(self):
        result = check("""
            import threading
            local = threading.local()
            local.cache = {}
            def a():
                return dict(local.cache)
            b = a
        """)
        self.assertHarm(result, "exception", "serial")
        self.assertIn("raises AttributeError", result.observed)

    def test_isolation_only_if_the_finding_is_about_it(self):
        text = """
            def a(found=[]):
                found.append(1)
                return list(found)
            b = a
        """
        self.assertNoHarm(check(text, bound=0))
        self.assertHarm(check(text, effect="leak-between-requests"), "isolation", "serial")

    def test_work_only_if_the_finding_is_about_it(self):
        text = """
            table = None
            def a():
                global table
                if table is None:
                    table = tuple(range(3))
                return table
            b = a
        """
        self.assertNoHarm(check(text))
        result = check(text, effect="duplicate-work")
        self.assertHarm(result, "duplicate-work")
        self.assertIn("ran 2 times instead of 1", result.observed)

    def test_two_objects_instead_of_one(self):
        result = check("""
            class Pool:
                pass
            pool = None
            def a():
                global pool
                if pool is None:
                    pool = Pool()
                return pool
            b = a
        """)
        self.assertHarm(result, "not-serialisable")

    def test_two_equal_tuples_instead_of_one_are_none(self):
        self.assertNoHarm(check("""
            table = None
            def a():
                global table
                if table is None:
                    table = (1, 2)
                return table
            b = a
        """))

    def test_two_equal_named_tuples_instead_of_one_are_none(self):
        self.assertNoHarm(check("""
            import collections
            Pair = collections.namedtuple("Pair", ["left", "right"])
            pair = None
            def a():
                global pair
                if pair is None:
                    pair = Pair(1, 2)
                return pair
            b = a
        """))

    def test_values_that_change_from_run_to_run_are_none(self):
        self.assertNoHarm(check("""
            import random, threading, time
            begun = None
            def a():
                global begun
                begun = 0
                return time.time(), random.random(), object(), threading.get_ident(), threading.current_thread().name
            b = a
        """, bound=1))

    def test_a_list_is_seen_as_it_was_when_it_was_returned(self):
        result = check(examples.SEED.replace("tuple(codecs())", "codecs()"))
        self.assertHarm(result, "not-serialisable")

    def test_class_attributes_and_defaults_are_state(self):
        for text in ("class C:\n    n = 0\ndef a():\n    C.n = C.n + 1\nb = a\n",
                     "def a(n=[0]):\n    n[0] = n[0] + 1\nb = a\n"):
            self.assertHarm(check(text), "not-serialisable")


class Good(unittest.TestCase):
    def test_one_lock_around_all(self):
        text = """
            import threading
            lock = threading.{}()
            codecs = []
            def a():
                with lock:
                    if not codecs:
                        for name in "xyz":
                            codecs.append(name)
                    return tuple(codecs)
            b = a
        """
        for kind in ("Lock", "RLock", "Condition", "Semaphore"):
            for grain in ("line", "shared", "gil", "opcode"):
                if kind != "Lock" and grain != "line":
                    continue
                with self.subTest(kind=kind, grain=grain):
                    result = check(text.format(kind), switch=grain, bound=2 if kind == "Lock" and grain == "line" else 1)
                    self.assertFalse(result.harm, result.text)
                    self.assertFalse(result.capped)
                    self.assertEqual(result.diverged, 0)

    def test_built_first_and_assigned_last(self):
        result = check("""
            table = None
            def a():
                global table
                if table is None:
                    found = []
                    for name in "xy":
                        found.append(name)
                    table = tuple(found)
                return table
            b = a
        """)
        self.assertFalse(result.harm, result.text)
        self.assertTrue(result.text.startswith("not shown within "), result.text)
        self.assertNotIn("safe", result.text)


if __name__ == "__main__":
    unittest.main()
