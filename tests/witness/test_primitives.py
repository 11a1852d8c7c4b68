"""What `threading`, `queue` and `time` offer works under a schedule, without waiting and without freezing."""

import threading
import time
import unittest

import examples
from support import module, witness


def check(text, calls=examples.CALLS, **more):
    return witness.check(module(text), calls, **more)


class Primitives(unittest.TestCase):
    def assertGood(self, result):
        self.assertFalse(result.harm, result.text)
        self.assertEqual((result.capped, result.diverged), (False, 0), result.text)

    def test_everything_is_put_back(self):
        names = [(threading, "Lock"), (threading, "RLock"), (threading.Thread, "start"), (time, "sleep"), (time, "time")]
        before, threads = [getattr(owner, name) for owner, name in names], threading.active_count()
        check("def a(): pass\nb = a\n")
        self.assertEqual(before, [getattr(owner, name) for owner, name in names])
        self.assertEqual(threading.active_count(), threads)

    def test_a_producer_and_a_consumer(self):
        for make, put, get in (("queue.Queue(1)", "put", "get"), ("queue.SimpleQueue()", "put", "get"),
                               ("queue.LifoQueue()", "put", "get")):
            with self.subTest(make):
                self.assertGood(check(f"""
                    import queue
                    jobs = {make}
                    def a():
                        jobs.{put}(1)
                        jobs.{put}(2)
                    def b():
                        return sorted([jobs.{get}(), jobs.{get}(timeout=9)])
                """, switch="line", observe=lambda m: m.jobs.qsize()))

    def test_event_condition_and_barrier(self):
        self.assertGood(check("""
            import threading
            ready, changed, both = threading.Event(), threading.Condition(), threading.Barrier(2)
            done = False
            def a():
                global done
                ready.wait()
                with changed:
                    done = True
                    changed.notify_all()
                both.wait()
            def b():
                ready.set()
                with changed:
                    changed.wait_for(lambda: done)
                both.wait()
                return done
        """, switch="line", bound=1, observe=lambda m: m.done))

    def test_a_wait_that_nobody_ends_is_a_deadlock(self):
        result = check("import threading\nevent = threading.Event()\ndef a(): event.wait()\n", examples.CALLS[:1])
        self.assertEqual(result.effect, "deadlock")
        self.assertIn("for another thread to wake it", result.observed)

    def test_a_timed_wait_takes_no_time(self):
        begin = time.monotonic()
        result = check("""
            import queue, threading, time
            event, jobs, lock = threading.Event(), queue.Queue(), threading.Lock()
            def a():
                begin = time.monotonic()
                time.sleep(1000)
                try:
                    jobs.get(timeout=1000)
                except queue.Empty:
                    passed = time.monotonic() - begin
                    with lock:
                        return event.wait(1000), lock.acquire(timeout=1000), 2000 <= passed < 2100
        """, examples.CALLS[:1])
        self.assertGood(result)
        self.assertEqual(result.expected, ["thread 1: (False, False, True)"])
        self.assertLess(time.monotonic() - begin, 20)

    def test_sleep_is_a_place_to_switch(self):
        result = check("""
            import time
            n = 0
            def a():
                global n
                n, _ = n + 1, time.sleep(1)
            b = a
        """, switch="line")
        self.assertTrue(result.harm, result.text)

    def test_who_sleeps_in_a_loop_lets_others_run(self):
        self.assertGood(check("""
            import time
            ready = False
            def a():
                while not ready:
                    time.sleep(0.1)
                return ready
            def b():
                global ready
                ready = True
        """, bound=1, switch="line"))

    def test_who_spins_lets_others_run(self):
        result = check("""
            ready = False
            def a():
                while not ready:
                    pass
            def b():
                global ready
                ready = True
        """, bound=0)
        self.assertFalse(result.harm, result.text)

    def test_threads_of_the_code_under_test(self):
        result = check("""
            import threading
            def a():
                found = []
                for name in ("x", "y"):
                    thread = threading.Thread(target=lambda: found.append(name))
                    thread.start()
                    if not thread.is_alive():
                        thread.join()
                for other in threading.enumerate():
                    if other is not threading.current_thread() and other is not threading.main_thread():
                        other.join()
                return sorted(found)
        """, examples.CALLS[:1], switch="line", bound=1, observe=lambda m: 0)
        self.assertIn("thread 1: ['x', 'y']", result.expected)
        self.assertIn("thread 1: ['y', 'y']", result.expected)

    def test_a_thread_pool(self):
        self.assertGood(check("""
            import concurrent.futures
            def a():
                with concurrent.futures.ThreadPoolExecutor(2) as pool:
                    return list(pool.map(str, [1, 2]))
        """, examples.CALLS[:1], switch="line", bound=1))

    def test_a_timer_and_a_thread_that_never_ends(self):
        result = check("""
            import threading, time
            beats = []
            def beat():
                while True:
                    time.sleep(1)
            def a():
                threading.Thread(target=beat, daemon=True).start()
                timer = threading.Timer(60, beats.append, [1])
                timer.start()
                timer.join()
                return len(beats)
        """, examples.CALLS[:1], switch="line", bound=0)
        self.assertFalse(result.harm, result.text)
        self.assertEqual(result.expected, ["thread 1: 1"])

    def test_a_lock_made_elsewhere(self):
        text = """
            import _queue
            lock = _queue.SimpleQueue()
            lock.put(1)
            n = 0
            def a():
                global n
                lock.get()
                n = n + 1
                lock.put(1)
            b = a
        """
        result = check(text, switch="line", bound=1)
        self.assertFalse(result.harm, result.text)
        self.assertGreater(result.schedules, 5)

    def test_a_deadlock_of_locks_of_the_system(self):
        text = examples.LOCK_ORDER.replace("import threading", "import _thread").replace(
            "threading.Lock()", "_thread.allocate_lock()")
        result = check(text, switch="line", bound=1)
        self.assertEqual((result.harm, result.effect), (True, "deadlock"), result.text)

    def test_locks_work_after_the_check(self):
        made = []
        check("import threading\ndef a(): return threading.RLock()\n", [lambda m: made.append(m.a())], bound=0)
        lock = made[0]
        with lock, lock:
            other = threading.Thread(target=lambda: found.append(lock.acquire(False)))
            found = []
            other.start()
            other.join()
        self.assertEqual(found, [False])
        with self.assertRaises(RuntimeError):
            lock.release()


if __name__ == "__main__":
    unittest.main()
