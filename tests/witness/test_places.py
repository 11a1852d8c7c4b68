"""Which instructions a step means, and when a thread is seen to arrive there."""

import unittest

import examples
from support import module, step, witness


def rows(result):
    return [(entry["thread"], entry["row"]) for entry in result.interleaving]


class Arrival(unittest.TestCase):
    def test_a_thread_that_is_paused_at_its_own_next_step_arrives_when_it_goes_on(self):
        path = module("""
            work = (1, 2)

            def a():
                global work
                if work:
                    first, second = work
                    work = None
                    return first + second
            b = a
        """)
        steps = [step(1, "a", "if work:", "test", "work"), step(2, "a", "if work:", "test", "work"),
                 step(2, "a", "work = None", "write", "work"), step(1, "a", "first, second = work", "read", "work")]
        result = witness.check(path, examples.CALLS, steps)
        self.assertEqual((result.how, result.effect, result.failed_step), ("replay", "exception", None), result.text)

    def test_an_arrival_is_counted_once_although_the_thread_is_paused_there(self):
        path = module("""
            work = [1]

            def a():
                seen = []
                for number in (1, 2):
                    if work:
                        seen.append(work[0])
                return seen

            def b():
                work.clear()
        """)
        steps = [step(1, "a", "if work:", "test", "work"), step(2, "b", "work.clear()", "read", "work"),
                 step(1, "a", "seen.append(work[0])", "read", "work", hit=2), step(2, "b", "work.clear()", "call", "work"),
                 step(1, "a", "seen.append(work[0])", "item-read", "work", hit=2)]
        result = witness.check(path, examples.CALLS, steps)
        self.assertEqual((result.how, result.effect, result.failed_step), ("replay", "exception", None), result.text)


if __name__ == "__main__":
    unittest.main()
