"""Another time: what a card's process takes for now, and the times of its files."""

from __future__ import annotations

import os
import time
from datetime import datetime
from typing import Any

from .unseen import change_result, unseen

DAY = 86400.0


def travel(when: datetime) -> None:
    """Let it be another time, also for what Python asks the C library for."""
    import time_machine

    begun = time.time()
    date_files(begun, when.timestamp() - begun)
    time_machine.travel(when, tick=True).start()
    ctime, asctime = time.ctime, time.asctime

    def now(seconds: Any = None) -> str:
        return ctime(time.time() if seconds is None else seconds)

    def date(moment: Any = None) -> str:
        return asctime(time.localtime() if moment is None else moment)

    time.ctime, time.asctime = unseen(now, ctime), unseen(date, asctime)


def date_files(begun: float, later: float) -> None:
    """Let what was written since this process began have been written that much later.

    A time that is far from that was given to the file, and stays as it is.
    """

    def dated(stat: os.stat_result) -> os.stat_result:
        moved = {
            name: later if begun - 1 <= getattr(stat, name) < begun + DAY else 0
            for name in ("st_atime", "st_mtime", "st_ctime")
        }
        if not any(moved.values()):
            return stat
        times = {name: getattr(stat, name) + by for name, by in moved.items()}
        ticks = {
            f"{name}_ns": getattr(stat, f"{name}_ns") + int(by * 1e9)
            for name, by in moved.items()
        }
        rest = {name: getattr(stat, name) for name in ("st_blksize", "st_blocks")}
        whole = (*stat[:7], *map(int, times.values()))
        return os.stat_result(
            whole, {**times, **ticks, **rest, "st_rdev": stat.st_rdev}
        )

    for name in ("stat", "lstat", "fstat"):
        change_result(name, dated)
