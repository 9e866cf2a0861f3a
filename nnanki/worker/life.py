"""The life of one card's process: as `python -u card.py` would live it.

The process is forked by a thread that began in no Python code, and it goes on from
there: between the pieces of a program this generator runs, but while one of them does
no frame of it is below. So `traceback.print_stack`, `inspect.stack` and the depth of a
recursion are what they are in a script.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import gc
import importlib.machinery
import operator
import os
import random
import signal
import sys
import tempfile
import threading
import traceback
import types
import warnings
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

from .broken import broken
from .landlock import confine
from .orphans import PDEATHSIG, adopt_orphans, control
from .quoted import Misquoted, in_place
from .script import NAME, Script
from .shared import Shared
from .steps import STEPS, Ended, Fault, Scope, exception
from .streams import Streams
from .surroundings import vary
from .watch import PYTHON, Watch

Job = dict[str, Any]
Message = dict[str, Any]
Batch = tuple[Callable[..., Any], ...]

FILE_BYTES = 16 * 1024 * 1024
RUNNER_FAILED = 70
# What a card's process reads besides the project and Python: what libraries look up.
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc", "/proc", "/sys", "/dev")


class Life:
    """What a process is given for its life; made before it is forked."""

    def __init__(self, job: Job, program: Job, places: dict[str, str]) -> None:
        self.job, self.program, self.places = job, program, places
        self.base = os.path.commonpath(list(places.values()))
        self.script = Script(program["steps"], f"{places['script']}{os.sep}{NAME}")
        Path(self.script.path).write_text(self.script.text, encoding="utf-8")
        self.factors: list[str] = program["factors"]


def live(life: Life, streams: Streams, shared: Shared, watch: Watch) -> Iterator[Batch]:
    """In the child: all calls of its life, in batches; it never returns."""
    try:
        tell = shared.teller()
        watch.busy = True  # what is done to prepare is nobody's reading
        prepare(life, streams)
        watch.busy = False
        watch.arm(life.script.path, life.base)
        yield from whole(life, tell, watch)
    except BaseException:  # only a mistake of this runner leads here
        traceback.print_exc()
    finally:
        os._exit(RUNNER_FAILED)


def whole(life: Life, tell: Any, watch: Watch) -> Iterator[Batch]:
    """Run a program and end its process."""
    module = main_module(life.script.path)
    scope = Scope(life.script, module.__dict__)
    undo = contextlib.ExitStack()
    kept = states()
    try:
        undo.enter_context(in_place(life.program.get("quotes", ())))
    except Misquoted as error:
        tell({"failure": {**error.failure, "step": 0}})
        os._exit(0)
    error, last = yield from steps(life, scope, tell)
    drawn = drawings(kept)
    undo.close()
    status = yield from ending(error)
    sys.modules.pop("__main__", None)
    del module, scope, error
    yield batch(gc.collect)
    flush()
    news = {**watch.news(), "drawn": drawn, "threads": threads()}
    tell({"ended": status, "last": last, **news})
    if status < 0:
        signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    os._exit(status)


def steps(life: Life, scope: Scope, tell: Any) -> Iterator[Batch]:
    """Run steps one by one, telling what each gave; what ended them, if anything did."""
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


def run_step(number: int, step: Job, scope: Scope, life: Life) -> Iterator[Any]:
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


def deep(calls: Any, deeper: bool) -> Iterator[Batch]:
    """The calls of a step, each with what must happen before this runner goes on."""
    while True:
        try:
            call = next(calls)
        except StopIteration as stop:
            return stop.value
        if deeper:
            for _ in range(7):
                call = functools.partial(operator.call, call)
        yield batch(call)


def batch(call: Callable[..., Any]) -> Batch:
    """A call, and the end of all that would follow this runner's own frames."""
    off = functools.partial
    return (call, off(sys.settrace, None), off(sys.setprofile, None))


# -- the beginning --------------------------------------------------------------------


def prepare(life: Life, streams: Streams) -> None:
    """Close every door, and let the process find what a script finds."""
    job, places = life.job, life.places
    control(PDEATHSIG, signal.SIGKILL)
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
    forget_endings()
    reseed()
    single_thread()
    vary(life.factors)
    limit(job["memory"])
    own = [life.base, "/dev/ptmx"]
    readable = [job["root"], *job["paths"], *PYTHON, *SYSTEM, life.base]
    confine([*own], [path for path in readable if Path(path).exists()])
    gc.freeze()  # nothing of this runner is found by looking through all objects


