"""Other times: what a card's process takes for now, and the times of its files."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from .unseen import change_result, unseen

LEAP_DAYS = (2028, 2032, 2036, 2040, 2044, 2048, 2052)
DAY = 86400.0


def another_time(now: datetime) -> datetime:
    """A leap day of another year and weekday, half a day and some minutes away."""
    later = now + timedelta(hours=13, minutes=17, seconds=29)
    days = (datetime(year, 2, 29, tzinfo=UTC) for year in LEAP_DAYS)
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

    def shown(moment: Any = None) -> str:
        return asctime(time.localtime() if moment is None else moment)

    time.ctime, time.asctime = unseen(now, ctime), unseen(shown, asctime)


def date_files(begun: float, later: float) -> None:
    """Let what was written since this process began have been written that much later.

    A time that is far from that was given to the file, and stays as it is.
    """

    def dated(known: os.stat_result) -> os.stat_result:
        moved = {
            name: later if begun - 1 <= getattr(known, name) < begun + DAY else 0
            for name in ("st_atime", "st_mtime", "st_ctime")
        }
        if not any(moved.values()):
            return known
        times = {name: getattr(known, name) + by for name, by in moved.items()}
        ticks = {
            f"{name}_ns": getattr(known, f"{name}_ns") + int(by * 1e9)
            for name, by in moved.items()
        }
        rest = {name: getattr(known, name) for name in ("st_blksize", "st_blocks")}
        whole = (*known[:7], *map(int, times.values()))
        return os.stat_result(
            whole, {**times, **ticks, **rest, "st_rdev": known.st_rdev}
        )

    for name in ("stat", "lstat", "fstat"):
        change_result(name, dated)


# Every month twice, every hour, every weekday, some days that programs ask for.
OTHER_TIMES = """
2023-01-01T00:05:09 2023-02-14T01:10:18 2023-03-31T02:15:27 2023-04-01T03:20:36
2023-05-01T04:25:45 2023-06-08T05:30:54 2023-07-04T06:35:03 2023-08-16T07:40:12
2023-09-30T08:45:21 2023-10-13T09:50:30 2023-11-23T10:55:39 2023-12-25T11:00:48
2025-01-31T12:05:57 2025-02-28T13:11:06 2025-03-17T14:16:15 2025-04-20T15:21:24
2025-05-11T16:26:33 2025-06-21T17:31:42 2025-07-09T18:36:51 2025-08-24T19:41:00
2025-09-01T20:46:09 2025-10-31T21:51:18 2025-11-06T22:56:27 2025-12-31T23:59:58
"""
