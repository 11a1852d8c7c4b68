"""Modules that do what they should not: the plan ends within its limit, with a result that says what happened."""

import os
import sysconfig
import tempfile
import unittest

import examples
from support import RUNTIME, module, run_plan, step, sys

LIMIT = 1  # seconds given to what never ends; the process may take a little more to write and to go


class Hostile(unittest.TestCase):
    def run_module(self, text, codes=("m.a()",), seconds=9, **more):
        result, took = run_plan(module(text), codes, seconds, **more)
        self.assertLess(took, seconds + 8)  # the machine may be busy
        self.assertEqual(result["printed"], "")
        return result

    def assertNotRun(self, result, sentence):
        self.assertEqual(result["verdict"], "not-run", result)
        self.assertIn(sentence, result["message"])

    def test_hangs_at_import(self):
        self.assertNotRun(self.run_module("while True: pass", seconds=LIMIT), "the time limit of 1 s ended the import of `module_")

    def test_waits_for_ever_at_import(self):
        result = self.run_module("import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()\n")
        self.assertNotRun(result, "waits for ever")

    def test_holds_the_interpreter_and_never_lets_go(self):
        result = self.run_module("import re\nre.match('(a+)+b', 'a' * 60)\n", seconds=LIMIT)
        # Without a global lock the runtime goes on beside it, and can tell.
        is_free_threaded = sysconfig.get_config_var("Py_GIL_DISABLED")
        self.assertNotRun(result, "the time limit of 1 s ended the import of `module_" if is_free_threaded
                          else "the process ended before it could tell")

    def test_prints_endlessly(self):
        result = self.run_module("while True: print('spam' * 1000)", seconds=LIMIT)
        self.assertNotRun(result, "the time limit")

    def test_prints_much(self):
        result = self.run_module("import os\ndef a():\n    print('spam' * 10000)\n    os.system('echo spam')\n")
        self.assertEqual(result["verdict"], "not-shown", result)
        self.assertEqual(result["output"][:8], "spamspam")
        self.assertLess(len(result["output"]), 5000)

    def test_exits_at_import(self):
        self.assertNotRun(self.run_module("import sys\nsys.exit(3)\n"), "raised SystemExit: 3")

    def test_exits_in_a_call(self):
        result = self.run_module("import sys\ndef a():\n    sys.exit(3)\n")
        self.assertEqual(result["verdict"], "not-shown")
        self.assertIn("call 1 raises SystemExit in every serial order too", result["message"])

    def test_ends_the_process(self):
        self.assertNotRun(self.run_module("import os\nos._exit(3)\n"), "the process ended before it could tell")

    def test_starts_threads_that_never_end(self):
        result = self.run_module("""
            import threading, time
            def beat():
                while True:
                    time.sleep(0.01)
            def a():
                threading.Thread(target=beat).start()
                return 1
            threading.Thread(target=beat).start()
        """, seconds=2)
        self.assertIn(result["verdict"], ("not-shown", "not-run"), result)

    def test_starts_a_thread_that_spins(self):
        result = self.run_module("""
            import threading
            def spin():
                while True:
                    pass
            def a():
                threading.Thread(target=spin).start()
                return 1
        """)
        self.assertIn(result["verdict"], ("not-shown", "not-run"), result)

    def test_holds_a_foreign_lock(self):
        result = self.run_module("""
            import _queue
            lock = _queue.SimpleQueue()
            def a():
                lock.get()
        """, seconds=LIMIT)
        self.assertNotRun(result, "the time limit of 1 s ended the calls one after the other in one thread")

    def test_deadlocks_on_locks_of_the_system(self):
        text = examples.LOCK_ORDER.replace("import threading", "import _thread").replace(
            "threading.Lock()", "_thread.allocate_lock()")
        result = self.run_module(text, ["m.a()", "m.b()"], steps=examples.LOCK_ORDER_STEPS)
        self.assertEqual((result["verdict"], result["effect"]), ("proven", "deadlock"), result)

    def test_can_not_be_imported(self):
        self.assertNotRun(self.run_module("import a_module_that_is_not_there\n"), "raised ModuleNotFoundError: No module")
        self.assertNotRun(self.run_module("def broken(:\n"), "raised SyntaxError")

    def test_is_not_there(self):
        result, _ = run_plan(module("pass"), ["1"], LIMIT, module="shop.codecs")
        self.assertNotRun(result, "`shop.codecs` can not be found")

    def test_catches_everything(self):
        result = self.run_module("""
            import threading
            lock = threading.Lock()
            def a():
                while True:
                    try:
                        with lock:
                            with lock:
                                pass
                    except BaseException:
                        pass
        """, seconds=LIMIT)
        self.assertIn(result["verdict"], ("other-schedule", "not-run"), result["message"])

    def test_asks_for_input(self):
        self.assertNotRun(self.run_module("name = input()\n"), "raised EOFError")

    def test_has_a_text_that_raises(self):
        result = self.run_module("""
            class Odd:
                def __repr__(self):
                    raise ValueError
                def __eq__(self, other):
                    raise ValueError
                def __hash__(self):
                    return 1
            odd = Odd()
            def a():
                return odd
        """)
        self.assertEqual(result["verdict"], "not-shown", result)


