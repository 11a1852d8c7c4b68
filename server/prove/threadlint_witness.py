"""Runs calls of a module in real threads under a chosen schedule, and looks for one that does harm.

    import threadlint_witness as witness

    STEPS = [{"thread": 1, "function": "codecs", "line": "if not CODECS:", "access": "read", "name": "CODECS"}, ...]

    def test_codecs_is_complete_in_every_thread():
        witness.check("shop.codecs", [call_1, call_2], STEPS).raise_for_harm()

Exactly one thread runs at a time; at every point of the traced files the runtime decides who goes on. First the steps
are replayed, then schedules with few preemptions are searched. Harm is an outcome that no serial order of the calls
has. Shows presence, never absence. Needs CPython 3.9 or newer and nothing else.

    python threadlint_witness.py run PLAN.json RESULT.json
"""

import _thread
import array
import ast
import asyncio
import builtins
import collections
import contextlib
import contextvars
import dis
import faulthandler
import fnmatch
import gc
import importlib.util
import inspect
import io
import itertools
import json
import os
import pickle
import queue
import re
import select
import signal
import sys
import sysconfig
import threading
import time
import types
import warnings

# The real things, before anything is replaced.
_allocate_lock, _get_ident = _thread.allocate_lock, _thread.get_ident
_real_sleep, _monotonic, _wall_clock = time.sleep, time.monotonic, time.time
_real_start, _real_join, _real_is_alive = threading.Thread.start, threading.Thread.join, threading.Thread.is_alive
_real_async_sleep = asyncio.sleep

SWITCHES = ("any", "gil", "line", "shared", "opcode")
_LOOK_EVERY = 0.01  # seconds between looks at a thread that reaches no point
_STUCK_LOOKS = 3  # looks at an unmoved thread after which another one may run
_STUCK_LIMIT = 1.0  # seconds after which threads that all wait for foreign locks are a deadlock
_POINT_LIMIT = 60_000  # points of one schedule, after which it counts as endless
_IDLE_LIMIT = 10  # sleeps in a row after which a thread lets others run
_USES_MONITORING = sys.version_info >= (3, 12)  # settrace loses opcode events there, and 3.12.1 crashes


class NotRunnable(Exception):
    """The calls can not be run; the text says why."""


class _Stop(BaseException):
    """Unwinds a thread whose schedule is over."""


# --- The public functions ---------------------------------------------------------------------------------------------


def check(module, calls, steps=(), setup=None, observe=None, compare=None, bound=2, switch="any", seconds=20,
          reset="import", *, effect="", trace=None):
    """Replays `steps`, then searches for a schedule of `calls` that does harm; returns a Result.

    module   dotted name, found on sys.path, or path of a .py file; executed anew for every schedule
    calls    functions that take the module, one thread each; coroutine functions are run as tasks of one event loop.
             They should return copies: a list that is still filled looks complete afterwards
    steps    dicts with thread, function, line and, if they differ from "", 1 and 1, access, name, filename, nth, hit
    setup    function of the module, run before the calls
    observe  function of the module whose result is compared instead of the module's variables
    compare  function of (results, state) whose result is compared instead of both
    bound    preemptions at most; switch: where they may be, one of SWITCHES ("any": lines, then shared accesses)
    seconds  after which the search ends with `capped`
    reset    "import": execute the module again; "fork": a new process for every schedule, everything is reset
    effect   what the finding says; "duplicate-work" compares how often lines run, "leak-between-requests" each call
             with itself alone
    trace    patterns of the files in which threads may switch, relative to the folder that the module is imported
             from; without it the module's package

    Raises NotRunnable if the module can not be imported, the setup fails, or another tracer is in the way.
    """
    if switch not in SWITCHES:
        raise ValueError(f"switch is one of {', '.join(SWITCHES)}")
    deadline = _monotonic() + seconds
    with _World() as world:
        laboratory = _Laboratory(world, module, calls, setup, observe, compare, reset, effect, trace, deadline)
        return _find_harm(laboratory, list(steps), bound, switch)


def fresh(module):
    """A new copy of the module, executed from its source; `sys.modules` keeps the old one."""
    target = _Target(module, None)
    try:
        return target.load()
    finally:
        target.restore()


class Result:
    """What `check` found.

    harm          whether a schedule did harm
    how           "replay", "serial" (no preemption was needed) or "search"; "" without harm
    effect        "deadlock", "exception", "not-serialisable", "isolation", "duplicate-work"; "" without harm
    schedules     number of schedules run, without the serial ones that say what is right
    capped        whether time ended the search
    diverged      schedules that did not repeat themselves and were not judged
    interleaving  list of {"thread", "filename", "row", "hit"}: the lines in the order in which they ran
    text          all of it for people
    switch        "gil" if switches that a GIL build makes suffice, else "any"
    failed_step   None, or {"step", "reason"}: why the replay of the steps did no harm
    observed, expected, output    outcome of the schedule, outcomes of the serial orders, what the calls printed
    """

    def __init__(self):
        self.harm, self.how, self.effect, self.schedules, self.capped, self.diverged = False, "", "", 0, False, 0
        self.interleaving, self.text, self.switch, self.failed_step = [], "", "any", None
        self.observed, self.expected, self.output, self.notes = "", [], "", []

    def raise_for_harm(self):
        """Raises AssertionError with the interleaving if there was harm."""
        if self.harm:
            raise AssertionError(self.text)


# --- From calls to harm -----------------------------------------------------------------------------------------------


def _find_harm(laboratory, steps, bound, switch):
    result = Result()
    specification = _serial_orders(laboratory)
    result.expected = specification.texts()
    result.notes = specification.notes
    try:
        if _search_all(laboratory, specification, steps, bound, switch, result):
            _narrow(laboratory, specification, bound, switch, result)
    except _OutOfTime:
        result.capped = True
    result.output = laboratory.world.output.text()
    result.text = _report(laboratory, result)
    return result


class _OutOfTime(Exception):
    pass


def _search_all(laboratory, specification, steps, bound, switch, result):
    """Whether the steps, a serial order or a schedule did harm; the result tells of the first that did."""
    def harmful(run, how):
        kind = specification.judge(run)
        if kind and not result.harm:
            result.harm, result.how, result.effect = True, how, kind
            result.observed = specification.describe(run)
            result.interleaving = laboratory.interleaving(run.trace)
        return bool(kind)

    places, result.failed_step = laboratory.target.places(steps)
    if places and _replay(laboratory, places, result, harmful) or any(
            harmful(run, "serial") for run in specification.suspects):
        return True
    phases = [(switch, bound, None)]
    if switch == "any":
        phases = [("line", bound, None), ("shared", bound, None)]
        if places:
            rows = {(place.filename, row) for place in places for row in place.rows}
            phases.insert(0, ("line", min(bound, 1), rows))
    return any(harmful(run, "search") for phase in phases for run in _explore(laboratory, *phase, result))


def _replay(laboratory, places, result, harmful):
    """Whether performing the steps did harm. Proven is it only if harm follows whichever thread goes on after them."""
    last, firsts, spared = places[-1], [0], ""
    for first in firsts:
        run = laboratory.run("replay", _Replay(places, first))
        result.schedules += 1
        result.failed_step = run.failed_step
        if not harmful(run, "search"):
            spared = spared or f" when {f'thread {first}' if first else 'another thread'} went on first"
        if run.failed_step:
            return result.harm
        if not first:
            firsts += run.others
    if spared:
        spared = spared if result.harm else ""
        result.failed_step = {"step": last.number, "reason": f"every step up to step {last.number} was performed and no "
                              f"harm followed{spared}: a step that sees the damage is missing after {last}"}
    elif result.harm:
        result.how = "replay"
    return result.harm


def _narrow(laboratory, specification, bound, switch, result):
    """Says whether switches that a GIL build makes are enough, if that is found within two seconds."""
    if switch == "gil" or laboratory.is_async or result.how == "serial":
        result.switch = "gil"
        return
    count, capped, diverged, deadline = result.schedules, result.capped, result.diverged, laboratory.deadline
    laboratory.deadline = min(deadline, _monotonic() + 2)
    try:
        if any(specification.judge(run) for run in _explore(laboratory, "gil", bound, None, result)):
            result.switch = "gil"
    except _OutOfTime:
        pass
    laboratory.deadline = deadline
    result.schedules, result.capped, result.diverged = count, capped, diverged


def _explore(laboratory, grain, bound, rows, result):
    """Runs all schedules with at most `bound` preemptions, those with fewest first.

    A schedule is told by where it leaves "let the running thread go on". Leaving it where a thread ended or waits
    costs nothing.
    """
    waiting = [collections.deque() for _ in range(bound + 2)]
    waiting[0].append(((), array.array("q", [-1])))
    for cost in range(bound + 1):
        while waiting[cost]:
            prefix, codes = waiting[cost].popleft()
            for code in codes:
                if _monotonic() > laboratory.deadline:
                    raise _OutOfTime
                switches = prefix if code < 0 else prefix + ((code >> 8, code & 255),)
                chooser = _Deviations(switches)
                run = laboratory.run(grain, chooser, rows)
                result.schedules += 1
                if run.expired or run.diverged:
                    result.diverged += 1
                    continue
                waiting[cost].append((switches, run.free))
                if cost < bound:
                    waiting[cost + 1].append((switches, run.paid))
                yield run


