"""A forecast as people see it: a table, bars in text, lines in a picture."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, zip_longest
from statistics import fmean

from nnanki.gallery.forecast import LATER, Forecast
from nnanki.model.table import aligned

HEAD = (
    "new a day",
    "days with new ones",
    "minutes on such a day",
    "reviews, worst day",
    f"reviews a day, days {LATER.start + 1} to {LATER.stop}",
    "hours in year 1",
)
COLUMN = 11  # letters of the widest head, in its lines
ROWS, COLUMNS = 8, 70  # letters that bars fill
EIGHTHS = " ▁▂▃▄▅▆▇█"
WIDTH, HEIGHT = 420, 250  # of a picture; its lines' bounds, room for a name
LEFT, RIGHT, TOP, FOOT, NAME = 28, 405, 30, 212, 100
SPAN = 120  # days in a picture


def row(forecast: Forecast) -> tuple[str, ...]:
    """The figures of one pace, as the head names them."""
    return (
        str(forecast.new),
        str(forecast.intake),
        f"{forecast.minutes:.1f}",
        str(forecast.worst),
        f"{forecast.later:.1f}",
        f"{forecast.hours:.1f}",
    )


def table(forecasts: Sequence[Forecast], new: int) -> Iterator[str]:
    """Lines of a table; the pace that was asked for is marked."""
    heads = [textwrap.wrap(head, COLUMN) for head in HEAD]
    lines = list(zip_longest(*(reversed(head) for head in heads), fillvalue=""))
    rows = [(" ", *line) for line in reversed(lines)]
    rows += [
        (">" if forecast.new == new else " ", *row(forecast)) for forecast in forecasts
    ]
    yield from aligned(rows, right=range(1, len(HEAD) + 1))


def bars(days: Sequence[float]) -> Iterator[str]:
    """Lines with a bar for each day; where these are too many, for the mean of some."""
    step = days_of_a_bar(len(days))
    means = [fmean(days[n : n + step]) for n in range(0, len(days), step)]
    top = math.ceil(max(means)) or 1
    for level in reversed(range(ROWS)):
        label = {ROWS - 1: str(top), 0: "0"}.get(level, "")
        filled = (round(mean / top * ROWS * 8) - level * 8 for mean in means)
        line = "".join(EIGHTHS[max(0, min(8, eighths))] for eighths in filled)
        yield f"{label:>4} │{line}".rstrip()
    yield "     └" + "─" * len(means)
    yield f"{'day':>4}  {_scale(len(means), step)}"


def days_of_a_bar(days: int) -> int:
    """How many days share a bar, so that all of them fit."""
    return math.ceil(days / COLUMNS)


def _scale(columns: int, step: int) -> str:
    """The days below the bars: the first of all, then of every tenth bar the last."""
    line = "1"
    for column in range(9, columns, 10):
        line = line.ljust(column) + str((column + 1) * step)
    return line


# -- a picture ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """The reviews of one pace: a path, and the last day of new cards, for its name."""

    new: int
    path: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Picture:
    """Lines over days, and the marks of both scales: where they are, what they say."""

    lines: tuple[Line, ...]
    across: tuple[tuple[float, int], ...]
    up: tuple[tuple[float, int], ...]
    left: int = LEFT
    right: int = RIGHT
    foot: int = FOOT
    width: int = WIDTH
    height: int = HEIGHT


def picture(forecasts: Sequence[Forecast]) -> Picture:
    """The reviews of each day, a line for each pace."""
    top = max(max(forecast.reviews[:SPAN]) for forecast in forecasts) or 1
    step = _step(top)

    def at(day: int, reviews: float) -> tuple[float, float]:
        x = LEFT + (RIGHT - LEFT) * day / SPAN
        return round(x, 1), round(FOOT - (FOOT - TOP) * reviews / top, 1)

    def line(forecast: Forecast) -> Line:
        days = enumerate(forecast.reviews[:SPAN], start=1)
        points = [at(day, reviews) for day, reviews in days]
        path = "M" + " ".join(f"{x} {y}" for x, y in points)
        x, y = points[min(forecast.intake, SPAN) - 1]
        return Line(forecast.new, path, min(x, RIGHT - NAME), y)

    return Picture(
        lines=tuple(line(forecast) for forecast in forecasts),
        across=tuple((at(day, 0)[0], day) for day in range(30, SPAN + 1, 30)),
        up=tuple((at(0, many)[1], many) for many in range(0, int(top) + 1, step)),
    )


def _step(top: float) -> int:
    """From one mark of a scale to the next: the least round number that is enough.

    >>> _step(5), _step(31), _step(60)
    (1, 10, 20)
    """
    steps = (digit * int(10**zeros) for zeros in count() for digit in (1, 2, 5))
    return next(step for step in steps if top <= 5 * step)