class Plan(unittest.TestCase):
    def test_proven(self):
        result, _ = run_plan(module(examples.SEED), ["m.a()", "return m.b()"], steps=examples.SEED_STEPS)
        self.assertEqual((result["verdict"], result["effect"], result["schedules"], result["failed_step"]),
                         ("proven", "not-serialisable", 1, None), result)
        self.assertEqual(result["observed"], "thread 1: ('LATIN', 'GREEK', 'HEBREW'); thread 2: ('LATIN',)")
        self.assertEqual(result["expected"], ["thread 1: ('LATIN', 'GREEK', 'HEBREW'); thread 2: ('LATIN', 'GREEK', 'HEBREW')"])
        self.assertEqual(set(result["interleaving"][0]), {"thread", "filename", "row", "hit"})
        self.assertEqual(result["python"], ".".join(map(str, sys.version_info[:3])))

    def test_other_schedule(self):
        steps = [dict(examples.SEED_STEPS[0], line="nothing")]
        result, _ = run_plan(module(examples.SEED), ["m.a()", "m.b()"], steps=steps)
        self.assertEqual((result["verdict"], result["failed_step"]["step"]), ("other-schedule", 1))

    def test_not_shown(self):
        result, _ = run_plan(module("def a(): return 1\n"), ["m.a()", "m.a()"])
        self.assertEqual((result["verdict"], result["capped"]), ("not-shown", False))
        self.assertIn(f"not shown within {result['schedules']} schedules", result["message"])

    def test_setup_names_and_observe(self):
        path = module("""
            class Counter:
                def __init__(self, start):
                    self.n = start
                def add(self):
                    n = self.n
                    self.n = n + 1
        """)
        result, _ = run_plan(path, ["counter.add()", "for _ in range(1):\n    counter.add()"],
                             setup="start = 5\ncounter = m.Counter(start)", observe="counter.n")
        self.assertEqual((result["verdict"], result["observed"]),
                         ("other-schedule", "thread 1: None; thread 2: None; observed: 6"), result)

    def test_calls_that_are_not_filled_in(self):
        for call in ({"thread": 2, "code": "m.b(...)", "known": True}, {"thread": 2, "code": "m.b()", "known": False},
                     {"thread": 2, "code": "", "known": True}):
            calls = [{"thread": 1, "code": "m.a()", "known": True}, call]
            result, _ = run_plan(module(examples.SEED), [], calls=calls)
            self.assertEqual(result["verdict"], "not-run")
            self.assertIn("fill in the call of thread 2", result["message"])

    def test_a_package(self):
        with tempfile.TemporaryDirectory() as root:
            os.mkdir(os.path.join(root, "shop"))
            for name, text in (("__init__", "from shop.codecs import codecs\n"), ("names", "def load(n):\n    return n\n"),
                               ("codecs", "from . import names\nCODECS = []\ndef codecs():\n    if not CODECS:\n"
                                          "        for n in 'abc':\n            CODECS.append(names.load(n))\n"
                                          "    return tuple(CODECS)\n")):
                with open(os.path.join(root, "shop", name + ".py"), "w", encoding="utf-8") as file:
                    file.write(text)
            steps = [step(1, "codecs", "CODECS.append(names.load(n))", "mutate", "CODECS", filename="shop/codecs.py"),
                     step(2, "codecs", "return tuple(CODECS)", "return", filename="shop/codecs.py")]
            result, _ = run_plan(module("pass"), ["m.codecs()"] * 2, root=root, module="shop.codecs", steps=steps,
                                 filename="shop/codecs.py", trace=["shop/**.py"])
        self.assertEqual(result["verdict"], "proven", result)
        self.assertIn("shop/names.py", {entry["filename"] for entry in result["interleaving"]})

    def test_a_wrong_command(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(os.system(f'"{sys.executable}" "{RUNTIME}" walk 2>{folder}/out') >> 8, 2)


if __name__ == "__main__":
    unittest.main()
