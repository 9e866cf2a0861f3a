"""Dates at which cards run besides today: a card that shows any date then differs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

LEAP_YEARS = (2028, 2032, 2036, 2040, 2044, 2048, 2052)

# Every month twice, every hour, every weekday, some days that programs ask for.
OTHER_TIMES = """
2023-01-01T00:05:09 2023-02-14T01:10:18 2023-03-31T02:15:27 2023-04-01T03:20:36
2023-05-01T04:25:45 2023-06-08T05:30:54 2023-07-04T06:35:03 2023-08-16T07:40:12
2023-09-30T08:45:21 2023-10-13T09:50:30 2023-11-23T10:55:39 2023-12-25T11:00:48
2025-01-31T12:05:57 2025-02-28T13:11:06 2025-03-17T14:16:15 2025-04-20T15:21:24
2025-05-11T16:26:33 2025-06-21T17:31:42 2025-07-09T18:36:51 2025-08-24T19:41:00
2025-09-01T20:46:09 2025-10-31T21:51:18 2025-11-06T22:56:27 2025-12-31T23:59:58
"""


def another_time(now: datetime) -> datetime:
    """A leap day of another year and weekday, some hours and minutes away.

    It is a leap day in the other time zone as well, which is 5:45 hours ahead.
    """
    later = now + timedelta(hours=13, minutes=17, seconds=29)
    if later.hour >= 18:  # from 18:15 on it would be March there
        later -= timedelta(hours=6)
    days = (datetime(year, 2, 29, tzinfo=UTC) for year in LEAP_YEARS)
    day = next(
        d for d in days if d.weekday() != now.weekday() and d.year - 1 > now.year
    )
    return later.replace(year=day.year, month=2, day=29)