class _Specification:
    """What the serial orders of the calls do; whatever else a schedule does is harm."""

    def __init__(self, laboratory):
        self.laboratory = laboratory
        self.outcomes = []  # of runs, as lists of (name, [(path, token)])
        self.masks = set()  # paths of values that differ between two runs of one order
        self.exceptions = set()  # types raised in serial orders in the importing thread
        self.work = collections.Counter()  # how often a line runs in a serial order, at most
        self.suspects = []  # serial runs in threads that are harm themselves
        self.isolation = None
        self.notes = []

    def add_pair(self, first, second):
        one, other = (dict(entry for _, entries in run.outcome for entry in entries) for run in (first, second))
        self.masks |= {path for path in one.keys() & other.keys() if one[path] != other[path]}

    def add(self, run):
        self.outcomes.append(run.outcome)
        for line, count in run.work.items():
            self.work[line] = max(self.work[line], count)

    def text(self, outcome):
        return tuple((name, "".join("…" if path in self.masks else token for path, token in entries))
                     for name, entries in outcome)

    def judge(self, run):
        """The kind of harm, or ""."""
        if run.expired or run.diverged:
            return ""
        if run.deadlock:
            return "deadlock"
        if set(run.exceptions.values()) - self.exceptions:
            return "exception"
        if run.is_isolation:
            return "isolation"
        if self.text(run.outcome) not in self.known:
            return "not-serialisable"
        if self.laboratory.effect == "duplicate-work" and any(n > self.work[line] for line, n in run.work.items()):
            return "duplicate-work"
        return ""

    def texts(self):
        return list(dict.fromkeys(self.show(dict(self.text(outcome)), None) for outcome in self.outcomes))[:6]

    def describe(self, run):
        if run.deadlock:
            return "nobody can go on: " + run.deadlock
        expected = dict(self.text(self.outcomes[0])) if self.outcomes else {}
        text = self.show(dict(self.text(run.outcome)), expected)
        extra = [f"{os.path.basename(name)}:{row} ran {n} times instead of {self.work[name, row]}"
                 for (name, row), n in sorted(run.work.items()) if n > self.work[name, row]]
        return text + ("; " + ", ".join(extra) if extra and self.laboratory.effect == "duplicate-work" else "")

    def show(self, values, expected):
        shown = []
        for name, text in values.items():
            is_result = name.startswith("thread ") and "afterwards" not in name
            if is_result or (expected is not None and text not in (expected.get(name), values.get(name[:-len(" afterwards")]))):
                shown.append(f"{name}: {text if len(text) < 300 else text[:300] + '…'}")
        return "; ".join(shown)


def _serial_orders(laboratory):
    """Runs the calls one after the other: in the importing thread, then in threads of their own."""
    found = _Specification(laboratory)
    laboratory.world.phase = "the calls one after the other in one thread"
    laboratory.run_at_home(range(len(laboratory.calls)))  # warms caches that are filled once
    orders = list(itertools.islice(itertools.permutations(range(len(laboratory.calls))), 24))
    runs = [laboratory.run_at_home(order) for order in orders]
    found.add_pair(runs[0], laboratory.run_at_home(orders[0]))
    for run in runs:
        if not run.deadlock and not run.expired:
            found.add(run)
            found.exceptions |= set(run.exceptions.values())
    for number, error in sorted(runs[0].exceptions.items()):
        if all(run.exceptions.get(number) == error for run in runs):
            found.notes.append(f"call {number} raises {error} in every serial order too")

    laboratory.world.phase = "the calls one after the other in threads of their own"
    again = []
    try:
        for run in itertools.islice(_explore(laboratory, "serial", 0, None, Result()), 150):
            if not again:
                again.append(laboratory.run("serial", _Deviations(())))
                found.add_pair(run, again[0])
            if run.deadlock or set(run.exceptions.values()) - found.exceptions:
                found.suspects.append(run)
            else:
                found.add(run)
    except _OutOfTime:
        raise NotRunnable("the calls alone, one after the other, take longer than the time limit") from None
    if not found.outcomes and not found.suspects:
        raise NotRunnable("the calls did not come to an end, one after the other")
    if laboratory.effect == "leak-between-requests":
        found.suspects += _leaks(laboratory, runs, orders)
    found.known = {found.text(outcome) for outcome in found.outcomes}
    laboratory.world.phase = "the schedules"
    return found


def _leaks(laboratory, runs, orders):
    """Serial runs in which a call gives something else than it gives alone in a fresh module."""
    alone = {}
    for index in range(len(laboratory.calls)):
        outcome = dict(laboratory.run_at_home([index]).outcome)
        alone[index] = outcome[f"thread {index + 1}"]
    for run, order in zip(runs, orders):
        outcome = dict(run.outcome)
        if any(outcome[f"thread {index + 1}"] != alone[index] for index in order):
            run.is_isolation = True
            return [run]
    return []


def _report(laboratory, result):
    build = "free-threaded" if sysconfig.get_config_var("Py_GIL_DISABLED") else "GIL"
    python = f"CPython {'.'.join(map(str, sys.version_info[:3]))} ({build} build)"
    failed = f"\nreplay: {result.failed_step['reason']}" if result.failed_step else ""
    notes = "".join(f"\nnote: {note}" for note in result.notes)
    if not result.harm:
        capped = ", the time limit ended the search" if result.capped else ""
        return f"not shown within {result.schedules} schedules on {python}{capped}{failed}{notes}"
    lines = [f"`{laboratory.target.name}` breaks under threads: {result.effect}", f"  observed: {result.observed}"]
    lines += [f"  a serial order gives: {text}" for text in result.expected]
    width = max((len(f"{entry['filename']}:{entry['row']}") for entry in result.interleaving), default=0)
    for entry in result.interleaving:
        place = f"{entry['filename']}:{entry['row']}"
        lines.append(f"  {place:<{width}}  thread {entry['thread']}  {laboratory.target.row_text(entry)}")
    reach = "" if result.switch == "gil" else "; a GIL build of 3.10 or newer was not seen to switch there"
    shown = "by a serial order in threads" if result.how == "serial" else f"by schedule {result.schedules}"
    lines.append(f"shown on {python} {shown}{reach}")
    return "\n".join(lines) + failed + notes


# --- One run of the calls ---------------------------------------------------------------------------------------------


class _Run:
    """What one schedule did; plain data, so that it can come from another process."""

    def __init__(self):
        self.outcome, self.exceptions, self.deadlock = [], {}, ""
        self.trace, self.work = [], collections.Counter()  # (thread, filename, row) in order; runs of (filename, row)
        self.free, self.paid = array.array("q"), array.array("q")  # other choices: point << 8 | thread
        self.expired = self.diverged = self.is_isolation = False
        self.failed_step, self.others = None, ()


