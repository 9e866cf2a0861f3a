"""Processes that card code starts and leaves behind."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

PDEATHSIG, SUBREAPER = 1, 36  # names in Linux's <sys/prctl.h>


def control(option: int, value: int) -> None:
    """Linux's prctl; elsewhere nothing."""
    if sys.platform == "linux":
        with contextlib.suppress(ImportError, OSError, AttributeError):
            import ctypes

            ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def adopt_orphans() -> None:
    """Become the parent of what programs leave behind, so that it can be ended."""
    control(SUBREAPER, 1)


def left_behind() -> bool:
    """Whether a process that was started here was never waited for."""
    if not hasattr(os, "WNOHANG"):
        return False
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return False
    end_children()
    return True


def end_children() -> None:
    """End every child of this process, and the orphans that become its children."""
    if sys.platform != "linux":
        return
    for _ in range(10):  # the children of a child come to light when it is gone
        children = [pid for pid, parent in processes() if parent == os.getpid()]
        for pid in children:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
        if not children:
            return


def processes(table: str = "/proc") -> Iterator[tuple[int, int]]:
    """Every process and its parent; one that ends meanwhile is left out."""
    for folder in Path(table).iterdir():  # a glob would raise for one that ends
        with contextlib.suppress(OSError, ValueError, IndexError):
            status = (folder / "stat").read_text(errors="replace")
            yield int(folder.name), int(status.rpartition(")")[2].split()[1])
