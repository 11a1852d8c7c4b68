"""Tests of findings.py: which repair is made, and what it leaves."""

import unittest

from findings import fix_of, repaired


class Repairs(unittest.TestCase):
    def test_edits_are_made_from_the_last_to_the_first(self):
        def edit(row, begin, end, content):
            return {"filename": "./module.py", "location": {"row": row, "column": begin},
                    "end_location": {"row": row, "column": end}, "content": content}

        fixed = repaired({"module.py": "ab\ncd\n", "b.py": "x"},
                             {"edits": [edit(1, 1, 2, "long"), edit(2, 2, 3, "")]})

        self.assertEqual(fixed, {"module.py": "longb\nc\n", "b.py": "x"})

    def test_of_two_edits_at_one_place_the_first_stays_first(self):
        place = {"row": 1, "column": 2}
        edits = [{"filename": "b.py", "location": place, "end_location": place, "content": each} for each in "12"]

        self.assertEqual(repaired({"b.py": "xy"}, {"edits": edits}), {"b.py": "x12y"})

    def test_what_is_inserted_comes_before_what_is_replaced(self):
        begin, end = {"row": 1, "column": 1}, {"row": 1, "column": 2}
        edits = [{"filename": "b.py", "location": begin, "end_location": end, "content": "new"},
                 {"filename": "b.py", "location": begin, "end_location": begin, "content": "if "}]

        self.assertEqual(repaired({"b.py": "xy"}, {"edits": edits}), {"b.py": "if newy"})

    def test_the_preferred_fix_is_made(self):
        first = {"title": "a", "preferred": False, "edits": [1]}
        preferred = {"title": "b", "preferred": True, "edits": [1]}

        self.assertIs(fix_of({}, {"fixes": [first, preferred]}), preferred)

    def test_the_entry_chooses_a_fix_by_its_title(self):
        first = {"title": "a lock", "preferred": False, "edits": [1]}
        preferred = {"title": "b", "preferred": True, "edits": [1]}

        self.assertIs(fix_of({"fix": "lock"}, {"fixes": [first, preferred]}), first)

    def test_a_fix_without_edits_is_none(self):
        self.assertIsNone(fix_of({}, {"fixes": [{"title": "a", "preferred": True, "edits": []}]}))


if __name__ == "__main__":
    unittest.main()
