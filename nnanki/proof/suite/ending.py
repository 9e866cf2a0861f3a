"""Ends what tests start and leave behind: it would go on to change files."""

from __future__ import annotations

import contextlib
import os
import signal

from .processes import childless, children  # type: ignore[import-untyped]


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
        if childless():
            return
        others = children() - spared
        for pid in others:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
        if not others:
            return
