"""A template engine in small, with the bugs that the Django threading review of 2008 found, retold.

`threadlint check` finds three of them here. `context` does it right.
"""
