"""Other times: what a card's process takes for now, and the times of its files."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from .dates import LEAP_YEARS
from .unseen import change_result, unseen

DAY = 86400.0


def another_time(now: datetime) -> datetime:
    """A leap day of another year and weekday, some hours and minutes away.

    It is that day in the other time zone as well, where it begins 5:45 hours earlier.
    """
    later = now + timedelta(hours=13, minutes=17, seconds=29)
    if later.hour >= 18:
        later -= timedelta(hours=6)
    days = (datetime(year, 2, 29, tzinfo=UTC) for year in LEAP_YEARS)
    day = next(
        d for d in days if d.weekday() != now.weekday() and d.year - 1 > now.year
    )
    return later.replace(year=day.year, month=2, day=29)


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
