"""Processes that card code starts and leaves behind."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator

from .processes import childless, children  # type: ignore[import-untyped]

HELPERS = (b"multiprocessing.resource_tracker", b"multiprocessing.forkserver")
GRACE = 2  # seconds in which a process that is left behind may end by itself


def left_behind() -> bool:
    """Whether processes of a card go on without it; all are ended.

    Those that end by themselves just now are none: a pool's, or Python's own helpers.
    """
    until = time.monotonic() + GRACE
    late = False
    while not childless() and (running := list(living())):
        over = time.monotonic() > until
        for pid in running:
            if over or helper(pid):
                late = late or not helper(pid)
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
                    os.waitpid(pid, 0)
        time.sleep(0.01)
    return late


def living() -> Iterator[int]:
    """The children of this process that are not over; the others are waited for."""
    for pid in children():
        with contextlib.suppress(ChildProcessError):
            if os.waitpid(pid, os.WNOHANG) == (0, 0):
                yield pid


def helper(pid: int) -> bool:
    """Whether a process is one that Python starts for itself, and ends soon."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:  # noqa: PTH123
            line = file.read()
    except OSError:
        return False
    return any(name in line for name in HELPERS)
