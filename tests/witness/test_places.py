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


class Instructions(unittest.TestCase):
    def found(self, text, *arguments, **more):
        """The kinds of the instructions of a step."""
        path = module(text)
        target = witness._Target(path, None)
        places, failed = target.places([step(1, *arguments, **more)])
        self.assertIsNone(failed)
        codes = {(code.co_name, code.co_firstlineno): code for code in witness._codes(target.code)}
        return [each.kind for key, offsets in places[0].offsets.items()
                for each in witness._table(codes[key]).instructions if each.offset in offsets]

    def test_an_update_in_place_of_an_element_reads_and_writes_it(self):
        texts = {"counts['hits'] += 1": "counts", "self.counts['hits'] += 1": "self.counts", "local[key] += 1": "local",
                 "counts[key]['hits'] += 1": "counts", "counts[1:2] += [1]": "counts"}
        for line, name in texts.items():
            with self.subTest(line):
                text = f"counts = {{}}\ndef a(self, local, key):\n    {line}\n"
                self.assertEqual(self.found(text, "a", line, "item-read", name), ["item-read"])
                for access in ("item-write", "mutate"):
                    if "][" not in line:
                        self.assertEqual(self.found(text, "a", line, access, name), ["item-write"])

    def test_an_increased_element_is_lost(self):
        path = module("""
            counts = {"hits": 0}

            def one():
                return 1

            def a():
                counts["hits"] += one()
            b = a
        """)
        line = 'counts["hits"] += one()'
        steps = [step(1, "a", line, "item-read", "counts"), step(2, "a", line, "item-read", "counts"),
                 step(2, "a", line, "item-write", "counts"), step(1, "a", line, "item-write", "counts")]
        result = witness.check(path, examples.CALLS, steps)
        self.assertEqual(result.how, "replay", result.text)
        self.assertIn("'hits': 1", result.observed)

    def test_the_loop_of_a_comprehension_comes_before_the_call_that_feeds_it(self):
        line = "return [kind for kind in kinds.values()]"
        found = self.found(f"kinds = {{}}\ndef a():\n    {line}\n", "a", line, "iterate", "kinds")
        self.assertEqual(found, ["iterate"])

    def test_a_comprehension_is_left_in_the_middle(self):
        path = module("""
            kinds = {"a": 1, "b": 2}

            def a():
                return [kind for kind in kinds.values()]

            def b():
                kinds["c"] = 3
        """)
        line = "return [kind for kind in kinds.values()]"
        steps = [step(1, "a", line, "iterate", "kinds"), step(2, "b", 'kinds["c"] = 3', "item-write", "kinds"),
                 step(1, "a", line, "iterate", "kinds", hit=2)]
        result = witness.check(path, examples.CALLS, steps)
        self.assertEqual((result.how, result.effect), ("replay", "exception"), result.text)

    def test_names_of_elements(self):
        text = """
            totals = {}
            def a(self, name):
                totals["a]b"] = totals["bytes"]
                return self.jobs[name]["x"](1)
        """
        line = 'totals["a]b"] = totals["bytes"]'
        self.assertEqual(self.found(text, "a", line, "item-read", 'totals["bytes"]'), ["item-read"])
        self.assertEqual(self.found(text, "a", line, "item-write", 'totals["a]b"]'), ["item-write"])
        line = 'return self.jobs[name]["x"](1)'
        for name in ("self.jobs[name]", 'self.jobs[name]["x"]'):
            self.assertEqual(self.found(text, "a", line, "item-read", name)[0], "item-read")
            self.assertEqual(self.found(text, "a", line, "read", name), ["read"])

    def test_private_names(self):
        text = """
            class _Filter:
                def a(self):
                    self.__rows = 1
                    def inner():
                        return self.__rows
                    return inner()
        """
        self.assertEqual(self.found(text, "_Filter.a", "self.__rows = 1", "write", "self.__rows"), ["write"])
        self.assertEqual(self.found(text, "_Filter.a.inner", "return self.__rows", "read", "self.__rows"), ["read"])
        self.assertEqual(self.found(text, "_Filter.a", "self.__rows = 1", "write", "_Filter.__rows[0]"), ["write"])


class Completion(unittest.TestCase):
    TEXT = """
        table = None

        def a():
            global table
            table = []
            table.append(1)
            table.append(2)

        def b():
            return table and len(table)
    """
    PUBLISHED = [step(1, "a", "table.append(1)", "call", "table")]

    def test_steps_that_end_before_anybody_sees_the_damage_prove_nothing(self):
        for reset in ("import", "fork"):
            with self.subTest(reset):
                result = witness.check(module(self.TEXT), examples.CALLS, self.PUBLISHED, reset=reset)
                self.assertEqual((result.harm, result.how, result.failed_step["step"]), (True, "search", 1), result.text)
                self.assertIn("no harm followed when thread 1 went on first: a step that sees the damage is missing after "
                              "`table.append(1)` of thread 1", result.failed_step["reason"])

    def test_steps_that_end_when_the_damage_is_seen_prove_it(self):
        steps = self.PUBLISHED + [step(2, "b", "return table and len(table)", "return")]
        result = witness.check(module(self.TEXT), examples.CALLS, steps)
        self.assertEqual((result.how, result.failed_step), ("replay", None), result.text)


if __name__ == "__main__":
    unittest.main()
