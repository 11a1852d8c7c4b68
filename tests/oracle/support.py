"""What the tests of several files need."""


def finding(*steps, **more):
    """A finding as threadlint prints it; its steps by thread, function, access and row."""
    return {
        "rule": "some-rule", "effect": "lost-update", "breaks_on": "every-build", "severity": "warning",
        "filename": "module.py", "location": {"row": 1},
        "interleaving": [
            {"step": number, "thread": thread, "function": function, "access": access, "name": "x", "text": "does",
             "filename": "./module.py", "location": {"row": row, "column": 1}}
            for number, (thread, function, access, row) in enumerate(steps, 1)
        ],
        **more,
    }
