"""Memory that a card's process shares with its parent: results travel by no descriptor.

A descriptor is a number, and code of a card may write to any number: it could answer
for the runner. Memory that is mapped has no name by which a card comes across it. A
card that goes looking for it can forge its own results, and no other card's: the memory
is cleared before each, and what was printed is not in it.

The process writes what a step gave and stops itself; the parent reads it, and lets the
process go on. What a card prints is not among it: that, the parent reads from a pipe.
"""

from __future__ import annotations

import marshal
import mmap
import os
import signal
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from ..child.messages import Report

BYTES = 8 * 1024 * 1024
HEAD = struct.Struct("=QQ")


class Shared:
    """Room for one message at a time; each has a number, one more than the last."""

    def __init__(self) -> None:
        self.memory = mmap.mmap(-1, BYTES)  # anonymous: there is nothing to open

    def clear(self) -> None:
        self.memory[: HEAD.size] = HEAD.pack(0, 0)

    def read(self, number: int) -> Report | None:
        """The message of a number, if that is what lies here."""
        current, size = HEAD.unpack(self.memory[: HEAD.size])
        if current != number or size > BYTES - HEAD.size:
            return None
        try:
            message = marshal.loads(self.memory[HEAD.size : HEAD.size + size])
        except (EOFError, TypeError, ValueError):
            return None
        return cast("Report", message) if isinstance(message, dict) else None

    def teller(self) -> Callable[[Report], None]:
        """A function that leaves a message and stops the process until it was read.

        It holds all that it needs: code of a card may have changed any module.
        """
        memory, pack, dumps, head = self.memory, HEAD.pack, marshal.dumps, HEAD.size
        kill, stop, number, getpid = os.kill, signal.SIGSTOP, 0, os.getpid
        own = getpid()

        def tell(report: Report) -> None:
            nonlocal number
            if getpid() != own:
                return  # the program has forked: its twin lives on, and tells nothing
            data = dumps(cast(Any, report))
            if len(data) > BYTES - head:
                data = dumps({"failure": {"kind": "output", "detail": f"{BYTES:,}"}})
            number += 1
            memory[head : head + len(data)] = data
            memory[:head] = pack(number, len(data))
            kill(own, stop)

        return tell