class _Laboratory:
    """The calls and all that is needed to run them once more from the beginning."""

    def __init__(self, world, module, calls, setup, observe, compare, reset, effect, trace, deadline):
        self.world, self.calls, self.deadline, self.effect = world, list(calls), deadline, effect
        self.setup, self.observe, self.compare = setup, observe, compare
        self.is_async = any(inspect.iscoroutinefunction(call) for call in self.calls)
        if self.is_async and not all(inspect.iscoroutinefunction(call) for call in self.calls):
            raise NotRunnable("some calls are coroutine functions and some are not: they can not be run together")
        if not self.calls:
            raise NotRunnable("there is no call to run")
        world.phase = f"the import of `{module}`"
        self.target = world.target = _Target(module, trace)
        self.forks = reset == "fork"
        if self.forks:
            if not hasattr(os, "fork"):
                raise NotRunnable("reset=\"fork\" needs a system that can fork")
            with world.using(_Schedule(self, "serial", _Deviations(()))):
                self.module = self.load()

    def load(self):
        phase, self.world.phase = self.world.phase, f"the import of `{self.target.name}`"
        try:
            module = self.target.load()
            self.world.phase = phase
            return module
        except _Stop:
            raise NotRunnable(f"importing `{self.target.name}` waits for ever") from None
        except BaseException as error:
            raise NotRunnable(f"importing `{self.target.name}` raised {_named(error)}") from None

    def prepared(self):
        """A module in the state in which the calls begin."""
        module = self.module if self.forks else self.load()
        if self.setup:
            try:
                self.setup(module)
            except _Stop:
                raise NotRunnable("the setup waits for ever") from None
            except BaseException as error:
                raise NotRunnable(f"the setup raised {_named(error)}") from None
        return module

    def run(self, grain, chooser, rows=None):
        """Runs the calls in threads of their own; `grain` and `rows` tell where they may switch."""
        def in_threads():
            if self.is_async:
                return _run_tasks(self, _Schedule(self, grain, chooser, rows), None)
            return _Schedule(self, grain, chooser, rows).in_threads()
        return self.reset_after(in_threads)

    def run_at_home(self, order):
        """Runs the calls one after the other in the importing thread."""
        def at_home():
            schedule = _Schedule(self, "serial", _Deviations(()))
            return _run_tasks(self, schedule, list(order)) if self.is_async else schedule.in_order(order)
        return self.reset_after(at_home)

    def reset_after(self, function):
        return _in_child(function, self.deadline + 1) if self.forks else function()

    def interleaving(self, trace, most=80):
        """The lines of a run. Of a long run, the first and last lines of what a thread does at a stretch."""
        hits, lines = collections.Counter(), []
        for thread, filename, row in trace:
            hits[thread, filename, row] += 1
            lines.append({"thread": thread, "filename": self.target.short(filename), "row": row,
                          "hit": hits[thread, filename, row]})
        if len(lines) <= most:
            return lines
        stretches = [list(group) for _, group in itertools.groupby(lines, key=lambda line: line["thread"])]
        each = max(2, most // (2 * len(stretches)))
        return [line for group in stretches
                for line in (group if len(group) <= 2 * each else group[:each] + group[-each:])]


def _in_child(function, deadline):
    """The result of the function, computed in a copy of this process."""
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        try:
            try:
                answer = function()
            except NotRunnable as error:
                answer = error
            with os.fdopen(writer, "wb") as pipe:
                pickle.dump(answer, pipe)
        finally:
            os._exit(0)
    os.close(writer)
    data = bytearray()
    try:
        while True:
            if not select.select([reader], [], [], max(0, deadline - _monotonic()))[0]:
                raise _OutOfTime
            piece = os.read(reader, 1 << 16)
            if not piece:
                break
            data += piece
    finally:
        os.close(reader)
        os.kill(child, getattr(signal, "SIGKILL", signal.SIGTERM))
        os.waitpid(child, 0)
    if not data:
        raise NotRunnable("the process that ran a schedule ended by itself")
    answer = pickle.loads(data)
    if isinstance(answer, Exception):
        raise answer
    return answer


class _Worker:
    """A thread under control: it runs only while it has the baton. Number 0 is the importing thread."""

    def __init__(self, schedule, number, thread=None, function=None):
        self.schedule, self.number, self.thread, self.function = schedule, number, thread, function
        self.baton, self.begun, self.gone = _allocate_lock(), _allocate_lock(), _allocate_lock()
        for lock in (self.baton, self.begun, self.gone):
            lock.acquire()
        self.is_done = self.is_stuck = self.is_away = self.is_stopping = self.timed_out = False
        self.is_traced = False
        self.may_go = self.until = self.ident = self.native = self.result = self.error = self.entries = None
        self.waits_for, self.place, self.idle, self.stops, self.seen = "", None, 0, 0, None

    def is_ready(self):
        return not (self.is_done or self.is_stuck or self.is_away) and (self.may_go is None or self.may_go())

    def __str__(self):
        return f"thread {self.number}" if self.number else "the importing thread"


class _Schedule:
    """One run of the calls, in which `chooser` decides at each point who goes on."""

    def __init__(self, laboratory, grain, chooser, rows=None):
        self.laboratory, self.target, self.chooser, self.rows = laboratory, laboratory.target, chooser, rows
        self.grain, self.wants_opcodes = grain, grain in ("replay", "shared", "gil", "opcode")
        if grain == "gil" and sys.version_info < (3, 10):
            self.grain = "opcode"
        self.counts_work = laboratory.effect == "duplicate-work"
        self.mutex, self.over, self.is_over = _allocate_lock(), _allocate_lock(), False
        self.over.acquire()
        self.run, self.clock, self.progress, self.index, self.since, self.switched = _Run(), 0.0, 0, 0, 0, 0
        self.home = self.current = _Worker(self, 0)
        self.home.ident = _get_ident()
        self.calls = [_Worker(self, number) for number in range(1, len(laboratory.calls) + 1)]
        self.workers, self.by_ident = [self.home], {self.home.ident: self.home}
        self.owner = None  # of asyncio tasks: whose turn it is
        chooser.schedule = self

    # What a run consists of; these run in the importing thread.

    def in_order(self, order):
        with self.laboratory.world.using(self):
            module = self.laboratory.prepared()
            for index in order:
                worker = self.calls[index]
                try:
                    result = self.traced(self.home, self.laboratory.calls[index], module)
                    self.keep(worker, result)
                except _Stop:
                    self.home.is_stopping = False
                    break
                except BaseException as error:
                    worker.error = error
            return self.finished(module)

    def in_threads(self):
        with self.laboratory.world.using(self):
            module = self.laboratory.prepared()
            for worker, call in zip(self.calls, self.laboratory.calls):
                worker.function = lambda call=call: call(module)
                worker.thread = threading.Thread(name=f"call {worker.number}")
                self.launch(worker)
            self.workers.sort(key=lambda worker: worker.number)
            self.home.is_away = True
            self.pass_on(self.home)
            self.supervise()
            self.home.is_away, self.current = False, self.home
            return self.finished(module)

    def finished(self, module):
        """Completes and returns the run."""
        run = self.run
        run.free, run.paid, run.diverged = self.chooser.free, self.chooser.paid, self.chooser.has_diverged
        run.failed_step, run.others = self.chooser.failed_step(), self.chooser.others or ()
        if run.expired or run.deadlock:
            return run
        laboratory, text = self.laboratory, self.text()
        for worker in self.calls + [w for w in self.workers if w.number > len(self.calls)]:
            if worker.error is not None:
                run.exceptions[worker.number] = type(worker.error).__name__
                worker.entries = [(f"thread {worker.number}", f"raises {type(worker.error).__name__}")]
        try:
            state = laboratory.observe(module) if laboratory.observe else _state(module)
            if laboratory.compare:
                results = [worker.result if worker.error is None else worker.error for worker in self.calls]
                compared = laboratory.compare(results, state if laboratory.observe else module)
                run.outcome = [("compared", text.of("compared", compared))]
                return run
        except BaseException as error:  # also _Stop: what it waits for is never released
            self.home.is_stopping = False
            end = "waits for ever" if isinstance(error, _Stop) else f"raises {type(error).__name__}"
            state, text = types.SimpleNamespace(observing=end), self.text()
            run.deadlock = ""
        run.outcome = [(f"thread {w.number}", w.entries) for w in self.workers[1:] + self.calls
                       if w.entries is not None and (w.number <= len(self.calls) or w.error is not None)]
        run.outcome = list(dict(run.outcome).items())
        for worker in self.calls:
            if worker.error is None and type(worker.result) not in _PLAIN:
                run.outcome.append((f"thread {worker.number} afterwards", text.of("afterwards", worker.result)))
        for name, value in (("observed", state),) if laboratory.observe else sorted(vars(state).items()):
            run.outcome.append((name, text.of(name, value)))
        return run

    def keep(self, worker, result):
        """Keeps the result as it is now: other threads may change it later."""
        worker.result = result
        worker.entries = self.text().of(f"thread {worker.number}", result)

    def text(self):
        return _Text(self.target, {w.ident: w.number for w in self.workers if w.ident and w.number})

    def supervise(self):
        """Waits for the end of the schedule, and lets others run while a thread waits for a lock that is not ours."""
        looked, unmoved, all_stuck = -1, 0, 0.0
        while not self.over.acquire(timeout=_LOOK_EVERY):
            worker = self.current
            if _monotonic() > self.laboratory.deadline:
                self.run.expired = True
                return
            if worker is None:
                all_stuck += _LOOK_EVERY
                if all_stuck > _STUCK_LIMIT and all(_waits_for_lock(w) for w in self.workers if w.is_stuck):
                    self.note_deadlock()
                    return
                continue
            all_stuck = 0.0
            unmoved = unmoved + 1 if looked == self.progress and _is_unmoved(worker) else 0
            looked = self.progress
            if unmoved >= _STUCK_LOOKS:
                self.set_aside(worker)
                unmoved = 0

    def set_aside(self, worker):
        with self.mutex:
            if self.current is not worker:
                return
            worker.is_stuck = True
            worker.waits_for = "something outside"
            self.chooser.blocked(worker)
            self.current = chosen = self.next_worker()
        if chosen:
            chosen.baton.release()

    def stop_all(self):
        """Unwinds all threads that are left, one after the other."""
        pools = sys.modules.get("concurrent.futures.thread")
        for worker in self.workers:
            if pools and worker.thread:
                pools._threads_queues.pop(worker.thread, None)  # else it would be joined at exit
            if worker is self.home or worker.is_done or not worker.thread:
                continue
            worker.is_stopping = True
            if not worker.is_stuck and worker.baton.locked():
                worker.baton.release()
            if not worker.gone.acquire(timeout=0.05 if worker.is_stuck else 0.5):
                threading._active.pop(worker.ident, None)

    # What the threads call.

    def worker(self):
        """The worker that the calling thread is, or None."""
        return self.by_ident.get(_get_ident())

    def launch(self, worker):
        self.workers.append(worker)
        _thread.start_new_thread(self.body, (worker,))

    def body(self, worker):
        worker.native = threading.get_native_id()
        worker.ident = _get_ident()
        worker.begun.release()
        worker.baton.acquire()
        self.by_ident[worker.ident] = worker
        thread = worker.thread
        try:
            if worker.is_stopping:
                return
            thread._set_ident()
            thread._started.set()
            threading._active[worker.ident] = thread
            self.keep(worker, self.traced(worker, worker.function))
        except _Stop:
            pass
        except BaseException as error:
            worker.error = error
            error.__traceback__ = None
        finally:
            threading._active.pop(worker.ident, None)
            worker.is_done = True
            if not worker.is_stopping:
                self.chooser.ended(worker)
                self.pass_on(worker)
            if self.by_ident.get(worker.ident) is worker:
                del self.by_ident[worker.ident]
            worker.gone.release()

    def traced(self, worker, function, *arguments):
        before = self.laboratory.world.tracer.begin(self, worker)
        try:
            return function(*arguments)
        finally:
            self.laboratory.world.tracer.end(before)

    def line(self, worker, code, row, frame):
        """A traced thread is about to run a line."""
        worker = self.owner or worker
        place = worker.place = (code.co_filename, row)
        self.run.trace.append((worker.number, code.co_filename, row))
        if self.counts_work:
            self.run.work[place] += 1
        if self.grain == "replay":
            self.chooser.event(worker, frame, None, row)
        if self.wants_opcodes:
            return  # the instruction's own event follows; up to 3.11 it would swallow an exception that is raised here
        if self.grain == "line" and (self.rows is None or (self.target.real(code.co_filename), row) in self.rows):
            self.point(worker)
        else:
            self.pause(worker)

    def opcode(self, worker, code, offset, frame):
        """A traced thread is about to run an instruction."""
        worker = self.owner or worker
        if self.grain == "replay":
            self.chooser.event(worker, frame, offset, _rows(code).get(offset))
            at = self.chooser.at
            self.point(worker)
            if self.chooser.at != at:  # others ran meanwhile: this instruction may be the next step
                self.chooser.event(worker, frame, offset, _rows(code).get(offset), False)
            return
        points = _points(code, self.grain)
        if points is None or offset in points:
            return self.point(worker)
        self.pause(worker)

    def pause(self, worker):
        """A point at which nothing is chosen."""
        self.progress += 1
        if self.progress > _POINT_LIMIT or worker.is_stopping or (worker is not self.current and not self.owner):
            self.halt(worker)

    def point(self, worker):
        """A point: the chooser says who goes on. Returns when this thread does."""
        self.pause(worker)
        others = [other for other in self.workers if other is not worker and other.is_ready()]
        index = self.index
        self.index += 1
        if not others or self.owner:
            return
        is_unfair = index - self.since > _POINT_LIMIT // 4  # it may spin until another thread does something
        chosen = self.chooser.pick(index, None if is_unfair else worker, others)
        if chosen is not worker:
            self.switch(worker, chosen)

    def switch(self, worker, chosen):
        with self.mutex:
            is_current = self.current is worker
            if is_current:
                self.current, self.since, self.switched = chosen, self.index, self.switched + 1
        if is_current:
            worker.idle = 0
            chosen.baton.release()
            worker.baton.acquire()
        if worker.is_stopping or not is_current:
            self.halt(worker)

    def halt(self, worker):
        """Stops a thread whose schedule is over, or makes one wait that was taken for stuck."""
        if self.progress > _POINT_LIMIT and not self.is_over and not worker.is_stopping:
            self.run.expired = True
            self.finish()
            if worker is self.home or self.owner:
                raise _Stop
            worker.baton.acquire()
        elif not worker.is_stopping:
            with self.mutex:
                worker.is_stuck = False
                waits = self.current is not None
                if not waits:
                    self.current = worker
            if waits:
                worker.baton.acquire()
        if worker.is_stopping:
            worker.stops += 1
            if worker.stops > 50:  # it catches everything and goes on: nothing but a lock holds it
                worker.gone.release()
                _park()
            raise _Stop

    def wait(self, worker, may_go, timeout, waits_for):
        """Waits until `may_go()`; False if the time is over, which it is when nobody else can run."""
        if worker.is_stopping:
            self.halt(worker)
        worker.may_go, worker.waits_for, worker.timed_out = may_go, waits_for, False
        worker.until = None if timeout is None or timeout < 0 else self.clock + timeout
        self.chooser.blocked(worker)
        self.pass_on(worker)
        worker.baton.acquire()
        worker.may_go = worker.until = None
        worker.waits_for = ""
        if worker.is_stopping:
            self.halt(worker)
        return not worker.timed_out

    def sleep(self, worker, seconds):
        self.clock += max(0, seconds)
        worker.idle += 1
        if worker.idle > _IDLE_LIMIT:
            switched = self.switched
            self.wait(worker, lambda: self.switched > switched + 1, 0, "time to pass")
        elif worker is not self.home and self.grain != "serial":
            self.point(worker)

    def start(self, worker, thread):
        """Brings a thread under control that the code under test starts."""
        if thread._started.is_set():
            raise RuntimeError("threads can only be started once")
        numbers = len(self.calls) + sum(1 for other in self.workers if other.number > len(self.calls))
        child = _Worker(self, numbers + 1, thread, thread.run)
        thread._witness = child
        self.launch(child)
        child.begun.acquire()  # the real thread must exist before its ident is asked for
        thread._ident = child.ident
        thread._started.set()
        if worker is self.home:
            return
        if self.grain != "serial":
            self.point(worker)
        else:  # in a serial order the thread runs at once or later
            index = self.index
            self.index += 1
            chosen = self.chooser.pick(index, None, [worker, child])
            if chosen is not worker:
                self.switch(worker, chosen)

    def pass_on(self, worker):
        """Gives the baton away for good, or until this thread may go on."""
        with self.mutex:
            if worker.is_stuck:
                worker.is_stuck = False
            if self.current is not worker and self.current is not None:
                return
            self.current = chosen = self.next_worker()
            self.since, self.switched = self.index, self.switched + 1
        if chosen:
            chosen.baton.release()

    def next_worker(self):
        """Who goes on when the running thread can not. Ends the schedule if nobody can."""
        ready = [worker for worker in self.workers if worker.is_ready()]
        if ready:
            index = self.index
            self.index += 1
            return self.chooser.pick(index, None, ready)
        if not self.home.is_away or not all(worker.is_done for worker in self.calls):
            timed = [worker for worker in self.workers if worker.until is not None and not worker.is_done]
            if timed:
                self.progress += 100
                self.run.expired |= self.progress > _POINT_LIMIT
            if timed and not self.run.expired:
                first = min(timed, key=lambda worker: (worker.until, worker.number))
                self.clock, first.timed_out = max(self.clock, first.until), True
                return first
            if any(worker.is_stuck for worker in self.workers):
                return None
            if not timed:
                self.note_deadlock()
        self.finish()
        return None

    def note_deadlock(self):
        self.run.deadlock = "; ".join(
            f"{shown} waits {'at ' + self.target.at(shown.place) + ' ' if shown.place else ''}for {worker.waits_for}"
            for worker in self.workers if not worker.is_done and not worker.is_away and worker.waits_for
            for shown in [self.owner if worker is self.home and self.owner else worker])

    def finish(self):
        if self.is_over:
            return
        self.is_over = True
        if self.home.is_away:
            self.over.release()
        else:
            self.home.is_stopping = True
            self.home.baton.release()


def _park():
    lock = _allocate_lock()
    lock.acquire()
    lock.acquire()


def _system(worker, name):
    """What Linux tells of a thread, "" elsewhere."""
    try:
        with open(f"/proc/self/task/{worker.native}/{name}", encoding="ascii", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def _is_unmoved(worker):
    """Whether the thread is where it was at the last look, and waits for something."""
    frame = sys._current_frames().get(worker.ident)
    seen, worker.seen = worker.seen, frame and (id(frame), frame.f_lasti)
    state = _system(worker, "stat").rpartition(")")[2].split()[:1]
    return frame is not None and seen == worker.seen and state in ([], ["S"])


def _waits_for_lock(worker):
    """Whether it is a lock that a stuck thread waits for, as far as the system tells."""
    channel = _system(worker, "wchan")
    return channel in ("", "0") or "futex" in channel


# --- Choosers ---------------------------------------------------------------------------------------------------------


class _Deviations:
    """Lets the running thread go on, except at the given points: pairs of a point's index and a thread's number."""

    others = None

    def __init__(self, switches):
        self.switches, self.last = dict(switches), switches[-1][0] if switches else -1
        self.free, self.paid, self.has_diverged = array.array("q"), array.array("q"), False

    def pick(self, index, current, ready):
        """Who goes on: `current`, which is None if it can not, or one of `ready`."""
        number = self.switches.get(index)
        if number is not None:
            for worker in ready:
                if worker.number == number:
                    return worker
            self.has_diverged = True
        default = current or ready[0]
        if index > self.last:
            codes = self.free if current is None else self.paid
            codes.extend(index << 8 | worker.number for worker in ready if worker is not default)
        return default

    def blocked(self, worker):
        pass

    ended = blocked

    def failed_step(self):
        return None


class _Replay(_Deviations):
    """Performs steps in their order: a thread runs until its step is done, then the thread of the next step runs."""

    def __init__(self, places, first):
        super().__init__(())
        self.places, self.first = places, first  # who goes on when the steps are performed, 0: not the last step's thread
        self.others = None  # who could have gone on then instead
        self.at, self.doing, self.failure = 0, None, None
        self.arrivals = [0] * len(places)

    def event(self, worker, frame, offset, row, is_new=True):
        """A traced thread is about to run an instruction, or a line if `offset` is None; or still is."""
        if self.failure:
            return
        code, filename = frame.f_code, self.schedule.target.real(frame.f_code.co_filename)
        matching = [index for index, place in enumerate(self.places) if index >= self.at
                    and place.thread == worker.number and place.matches(filename, code, offset, row)]
        for index in matching:
            if is_new and (self.places[index].offsets or offset is None):
                self.arrivals[index] += 1
        while self.at < len(self.places) and self.places[self.at].thread == worker.number:
            place = self.places[self.at]
            if self.doing:
                if not self.is_done(frame, offset, row, matching):
                    return
                self.advance()
            elif self.at in matching and self.arrivals[self.at] >= place.hit:
                self.doing = (frame, offset)
                following = self.places[self.at + 1] if self.at + 1 < len(self.places) else None
                if following is None or following.thread != worker.number:
                    return
                self.advance()
                if following.key == place.key and place.offsets:
                    return
            else:
                return

    def is_done(self, frame, offset, row, matching):
        place, (begun, instruction) = self.places[self.at], self.doing
        coming = next((index for index in range(self.at + 1, len(self.places))
                       if self.places[index].thread == place.thread), None)
        if coming in matching and self.arrivals[coming] >= self.places[coming].hit \
                and self.places[coming].key != place.key:
            return True
        if frame is begun:
            if place.offsets:
                return offset != instruction
            return row not in place.rows or (offset is None and row == place.row)
        while frame is not None and frame is not begun:
            frame = frame.f_back
        return frame is None

    def advance(self):
        self.at, self.doing = self.at + 1, None

    def pick(self, index, current, ready):
        others = ready if current is None else ready + [current]
        if self.at < len(self.places) and not self.failure:
            wanted = self.places[self.at].thread
            for worker in others:
                if worker.number == wanted:
                    return worker
            self.fail(wanted)
        if current and (self.failure or self.others is not None or self.at < len(self.places)):
            return current
        last = self.places[-1].thread  # its step must have seen the damage: whatever comes now is no help
        chosen = min(others, key=lambda worker: (worker.number != self.first, worker.number == last, worker.number))
        if self.others is None:
            self.others = [worker.number for worker in others if worker is not chosen]
        return chosen

    def fail(self, wanted):
        place = self.places[self.at]
        for worker in self.schedule.workers:
            if worker.number == wanted and worker.is_done:
                error = f" with {type(worker.error).__name__}" if worker.error is not None else ""
                self.failure = f"thread {wanted} ended{error} before it reached {place}"
            elif worker.number == wanted:
                where = f" at {self.schedule.target.at(worker.place)}" if worker.place else ""
                self.failure = f"{place} can not be reached: thread {wanted} waits{where} for {worker.waits_for}"

    def blocked(self, worker):
        if self.doing and not self.failure and self.places[self.at].thread == worker.number:
            self.advance()

    ended = blocked

    def failed_step(self):
        if self.at >= len(self.places):
            return None
        place = self.places[self.at]
        reason = self.failure or f"the calls ended before thread {place.thread} reached {place}"
        return {"step": place.number, "reason": f"step {place.number}: {reason}"}


# --- Points: where threads may switch, and which instructions a step means --------------------------------------------

_NAME = {"GLOBAL", "NAME", "DEREF", "ATTR", "CLASSDEREF", "METHOD", "SUPER_ATTR", "FROM_DICT_OR_GLOBALS",
         "FROM_DICT_OR_DEREF"}
_LOADS = {"LOAD_" + kind for kind in _NAME}
_STORES = {verb + kind for kind in _NAME for verb in ("STORE_", "DELETE_")}
_LOCALS = {"LOAD_FAST", "LOAD_FAST_CHECK", "LOAD_FAST_LOAD_FAST", "LOAD_FAST_BORROW", "LOAD_FAST_BORROW_LOAD_FAST_BORROW",
           "STORE_FAST_LOAD_FAST"}
_CALLS = {"CALL", "CALL_KW", "CALL_FUNCTION", "CALL_FUNCTION_KW", "CALL_FUNCTION_EX", "CALL_METHOD"}
_ITEM_READS, _ITEM_WRITES = {"BINARY_SUBSCR", "BINARY_SLICE"}, {"STORE_SUBSCR", "DELETE_SUBSCR", "STORE_SLICE"}
_WITH = {"SETUP_WITH", "BEFORE_WITH", "SETUP_ASYNC_WITH", "BEFORE_ASYNC_WITH", "LOAD_SPECIAL"}
_IN_PLACE = {"INPLACE"}
_SHARED = _LOADS | _STORES | _CALLS | _ITEM_READS | _ITEM_WRITES | _WITH | _IN_PLACE | {"FOR_ITER", "CONTAINS_OP"}
_TESTS = {"COMPARE_OP", "IS_OP", "CONTAINS_OP", "UNARY_NOT", "TO_BOOL"}

# For each access what is looked for, the best first: ("name", opcodes) that name the thing, ("use", opcodes) that use it
# once it is loaded, ("row", opcodes) anywhere in the row. Nothing found: the step is the whole line.
_ACCESSES = {
    "read": [("name", _LOADS), ("name", _LOCALS)],
    "write": [("name", _STORES), ("use", _IN_PLACE)],
    "item-read": [("use", _ITEM_READS | {"CONTAINS_OP"}), ("use", _CALLS)],
    "item-write": [("use", _ITEM_WRITES), ("use", _CALLS), ("use", _IN_PLACE)],
    "call": [("use", _CALLS)],
    "mutate": [("use", _CALLS | _ITEM_WRITES | _IN_PLACE), ("name", _STORES)],
    "iterate": [("row", {"FOR_ITER"}), ("use", _CALLS)],
    "test": [("use", _TESTS), ("use", {"POP_JUMP"}), ("name", _LOADS)],
    "acquire": [("row", _WITH), ("use", _CALLS)],
    "release": [("exit", _CALLS), ("use", _CALLS)],
    "return": [("row", {"RETURN_VALUE", "RETURN_CONST"})],
}

_Instruction = collections.namedtuple("_Instruction", "offset name opcode arg value row")
_tables = {}  # what is worked out once for each code object


def _remembered(function):
    def remembering(code, *rest):
        key = (function, code, code.co_filename, *rest)
        if key not in _tables:
            _tables[key] = function(code, *rest)
        return _tables[key]
    return remembering


@_remembered
def _instructions(code):
    """The instructions; one with a prefix is known by the offset of the prefix, where the event is."""
    found, start, row, rows = [], None, None, dict(dis.findlinestarts(code))
    for each in dis.get_instructions(code):
        row = rows.get(each.offset, row)
        start = each.offset if start is None else start
        if each.opname == "EXTENDED_ARG":
            continue
        name = each.opname
        if name == "BINARY_OP" and each.argrepr.endswith("=") or name.startswith("INPLACE_"):
            name = "INPLACE"
        elif name == "BINARY_OP" and each.argrepr == "[]":
            name = "BINARY_SUBSCR"
        elif name.startswith(("POP_JUMP", "JUMP_IF")):
            name = "POP_JUMP"
        found.append(_Instruction(start, name, each.opcode, each.arg, each.argval, row))
        start = None
    return found


@_remembered
def _rows(code):
    return {each.offset: each.row for each in _instructions(code)}


@_remembered
def _points(code, grain):
    """Offsets before which threads may switch; None means all."""
    found, instructions = set(), _instructions(code)
    if grain == "opcode":
        return None
    for index, each in enumerate(instructions):
        if grain == "shared":
            is_builtin = each.name == "LOAD_GLOBAL" and hasattr(builtins, str(each.value))
            if each.name in _SHARED and not is_builtin:
                found.add(each.offset)
        elif grain == "gil":  # after calls, at function entry, before jumps back
            before = instructions[index - 1].name if index else "RESUME"
            jumps_back = "JUMP" in each.name and isinstance(each.value, int) and each.value <= each.offset
            if before in _CALLS or before == "RESUME" or jumps_back:
                found.add(each.offset)
    return frozenset(found)


def _names_in_code(name, function):
    """What the code calls the last part of a name: `self.jobs[key]` is `jobs`, private names have that of their class."""
    try:
        node = ast.parse(name, mode="eval").body
    except SyntaxError:
        node = None
    while isinstance(node, (ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    last = getattr(node, "attr", getattr(node, "id", name.split(".")[-1]))
    is_private = last.startswith("__") and not last.endswith("__")
    return {last} | {f"_{part.lstrip('_')}{last}" for part in function.split(".") if is_private}


def _offsets(codes, rows, access, wanted):
    """The instructions that access one of the wanted names, or any if there are none, in these rows: offsets by code
    object. Empty if they can not be told.
    """
    for how, names in _ACCESSES.get(access, ()):
        found = {}
        for code in codes:
            offsets = _offsets_in(_instructions(code), rows, how, names, wanted)
            if offsets:
                found[code.co_name, code.co_firstlineno] = offsets
        if found:
            return found
    return {}


def _offsets_in(instructions, rows, how, names, wanted):
    found = set()
    for index, each in enumerate(instructions):
        if each.row not in rows:
            continue
        values = each.value if isinstance(each.value, tuple) else (each.value,)
        named = [place for place, value in enumerate(values, 1 - len(values)) if value in wanted]
        if how == "use" and wanted:
            if named and each.name in _LOADS | _LOCALS:
                found |= _use(instructions[index + 1:], names, rows, named[0])
        elif each.name not in names or how == "name" and wanted and not named:
            continue
        elif how != "exit" or any(other.name in _WITH and other.row in rows for other in instructions[:index]):
            found.add(each.offset)
    return found


def _use(instructions, names, rows, place):
    """The first instruction of `names` that consumes the value at this place of the stack, whose top is 0, or a copy."""
    top, values = 0, {place}
    for each in instructions:
        below = {"COPY": each.arg, "DUP_TOP": 1, "DUP_TOP_TWO": 2}.get(each.name)
        if below:
            for top in range(top + 1, top + (3 if each.name == "DUP_TOP_TWO" else 2)):
                values |= {top} if top - below in values else set()
            continue
        top += dis.stack_effect(each.opcode, each.arg if each.opcode >= dis.HAVE_ARGUMENT else None, jump=False)
        if each.row in rows and each.name in names and top <= max(values):
            return {each.offset}
        if top < place:
            break
        values = {value for value in values if value < top or value == place}
    return set()


class _Place:
    """Where a step happens: its rows and, if the access can be told, its instructions."""

    def __init__(self, step, number, filename, rows, codes):
        self.number, self.thread, self.line = number, step.get("thread", 1), step.get("line", "")
        self.hit, self.filename, self.row, self.rows = step.get("hit") or 1, filename, min(rows), frozenset(rows)
        access, name = step.get("access", ""), step.get("name")
        wanted = _names_in_code(name, step.get("function") or "") if name else set()
        self.offsets = _offsets(codes, {self.row}, access, wanted) or _offsets(codes, self.rows, access, wanted)
        self.key = (filename, self.row, tuple(sorted(map(str, self.offsets.items()))))

    def matches(self, filename, code, offset, row):
        if row not in self.rows or filename != self.filename:
            return False
        if not self.offsets:
            return True
        return offset is not None and offset in self.offsets.get((code.co_name, code.co_firstlineno), ())

    def __str__(self):
        return f"`{self.line}` of thread {self.thread}"


# --- The module under test --------------------------------------------------------------------------------------------

_MISSING = object()


class _Target:
    """The module: compiled once, executed for every schedule in a new namespace."""

    def __init__(self, module, trace):
        try:
            spec = self.find(module)
        except _Stop:
            raise
        except BaseException as error:
            raise NotRunnable(f"`{module}` can not be found: {_named(error)}") from None
        if spec is None or not spec.origin or not spec.origin.endswith(".py"):
            raise NotRunnable(f"there is no module `{module}` with Python source on sys.path")
        self.spec, self.name, self.filename = spec, spec.name, os.path.realpath(spec.origin)
        try:
            with open(spec.origin, "rb") as file:
                self.source = importlib.util.decode_source(file.read())
            self.code = compile(self.source, spec.origin, "exec", dont_inherit=True)
        except (OSError, SyntaxError, ValueError) as error:
            raise NotRunnable(f"importing `{module}` raised {_named(error)}") from None
        self.root = os.path.dirname(self.filename)
        for _ in range(self.name.count(".") + bool(spec.submodule_search_locations)):
            self.root = os.path.dirname(self.root)
        if not trace:
            top = self.name.split(".")[0]
            trace = [top + "/**.py"] if os.path.dirname(self.filename) != self.root else [self.short(self.filename)]
        self.patterns = [re.compile(fnmatch.translate(pattern.replace("**", "*"))) for pattern in trace]
        self.traced, self.real_names, self.sources = {}, {}, {self.filename: self.source}
        self.parent, _, self.leaf = self.name.rpartition(".")
        self.before = sys.modules.get(self.name, _MISSING)
        self.attribute = getattr(sys.modules.get(self.parent), self.leaf, _MISSING)

    def find(self, module):
        if module.endswith(".py"):
            name = os.path.splitext(os.path.basename(module))[0]
            return importlib.util.spec_from_file_location(name, os.path.abspath(module))
        kept = sys.modules.pop(module, _MISSING)  # one without a spec would be in the way
        try:
            return importlib.util.find_spec(module)
        finally:
            if kept is not _MISSING:
                sys.modules[module] = kept

    def load(self):
        module = importlib.util.module_from_spec(self.spec)
        sys.modules[self.name] = module
        if self.parent in sys.modules:
            setattr(sys.modules[self.parent], self.leaf, module)
        exec(self.code, module.__dict__)
        return sys.modules.get(self.name, module)

    def restore(self):
        if self.before is _MISSING:
            sys.modules.pop(self.name, None)
        else:
            sys.modules[self.name] = self.before
        if self.parent in sys.modules:
            if self.attribute is not _MISSING:
                setattr(sys.modules[self.parent], self.leaf, self.attribute)
            elif hasattr(sys.modules[self.parent], self.leaf):
                delattr(sys.modules[self.parent], self.leaf)

    def real(self, filename):
        if filename not in self.real_names:
            self.real_names[filename] = os.path.realpath(filename)
        return self.real_names[filename]

    def short(self, filename):
        path = os.path.realpath(filename)
        return os.path.relpath(path, self.root).replace(os.sep, "/") if path.startswith(self.root + os.sep) else path

    def at(self, place):
        return f"{self.short(place[0])}:{place[1]}"

    def is_traced(self, filename):
        known = self.traced.get(filename)
        if known is None:
            short = self.short(filename)
            known = self.traced[filename] = filename == self.code.co_filename or (
                not os.path.isabs(short) and any(pattern.match(short) for pattern in self.patterns))
        return known

    def source_of(self, filename):
        if filename not in self.sources:
            try:
                with open(filename, "rb") as file:
                    self.sources[filename] = importlib.util.decode_source(file.read())
            except (OSError, SyntaxError, ValueError):
                self.sources[filename] = ""
        return self.sources[filename]

    def row_text(self, entry):
        lines = self.source_of(os.path.realpath(os.path.join(self.root, entry["filename"]))).splitlines()
        return lines[entry["row"] - 1].strip() if entry["row"] <= len(lines) else ""

    def places(self, steps):
        """The places of the steps, or none and what is wrong with the first step that has no place."""
        found = []
        for number, step in enumerate(steps, 1):
            number = step.get("step", number)
            filename = self.filename
            if step.get("filename") and not self.filename.replace(os.sep, "/").endswith("/" + step["filename"]):
                filename = os.path.realpath(os.path.join(self.root, step["filename"]))
            source, line = self.source_of(filename), step.get("line", "").strip()
            function, nth, short = step.get("function") or "<module>", step.get("nth") or 1, self.short(filename)
            rows, reason = [], ""
            try:
                scopes, tree = _scopes(source)
            except SyntaxError:
                scopes = {}
            if not source or function not in scopes:
                reason = f"there is no function `{function}` in {short}"
            else:
                lines = source.splitlines()
                rows = [row for row in scopes[function] if lines[row - 1].strip() == line]
                if not rows:
                    reason = f"there is no line `{line}` in `{function}` of {short}"
                elif len(rows) < nth:
                    reason = f"the line `{line}` is {len(rows)} times in `{function}` of {short}, not {nth} times"
            if reason:
                return [], {"step": number, "reason": f"step {number} does not exist: {reason}"}
            if function == "<module>":
                continue  # done by the import, before the calls
            codes = list(_codes(compile(source, filename, "exec", dont_inherit=True)))
            found.append(_Place(step, number, filename, _statement(tree, rows[nth - 1]), codes))
        return found, None


def _codes(code):
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _codes(constant)


def _scopes(source):
    """The rows of each function and class by its qualified name: first its own, then those of what it contains."""
    tree, found = ast.parse(source), {}
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)

    def visit(node, name):
        rows = set(range(1, len(source.splitlines()) + 1)) if name == "<module>" else set(
            range(node.lineno, node.end_lineno + 1))
        inner, waiting = set(), list(ast.iter_child_nodes(node))
        while waiting:
            child = waiting.pop(0)
            if isinstance(child, kinds):
                inner |= visit(child, child.name if name == "<module>" else f"{name}.{child.name}")
            else:
                waiting[:0] = ast.iter_child_nodes(child)
        found.setdefault(name, []).extend(sorted(rows - inner) + sorted(rows & inner))
        return rows
    visit(tree, "<module>")
    return {**{name.replace(".", ".<locals>."): rows for name, rows in found.items()}, **found}, tree


def _statement(tree, row):
    """The rows from `row` to the end of the innermost statement there, without the bodies that it may have."""
    best = (row, row)
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and node.lineno <= row <= node.end_lineno:
            body = getattr(node, "body", None) or getattr(node, "cases", None)
            first = body[0] if isinstance(body, list) else None
            end = node.end_lineno if first is None else max(node.lineno, getattr(first, "lineno", row + 1) - 1)
            if row <= end:
                best = (row, end)
    return range(best[0], best[1] + 1)


# --- Outcomes as text -------------------------------------------------------------------------------------------------

_PLAIN = (type(None), bool, int, float, complex, str, bytes)


def _named(error):
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _is_data(name, value):
    return not (name.startswith("__") and name.endswith("__")) and not isinstance(
        value, (types.ModuleType, types.BuiltinFunctionType, property))


def _state(module):
    """The variables of a module, of its classes and functions, as attributes of one object."""
    state = {}
    for name, value in vars(module).items():
        if not _is_data(name, value):
            continue
        if isinstance(value, (type, types.FunctionType)):
            if value.__module__ != module.__name__:
                continue
            for key, held in vars(value).items():
                plain = held.__func__ if isinstance(held, (staticmethod, classmethod)) else held
                if isinstance(plain, types.FunctionType) and plain.__defaults__:
                    state[f"{name}.{key} defaults"] = plain.__defaults__
                elif _is_data(key, held) and not isinstance(plain, (types.FunctionType, types.MemberDescriptorType)):
                    state[f"{name}.{key}"] = held
            if isinstance(value, types.FunctionType) and value.__defaults__:
                state[f"{name} defaults"] = value.__defaults__
        else:
            state[name] = value
    return types.SimpleNamespace(**state)


class _Text:
    """Values as text that compares across runs: an object that is seen again is a number, order of keys is nothing."""

    def __init__(self, target, idents):
        self.target, self.idents, self.seen, self.numbers = target, idents, {}, 0

    def of(self, name, value):
        """The text as a list of (path, token)."""
        self.tokens = []
        self.write(value, name, 0)
        return self.tokens

    def put(self, path, token):
        self.tokens.append((path, token))

    def write(self, value, path, depth):
        kind = type(value)
        if kind in _PLAIN:
            return self.put(path, f"thread {self.idents[value]}" if kind is int and value in self.idents else repr(value))
        if depth > 40:
            return self.put(path, "…")
        if kind is tuple or kind is frozenset:
            return self.elements(value, path, depth, "()")
        if isinstance(value, (type, types.FunctionType, types.BuiltinFunctionType, types.ModuleType)):
            return self.put(path, getattr(value, "__qualname__", None) or value.__name__)
        if isinstance(value, BaseException):
            return self.put(path, kind.__name__)
        if id(value) in self.seen:
            return self.again(value, path)
        self.seen[id(value)] = [self.tokens, len(self.tokens), 0, value]
        self.put("", "")
        if isinstance(value, _Lock):
            self.put(path, "held" if value.locked() else "free")
        elif isinstance(value, (list, tuple, set, frozenset, collections.deque)):
            self.elements(value, path, depth, "{}" if isinstance(value, (set, frozenset)) else "[]")
        elif isinstance(value, (dict, types.MappingProxyType)):
            self.pairs(value.items(), path, depth, "{}", ": ")
        elif kind.__module__ == self.target.name or kind is types.SimpleNamespace or self.target.is_traced(
                getattr(sys.modules.get(kind.__module__), "__file__", None) or ""):
            self.put(path, kind.__qualname__)
        else:
            return self.put(path, _value_text(value, kind))
        if kind.__module__ not in ("builtins", "collections", "threading") and not isinstance(value, _Lock):
            attributes = dict(getattr(value, "__dict__", {}))
            for slot in (slot for base in kind.__mro__ for slot in _slots(base) if hasattr(value, slot)):
                attributes[slot] = getattr(value, slot)
            if attributes:
                self.pairs(attributes.items(), path, depth, "()", "=")

    def again(self, value, path):
        tokens, index, number, _ = first = self.seen[id(value)]
        if not number:
            self.numbers = first[2] = number = self.numbers + 1
            tokens[index] = ("", f"#{number}=")
        self.put(path, f"#{number}")

    def elements(self, value, path, depth, brackets):
        items = sorted(value, key=_sort_key) if isinstance(value, (set, frozenset)) else list(value)
        self.put("", brackets[0])
        for index, item in enumerate(items):
            self.put("", ", " if index else "")
            self.write(item, f"{path}[{index}]", depth + 1)
        self.put("", ",)" if brackets == "()" and len(items) == 1 else brackets[1])

    def pairs(self, items, path, depth, brackets, between):
        self.put("", brackets[0])
        for index, (key, item) in enumerate(sorted(items, key=lambda pair: _sort_key(pair[0]))):
            self.put("", ", " if index else "")
            if between == "=":
                self.put("", key)
            else:
                self.write(key, f"{path}.key{index}", depth + 1)
            self.put("", between)
            self.write(item, f"{path}.{key if type(key) is str else index}", depth + 1)
        self.put("", brackets[1])


def _slots(kind):
    slots = vars(kind).get("__slots__", ())
    return [slots] if isinstance(slots, str) else slots


def _sort_key(value):
    is_plain = type(value) in _PLAIN or isinstance(value, tuple) and all(type(item) in _PLAIN for item in value)
    return (type(value).__name__, repr(value) if is_plain else "")


def _value_text(value, kind):
    """The value's own text if it is a value: compares by content and shows no address. Else the name of its type."""
    if kind.__eq__ is not object.__eq__ and kind.__hash__ not in (None, object.__hash__):
        try:
            text = repr(value)
        except Exception:
            text = " at 0x"
        if " at 0x" not in text:
            return text
    return f"<{kind.__qualname__}>"


# --- What is replaced while calls run ---------------------------------------------------------------------------------

_running = None  # the schedule in force


def _current():
    """The schedule in force and the worker that the calling thread is; (None, None) outside."""
    schedule = _running
    worker = schedule.worker() if schedule else None
    return (schedule, worker) if worker else (None, None)


class _Lock:
    """threading.Lock that lets the schedule go on instead of blocking. The real lock inside serves all other threads."""

    def __init__(self):
        self._lock, self._holder = _allocate_lock(), None

    def acquire(self, blocking=True, timeout=-1):
        while not self._lock.acquire(False):
            schedule, worker = _current()
            if worker is None:
                return self._lock.acquire(blocking, timeout)
            if not blocking or not schedule.wait(worker, lambda: not self.locked(), timeout, self._describe(worker)):
                return False
        self._holder = _current()[1]
        return True

    def release(self):
        self._lock.release()

    def locked(self):
        return self._lock.locked()

    def _describe(self, worker):
        if sys._getframe(2).f_code.co_filename == threading.__file__:
            return "another thread to wake it"
        holder = self._holder
        return "a lock that " + ("it holds itself" if holder is worker else f"{holder} holds" if holder else "is held")

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *exception):
        self.release()

    def _at_fork_reinit(self):
        self._lock = _allocate_lock()


class _RLock(_Lock):
    """threading.RLock."""

    def __init__(self):
        super().__init__()
        self._owner, self._count = None, 0

    def acquire(self, blocking=True, timeout=-1):
        if self._owner != _get_ident():
            if not super().acquire(blocking, timeout):
                return False
            self._owner = _get_ident()
        self._count += 1
        return True

    def release(self):
        if self._owner != _get_ident():
            raise RuntimeError("cannot release un-acquired lock")
        self._count -= 1
        if not self._count:
            self._owner = None
            self._lock.release()

    __enter__ = acquire

    def _is_owned(self):
        return self._owner == _get_ident()

    def _recursion_count(self):
        return self._count if self._is_owned() else 0

    def _release_save(self):
        state, self._count, self._owner = self._count, 0, None
        self._lock.release()
        return state

    def _acquire_restore(self, state):
        super().acquire()
        self._owner, self._count = _get_ident(), state


def _start(self):
    schedule, worker = _current()
    return schedule.start(worker, self) if worker else _real_start(self)


def _join(self, timeout=None):
    child, (schedule, worker) = getattr(self, "_witness", None), _current()
    if child is None or worker is None:
        return None if child else _real_join(self, timeout)
    if not child.is_done:
        schedule.wait(worker, lambda: child.is_done, timeout, f"{child} to end")


def _is_alive(self):
    child = getattr(self, "_witness", None)
    return not child.is_done if child else _real_is_alive(self)


def _sleep(seconds):
    schedule, worker = _current()
    return schedule.sleep(worker, seconds) if worker else _real_sleep(seconds)


def _passed():
    return _running.clock if _running else 0.0


async def _async_sleep(delay, result=None):
    schedule = _running
    if schedule and schedule.owner:
        schedule.clock += max(0, delay)
        schedule.owner.idle += 1
        schedule.progress += 100 if schedule.owner.idle > _IDLE_LIMIT else 0
        return await _real_async_sleep(0, result)
    return await _real_async_sleep(delay, result)


class _Output(io.RawIOBase):
    """Keeps the beginning of what is printed."""

    def __init__(self):
        self.kept = bytearray()

    def writable(self):
        return True

    def write(self, data):
        self.kept += bytes(data)[:max(0, 4000 - len(self.kept))]
        return len(data)

    def text(self):
        return self.kept.decode("utf-8", "replace")


class _World:
    """The interpreter while calls run: locks that cooperate, a clock that sleeping moves, no output, points."""

    _is_entered = False

    def __init__(self):
        self.phase, self.output, self.tracer, self.target, self.count = "the start", _Output(), _Tracer(), None, 0

    def __enter__(self):
        if _World._is_entered:
            raise NotRunnable("a check is running already")
        self.tracer.open(self)
        _World._is_entered = True
        stream = io.TextIOWrapper(self.output, "utf-8", "replace", write_through=True)
        self.saved = [(owner, name, getattr(owner, name)) for owner, name, _ in self.replaced(stream)]
        for owner, name, value in self.replaced(stream):
            setattr(owner, name, value)
        return self

    @staticmethod
    def replaced(stream):
        def monotonic():
            return _monotonic() + _passed()
        return [(threading, "Lock", _Lock), (threading, "RLock", _RLock), (threading, "_allocate_lock", _Lock),
                (threading.Thread, "start", _start), (threading.Thread, "join", _join),
                (threading.Thread, "is_alive", _is_alive), (threading, "_time", monotonic), (queue, "time", monotonic),
                (queue, "SimpleQueue", queue._PySimpleQueue), (time, "sleep", _sleep), (time, "monotonic", monotonic),
                (time, "time", lambda: _wall_clock() + _passed()), (asyncio, "sleep", _async_sleep),
                (sys, "stdout", stream), (sys, "stderr", stream), (sys, "unraisablehook", lambda unraisable: None)]

    def __exit__(self, *exception):
        for owner, name, value in self.saved:
            setattr(owner, name, value)
        if self.target:
            self.target.restore()
        self.tracer.close()
        _tables.clear()
        _World._is_entered = False

    @contextlib.contextmanager
    def using(self, schedule):
        global _running
        collects = gc.isenabled()
        gc.disable()  # callbacks of weak references and __del__ would run at any point
        self.tracer.prepare(schedule)
        _running = schedule
        try:
            yield
        finally:
            schedule.stop_all()
            _running = None
            self.count += 1
            if collects:
                gc.enable()
            if self.count % 64 == 0:
                gc.collect()


# --- Tracing ----------------------------------------------------------------------------------------------------------


class _Settrace:
    """Points up to 3.11."""

    def open(self, world):
        self.world, tracer = world, sys.gettrace()
        if tracer is not None and not type(tracer).__module__.startswith("coverage"):
            raise NotRunnable("a debugger or another tracer is at work (`sys.gettrace()` is set), and threads can not be "
                              "scheduled beside it before Python 3.12: run this without it")

    def close(self, schedule=None):
        pass

    prepare = close

    def begin(self, schedule, worker):
        is_traced, wants_opcodes = schedule.target.is_traced, schedule.wants_opcodes

        def inside(frame, event, argument):
            if event == "line":
                schedule.line(worker, frame.f_code, frame.f_lineno, frame)
            elif event == "opcode":
                schedule.opcode(worker, frame.f_code, frame.f_lasti, frame)
            return inside

        def enter(frame, event, argument):
            if not is_traced(frame.f_code.co_filename):
                return None
            frame.f_trace_opcodes, frame.f_trace_lines = wants_opcodes, True
            return inside

        before = sys.gettrace()
        if before is None:  # else it is the one of a coverage tool, and stays
            sys.settrace(enter)
        return before

    def end(self, before):
        sys.settrace(before)


class _Monitoring:
    """Points from 3.12 on. PY_START is in the set because 3.13 else has no LINE event in a function of one line."""

    def open(self, world):
        self.monitoring, self.world = sys.monitoring, world
        if self.monitoring.get_tool(3) is not None:
            raise NotRunnable(f"another tool ({self.monitoring.get_tool(3)}) watches this interpreter")
        self.monitoring.use_tool_id(3, "threadlint")
        self.monitoring.restart_events()
        events = self.monitoring.events
        self.monitoring.register_callback(3, events.LINE, self.line)
        self.monitoring.register_callback(3, events.INSTRUCTION, self.instruction)
        self.events = 0

    def close(self):
        self.monitoring.set_events(3, 0)
        self.monitoring.register_callback(3, self.monitoring.events.LINE, None)
        self.monitoring.register_callback(3, self.monitoring.events.INSTRUCTION, None)
        self.monitoring.free_tool_id(3)

    def prepare(self, schedule):
        events = self.monitoring.events
        wanted = events.LINE | events.PY_START | (events.INSTRUCTION if schedule.wants_opcodes else 0)
        if wanted != self.events:
            self.monitoring.set_events(3, wanted)
            self.events = wanted

    def begin(self, schedule, worker):
        worker.is_traced = True

    def end(self, before):
        worker = _current()[1]
        if worker:
            worker.is_traced = False

    def line(self, code, row):
        if not self.world.target.is_traced(code.co_filename):
            return self.monitoring.DISABLE
        schedule, worker = _current()
        if worker is not None and worker.is_traced:
            schedule.line(worker, code, row, sys._getframe(1))

    def instruction(self, code, offset):
        if not self.world.target.is_traced(code.co_filename):
            return self.monitoring.DISABLE
        schedule, worker = _current()
        if worker is not None and worker.is_traced:
            schedule.opcode(worker, code, offset, sys._getframe(1))


_Tracer = _Monitoring if _USES_MONITORING else _Settrace


# --- asyncio ----------------------------------------------------------------------------------------------------------

_owner = contextvars.ContextVar("_owner", default=0)


class _Ready(collections.deque):
    """The handles that an event loop may run next, taken out as the schedule wants it."""

    schedule = None

    def popleft(self):
        schedule, owners = self.schedule, {}
        for handle in self:
            number = handle._context.get(_owner, 0) if handle._context is not None else 0
            owners.setdefault(number, handle)
        if 0 in owners or len(owners) == 1 or schedule is None:
            number = 0 if 0 in owners else next(iter(owners))
        else:
            current = schedule.owner if schedule.owner and schedule.owner.number in owners else None
            if current and current.idle > _IDLE_LIMIT:
                current.idle, owners = 0, {n: h for n, h in owners.items() if n != current.number}
                current = None
            others = [w for w in schedule.calls if w.number in owners and w is not current]
            index = schedule.index
            schedule.index += 1
            number = schedule.chooser.pick(index, current, others).number
        handle = owners[number]
        self.remove(handle)
        if schedule is not None:
            chosen = schedule.calls[number - 1] if number else None
            if chosen and chosen is not schedule.owner:
                for worker in schedule.calls:
                    worker.idle = 0
            schedule.owner = chosen or schedule.owner
        return handle


def _run_tasks(laboratory, schedule, order):
    """Runs calls that are coroutine functions: one after the other if there is an order, else as tasks."""
    home, loop = schedule.home, asyncio.SelectorEventLoop()
    loop._ready = ready = _Ready(loop._ready)
    loop.time = lambda: _monotonic() + schedule.clock
    loop.set_exception_handler(lambda loop, context: None)
    select_now = loop._selector.select

    def wait_for_events(timeout=None):
        events = select_now(0)
        if events or ready or timeout == 0:
            return events
        if timeout is not None:
            schedule.clock += timeout
            return events
        schedule.wait(home, lambda: bool(ready), None, "an event that nobody brings")
        return select_now(0)

    loop._selector.select = wait_for_events

    async def body(worker, call, module):
        try:
            schedule.keep(worker, await call(module))
        except _Stop:
            raise
        except BaseException as error:
            worker.error = error
        worker.is_done = True
        schedule.chooser.ended(worker)

    async def all_calls(module):
        tasks = []
        for index in order if order is not None else range(len(laboratory.calls)):
            context = contextvars.copy_context()
            context.run(_owner.set, index + 1)
            task = body(schedule.calls[index], laboratory.calls[index], module)
            tasks.append(context.run(loop.create_task, task))
            if order is not None:
                await tasks[-1]
        await asyncio.gather(*tasks)

    with laboratory.world.using(schedule):
        try:
            if sys.version_info < (3, 10):  # asyncio.Lock() looks for it when it is made
                policy = asyncio.get_event_loop_policy()
                asyncio.set_event_loop_policy(asyncio.DefaultEventLoopPolicy())
                asyncio.set_event_loop(loop)
            module = laboratory.prepared()
            schedule.workers = [home] + schedule.calls
            for worker in schedule.calls:
                worker.is_away = True
            ready.schedule = schedule
            main = loop.create_task(all_calls(module))
            try:
                schedule.traced(home, loop.run_until_complete, main)
            except _Stop:
                home.is_stopping = False
            ready.schedule = None
            return schedule.finished(module)
        finally:
            schedule.owner = None
            for task in asyncio.all_tasks(loop):
                task._log_destroy_pending = False
            if sys.version_info < (3, 10):
                asyncio.set_event_loop_policy(policy)
            loop.close()


# --- PLAN.json to RESULT.json -----------------------------------------------------------------------------------------


def main(arguments):
    """Runs a plan; see the command above. Returns 0 if a result was written, 2 if the command is wrong."""
    if len(arguments) != 3 or arguments[0] != "run":
        print("usage: threadlint_witness.py run PLAN.json RESULT.json", file=sys.stderr)
        return 2
    try:
        with open(arguments[1], encoding="utf-8") as file:
            plan = json.load(file)
    except (OSError, ValueError) as error:
        print(f"{arguments[1]}: {error}", file=sys.stderr)
        return 2
    return _Job(plan, arguments[2]).run()


class _Job:
    """A plan that is run. A result is there from the beginning, and is replaced when more is known."""

    def __init__(self, plan, filename):
        self.plan, self.filename, self.lock, self.is_written = plan, os.path.abspath(filename), _allocate_lock(), False
        search = plan.get("search", {})
        self.bound, self.switch = search.get("bound", 2), search.get("switch", "any")
        self.seconds = search.get("seconds", 20)

    def run(self):
        world_phase = lambda: _running.laboratory.world.phase if _running else f"the import of `{self.plan['module']}`"
        self.write(self.answer("not-run", "the process ended before it could tell what happened"))
        faulthandler.dump_traceback_later(self.seconds + 1, exit=True, file=open(os.devnull, "w"))  # if nothing else can

        def end():
            _real_sleep(self.seconds)
            self.write(self.answer("not-run", f"the time limit of {self.seconds} s ended {world_phase()}"), True)
            os._exit(0)

        _thread.start_new_thread(end, ())
        silent = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(silent, descriptor)
        try:
            answer = self.proof()
        except NotRunnable as error:
            answer = self.answer("not-run", str(error))
        except BaseException as error:
            answer = self.answer("not-run", f"running the calls raised {_named(error)}")
        self.write(answer, True)
        os._exit(0)  # whatever threads are left

    def write(self, answer, is_last=False):
        with self.lock:
            if self.is_written:
                _park()
            self.is_written = is_last
            temporary = f"{self.filename}.{os.getpid()}"
            with io.open(temporary, "w", encoding="utf-8") as file:
                json.dump(answer, file, indent=1)
            os.replace(temporary, self.filename)

    def answer(self, verdict, message, result=None):
        result = result or Result()
        is_free = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
        fields = ("switch", "effect", "observed", "expected", "schedules", "capped", "diverged", "interleaving",
                  "failed_step", "output")
        return {"version": 1, "verdict": verdict, "python": ".".join(map(str, sys.version_info[:3])),
                "build": "free-threaded" if is_free else "gil",
                **{field: getattr(result, field) for field in fields}, "message": message}

    def proof(self):
        plan, names = self.plan, {}
        sys.path.insert(0, plan["root"])
        os.chdir(plan["root"])
        calls = [self.function(call, names) for call in sorted(plan["calls"], key=lambda call: call["thread"])]
        setup_code = compile(plan.get("setup") or "", "<setup>", "exec")
        observe_code = compile((plan.get("observe") or "None").strip(), "<observe>", "eval")

        def setup(module):
            names.clear()
            names["m"] = module
            exec(setup_code, names)

        result = check(plan["module"], calls, plan.get("steps", ()), setup,
                       (lambda module: eval(observe_code, names)) if plan.get("observe") else None, None,
                       self.bound, self.switch, self.seconds * 0.9, plan.get("reset", "import"),
                       effect=plan.get("finding", {}).get("effect", ""), trace=plan.get("trace"))
        verdict = "not-shown" if not result.harm else "proven" if result.how == "replay" else "other-schedule"
        return self.answer(verdict, result.text, result)

    @staticmethod
    def function(call, names):
        """A function of the module that runs the code of a call."""
        thread, code = call["thread"], call.get("code") or ""
        try:
            body = ast.parse(code).body
        except SyntaxError as error:
            raise NotRunnable(f"the call of thread {thread} is not Python: {error}") from None
        nodes = [node for statement in body for node in ast.walk(statement)]
        if not call.get("known", True) or not body or any(
                isinstance(node, ast.Constant) and node.value is Ellipsis for node in nodes):
            raise NotRunnable(f"fill in the call of thread {thread}: `{code}` can not be called as it is")
        if len(body) == 1 and isinstance(body[0], ast.Expr):
            body = [ast.Return(body[0].value)]
        is_async = any(isinstance(node, (ast.Await, ast.AsyncFor, ast.AsyncWith)) for node in nodes)
        tree = ast.parse("async def call(): pass" if is_async else "def call(): pass")
        tree.body[0].body = body
        compiled = compile(ast.fix_missing_locations(tree), f"<call {thread}>", "exec")

        def made(name):
            exec(compiled, names)
            return names.pop("call")
        if not is_async:
            return lambda module: made("call")()

        async def call_async(module):
            return await made("call")()
        return call_async


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