def given(life: Life) -> int:
    """A descriptor with the lines that the card gives, and no more."""
    text = life.program.get("stdin")
    if not text:
        return os.open(os.devnull, os.O_RDONLY)
    path = Path(life.base, "stdin")
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


def limit(memory: int) -> None:
    """Bound memory beyond what is used now, and the size of any file written."""
    try:
        import resource
    except ImportError:
        return
    with contextlib.suppress(OSError, ValueError):
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        bound = pages * resource.getpagesize() + memory
        resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def forget_endings() -> None:
    """Let only what a script would have registered run at its end.

    What libraries registered in the process that this one was forked from takes long,
    and is over there. Python's own endings are needed: theirs is what a card may see.
    """
    atexit._clear()
    weakref.finalize._registry.clear()  # type: ignore[attr-defined]
    if weakref.finalize._registered_with_atexit:  # type: ignore[attr-defined]
        atexit.register(weakref.finalize._exitfunc)  # type: ignore[attr-defined]
    for module, name in (("logging", "shutdown"), ("multiprocessing.util", "_exit_function")):
        if module in sys.modules:
            atexit.register(getattr(sys.modules[module], name))


# -- chance ---------------------------------------------------------------------------


def reseed() -> None:
    """Make unseeded randomness random, so that two runs tell it apart."""
    random.seed()
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    if numpy is not None:
        numpy.random.seed()
    if torch is not None:
        torch.default_generator.seed()


def states() -> dict[str, Any]:
    """The states of the generators that a program may draw from without making one."""
    known: dict[str, Any] = {"random": crc32(repr(random.getstate()).encode())}
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    if numpy is not None and "numpy.random" in sys.modules:
        name, keys, *rest = numpy.random.get_state()
        known["numpy.random"] = crc32(repr((name, rest)).encode(), crc32(keys))
    if torch is not None:
        known["torch"] = crc32(torch.get_rng_state().numpy())
    return known


def drawings(before: dict[str, Any]) -> dict[str, int]:
    """The generators that were used, and where they stand: alike if they were seeded."""
    try:
        now = states()
    except Exception:
        return {"unknown": os.getpid()}
    return {name: now[name] for name in now if now[name] != before.get(name, now[name])}


def single_thread() -> None:
    """A fork hangs where torch has computed with several threads."""
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)


# -- the end --------------------------------------------------------------------------


def leaves(error: BaseException | None) -> bool:
    return isinstance(error, SystemExit)


def show(error: BaseException | None) -> Iterator[Batch]:
    """Let Python's hook, or the card's own, show what ended the program."""
    if error is None:
        return
    sys.last_type, sys.last_value = type(error), error
    sys.last_traceback = error.__traceback__
    if sys.version_info >= (3, 12):
        sys.last_exc = error
    shown = functools.partial(hooked, type(error), error, error.__traceback__)
    yield batch(shown)


def hooked(kind: Any, error: BaseException, trace: Any) -> None:
    """Call the hook for exceptions; one that fails is told as Python tells it."""
    try:
        sys.excepthook(kind, error, trace)
    except BaseException as wrong:
        stream = sys.stderr
        if stream is not None:
            stream.write("Error in sys.excepthook:\n")
            inner = wrong.__traceback__.tb_next if wrong.__traceback__ else None
            sys.__excepthook__(type(wrong), wrong.with_traceback(inner), inner)
            stream.write("\nOriginal exception was:\n")
            sys.__excepthook__(kind, error, trace)


def ending(error: BaseException | None) -> Iterator[Any]:
    """What Python does when a program is over; its exit status."""
    status = yield from left(error)
    yield batch(functools.partial(quietly, threading._shutdown))
    yield batch(functools.partial(quietly, atexit._run_exitfuncs))
    flush()
    return status


def left(error: BaseException | None) -> Iterator[Any]:
    """The exit status of a program; `sys.exit` with a text shows that."""
    if error is None:
        return 0
    if isinstance(error, KeyboardInterrupt):
        return -int(signal.SIGINT)
    if not isinstance(error, SystemExit):
        return 1
    code = error.code
    if code is None or isinstance(code, int):
        return (code or 0) & 0xFF
    yield batch(functools.partial(quietly, functools.partial(say, code)))
    return 1


def say(code: object) -> None:
    print(code, file=sys.stderr)


def quietly(function: Callable[[], Any]) -> None:
    """Whatever ends this ends no more than this."""
    with contextlib.suppress(BaseException):
        function()


def flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()


def threads() -> list[str]:
    """Threads of a card that are still running when its program is over."""
    current = threading.current_thread()
    return [t.name for t in threading.enumerate() if t is not current]


