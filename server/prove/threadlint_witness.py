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
import dataclasses
import dis
import faulthandler
import fnmatch
import functools
import gc
import importlib.util
import inspect
import io
import itertools
import json
import linecache
import os
import pickle
import queue
import re
import signal
import sys
import sysconfig
import textwrap
import threading
import time
import types
import warnings

SWITCHES = ("any", "gil", "line", "shared", "opcode")
_POINT_LIMIT = 60_000  # points of one schedule, after which it counts as endless
_STUCK_AFTER = 0.04  # seconds without a point after which a thread is taken to wait for a lock that is not ours
_VERSION = ".".join(map(str, sys.version_info[:3]))
_BUILD = "free-threaded" if sysconfig.get_config_var("Py_GIL_DISABLED") else "GIL"

# The real things, before anything is replaced.
_allocate_lock, _sleep, _monotonic, _wall_clock = _thread.allocate_lock, time.sleep, time.monotonic, time.time
_start, _join, _is_alive, _async_sleep = (
    threading.Thread.start, threading.Thread.join, threading.Thread.is_alive, asyncio.sleep)
_real_path = functools.lru_cache(None)(os.path.realpath)

_laboratory = None  # the check that is running
_here = threading.local()  # its `worker` is what the calling thread is in the running schedule


class NotRunnable(Exception):
    """The calls can not be run; the text says why."""


