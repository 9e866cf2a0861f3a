"""What Python does when a program is over."""

from __future__ import annotations

import _thread
import atexit
import contextlib
import functools
import signal
import sys
import threading
import time
import weakref
from collections.abc import Callable, Generator
from typing import Any

GRACE, BEGINNING = 2, 0.02  # seconds
Batch = tuple[Callable[..., Any], ...]
Batches = Generator[Batch, None, Any]  # what is to be called, and what came of it
# What Python's own modules register for the end of a program.
ENDINGS = {"logging": "shutdown", "multiprocessing.util": "_exit_function"}


def batch(call: Callable[..., Any]) -> Batch:
    """A call, and the end of all that would follow this runner's own frames."""
    off = functools.partial
    return (call, off(sys.settrace, None), off(sys.setprofile, None))


def forget_endings() -> None:
    """Let only what a script would have registered run at its end.

    What libraries registered in the process that this one was forked from takes long,
    and is over there. Python's own endings are needed: theirs is what a card may see.
    """
    atexit._clear()
    weakref.finalize._registry.clear()  # type: ignore[attr-defined]
    if weakref.finalize._registered_with_atexit:  # type: ignore[attr-defined]
        atexit.register(weakref.finalize._exitfunc)  # type: ignore[attr-defined]
    for module, name in ENDINGS.items():
        if module in sys.modules:
            atexit.register(getattr(sys.modules[module], name))


def leaves(error: BaseException | None) -> bool:
    return isinstance(error, SystemExit)


def show(error: BaseException | None) -> Batches:
    """Let Python's hook, or the card's own, show what ended the program."""
    if error is None:
        return
    sys.last_type, sys.last_value = type(error), error
    sys.last_traceback = error.__traceback__
    if sys.version_info >= (3, 12):
        sys.last_exc = error
    yield batch(functools.partial(call_hook, type(error), error, error.__traceback__))


def call_hook(kind: Any, error: BaseException, trace: Any) -> None:
    """Call the hook for exceptions; one that fails is shown as Python shows it."""
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


def ending(error: BaseException | None) -> Batches:
    """What Python does when a program is over; its exit status."""
    status = yield from exit_status(error)
    shutdown = threading._shutdown  # type: ignore[attr-defined]
    yield batch(functools.partial(quietly, shutdown))
    yield batch(functools.partial(quietly, atexit._run_exitfuncs))
    flush()
    return status


def exit_status(error: BaseException | None) -> Batches:
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
    for name in ("stdout", "stderr"):  # code may have deleted either
        with contextlib.suppress(Exception):
            getattr(sys, name).flush()


def waiting() -> bool:
    """Whether asyncio's own threads are about to end, with a process that ended."""
    return any(t.name.startswith("asyncio-waitpid-") for t in threading.enumerate())


def threads(before: int, began: bool) -> list[str]:
    """Threads of a card that are still running when its program is over.

    One of `_thread` that just `began` is counted only once it has run a little.
    """
    current = threading.current_thread()
    if began:
        time.sleep(BEGINNING)
    until = time.monotonic() + GRACE
    while waiting() and time.monotonic() < until:
        time.sleep(0.005)
    names = [t.name for t in threading.enumerate() if t is not current]
    more = (
        _thread._count() - before - sum(t is not current for t in threading.enumerate())
    )
    return names or ["one of `_thread`"] * (more > 0)
