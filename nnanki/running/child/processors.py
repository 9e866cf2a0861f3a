"""Processors: a process that is forked for a moment begins where its parent runs.

The two hand the word to each other, while other workers keep the other processors busy.
On two processors each would have to wake up the other, and to fetch what that one has
at hand: for cards that costs a quarter of all the time they take. Standard library
alone: workers load this file by itself.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from collections.abc import Iterator

LINUX = sys.platform == "linux"
ALL = os.sched_getaffinity(0) if LINUX else set()
current = getattr(ctypes.CDLL(None), "sched_getcpu", None) if LINUX else None


@contextlib.contextmanager
def one() -> Iterator[None]:
    """Let a process that is forked meanwhile begin on this processor."""
    here()
    try:
        yield
    finally:
        all_of_them()


def here() -> None:
    """Stay on the processor that this process runs on now."""
    if current is not None:
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, {current()})


def all_of_them() -> None:
    """Run on any of the processors that the worker was given."""
    if current is not None:
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, ALL)
