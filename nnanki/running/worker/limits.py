"""What a card's process may take of the machine, and what it may do to its worker."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

try:
    import resource
except ImportError:  # where the system has no such limits
    resource = None  # type: ignore[assignment]

FILE_BYTES = 16 * 1024 * 1024


def memory_bound(memory: int) -> int:
    """The memory of a process that has so much more than this one; 0 for any.

    The system counts all that the worker has imported as the card's, though both share
    it: what a card may take is counted from there.
    """
    if resource is None:
        return 0
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return 0
    return pages * resource.getpagesize() + memory


def limit(memory: int) -> None:
    """Bound this process's memory, and the size of any file written."""
    if resource is None:
        return
    if memory:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    # a process that crashes with all of PyTorch in it would leave a gigabyte
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def standing() -> list[object]:
    """What a process hands on to those it forks, and they may change of it."""
    values: list[object] = []
    with contextlib.suppress(AttributeError, OSError):
        names = sorted(name for name in dir(resource) if name.startswith("RLIMIT_"))
        values += [resource.getrlimit(getattr(resource, name)) for name in names]
        values += [os.getpriority(os.PRIO_PROCESS, 0), os.sched_getscheduler(0)]
    return values
