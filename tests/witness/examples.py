"""Six small races with the steps that show them. Each text has `a` and `b`, the two calls."""

from support import step

SEED = """
    NAMES = ("latin", "greek", "hebrew")
    CODECS = []

    def load(name):
        return name.upper()

    def codecs():
        if not CODECS:
            for name in NAMES:
                CODECS.append(load(name))
        return CODECS

    def a():
        return tuple(codecs())
    b = a
"""
SEED_STEPS = [
    step(1, "codecs", "if not CODECS:", "test", "CODECS"),
    step(1, "codecs", "CODECS.append(load(name))", "mutate", "CODECS"),
    step(2, "codecs", "if not CODECS:", "test", "CODECS"),
    step(2, "codecs", "return CODECS", "return"),
    step(2, "a", "return tuple(codecs())", "return"),
]

LOST_UPDATE = """
    hits = 0

    def one():
        return 1

    def a():
        global hits
        hits += one()
    b = a
"""
LOST_UPDATE_STEPS = [
    step(1, "a", "hits += one()", "read", "hits"),
    step(2, "a", "hits += one()", "read", "hits"),
    step(2, "a", "hits += one()", "write", "hits"),
    step(1, "a", "hits += one()", "write", "hits"),
]

CHECK_THEN_ACT = """
    jobs = {1, 2}

    def a():
        if 1 in jobs:
            jobs.remove(1)
    b = a
"""
CHECK_THEN_ACT_STEPS = [
    step(1, "a", "if 1 in jobs:", "test", "jobs"),
    step(2, "a", "if 1 in jobs:", "test", "jobs"),
    step(2, "a", "jobs.remove(1)", "mutate", "jobs"),
    step(1, "a", "jobs.remove(1)", "mutate", "jobs"),
]

ITERATION = """
    users = {"ada": 1, "bob": 2}

    def a():
        found = []
        for user in users:
            found.append(user)
        return found

    def b():
        users["eve"] = 3
"""
ITERATION_STEPS = [
    step(1, "a", "for user in users:", "iterate", "users"),
    step(2, "b", 'users["eve"] = 3', "item-write", "users"),
    step(1, "a", "for user in users:", "iterate", "users", hit=2),
]

EARLY_PUBLISH = """
    import threading

    lock = threading.Lock()
    table = None

    def a():
        global table
        if table is None:
            with lock:
                if table is None:
                    table = {}
                    table["x"] = 1
        return table["x"]
    b = a
"""
EARLY_PUBLISH_STEPS = [
    step(1, "a", "with lock:", "acquire", "lock"),
    step(1, "a", "table = {}", "write", "table"),
    step(2, "a", "if table is None:", "test", "table"),
    step(2, "a", 'return table["x"]', "item-read", "table"),
]

LOCK_ORDER = """
    import threading

    first, second = threading.Lock(), threading.Lock()

    def a():
        with first:
            with second:
                return 1

    def b():
        with second:
            with first:
                return 2
"""
LOCK_ORDER_STEPS = [
    step(1, "a", "with first:", "acquire", "first"),
    step(2, "b", "with second:", "acquire", "second"),
    step(1, "a", "with second:", "acquire", "second"),
    step(2, "b", "with first:", "acquire", "first"),
]

ALL = {"seed": (SEED, SEED_STEPS), "lost update": (LOST_UPDATE, LOST_UPDATE_STEPS),
       "check then act": (CHECK_THEN_ACT, CHECK_THEN_ACT_STEPS), "iteration": (ITERATION, ITERATION_STEPS),
       "early publish": (EARLY_PUBLISH, EARLY_PUBLISH_STEPS), "lock order": (LOCK_ORDER, LOCK_ORDER_STEPS)}


def call_a(m):
    return m.a()


def call_b(m):
    return m.b()


CALLS = [call_a, call_b]
