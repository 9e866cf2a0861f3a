"""The life of one card's process: as `python -u card.py` would live it.

The process is forked by a thread that began in no Python code, and it goes on from
there: between the pieces of a program this generator runs, but while one of them does
no frame of it is below. So `traceback.print_stack`, `inspect.stack` and the depth of a
recursion are what they are in a script.
"""

from __future__ import annotations

import _thread
import contextlib
import gc
import importlib.machinery
import operator
import os
import signal
import sys
import tempfile
import traceback
import types
import warnings
from functools import partial
from pathlib import Path
from typing import Any

from .broken import broken
from .chance import drawings, reseeded, state_of_python
from .endings import (
    Batches,
    batch,
    ending,
    flush,
    leaves,
    show,
    threads,
)
from .folders import Places
from .landlock import enforce  # type: ignore[import-untyped]
from .processes import adopt_orphans, end_with  # type: ignore[import-untyped]
from .processors import all_of_them  # type: ignore[import-untyped]
from .quoted import Misquoted, in_place
from .scope import Ended, Fault, Scope, exception
from .script import NAME, Script
from .shared import Shared
from .steps import STEPS
from .streams import Streams
from .surroundings import vary
from .watch import Watch

Job = dict[str, Any]
Message = dict[str, Any]

FILE_BYTES = 16 * 1024 * 1024
RUNNER_FAILED = 70


class Life:
    """What a process is given for its life; made before it is forked."""

    def __init__(self, job: Job, program: Job, places: Places) -> None:
        self.job, self.program, self.places = job, program, places
        self.script = Script(program["steps"], f"{places['script']}{os.sep}{NAME}")
        Path(self.script.path).write_text(self.script.text, encoding="utf-8")
        self.factors: list[str] = program["factors"]
        self.states = reseeded()
        self.parent = os.getpid()


def live(
    life: Life, streams: Streams, shared: Shared, watch: Watch, modules: Any
) -> Batches:
    """In the child: all calls of its life, in batches; it never returns."""
    try:
        tell = shared.teller()
        watch.busy = True  # what is done to prepare is nobody's reading
        prepare(life, streams)
        watch.busy = False
        watch.arm(life.script.path, life.places.base)
        yield from whole(life, tell, watch, modules)
    except BaseException:  # only a mistake of this runner leads here
        traceback.print_exc()
    finally:
        os._exit(RUNNER_FAILED)


def whole(life: Life, tell: Any, watch: Watch, modules: Any) -> Batches:
    """Run a program and end its process."""
    module = main_module(life.script.path)
    scope = Scope(life.script, module.__dict__)
    undo = contextlib.ExitStack()
    looked = collections()
    states = {**life.states, **state_of_python()}
    before = _thread._count()
    try:
        undo.enter_context(in_place(life.program.get("quotes", ())))
    except Misquoted as wrong:
        tell({"failure": {**wrong.failure, "step": 0}})
        os._exit(0)
    error, last = yield from steps(life, scope, tell)
    drawn = drawings(states)
    undo.close()
    status = yield from ending(error)
    sys.modules.pop("__main__", None)
    del module, scope, error
    # what a program made is young, unless that was looked through meanwhile
    yield batch(partial(gc.collect, 1 if collections() == looked else 2))
    flush()
    watch.busy = True
    news = {**watch.news(), "drawn": drawn, "threads": threads(before, watch.began)}
    news["foreign"] = modules.foreign(watch.read)
    tell({"ended": status, "last": last, **news})
    if status < 0:
        signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    os._exit(status)


def collections() -> list[int]:
    """How often objects that lived for a while were looked through, by generation."""
    return [generation["collections"] for generation in gc.get_stats()[1:]]


def steps(life: Life, scope: Scope, tell: Any) -> Batches:
    """Run steps one by one, telling what each gave; what ended them, and which."""
    last = 0
    for number, step in enumerate(life.program["steps"]):
        last = number
        result, failure, error = yield from run_step(number, step, scope, life)
        flush()
        if failure is not None:
            shown = step["do"] == "run" and failure["kind"] == "raised"
            if shown and not leaves(error):
                yield from show(error)
                flush()
            tell({"failure": {**failure, "step": number}})
            return error, last
        tell({**result, "start": life.script.starts.get(number, 0)})
    return None, last


