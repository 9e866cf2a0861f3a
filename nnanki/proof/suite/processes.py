"""Processes that tests start and leave behind: they would go on to change files."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

SUBREAPER = 36  # its name in Linux's <sys/prctl.h> is PR_SET_CHILD_SUBREAPER


def adopt() -> None:
    """Become the parent of what children leave behind, where the system offers it."""
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)


def end(pid: int) -> int:
    """End a child and its whole group; how it ended."""
    for kill in (os.killpg, os.kill):  # it may not have made its group yet
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)
    return os.waitpid(pid, 0)[1]


def end_others(spared: frozenset[int]) -> None:
    """End all children but some; those of children that ended are among them."""
    for _ in range(10):  # the children of a child come to light when it is gone
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if not _any():
            return
        others = children() - spared
        for pid in others:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
        if not others:
            return


def children() -> frozenset[int]:
    """The children of this process, where the system lists processes."""
    if not Path("/proc/self/stat").exists():
        return frozenset()
    return frozenset(pid for pid, parent in _processes() if parent == os.getpid())


def _any() -> bool:
    """Whether there is any child; those that ended stay to be waited for."""
    if not hasattr(os, "waitid"):
        return False
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def _processes() -> Iterator[tuple[int, int]]:
    for folder in Path("/proc").iterdir():  # a glob would raise for one that ends
        with contextlib.suppress(OSError, ValueError, IndexError):
            status = (folder / "stat").read_text(errors="replace")
            yield int(folder.name), int(status.rpartition(")")[2].split()[1])