class _Stop(BaseException):
    """Unwinds a thread whose schedule is over."""


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
             with itself alone, "incomplete" contents alone and not which objects are the same
    trace    patterns of the files in which threads may switch, relative to the folder that the module is imported
             from; without it the module's package

    Raises NotRunnable if the module can not be imported, the setup fails, or another tracer is in the way.
    """
    if switch not in SWITCHES:
        raise ValueError(f"switch is one of {', '.join(SWITCHES)}")
    laboratory = _Laboratory(calls, setup, observe, compare, effect, seconds)
    with laboratory.opened(module, trace, reset):
        return _Search(laboratory, bound).result_of(list(steps), switch)


def fresh(module):
    """A new copy of the module, executed from its source; `sys.modules` keeps the old one."""
    target = _Target(module, None)
    try:
        return target.load()
    finally:
        target.restore()


@dataclasses.dataclass
class Result:
    """What `check` found."""

    harm: bool = False  # whether a schedule did harm
    how: str = ""  # "replay", "serial" (no preemption was needed) or "search"; "" without harm
    effect: str = ""  # "deadlock", "exception", "not-serialisable", "isolation", "duplicate-work"; "" without harm
    schedules: int = 0  # number of schedules run, without the serial ones that say what is right
    capped: bool = False  # whether time ended the search
    diverged: int = 0  # schedules that did not repeat themselves and were not judged
    interleaving: list = dataclasses.field(default_factory=list)  # of {"thread", "filename", "row", "hit"}, as they ran
    text: str = ""  # all of it for people
    switch: str = "any"  # "gil" if switches that a GIL build makes suffice
    failed_step: dict = None  # {"step", "reason"}: why the replay of the steps did no harm
    observed: str = ""  # outcome of the schedule
    expected: list = dataclasses.field(default_factory=list)  # outcomes of the serial orders
    output: str = ""  # what the calls printed

    def raise_for_harm(self):
        """Raises AssertionError with the interleaving if there was harm; warns if not all schedules were run."""
        if self.harm:
            raise AssertionError(self.text)
        if self.capped:
            warnings.warn(self.text, stacklevel=2)


class _Search:
    """Runs schedules of the calls. What the serial orders do is right; whatever else a schedule does is harm."""

    def __init__(self, laboratory, bound):
        self.laboratory, self.bound, self.result, self.notes = laboratory, bound, Result(), ""
        self.outcomes, self.exceptions = [], set()  # of serial orders; exceptions those in the importing thread
        self.work = collections.Counter()  # how often a line runs in a serial order, at most
        self.suspects = []  # serial runs that are harm themselves

    def result_of(self, steps, switch):
        self.learn_what_is_right()
        self.result = result = Result(expected=list(dict.fromkeys(map(_shown, self.outcomes)))[:6])
        if self.finds_harm(steps, switch):
            result.switch = "gil" if self.shows_on_gil_builds(switch) else "any"
        result.output = self.laboratory.output.getvalue().decode("utf-8", "replace")
        result.text = self.report()
        return result

    def learn_what_is_right(self):
        """Runs the calls one after the other: in the importing thread, then in threads of their own."""
        laboratory, everyone = self.laboratory, range(len(self.laboratory.calls))
        laboratory.phase = "the calls one after the other in one thread"
        laboratory.run_at_home(everyone)  # warms caches that are filled once
        laboratory.mask_what_varies(lambda: laboratory.run_at_home(everyone))
        laboratory.mask_what_varies(lambda: laboratory.run("serial", _Deviations(())))
        runs = [laboratory.run_at_home(order) for order in itertools.islice(itertools.permutations(everyone), 24)]
        for run in runs:
            if not run.deadlock and not run.expired:
                self.exceptions |= set(run.exceptions.values())
                self.allow(run)
        for number, error in sorted(runs[0].exceptions.items()):
            if all(run.exceptions.get(number) == error for run in runs):
                self.notes += f"\nnote: call {number} raises {error} in every serial order too"

        laboratory.phase = "the calls one after the other in threads of their own"
        for run in itertools.islice(self.explore("serial", 0), 150):
            if run.deadlock or set(run.exceptions.values()) - self.exceptions:
                self.suspects.append(run)
            else:
                self.allow(run)
        if self.result.capped:
            raise NotRunnable("the calls alone, one after the other, take longer than the time limit")
        if not self.outcomes and not self.suspects:
            raise NotRunnable("the calls did not come to an end, one after the other")
        if laboratory.effect == "leak-between-requests":
            alone = [result for index in everyone for result in laboratory.run_at_home([index]).results()]
            for run in runs:
                run.is_isolation = bool(run.outcome) and run.results() != alone
            self.suspects += [run for run in runs if run.is_isolation]
        laboratory.phase = "the schedules"

    def allow(self, run):
        if run.outcome not in self.outcomes:
            self.outcomes.append(run.outcome)
        self.work |= run.work()

    def finds_harm(self, steps, switch):
        """Whether the steps, a serial order or a schedule did harm; the result tells of the first that did."""
        places, self.result.failed_step = self.laboratory.target.places(steps)
        if places and self.replay(places) or any(self.is_harm(run, "serial") for run in self.suspects):
            return True
        grains = ("line", "shared") if switch == "any" else (switch,)
        return any(self.is_harm(run, "search") for grain in grains for run in self.explore(grain, self.bound))

    def replay(self, places):
        """Whether performing the steps did harm. Proven is it only if harm follows whichever thread goes on then."""
        result, last, firsts, spared = self.result, places[-1], [0], []
        for first in firsts:
            chooser = _Replay(places, first)
            run = self.laboratory.run("replay", chooser)
            result.schedules += 1
            result.failed_step = chooser.failed_step()
            if not self.is_harm(run, "search"):
                spared.append(f" when {f'thread {first}' if first else 'another thread'} went on first")
            if result.failed_step:
                return result.harm
            if not first:
                firsts += chooser.others or ()
        if spared:
            reason = (f"every step up to step {last.number} was performed and no harm followed"
                      f"{spared[0] if result.harm else ''}: a step that sees the damage is missing after {last}")
            result.failed_step = {"step": last.number, "reason": reason}
        elif result.harm:
            result.how = "replay"
        return result.harm

    def explore(self, grain, bound):
        """Runs all schedules with at most `bound` preemptions, those with fewest first, until the time is over.

        A schedule is told by where it leaves "let the running thread go on". Leaving it where a thread ended or waits
        costs nothing.
        """
        waiting = [collections.deque() for _ in range(bound + 2)]
        waiting[0].append(((), [None]))
        for cost in range(bound + 1):
            while waiting[cost]:
                prefix, codes = waiting[cost].popleft()
                for code in codes:
                    if _monotonic() > self.laboratory.deadline:
                        self.result.capped = True
                        return
                    chooser = _Deviations(prefix if code is None else prefix + ((code >> 8, code & 255),))
                    run = self.laboratory.run(grain, chooser)
                    self.result.schedules += 1
                    if run.expired or chooser.has_diverged:
                        self.result.diverged += 1
                        continue
                    waiting[cost].append((chooser.path, chooser.free))
                    if cost < bound:
                        waiting[cost + 1].append((chooser.path, chooser.paid))
                    yield run

    def shows_on_gil_builds(self, switch):
        """Whether switches that a GIL build makes are enough, as far as two seconds tell."""
        result, laboratory = self.result, self.laboratory
        if switch == "gil" or laboratory.is_async or result.how == "serial":
            return True
        self.result, laboratory.deadline = Result(), min(laboratory.deadline, _monotonic() + 2)
        shows = any(self.judge(run) for run in self.explore("gil", self.bound))
        self.result = result
        return shows

    def judge(self, run):
        """The kind of harm that a run did, or ""."""
        if run.expired:
            return ""
        if run.deadlock:
            return "deadlock"
        if set(run.exceptions.values()) - self.exceptions:
            return "exception"
        if run.is_isolation:
            return "isolation"
        if run.outcome not in self.outcomes:
            return "not-serialisable"
        return "duplicate-work" if self.laboratory.effect == "duplicate-work" and run.work() - self.work else ""

    def is_harm(self, run, how):
        """Whether a run did harm; the result keeps the first that did."""
        kind, result = self.judge(run), self.result
        if kind and not result.harm:
            result.harm, result.how, result.effect = True, how, kind
            result.interleaving = run.interleaving()
            result.observed = _shown(run.outcome, self.outcomes[0] if self.outcomes else {})
            if run.deadlock:
                result.observed = "nobody can go on: " + run.deadlock
            for place in sorted(run.work() - self.work if kind == "duplicate-work" else ()):
                times = f"ran {run.work()[place]} times instead of {self.work[place]}"
                result.observed += f"; {self.laboratory.target.at(place)} {times}"
        return bool(kind)

    def report(self):
        result, target, python = self.result, self.laboratory.target, f"CPython {_VERSION} ({_BUILD} build)"
        end = (f"\nreplay: {result.failed_step['reason']}" if result.failed_step else "") + self.notes
        if not result.harm:
            capped = ", the time limit ended the search" if result.capped else ""
            return f"not shown within {result.schedules} schedules on {python}{capped}{end}"
        lines = [f"`{target.name}` breaks under threads: {result.effect}", f"  observed: {result.observed}"]
        lines += [f"  a serial order gives: {text}" for text in result.expected]
        for entry in result.interleaving:
            text = linecache.getline(os.path.join(target.root, entry["filename"]), entry["row"]).strip()
            lines.append(f"  {entry['filename'] + ':' + str(entry['row']):<24}  thread {entry['thread']}  {text}")
        reach = "" if result.switch == "gil" else "; a GIL build of 3.10 or newer was not seen to switch there"
        shown = "by a serial order in threads" if result.how == "serial" else f"by schedule {result.schedules}"
        return "\n".join(lines) + f"\nshown on {python} {shown}{reach}{end}"


def _shown(outcome, usual=None):
    """The results of an outcome and, of the rest, what is not as usual."""
    shown = []
    for name, text in outcome.items():
        is_odd = usual is not None and text not in (usual.get(name), outcome.get(name.rpartition(" afterwards")[0]))
        if is_odd or re.fullmatch(r"thread \d+", name):
            shown.append(f"{name}: {text if len(text) < 300 else text[:300] + '…'}")
    return "; ".join(shown)


class _Laboratory:
    """The calls, and the interpreter as it is while they run."""

    def __init__(self, calls, setup, observe, compare, effect, seconds):
        self.calls, self.setup, self.observe, self.compare = list(calls), setup, observe, compare
        self.effect, self.deadline, self.masks = effect, _monotonic() + seconds, set()
        self.phase, self.output, self.schedule, self.target = "the start", _Output(), None, None
        self.is_async = any(map(inspect.iscoroutinefunction, self.calls))
        if self.is_async and not all(map(inspect.iscoroutinefunction, self.calls)):
            raise NotRunnable("some calls are coroutine functions and some are not: they can not be run together")

    @contextlib.contextmanager
    def opened(self, module, trace, reset="import"):
        """Makes locks cooperate, sleep move the clock, and prints go nowhere; puts everything back at the end."""
        global _laboratory
        if _laboratory:
            raise NotRunnable("a check is running already")
        self.tracer, replaced = _Tracer(), _replaced(self.output)
        saved = [(owner, name, getattr(owner, name)) for owner, name, _ in replaced]
        try:
            _laboratory = self
            for owner, name, value in replaced:
                setattr(owner, name, value)
            self.target = _Target(module, trace)
            self.forks = reset == "fork"
            yield self
        finally:
            for owner, name, value in saved:
                setattr(owner, name, value)
            if self.target:
                self.target.restore()
            self.tracer.close()
            _tables.clear()
            _laboratory = None

    def prepared(self):
        """A module in the state in which the calls begin."""
        phase, self.phase = self.phase, f"the import of `{self.target.name}`"
        module = self.user_code(f"importing `{self.target.name}`", self.target.load)
        self.phase = phase
        if self.setup:
            self.user_code("the setup", self.setup, module)
        return module

    def user_code(self, what, function, *arguments):
        try:
            return function(*arguments)
        except _Stop:
            raise NotRunnable(f"{what} waits for ever") from None
        except BaseException as error:
            raise NotRunnable(f"{what} raised {_named(error)}") from None

    def run(self, grain, chooser, order=None):
        """A schedule that was run."""
        schedule = (_Tasks if self.is_async else _Schedule)(self, grain, chooser)
        self.tracer.prepare(schedule)
        if self.forks:
            _perform_in_child(schedule, order)
        else:
            schedule.perform(order)
        return schedule

    def run_at_home(self, order):
        return self.run("serial", _Deviations(()), list(order))

    def mask_what_varies(self, run_once):
        """What differs between two runs that are the same is not compared."""
        one, other = run_once().leaves, run_once().leaves
        self.masks |= {path for path in one.keys() & other.keys() if one[path] != other[path]}

    def observed(self, module, results):
        """What is compared of a run beside the results, by name."""
        state = self.observe(module) if self.observe else module
        if self.compare:
            return {"compared": self.compare(results, state)}
        return {"observed": state} if self.observe else _data_of(vars(module))


class _Output(io.BytesIO):
    """Keeps the beginning of what is printed."""

    def write(self, data):
        super().write(bytes(data)[:max(0, 4000 - self.tell())])
        return len(data)


# What became of a schedule and its chooser, in another process.
_TOLD = ("outcome", "leaves", "exceptions", "deadlock", "trace", "expired",
         "free", "paid", "has_diverged", "at", "failure", "others")


def _perform_in_child(schedule, order):
    """Performs a schedule in a copy of this process. What became of it comes back."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            signal.setitimer(signal.ITIMER_REAL, max(0.1, schedule.laboratory.deadline + 1 - _monotonic()))  # its end
            try:
                schedule.perform(order)
                answer = [{name: value for name, value in vars(each).items() if name in _TOLD}
                          for each in (schedule, schedule.chooser)]
            except NotRunnable as error:
                answer = error
            with os.fdopen(writer, "wb") as pipe:
                pickle.dump(answer, pipe)
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        data = pipe.read()
    os.waitpid(child, 0)
    if not data and _monotonic() < schedule.laboratory.deadline:
        raise NotRunnable("the process that ran a schedule ended by itself")
    answer = pickle.loads(data) if data else ({"expired": True}, {})
    if isinstance(answer, Exception):
        raise answer
    vars(schedule).update(answer[0])
    vars(schedule.chooser).update(answer[1])


