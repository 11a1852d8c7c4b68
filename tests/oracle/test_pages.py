"""Tests of pages.py: which modules a page shows."""

import pathlib
import tempfile
import unittest

from pages import read_page

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


class Pages(unittest.TestCase):
    def read(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "page.md"
            path.write_text(PAGE)
            return read_page(path)

    def test_marks_are_no_lines_of_the_module(self):
        self.assertEqual(self.read()["First"].modules, {"module.py": "a = 1\nb = 2\n"})

    def test_the_fixed_block_is_kept_apart(self):
        self.assertEqual(self.read()["First"].fixed, {"module.py": "a = 3\n"})

    def test_a_line_above_names_the_module(self):
        self.assertEqual(self.read()["Second"].modules, {"shop/a.py": "x = '''\n```\n'''\n", "b.py": ""})


if __name__ == "__main__":
    unittest.main()
