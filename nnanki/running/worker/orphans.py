"""Processes that card code starts and leaves behind."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

PDEATHSIG, SUBREAPER = 1, 36  # names in Linux's <sys/prctl.h>

LINUX = sys.platform == "linux"
HELPERS = (b"multiprocessing.resource_tracker", b"multiprocessing.forkserver")
GRACE = 2  # seconds in which a process that is left behind may end by itself


prctl = getattr(ctypes.CDLL(None), "prctl", None) if LINUX else None


def control(option: int, value: int) -> None:
    """Linux's prctl; elsewhere nothing."""
    if prctl is not None:
        prctl(option, value, 0, 0, 0)


def end_with(parent: int) -> None:
    """End this process when its parent ends, or now if that is gone already."""
    control(PDEATHSIG, signal.SIGKILL)
    if sys.platform == "linux" and os.getppid() != parent:
        os._exit(0)


def adopt_orphans() -> None:
    """Become the parent of what programs leave behind, so that it can be ended."""
    control(SUBREAPER, 1)


def left_behind() -> bool:
    """Whether processes of a card go on without it; all are ended.

    Those that end by themselves just now are none: a pool's, or Python's own helpers.
    """
    until = time.monotonic() + GRACE
    found = False
    while not childless() and (children := list(living())):
        late = time.monotonic() > until
        for pid in children:
            if late or helper(pid):
                found = found or not helper(pid)
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
                    os.waitpid(pid, 0)
        time.sleep(0.01)
    return found


def childless() -> bool:
    """Whether this process has no children at all, which is quickly asked."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return True
    return False


def living() -> Iterator[int]:
    """The children of this process that are not over; the others are waited for."""
    for pid, parent in processes():
        if parent == os.getpid():
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


def processes(table: str = "/proc") -> Iterator[tuple[int, int]]:
    """Every process and its parent; one that ends meanwhile is left out."""
    for folder in Path(table).iterdir():  # a glob would raise for one that ends
        with contextlib.suppress(OSError, ValueError, IndexError):
            status = (folder / "stat").read_text(errors="replace")
            yield int(folder.name), int(status.rpartition(")")[2].split()[1])