class _Worker:
    """A thread under control: it runs only while it has the baton. Number 0 is the importing thread."""

    def __init__(self, schedule, number, thread=None, function=None):
        self.schedule, self.number, self.thread, self.function = schedule, number, thread, function
        self.baton, self.gone = _allocate_lock(), _allocate_lock()
        self.baton.acquire()
        self.gone.acquire()
        self.is_done = self.is_stuck = self.is_stopping = self.is_traced = self.is_drowsy = False
        self.may_go = self.until = self.ident = self.native = self.result = self.error = self.place = None
        self.waits_for = self.text = ""

    def is_ready(self):
        if self.is_done or self.is_stuck:
            return False
        return self.may_go is None or self.may_go() or (self.until is not None and self.until <= self.schedule.clock)

    def keep(self, result):
        """Keeps the result as it is now: other threads may change it later."""
        self.result, self.text = result, repr(_Picture(self.schedule).of(str(self), result))

    def __str__(self):
        return f"thread {self.number}" if self.number else "the importing thread"


class _Schedule:
    """One run of the calls, in which `chooser` decides at each point who goes on."""

    def __init__(self, laboratory, grain, chooser):
        self.laboratory, self.target, self.chooser = laboratory, laboratory.target, chooser
        self.grain, self.wants_opcodes = grain, grain not in ("line", "serial")
        if grain == "gil" and sys.version_info < (3, 10):
            self.grain = "opcode"
        self.outcome, self.leaves = {}, {}  # texts of results and variables by name; their smallest parts by path
        self.exceptions, self.deadlock = {}, ""  # types by the number of the thread; who waits for what
        self.trace = []  # (thread, filename, row) in order
        self.expired = self.is_isolation = False
        self.clock, self.progress, self.index, self.since = 0.0, 0, 0, 0
        self.mutex = _allocate_lock()  # whoever changes `current` holds it
        self.home = self.current = _Worker(self, 0)
        self.calls = [_Worker(self, number) for number in range(1, len(laboratory.calls) + 1)]
        self.workers, self.owner = [self.home], None  # the owner is the asyncio task whose turn it is
        chooser.schedule = self

    # What became of it.

    def results(self):
        return [(name, text) for name, text in self.outcome.items() if re.fullmatch(r"thread \d+", name)]

    def work(self):
        """How often each line ran."""
        return collections.Counter((filename, row) for _, filename, row in self.trace)

    def interleaving(self):
        """The lines in the order in which they ran; of very many, the first and the last."""
        hits, lines = collections.Counter(), []
        for thread, filename, row in self.trace:
            hits[thread, filename, row] += 1
            hit = hits[thread, filename, row]
            lines.append({"thread": thread, "filename": self.target.short(filename), "row": row, "hit": hit})
        return lines if len(lines) <= 80 else lines[:40] + lines[-40:]

    # What it consists of; these run in the importing thread.

    def perform(self, order):
        """Runs the calls in threads of their own, or in an order one after the other in the importing thread."""
        collects = gc.isenabled()
        gc.disable()  # callbacks of weak references and __del__ would run at any point
        self.laboratory.schedule, _here.worker = self, self.home
        try:
            module = self.laboratory.prepared()
            try:
                self.run_calls(module, order)
            except _Stop:
                self.home.is_stopping = False
            if not self.expired and not self.deadlock:
                self.finish(module)
        finally:
            self.stop_all()
            self.laboratory.schedule = _here.worker = None
            if collects:
                gc.enable()

    def run_calls(self, module, order):
        functions = [functools.partial(call, module) for call in self.laboratory.calls]
        if order is None:
            for worker, worker.function in zip(self.calls, functions):
                worker.thread = threading.Thread(name=f"call {worker.number}")
                self.launch(worker)
            self.wait(self.home, self.is_settled, None, "")
            return
        for index in order:
            try:
                self.calls[index].keep(self.laboratory.tracer.run(self.home, functions[index]))
            except _Stop:
                raise
            except BaseException as error:
                self.calls[index].error = error

    def is_settled(self):
        """Whether all calls are done, and all threads that they started have ended, wait or sleep."""
        return all(call.is_done for call in self.calls) and not any(
            worker.is_ready() and not worker.is_drowsy for worker in self.workers if worker is not self.home)

    def finish(self, module):
        """Completes the run by what the calls have left."""
        laboratory, outcome, picture, seen = self.laboratory, self.outcome, _Picture(self), {}
        for worker in self.calls + [worker for worker in self.workers if worker.number > len(self.calls)]:
            if worker.error is not None:
                self.exceptions[worker.number] = type(worker.error).__name__
                outcome[str(worker)] = f"raises {type(worker.error).__name__}"
            elif worker.text and worker in self.calls:
                outcome[str(worker)] = worker.text
                seen[f"{worker} afterwards"] = worker.result
        try:
            seen.update(laboratory.observed(module, [worker.error or worker.result for worker in self.calls]))
        except BaseException as error:  # also _Stop: what it waits for is never released
            self.home.is_stopping, self.deadlock = False, ""
            outcome["observing"] = "waits for ever" if isinstance(error, _Stop) else f"raises {type(error).__name__}"
        if "compared" in seen:
            outcome.clear()
            seen = {"compared": seen["compared"]}
        for name, value in seen.items():
            # Of what may be built twice as long as it is complete, two that are equal are as good as one.
            drawn_by = _Picture(self) if laboratory.effect == "incomplete" else picture
            outcome[name] = repr(drawn_by.of(name, value))

    def stop_all(self):
        """Unwinds all threads that are left, one after the other."""
        pools = sys.modules.get("concurrent.futures.thread")
        for worker in self.workers[1:]:
            if pools:
                pools._threads_queues.pop(worker.thread, None)  # else it would be joined at exit
            if not worker.is_done:
                worker.is_stopping = True
                if worker.baton.locked():
                    worker.baton.release()
                if not worker.gone.acquire(timeout=0.05 if worker.is_stuck else 0.5):  # it holds on to something
                    threading._active.pop(worker.ident, None)

    # What happens in the threads.

    def launch(self, worker):
        """Makes a real thread for a worker; it begins when it is chosen."""
        self.workers.append(worker)
        worker.ident = worker.thread._ident = _thread.start_new_thread(self.live, (worker,))
        worker.thread._started.set()
        threading._active[worker.ident] = worker.thread

    def live(self, worker):
        _here.worker, worker.native = worker, threading.get_native_id()
        worker.baton.acquire()
        try:
            if not worker.is_stopping:
                worker.keep(self.laboratory.tracer.run(worker, worker.function))
        except _Stop:
            pass
        except BaseException as error:
            worker.error = error
            error.__traceback__ = None
        finally:
            threading._active.pop(worker.ident, None)
            worker.is_done = True
            if not worker.is_stopping:
                self.chooser.blocked(worker)
                self.pass_on(worker)
            worker.gone.release()

    def start(self, worker, thread):
        """Brings a thread under control that the code under test starts."""
        if thread._started.is_set():
            raise RuntimeError("threads can only be started once")
        number = 1 + max(len(self.calls), *(other.number for other in self.workers))
        child = thread._witness = _Worker(self, number, thread, thread.run)
        self.launch(child)
        if self.grain != "serial":
            self.point(worker)
        elif worker is not self.home and self.pick(worker, None, [worker, child]) is child:
            self.hand_over(worker, child)  # in a serial order it runs at once or when its starter waits

    def event(self, worker, frame, offset):
        """A traced thread is about to run an instruction, or a line if there is no offset."""
        shown, filename = self.owner or worker, frame.f_code.co_filename
        if offset is None:
            shown.place = (filename, frame.f_lineno)
            self.trace.append((shown.number, filename, frame.f_lineno))
        if self.grain == "replay":
            self.chooser.event(shown, frame, offset)
        if offset is None and self.wants_opcodes:
            return  # the instruction's own event follows; up to 3.11 it would swallow an exception that is raised here
        at = self.chooser.at
        if self.grain in ("line", "replay", "opcode") or offset in _table(frame.f_code).points[self.grain]:
            self.point(worker)
        else:
            self.pause(worker)
        if self.chooser.at != at:  # others ran meanwhile: this instruction may be the next step
            self.chooser.event(shown, frame, offset, is_new=False)

    def pause(self, worker):
        """A point at which nothing is chosen."""
        self.progress += 1
        if self.progress > _POINT_LIMIT and not self.home.is_stopping:
            self.expired = self.home.is_stopping = True
            if worker is not self.home:
                self.hand_over(worker, self.home)
        if worker.is_stopping:
            raise _Stop
        if self.current is not worker:  # it was taken for stuck
            with self.mutex:
                worker.is_stuck, takes_over = False, self.current is None
                self.current = worker if takes_over else self.current
            if not takes_over:
                self.await_baton(worker)

    def point(self, worker):
        """A point: the chooser says who goes on. Returns when this thread does."""
        self.pause(worker)
        ready = [other for other in self.workers if other is not worker and other.is_ready() and (
            self.grain != "serial" or other.number > len(self.calls))]
        if ready and not self.owner:
            is_unfair = self.progress - self.since > _POINT_LIMIT // 4  # it may spin until another does something
            chosen = self.pick(worker, None if is_unfair else worker, ready)
            if chosen is not worker:
                self.hand_over(worker, chosen)

    def sleep(self, worker, seconds):
        """Lets others run, at the price of many points: who sleeps in an endless loop is stopped."""
        self.clock += max(0, seconds)
        self.progress += 100
        worker.is_drowsy = True
        self.point(worker)
        worker.is_drowsy = False

    def pick(self, worker, current, ready):
        """Who goes on after `worker`: by default `current`, which is None if it can not, else the first of `ready`."""
        def turn(other):
            return (other.is_drowsy, other.is_drowsy and other.number <= worker.number, other.number)

        index, self.index = self.index, self.index + 1
        if current and current.is_drowsy:
            current, *ready = sorted([current, *ready], key=turn)
        elif any(other.is_drowsy for other in ready):
            ready = sorted(ready, key=turn)
        return self.chooser.pick(index, current, ready)

    def hand_over(self, worker, chosen):
        """Gives the baton to another thread, and waits until it comes back."""
        with self.mutex:
            worker.is_stuck, is_running = False, self.current is worker
            if is_running:
                self.current, self.since = chosen, self.progress
                chosen.baton.release()
        self.await_baton(worker)

    def await_baton(self, worker):
        if worker is self.home:
            self.supervise()
        else:
            worker.baton.acquire()
        if worker.is_stopping:
            raise _Stop

    def supervise(self):
        """Waits for the baton in the importing thread, and lets others run while a thread is stuck."""
        seen = None
        while not self.home.baton.acquire(timeout=_STUCK_AFTER):
            worker = self.current
            if _monotonic() > self.laboratory.deadline:
                self.expired = self.home.is_stopping = True
                self.current = self.home
                return
            # Asleep twice: once may be for the interpreter, which this thread has just now.
            now = (worker, self.progress, bool(worker) and _sleeps(worker))
            if worker and now == seen and now[2]:
                worker.waits_for = "something outside"
                self.chooser.blocked(worker)
                self.pass_on(worker, is_stuck=True)
            seen = now

    def wait(self, worker, may_go, timeout, waits_for):
        """Waits until `may_go()`; False if the time is over, which it is when nobody else can run."""
        self.pause(worker)
        worker.may_go, worker.waits_for = may_go, waits_for
        worker.until = None if timeout is None or timeout < 0 else self.clock + timeout
        self.chooser.blocked(worker)
        self.pass_on(worker)
        self.await_baton(worker)
        worker.may_go, worker.until, worker.waits_for = None, None, ""
        return may_go()

    def pass_on(self, worker, is_stuck=False):
        """Gives the baton to whoever can go on when this thread can not."""
        with self.mutex:
            if is_stuck and self.current is not worker:
                return
            worker.is_stuck = is_stuck
            if self.current in (worker, None):
                self.current, self.since = self.next_worker(worker), self.progress
                if self.current:
                    self.current.baton.release()

    def next_worker(self, worker):
        """Who goes on when this thread can not; None if somebody may who is stuck. Else the schedule is over."""
        ready = [other for other in self.workers if other.is_ready()]
        if not ready:
            timed = [other for other in self.workers if other.until is not None and not other.is_done]
            if timed:
                self.clock = min(other.until for other in timed)
                self.progress += 100
            ready = [other for other in timed if other.until <= self.clock]
        if ready:
            return self.pick(worker, None, ready)
        if any(other.is_stuck for other in self.workers):
            return None
        waiting = [other for other in self.workers if not other.is_done and other.waits_for]
        shown = [(self.owner or other if other is self.home else other, other.waits_for) for other in waiting]
        self.deadlock = "; ".join(f"{other} waits{self.where(other)} for {what}" for other, what in shown)
        self.home.is_stopping = True
        return self.home

    def where(self, worker):
        return f" at {self.target.at(worker.place)}" if worker.place else ""


