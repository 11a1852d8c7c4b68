"""Calls that are coroutine functions are tasks of one event loop, switched where they await."""

import time
import unittest

from support import module, step, witness


async def call_a(m):
    return await m.a()


CALLS = [call_a, call_a]
STALE = """
    import asyncio
    session = None
    async def connect():
        await asyncio.sleep(10)
        return object()
    async def a():
        global session
        if session is None:
            session = await connect()
        return session
"""


class Tasks(unittest.TestCase):
    def test_a_check_that_is_stale_after_an_await(self):
        begin = time.monotonic()
        result = witness.check(module(STALE), CALLS)
        self.assertEqual((result.harm, result.effect, result.how), (True, "not-serialisable", "search"), result.text)
        self.assertLess(time.monotonic() - begin, 9)  # nobody sleeps

    def test_steps_are_replayed(self):
        steps = [step(1, "a", "if session is None:", "test", "session"),
                 step(2, "a", "if session is None:", "test", "session"),
                 step(2, "a", "session = await connect()", "write", "session"),
                 step(1, "a", "session = await connect()", "write", "session")]
        result = witness.check(module(STALE), CALLS, steps)
        self.assertEqual((result.how, result.failed_step, result.schedules), ("replay", None, 1), result.text)
        runs = {str(witness.check(module(STALE, "stale"), CALLS, steps).interleaving) for _ in range(5)}
        self.assertEqual(len(runs), 1)

    def test_a_lock_of_asyncio_makes_it_good(self):
        result = witness.check(module("""
            import asyncio
            lock = asyncio.Lock()
            session = None
            async def a():
                global session
                async with lock:
                    if session is None:
                        await asyncio.sleep(1)
                        session = object()
                    return session
        """), CALLS)
        self.assertFalse(result.harm, result.text)
        self.assertGreater(result.schedules, 2)

    def test_a_lock_of_threading_across_an_await(self):
        result = witness.check(module("""
            import asyncio, threading
            lock = threading.Lock()
            async def a():
                with lock:
                    await asyncio.sleep(0)
        """), CALLS)
        self.assertEqual((result.harm, result.effect), (True, "deadlock"), result.text)

    def test_a_future_that_nobody_sets(self):
        result = witness.check(module("""
            import asyncio
            async def a():
                await asyncio.get_running_loop().create_future()
        """), CALLS[:1])
        self.assertEqual((result.harm, result.effect), (True, "deadlock"), result.text)

    def test_timeouts_and_tasks_of_tasks(self):
        begin = time.monotonic()
        result = witness.check(module("""
            import asyncio
            async def part(n):
                await asyncio.sleep(n)
                return n
            async def a():
                try:
                    await asyncio.wait_for(asyncio.get_running_loop().create_future(), 1000)
                except asyncio.TimeoutError:
                    return await asyncio.gather(part(1), part(2))
        """), CALLS, bound=1)
        self.assertFalse(result.harm, result.text)
        self.assertEqual(result.expected, ["thread 1: [1, 2]; thread 2: [1, 2]"])
        self.assertLess(time.monotonic() - begin, 20)

    def test_work_in_another_thread(self):
        result = witness.check(module("""
            import asyncio
            async def a():
                return await asyncio.get_running_loop().run_in_executor(None, str, 1)
        """), CALLS[:1], bound=0, seconds=9)
        self.assertFalse(result.harm, result.text)
        self.assertEqual(result.expected, ["thread 1: '1'"])

    def test_who_sleeps_in_a_loop_lets_others_run(self):
        async def call_b(m):
            m.ready = True

        result = witness.check(module("""
            import asyncio
            ready = False
            async def a():
                while not ready:
                    await asyncio.sleep(1)
                return ready
        """), [call_b, call_a], bound=1, seconds=9)
        self.assertFalse(result.harm, result.text)

    def test_functions_and_coroutine_functions_do_not_mix(self):
        with self.assertRaisesRegex(witness.NotRunnable, "can not be run together"):
            witness.check(module(STALE), [call_a, lambda m: None])


if __name__ == "__main__":
    unittest.main()
