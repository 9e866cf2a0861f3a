"""The processes below this one, as Linux lists them; elsewhere there are none to see.

Standard library alone: the scripts that run cards and tests load this file by itself.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

# In Linux's <sys/prctl.h> their names are PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER.
PDEATHSIG, SUBREAPER = 1, 36

LINUX = sys.platform == "linux"
prctl = getattr(ctypes.CDLL(None), "prctl", None) if LINUX else None


def control(option: int, value: int) -> None:
    """Linux's prctl; elsewhere nothing."""
    if prctl is not None:
        prctl(option, value, 0, 0, 0)


def end_with(parent: int) -> None:
    """End this process when its parent ends, or now if that is gone already."""
    control(PDEATHSIG, signal.SIGKILL)
    if LINUX and os.getppid() != parent:
        os._exit(0)


def adopt_orphans() -> None:
    """Become the parent of what children leave behind, so that it can be ended.

    Without this, a process whose parent ends becomes a child of `init`, where nobody
    would know that it came from a card or a test.
    """
    control(SUBREAPER, 1)


def childless() -> bool:
    """Whether there is no child at all, which is asked much faster than which ones.

    Children that ended stay to be waited for (`WNOWAIT`).
    """
    if not hasattr(os, "waitid"):
        return True
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return True
    return False


def children() -> frozenset[int]:
    """The children of this process, those that ended and wait for it as well."""
    if not Path("/proc/self/stat").exists():
        return frozenset()
    return frozenset(pid for pid, parent in processes() if parent == os.getpid())


def processes(table: str = "/proc") -> Iterator[tuple[int, int]]:
    """Every process and its parent; one that ends meanwhile is left out."""
    for folder in Path(table).iterdir():  # a glob would raise for one that ends
        with contextlib.suppress(OSError, ValueError, IndexError):
            status = (folder / "stat").read_text(errors="replace")
            yield int(folder.name), int(status.rpartition(")")[2].split()[1])