def _sleeps(worker):
    """Whether a thread waits for something, as far as Linux tells: one that only lacks a processor does not."""
    try:
        with open(f"/proc/self/task/{worker.native}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()[0] == b"S"
    except OSError:
        return True


class _Deviations:
    """Lets the running thread go on, except at the given points: pairs of a point's index and a thread's number."""

    at = 0  # the step that is to be done, of a replay

    def __init__(self, switches):
        self.path, self.switches, self.last = switches, dict(switches), switches[-1][0] if switches else -1
        self.free, self.paid, self.has_diverged = array.array("q"), array.array("q"), False  # point << 8 | thread

    def pick(self, index, current, ready):
        """Who goes on: `current`, which is None if it can not, or one of `ready`."""
        number = self.switches.get(index)
        for worker in ready:
            if worker.number == number:
                return worker
        self.has_diverged |= number is not None
        default = current or ready[0]
        if index > self.last:
            codes = self.free if current is None else self.paid
            codes.extend(index << 8 | worker.number for worker in ready if worker is not default)
        return default

    def blocked(self, worker):
        """A thread waits or has ended."""


class _Replay(_Deviations):
    """Performs steps in their order: a thread runs until its step is done, then the thread of the next step runs."""

    def __init__(self, places, first):
        super().__init__(())
        self.places, self.first = places, first  # who goes on after the steps, 0: not the thread of the last one
        self.others = None  # who could have gone on then instead
        self.doing, self.failure, self.arrivals = None, "", [0] * len(places)

    def place(self, index):
        return self.places[index] if index < len(self.places) else None

    def event(self, worker, frame, offset, is_new=True):
        """A traced thread is about to run an instruction, or a line if there is no offset; or still is."""
        row = frame.f_lineno if offset is None else _table(frame.f_code).rows.get(offset)
        here = [] if self.failure else [
            index for index in range(self.at, len(self.places)) if self.places[index].thread == worker.number
            and self.places[index].matches(frame.f_code, offset, row)]
        for index in here:
            self.arrivals[index] += is_new and (offset is None or bool(self.places[index].offsets))
        arrived = [index for index in here if self.arrivals[index] >= self.places[index].hit]
        while not self.failure and self.at < len(self.places) and self.places[self.at].thread == worker.number:
            place, following = self.places[self.at], self.place(self.at + 1)
            if self.doing:
                if not self.is_done(frame, offset, row, arrived):
                    return
                self.advance()
                continue
            if self.at not in arrived:
                return
            self.doing = (frame, offset)
            if following is None or following.thread != worker.number:
                return
            self.advance()
            if following.key == place.key and place.offsets:
                return

    def is_done(self, frame, offset, row, arrived):
        """Whether the step that was begun is done: its frame goes on or has ended, or the thread's next is reached."""
        place, (begun, instruction) = self.places[self.at], self.doing
        coming = [index for index in range(self.at + 1, len(self.places)) if self.places[index].thread == place.thread]
        if coming and coming[0] in arrived and self.places[coming[0]].key != place.key:
            return True
        if frame is begun:
            return offset != instruction if place.offsets else row not in place.rows or (
                offset is None and row == place.row)
        while frame is not None and frame is not begun:
            frame = frame.f_back
        return frame is None

    def advance(self):
        self.at, self.doing = self.at + 1, None

    def pick(self, index, current, ready):
        candidates = ready if current is None else ready + [current]
        place = None if self.failure else self.place(self.at)
        for worker in candidates:
            if place and worker.number == place.thread:
                return worker
        if place:
            self.fail(place)
        if current and (self.failure or self.others is not None):
            return current
        last = self.places[-1].thread  # its step must have seen the damage: whatever comes now is no help
        chosen = min(candidates, key=lambda each: (each.number != self.first, each.number == last, each.number))
        if self.others is None:
            self.others = [worker.number for worker in candidates if worker is not chosen]
        return chosen

    def fail(self, place):
        for worker in self.schedule.calls + self.schedule.workers:
            if worker.number == place.thread and worker.is_done:
                error = f" with {type(worker.error).__name__}" if worker.error is not None else ""
                self.failure = f"thread {place.thread} ended{error} before it reached {place}"
            elif worker.number == place.thread and worker.waits_for:
                where = self.schedule.where(worker)
                self.failure = f"{place} can not be reached: {worker} waits{where} for {worker.waits_for}"

    def blocked(self, worker):
        if self.doing and not self.failure and self.places[self.at].thread == worker.number:
            self.advance()

    def failed_step(self):
        place = self.place(self.at)
        reason = self.failure or place and f"the calls ended before thread {place.thread} reached {place}"
        return {"step": place.number, "reason": f"step {place.number}: {reason}"} if place else None


# Kinds of instructions, by names that are much the same in all versions.
_KINDS = {kind: re.compile(names) for kind, names in {
    "local": r"(STORE_FAST_)?LOAD_FAST(?!_AND).*", "read": r"LOAD_(GLOBAL|NAME|\w*DEREF|\w*ATTR|METHOD|\w+_GLOBALS)",
    "write": r"(STORE|DELETE)_(GLOBAL|NAME|DEREF|ATTR)", "call": r"CALL(_KW|_FUNCTION\w*|_METHOD)?",
    "item-read": r"BINARY_(SUBSCR|SLICE)|BINARY_OP \[\]", "item-write": r"(STORE|DELETE)_(SUBSCR|SLICE)",
    "update": r"INPLACE_.*|BINARY_OP .*=", "with": r"(SETUP|BEFORE)_(ASYNC_)?WITH|LOAD_SPECIAL", "iterate": r"FOR_ITER",
    "contains": r"CONTAINS_OP", "test": r"COMPARE_OP|IS_OP|UNARY_NOT|TO_BOOL", "jump": r"POP_JUMP.*|JUMP_IF.*",
    "goto": r"JUMP.*", "return": r"RETURN_(VALUE|CONST)", "entry": r"RESUME"}.items()}
_NOT_SHARED = {"", "local", "test", "jump", "goto", "return", "entry"}


@functools.lru_cache(None)
def _kind(name):
    return next((kind for kind, names in _KINDS.items() if names.fullmatch(name)), "")



# For each access what is looked for, the best first: ("name", kinds) that name the thing, ("use", kinds) that use it
# once it is loaded, ("row", kinds) anywhere in the row. Nothing found: the step is the whole line.
_ACCESSES = {
    "read": [("name", {"read"}), ("name", {"local"})],
    "write": [("name", {"write"}), ("use", {"update"})],
    "item-read": [("use", {"item-read", "contains"}), ("use", {"call"})],
    "item-write": [("use", {"item-write"}), ("use", {"call"}), ("use", {"update"})],
    "call": [("use", {"call"})],
    "mutate": [("use", {"call", "item-write", "update"}), ("name", {"write"})],
    "iterate": [("row", {"iterate"}), ("use", {"call"})],
    "test": [("use", {"test", "contains"}), ("use", {"jump"}), ("name", {"read"})],
    "acquire": [("row", {"with"}), ("use", {"call"})],
    "release": [("exit", {"call"}), ("use", {"call"})],
    "return": [("row", {"return"})],
}

_Instruction = collections.namedtuple("_Instruction", "offset name kind opcode arg value row")
_tables = {}  # by the id of the code object, which its table keeps alive


class _Table:
    """What is worked out once for a code object: its instructions, their rows, and the points of the grains."""

    def __init__(self, code):
        self.code, self.instructions, rows = code, [], dict(dis.findlinestarts(code))
        start = row = None  # an instruction with a prefix is known by the offset of the prefix, where the event is
        for each in dis.get_instructions(code):
            row, start = rows.get(each.offset, row), each.offset if start is None else start
            if each.opname != "EXTENDED_ARG":
                name, value = each.opname, each.argval
                kind = _kind(f"{name} {each.argrepr}" if name == "BINARY_OP" else name)
                self.instructions.append(_Instruction(start, name, kind, each.opcode, each.arg, value, row))
                start = None
        self.rows = {each.offset: each.row for each in self.instructions}
        self.points = {"serial": (), "shared": set(), "gil": {self.instructions[0].offset}}
        before = ""
        for each in self.instructions:
            is_builtin = each.name == "LOAD_GLOBAL" and hasattr(builtins, str(each.value))
            goes_back = each.kind in ("jump", "goto") and isinstance(each.value, int) and each.value <= each.offset
            if each.kind not in _NOT_SHARED and not is_builtin:
                self.points["shared"].add(each.offset)
            if before in ("call", "entry") or goes_back:
                self.points["gil"].add(each.offset)
            before = each.kind

    def offsets(self, rows, how, kinds, wanted, depth):
        """The instructions in these rows that access one of the wanted names, or any if there are none. With a depth
        of 2 and more, what is looked up is used again: the last of so many uses."""
        found, has_left = set(), False
        for index, each in enumerate(self.instructions):
            if each.row not in rows:
                continue
            values = each.value if isinstance(each.value, tuple) else (each.value,)
            named = [place for place, value in enumerate(values, 1 - len(values)) if value in wanted]
            if how == "use" and wanted:
                if named and each.kind in ("read", "local"):
                    found |= _use(self.instructions[index + 1:], kinds, rows, named[0], depth)
            elif each.kind in kinds and (how != "name" or not wanted or named) and (how != "exit" or has_left):
                found.add(each.offset)
            has_left |= each.kind == "with"
        return found


def _table(code):
    table = _tables.get(id(code))
    if table is None:
        table = _tables[id(code)] = _Table(code)
    return table


def _use(instructions, kinds, rows, place, depth):
    """The first instruction of a kind that consumes the value at this place of the stack, whose top is 0, or a copy.
    With a depth of 2 the first one that consumes what comes of it, and so on."""
    top, values = 0, {place}
    for index, each in enumerate(instructions, 1):
        below = {"COPY": each.arg, "DUP_TOP": 1, "DUP_TOP_TWO": 2}.get(each.name)
        if below:
            for top in range(top + 1, top + (3 if each.name == "DUP_TOP_TWO" else 2)):
                values |= {top} if top - below in values else set()
            continue
        top += dis.stack_effect(each.opcode, each.arg if each.opcode >= dis.HAVE_ARGUMENT else None, jump=False)
        if each.row in rows and each.kind in kinds and top <= max(values):
            return {each.offset} if depth < 2 else _use(instructions[index:], kinds, rows, 0, depth - 1)
        if top < place:
            break
        values = {value for value in values if value < top or value == place}
    return set()


class _Place:
    """Where a step happens: its rows and, if the access can be told, its instructions by code object."""

    def __init__(self, step, number, filename, rows, codes):
        self.number, self.thread, self.line = number, step.get("thread", 1), step.get("line", "")
        self.hit, self.filename, self.row, self.rows = step.get("hit") or 1, filename, min(rows), frozenset(rows)
        wanted = _names_in_code(step["name"], step.get("function") or "") if step.get("name") else set()
        depth = _look_ups(step["name"]) if step.get("access") == "item-read" and wanted else 1
        self.offsets = {}
        for searched, (how, kinds) in itertools.product(({self.row}, self.rows), _ACCESSES.get(step.get("access"), ())):
            found = {self.key_of(code): _table(code).offsets(searched, how, kinds, wanted, depth)
                     for code in codes}
            self.offsets = self.offsets or {key: offsets for key, offsets in found.items() if offsets}
        self.key = (filename, self.row, str(sorted(self.offsets.items(), key=str)))

    @staticmethod
    def key_of(code):
        return (code.co_name, code.co_firstlineno)

    def matches(self, code, offset, row):
        if row not in self.rows or _real_path(code.co_filename) != self.filename:
            return False
        return not self.offsets or offset is not None and offset in self.offsets.get(self.key_of(code), ())

    def __str__(self):
        return f"`{self.line}` of thread {self.thread}"


def _expression(name):
    try:
        return ast.parse(name, mode="eval").body
    except SyntaxError:
        return None


def _look_ups(name):
    """How many there are at the end of a name: `hosts[name]["address"]` has 2."""
    node, count = _expression(name), 0
    while isinstance(node, ast.Subscript):
        node, count = node.value, count + 1
    return count


def _names_in_code(name, function):
    """What the code calls the last part of a name: `self.jobs[key]` is `jobs`, a private name has that of its class."""
    node = _expression(name)
    while isinstance(node, (ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    last = getattr(node, "attr", getattr(node, "id", name.split(".")[-1]))
    is_private = last.startswith("__") and not last.endswith("__")
    return {last} | {f"_{part.lstrip('_')}{last}" for part in function.split(".") if is_private}


class _Target:
    """The module: compiled once, executed for every schedule in a new namespace."""

    def __init__(self, module, trace):
        try:
            spec = self.find(module)
        except Exception as error:
            raise NotRunnable(f"`{module}` can not be found: {_named(error)}") from None
        if spec is None or not spec.origin or not spec.origin.endswith(".py"):
            raise NotRunnable(f"there is no module `{module}` with Python source on sys.path")
        try:
            with open(spec.origin, "rb") as file:
                self.code = compile(file.read(), spec.origin, "exec", dont_inherit=True)
        except (OSError, SyntaxError, ValueError) as error:
            raise NotRunnable(f"importing `{module}` raised {_named(error)}") from None
        self.spec, self.name, self.filename = spec, spec.name, _real_path(spec.origin)
        linecache.checkcache()
        self.root = os.path.dirname(self.filename)
        for _ in range(self.name.count(".") + bool(spec.submodule_search_locations)):
            self.root = os.path.dirname(self.root)
        is_in_package = os.path.dirname(self.filename) != self.root
        own = self.name.split(".")[0] + "/*.py" if is_in_package else os.path.basename(self.filename)
        self.patterns, self.traced = trace or [own], {self.code.co_filename: True}
        parent, _, leaf = self.name.rpartition(".")
        holders = [(sys.modules, self.name)]
        if parent in sys.modules:
            holders.append((vars(sys.modules[parent]), leaf))
        self.saved = [(holder, name, holder.get(name)) for holder, name in holders]

    @staticmethod
    def find(module):
        if module.endswith(".py"):
            name = os.path.splitext(os.path.basename(module))[0]
            return importlib.util.spec_from_file_location(name, os.path.abspath(module))
        kept = sys.modules.pop(module, None)  # one without a spec would be in the way
        try:
            return importlib.util.find_spec(module)
        finally:
            if kept is not None:
                sys.modules[module] = kept

    def load(self):
        module = importlib.util.module_from_spec(self.spec)
        for holder, name, _ in self.saved:
            holder[name] = module
        exec(self.code, module.__dict__)
        return sys.modules.get(self.name, module)

    def restore(self):
        for holder, name, value in self.saved:
            holder[name] = value
            if value is None:
                del holder[name]

    def short(self, filename):
        path = _real_path(filename)
        return os.path.relpath(path, self.root).replace(os.sep, "/") if path.startswith(self.root + os.sep) else path

    def at(self, place):
        return f"{self.short(place[0])}:{place[1]}"

    def is_traced(self, filename):
        if filename not in self.traced:
            short = self.short(filename)
            self.traced[filename] = not os.path.isabs(short) and any(
                fnmatch.fnmatchcase(short, pattern) for pattern in self.patterns)
        return self.traced[filename]

    def places(self, steps):
        """The places of the steps, or none and what is wrong with the first step that has no place."""
        found = []
        for number, step in enumerate(steps, 1):
            number, filename = step.get("step", number), self.filename
            if step.get("filename") and not self.filename.replace(os.sep, "/").endswith("/" + step["filename"]):
                filename = _real_path(os.path.join(self.root, step["filename"]))
            lines, short = linecache.getlines(filename), self.short(filename)
            line, function, nth = step.get("line", "").strip(), step.get("function") or "<module>", step.get("nth") or 1
            try:
                tree = ast.parse("".join(lines))
            except SyntaxError:
                tree = ast.parse("")
            scope = _rows_of(tree, function, len(lines))
            rows, reason = [row for row in scope if lines[row - 1].strip() == line], ""
            if not scope:
                reason = f"there is no function `{function}` in {short}"
            elif not rows:
                reason = f"there is no line `{line}` in `{function}` of {short}"
            elif len(rows) < nth:
                reason = f"the line `{line}` is {len(rows)} times in `{function}` of {short}, not {nth} times"
            if reason:
                return [], {"step": number, "reason": f"step {number} does not exist: {reason}"}
            codes = list(_codes(compile("".join(lines), filename, "exec", dont_inherit=True)))
            place = _Place(step, number, filename, _statement(tree, rows[nth - 1]), codes)
            # The import, before the calls, does what stands outside functions, but for what is only written there.
            if function != "<module>" or {name for name, _ in place.offsets} & {"<genexpr>", "<lambda>"}:
                found.append(place)
        return found, None


def _codes(code):
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _codes(constant)


def _rows_of(tree, function, count):
    """The rows of the functions and classes of a qualified name: first their own, then those of what they contain."""
    scopes, rows = [tree], []
    for name in [] if function == "<module>" else function.replace(".<locals>", "").split("."):
        scopes = [inner for scope in scopes for inner in _scopes_in(scope) if inner.name == name]
    for scope in scopes:
        inner = {row for each in _scopes_in(scope) for row in range(each.lineno, each.end_lineno + 1)}
        whole = range(getattr(scope, "lineno", 1), getattr(scope, "end_lineno", count) + 1)
        rows += sorted(whole, key=lambda row: (row in inner, row))
    return rows


def _scopes_in(node):
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield child
        else:
            yield from _scopes_in(child)


def _statement(tree, row):
    """The rows from `row` to the end of the innermost statement there, without the bodies that it may have."""
    last = row
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and node.lineno <= row <= node.end_lineno:
            body = getattr(node, "body", None) or getattr(node, "cases", None)
            first = body[0] if isinstance(body, list) else None
            end = node.end_lineno if first is None else max(node.lineno, getattr(first, "lineno", row + 1) - 1)
            last = end if row <= end else last
    return range(row, last + 1)


_PLAIN = (type(None), bool, int, float, complex, str, bytes)
_DEFINED = (type, types.FunctionType, types.BuiltinFunctionType, type(str.join), type(object.__init__))


def _named(error):
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _data_of(variables):
    """The variables of a module or a class that may hold state."""
    idle = (types.ModuleType, types.BuiltinFunctionType, types.MemberDescriptorType, property)
    return {name: value for name, value in sorted(variables.items())
            if not (name.startswith("__") and name.endswith("__") or isinstance(value, idle))}


class _Words(str):
    """Words that stand for a value among values."""

    __repr__ = str.__str__


class _Picture:
    """Draws values as plain ones that compare across runs: objects by their attributes, one seen again by its path."""

    def __init__(self, schedule):
        self.target, self.masks, self.leaves = schedule.target, schedule.laboratory.masks, schedule.leaves
        self.seen, self.threads = {}, {worker.ident: _Words(worker) for worker in schedule.workers[1:]}

    def leaf(self, path, value):
        self.leaves[path] = value
        return _Words("…") if path in self.masks else value

    def of(self, path, value, depth=0):
        kind = type(value)
        if kind in _PLAIN:
            return self.leaf(path, self.threads.get(value, value) if kind is int else value)
        if isinstance(value, (staticmethod, classmethod)):
            return self.of(path, value.__func__, depth)
        if isinstance(value, BaseException) or depth > 40:
            return _Words(kind.__name__)
        is_value = isinstance(value, (tuple, frozenset)) and not getattr(value, "__dict__", None)
        if not is_value:  # of which equal ones are as good as the same
            if id(value) in self.seen:
                return _Words(f"<{self.seen[id(value)][0]}>")
            self.seen[id(value)] = (path, value)
        content, held = self.content(path, value, depth + 1), self.attributes(value, kind)
        if held:
            parts = [f"{name}={self.of(f'{path}.{name}', each, depth + 1)!r}" for name, each in sorted(held.items())]
            content = _Words(f"{content!r}({', '.join(parts)})")
        return content

    def content(self, path, value, depth):
        """What a value shows without its attributes."""
        if isinstance(value, (dict, types.MappingProxyType)):
            keys = sorted(value, key=_sort_key)
            names = [_Words(repr(self.of(f"{path}.key{index}", key, depth))) for index, key in enumerate(keys)]
            return {name: self.of(f"{path}[{name}]", value[key], depth) for name, key in zip(names, keys)}
        if isinstance(value, (list, tuple, set, frozenset, collections.deque)):
            is_set = isinstance(value, (set, frozenset))
            items = enumerate(sorted(value, key=_sort_key) if is_set else list(value))
            drawn = [self.of(f"{path}[{index}]", item, depth) for index, item in items]
            return tuple(drawn) if isinstance(value, tuple) else _Words(f"{{{repr(drawn)[1:-1]}}}") if is_set else drawn
        if isinstance(value, (_Lock, threading._PyRLock)):
            return _Words("held" if getattr(value, "_block", value).locked() else "free")
        return self.leaf(path, _Words(value.__qualname__ if isinstance(value, _DEFINED) else _text(value)))

    def attributes(self, value, kind):
        """What a class, a function or an object of the code under test holds."""
        home = getattr(value, "__module__", None)
        if isinstance(value, (type, types.FunctionType)):
            held = {"defaults": getattr(value, "__defaults__", None), **_data_of(vars(value))}
            return {name: each for name, each in held.items() if each is not None} if home == self.target.name else {}
        is_own = home == self.target.name or kind is types.SimpleNamespace or self.target.is_traced(
            getattr(sys.modules.get(kind.__module__), "__file__", None) or "")
        slots = [vars(base).get("__slots__", ()) for base in kind.__mro__ if is_own]
        names = [name for each in slots for name in ([each] if isinstance(each, str) else each) if hasattr(value, name)]
        return {**{name: getattr(value, name) for name in names}, **(getattr(value, "__dict__", {}) if is_own else {})}


def _sort_key(value):
    is_plain = type(value) in _PLAIN or isinstance(value, tuple) and all(type(item) in _PLAIN for item in value)
    return (type(value).__name__, repr(value) if is_plain else "")


def _text(value):
    """The value's own text if it is a value: compares by content and shows no address. Else the name of its type."""
    kind = type(value)
    if kind.__eq__ is not object.__eq__ and kind.__hash__ not in (None, object.__hash__):
        with contextlib.suppress(Exception):
            text = repr(value)
            if " at 0x" not in text:
                return text
    return f"<{kind.__qualname__}>"


def _worker():
    """What the calling thread is in the running schedule; None if it is not under control."""
    return getattr(_here, "worker", None)


class _Lock:
    """threading.Lock that lets the schedule go on instead of blocking. The real lock inside serves other threads."""

    def __init__(self):
        self._lock, self._holder = _allocate_lock(), None
        self.release, self.locked = self._lock.release, self._lock.locked

    def acquire(self, blocking=True, timeout=-1):
        worker = _worker()
        while not self._lock.acquire(False):
            if worker is None:
                return self._lock.acquire(blocking, timeout)
            if not blocking or not worker.schedule.wait(worker, self._is_free, timeout, self._describe(worker)):
                return False
        self._holder = worker
        return True

    def _is_free(self):
        return not self._lock.locked()

    def _describe(self, worker):
        if sys._getframe(2).f_code is threading.Condition.wait.__code__:
            return "another thread to wake it"
        holder = self._holder
        return "a lock that " + ("it holds itself" if holder is worker else f"{holder} holds" if holder else "is held")

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *exception):
        self._lock.release()

    def _at_fork_reinit(self):
        self.__init__()


def _replaced(output):
    """What is replaced while calls run: (owner, name, value). `threading` makes the other primitives of these."""
    stream = io.TextIOWrapper(output, "utf-8", "replace", write_through=True)

    def start(self):
        return _worker().schedule.start(_worker(), self) if _worker() else _start(self)

    def join(self, timeout=None):
        child, worker = getattr(self, "_witness", None), _worker()
        if child is None:
            _join(self, timeout)
        elif worker and not child.is_done:
            worker.schedule.wait(worker, lambda: child.is_done, timeout, f"{child} to end")

    def is_alive(self):
        return not self._witness.is_done if hasattr(self, "_witness") else _is_alive(self)

    def sleep(seconds):
        return _worker().schedule.sleep(_worker(), seconds) if _worker() else _sleep(seconds)

    async def async_sleep(delay, result=None):
        owner = _worker() and _worker().schedule.owner
        if owner:
            owner.schedule.clock += max(0, delay)
            owner.schedule.progress += 100
            owner.is_drowsy = True
        return await _async_sleep(0 if owner else delay, result)

    def now():
        return _wall_clock() - _monotonic() + _time()

    return [(threading, "Lock", _Lock), (threading, "_allocate_lock", _Lock), (threading, "RLock", threading._PyRLock),
            (_thread, "allocate_lock", _Lock), (functools, "RLock", threading._PyRLock),
            (queue, "SimpleQueue", queue._PySimpleQueue), (threading.Thread, "start", start),
            (threading.Thread, "join", join), (threading.Thread, "is_alive", is_alive), (time, "sleep", sleep),
            (asyncio, "sleep", async_sleep), (time, "monotonic", _time), (threading, "_time", _time),
            (queue, "time", _time), (time, "time", now), (sys, "stdout", stream), (sys, "stderr", stream),
            (sys, "unraisablehook", lambda unraisable: None)]


def _time():
    """The time, moved by those who sleep."""
    schedule = _laboratory and _laboratory.schedule
    return _monotonic() + (schedule.clock if schedule else 0)


class _Settrace:
    """Points up to 3.11."""

    def __init__(self):
        tracer = sys.gettrace()
        if tracer is not None and not type(tracer).__module__.startswith("coverage"):
            raise NotRunnable("a debugger or another tracer is at work (`sys.gettrace()` is set), and threads can not "
                              "be scheduled beside it before Python 3.12: run this without it")

    def close(self, schedule=None):
        """There is nothing to prepare and nothing to close."""

    prepare = close

    def run(self, worker, function):
        """Calls the function so that its points are noticed."""
        schedule, before = worker.schedule, sys.gettrace()

        def trace(frame, event, argument):
            if event == "call":
                frame.f_trace_opcodes = schedule.wants_opcodes
                return trace if schedule.target.is_traced(frame.f_code.co_filename) else None
            if event in ("line", "opcode"):
                schedule.event(worker, frame, frame.f_lasti if event == "opcode" else None)
            return trace

        sys.settrace(before or trace)  # that of a coverage tool stays
        try:
            return function()
        finally:
            sys.settrace(before)


class _Monitoring:
    """Points from 3.12 on. PY_START is in the set because 3.13 else has no LINE event in a function of one line."""

    def __init__(self):
        if sys.monitoring.get_tool(3) is not None:
            raise NotRunnable(f"another tool ({sys.monitoring.get_tool(3)}) watches this interpreter")
        sys.monitoring.use_tool_id(3, "threadlint")
        sys.monitoring.restart_events()
        self.register(self.line, self.event)

    @staticmethod
    def register(line, instruction):
        sys.monitoring.register_callback(3, sys.monitoring.events.LINE, line)
        sys.monitoring.register_callback(3, sys.monitoring.events.INSTRUCTION, instruction)

    def close(self):
        sys.monitoring.set_events(3, 0)
        self.register(None, None)
        sys.monitoring.free_tool_id(3)

    def prepare(self, schedule):
        events = sys.monitoring.events
        wanted = events.LINE | events.PY_START | (events.INSTRUCTION if schedule.wants_opcodes else 0)
        if wanted != sys.monitoring.get_events(3):
            sys.monitoring.set_events(3, wanted)

    def run(self, worker, function):
        """Calls the function so that its points are noticed."""
        worker.is_traced = True
        try:
            return function()
        finally:
            worker.is_traced = False

    def line(self, code, row):
        return self.event(code, None, 2)

    def event(self, code, offset, depth=1):
        if not _laboratory.target.is_traced(code.co_filename):
            return sys.monitoring.DISABLE
        worker = _worker()
        if worker is not None and worker.is_traced:
            worker.schedule.event(worker, sys._getframe(depth), offset)


# From 3.12 on settrace loses opcode events, and 3.12.1 crashes.
_Tracer = _Monitoring if sys.version_info >= (3, 12) else _Settrace
_owner = contextvars.ContextVar("_owner", default=0)


class _Ready(collections.deque):
    """The handles that an event loop may run next, taken out as the schedule wants it."""

    def popleft(self):
        handles = {}
        for handle in self:
            handles.setdefault(handle._context.get(_owner, 0), handle)
        handle = handles[0] if 0 in handles else handles[self.schedule.turn_of(handles)]
        self.remove(handle)
        return handle


class _Tasks(_Schedule):
    """One run of calls that are coroutine functions, as tasks of an event loop."""

    def perform(self, order):
        self.loop = loop = asyncio.SelectorEventLoop()
        loop._ready = _Ready(loop._ready)
        loop._ready.schedule, loop.time = self, _time
        loop.set_exception_handler(lambda loop, context: None)
        self.select, loop._selector.select = loop._selector.select, self.wait_for_events
        try:
            if sys.version_info < (3, 10):  # asyncio.Lock() looks for it when it is made
                policy = asyncio.get_event_loop_policy()
                asyncio.set_event_loop_policy(asyncio.DefaultEventLoopPolicy())
                asyncio.set_event_loop(loop)
            super().perform(order)
        finally:
            for task in asyncio.all_tasks(loop):
                task._log_destroy_pending = False
            if sys.version_info < (3, 10):
                asyncio.set_event_loop_policy(policy)
            loop.close()

    def wait_for_events(self, timeout=None):
        """What the loop's selector does: time passes at once."""
        events, ready = self.select(0), self.loop._ready
        if not events and not ready and timeout is None:
            self.wait(self.home, lambda: bool(ready), None, "an event that nobody brings")
            return self.select(0)
        self.clock += 0 if events or ready else timeout
        return events

    def run_calls(self, module, order):
        try:
            self.laboratory.tracer.run(
                self.home, functools.partial(self.loop.run_until_complete, self.all_calls(module, order)))
        finally:
            self.owner = None

    async def all_calls(self, module, order):
        tasks = []
        for index in range(len(self.calls)) if order is None else order:
            context = contextvars.copy_context()
            context.run(_owner.set, index + 1)
            tasks.append(context.run(self.loop.create_task, self.task(self.calls[index], module)))
            if order is not None:
                await tasks[-1]
        await asyncio.gather(*tasks)

    async def task(self, worker, module):
        try:
            worker.keep(await self.laboratory.calls[worker.number - 1](module))
        except _Stop:
            raise
        except BaseException as error:
            worker.error = error
        worker.is_done = True
        self.chooser.blocked(worker)

    def turn_of(self, numbers):
        """The number of the task that goes on, of those that can."""
        ready = [self.calls[number - 1] for number in numbers]
        current = self.owner if self.owner in ready else None
        if current:
            ready.remove(current)
            current.is_drowsy = current.is_drowsy and self.grain != "serial"
        if ready and (current or len(ready) > 1):
            current = self.pick(self.owner or self.home, current, ready)
        self.owner = current or ready[0]
        self.owner.is_drowsy = False
        return self.owner.number


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
        self.plan, self.filename, self.lock = plan, os.path.abspath(filename), _allocate_lock()
        self.seconds = plan.get("search", {}).get("seconds", 20)

    def run(self):
        self.write("not-run", "the process ended before it could tell what happened")
        # Ends the process if nothing else can: a call may hold the interpreter for ever.
        faulthandler.dump_traceback_later(self.seconds + 1, exit=True, file=open(os.devnull, "w"))
        _thread.start_new_thread(self.end_in_time, ())
        silent = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(silent, descriptor)
        try:
            result = self.result()
            verdict = "not-shown" if not result.harm else "proven" if result.how == "replay" else "other-schedule"
            self.end(verdict, result.text, result)
        except NotRunnable as error:
            self.end("not-run", str(error))
        except BaseException as error:
            self.end("not-run", f"running the calls raised {_named(error)}")

    def end_in_time(self):
        _sleep(self.seconds)
        phase = _laboratory.phase if _laboratory else f"the import of `{self.plan['module']}`"
        self.end("not-run", f"the time limit of {self.seconds} s ended {phase}")

    def end(self, *answer):
        """Writes the last answer and ends the process, whatever threads are left."""
        self.lock.acquire()
        self.write(*answer)
        os._exit(0)

    def write(self, verdict, message, result=None):
        fields = dataclasses.asdict(result or Result())
        for field in ("harm", "how", "text"):
            del fields[field]
        answer = {"version": 1, "verdict": verdict, "python": _VERSION, "build": _BUILD.lower(), "message": message}
        with open(self.filename + ".new", "w", encoding="utf-8") as file:
            json.dump({**answer, **fields}, file, indent=1)
        os.replace(self.filename + ".new", self.filename)

    def result(self):
        plan, names, search = self.plan, {}, self.plan.get("search", {})
        sys.path.insert(0, plan["root"])
        os.chdir(plan["root"])
        calls = [_function(call, names) for call in sorted(plan["calls"], key=lambda call: call["thread"])]
        setup_code = compile(plan.get("setup") or "", "<setup>", "exec")
        observe_code = compile((plan.get("observe") or "None").strip(), "<observe>", "eval")

        def setup(module):
            names["m"] = module
            exec(setup_code, names)

        def observe(module):
            return eval(observe_code, names)

        return check(plan["module"], calls, plan.get("steps", ()), setup, observe if plan.get("observe") else None,
                     bound=search.get("bound", 2), switch=search.get("switch", "any"), seconds=self.seconds * 0.9,
                     reset=plan.get("reset", "import"), effect=plan.get("finding", {}).get("effect", ""),
                     trace=plan.get("trace"))


def _function(call, names):
    """A function of the module that runs the code of a call."""
    thread, code = call["thread"], call.get("code") or ""
    try:
        tree = ast.parse(code)
    except SyntaxError as error:
        raise NotRunnable(f"the call of thread {thread} is not Python: {error}") from None
    nodes = list(ast.walk(tree))
    if not call.get("known", True) or not tree.body or any(
            isinstance(node, ast.Constant) and node.value is Ellipsis for node in nodes):
        raise NotRunnable(f"fill in the call of thread {thread}: `{code}` can not be called as it is")
    is_expression = len(tree.body) == 1 and isinstance(tree.body[0], ast.Expr)
    is_async = any(isinstance(node, (ast.Await, ast.AsyncFor, ast.AsyncWith)) for node in nodes)
    text = textwrap.indent(f"return ({code}\n)" if is_expression else code, "    ")
    exec(f"{'async ' * is_async}def call(m):\n{text}\n", names)
    return names.pop("call")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
