"""Whether anything happened in a folder: Linux tells it (inotify), so nobody looks."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys

MODIFY, ATTRIBUTES, CLOSE_WRITE = 0x2, 0x4, 0x8
MOVED, CREATE, DELETE, DELETE_SELF, MOVE_SELF = 0xC0, 0x100, 0x200, 0x400, 0x800
EVENTS = (
    MODIFY
    | ATTRIBUTES
    | CLOSE_WRITE
    | MOVED
    | CREATE
    | DELETE
    | DELETE_SELF
    | MOVE_SELF
)
BYTES = 1 << 16


class Notices:
    """What the kernel notices in folders that are watched, one by one.

    What is written through memory is noticed as well, when its file is closed. Where
    there is no such thing, or not enough of it, anything may have happened.
    """

    def __init__(self) -> None:
        self.number = -1
        if sys.platform == "linux":
            libc = ctypes.CDLL(None, use_errno=True)
            with contextlib.suppress(AttributeError):
                self.add = libc.inotify_add_watch
                self.number = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)

    def watch(self, folder: str) -> None:
        """Notice what happens from now on to a folder and to the files in it."""
        if self.number < 0:
            return
        # Events come without a place: a trial that wrote nothing needs no walk over all
        # files, and one that wrote something gets it.
        if self.add(self.number, os.fsencode(folder), EVENTS) < 0:
            os.close(self.number)  # there may be no more of them
            self.number = -1

    def any(self) -> bool:
        """Whether something may have happened since this was asked last."""
        if self.number < 0:
            return True
        events = False
        with contextlib.suppress(BlockingIOError):
            while os.read(self.number, BYTES):
                events = True
        return events