def run_step(number: int, step: Job, scope: Scope, life: Life) -> Batches:
    """What a step gave, its failure if it failed, and the exception that it was."""
    calls = STEPS[step["do"]](number, step, scope)
    try:
        with broken(step.get("broken")):
            result = yield from deep(calls, "stack" in life.factors)
        return result, None, None
    except Fault as fault:
        return {}, fault.failure, None
    except Ended as ended:
        error = ended.error
    except SyntaxError as wrong:
        error = wrong.with_traceback(None)
    if isinstance(error, Fault):
        return {}, error.failure, None
    facts = exception(error, scope, step)
    return {}, (yield from deep(facts, False)), error


def deep(calls: Any, deeper: bool) -> Batches:
    """The calls of a step, each with what must happen before this runner goes on."""
    while True:
        try:
            call = next(calls)
        except StopIteration as stop:
            return stop.value
        if deeper:
            for _ in range(7):
                call = partial(operator.call, call)
        yield batch(call)


# -- the beginning --------------------------------------------------------------------


def prepare(life: Life, streams: Streams) -> None:
    """Close every door, and let the process find what a script finds."""
    job, places = life.job, life.places
    end_with(life.parent)
    adopt_orphans()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with contextlib.suppress(OSError):
        os.setsid()
    stdin = given(life)
    streams.attach()
    os.dup2(stdin, 0)
    os.close(stdin)
    for number in job["pipes"]:
        os.close(number)
    os.chdir(places["work"])
    os.environ |= {"TMPDIR": places["scratch"], "HOME": places["home"]}
    tempfile.tempdir = None
    sys.argv[:] = [life.script.path]
    sys.orig_argv[:] = [sys.executable, "-u", life.script.path]
    sys.path.insert(0, places["script"])
    warnings.filters[:] = job["filters"]  # type: ignore[index]
    warnings._filters_mutated()  # type: ignore[attr-defined]
    all_of_them()
    vary(factor for factor in life.factors if factor not in job["varied"])
    limit(job["bound"])
    enforce(job["rules"])
    if job["rules"] is not None:
        os.close(job["rules"])
    gc.freeze()  # nothing of this runner is found by looking through all objects


def given(life: Life) -> int:
    """A descriptor with the lines that the card gives, and no more."""
    text = life.program.get("stdin")
    if not text:
        return os.open(os.devnull, os.O_RDONLY)
    path = Path(life.places.base, "stdin")
    path.write_text(text, encoding="utf-8")
    number = os.open(path, os.O_RDONLY)
    path.unlink()
    return number


def main_module(path: str) -> types.ModuleType:
    """A module as Python makes it for a script."""
    module = types.ModuleType("__main__")
    loader = importlib.machinery.SourceFileLoader("__main__", path)
    known: dict[str, Any] = {"__loader__": loader}
    if sys.version_info < (3, 14):
        known["__annotations__"] = {}
    known["__builtins__"] = sys.modules["builtins"]
    module.__dict__.update({**known, "__file__": path, "__cached__": None})
    sys.modules["__main__"] = module
    return module


def bound(memory: int) -> int:
    """The memory of a process that has so much more than this one; 0 for any."""
    try:
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except (ImportError, OSError):
        return 0
    return pages * resource.getpagesize() + memory


def standing() -> list[object]:
    """What a process hands on to those it forks, and they may change of it."""
    known: list[object] = []
    with contextlib.suppress(ImportError, AttributeError, OSError):
        import resource

        names = sorted(name for name in dir(resource) if name.startswith("RLIMIT_"))
        known += [resource.getrlimit(getattr(resource, name)) for name in names]
        known += [os.getpriority(os.PRIO_PROCESS, 0), os.sched_getscheduler(0)]
    return known


def limit(memory: int) -> None:
    """Bound memory, and the size of any file written."""
    try:
        import resource
    except ImportError:
        return
    if memory:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
