"""`nnanki forecast`."""

from __future__ import annotations

import math
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nnanki.commands.common import STRICT, project_of
from nnanki.commands.terminal import echo, progress, settings, show_problems
from nnanki.model.plural import count

if TYPE_CHECKING:
    from nnanki.gallery.forecast import Forecast


def _number(_context: click.Context, _option: click.Parameter, value: Any) -> Any:
    """No bound of a range is beyond `nan`."""
    # Every comparison with it is false, so that a range of click lets it pass.
    if math.isnan(value):
        raise click.BadParameter("nan is not a number.")
    return value


@click.command()
@click.option(
    "--new",
    type=click.IntRange(min=1),
    default=10,
    metavar="CARDS",
    help="How many cards are new each day; unless told, 10.",
)
@click.option(
    "--retention",
    type=click.FloatRange(0.7, 0.99),
    default=0.9,
    callback=_number,
    metavar="SHARE",
    help="How likely a card is still known when it comes; unless told, 0.9.",
)
@click.option(
    "--days",
    type=click.IntRange(1, 365),
    default=70,
    metavar="DAYS",
    help="How many days the bars show; unless told, 70.",
)
@STRICT
@click.pass_obj
def forecast(root: Path, new: int, retention: float, days: int, strict: bool) -> None:
    """Say how much work the deck is: reviews and minutes a day.

    A year is simulated with FSRS, Anki's scheduler. At the pace of --new, more than
    60 reviews on one day is a warning, and so is a mean of more than 10 minutes a day
    while new cards come.
    """
    from nnanki.gallery.forecast import USUAL
    from nnanki.gallery.forecast import forecast as work_out

    cards = _cards(root)
    with progress() as report:
        report("answering the cards for a year", 0, 0)
        forecasts = work_out(cards, sorted({*USUAL, new}), retention)
    (mine,) = [each for each in forecasts if each.new == new]
    click.echo("\n".join(_page(forecasts, mine, retention, days)))
    if mine.excess:
        echo("\ntoo much: " + "; ".join(mine.excess), "red" if strict else "yellow")
        sys.exit(strict)


def _cards(root: Path) -> int:
    """How many cards the project has; problems with reading them end the command."""
    from nnanki.stages.source import read_source

    # Cards need not be proved to be counted: a forecast is for those who still write.
    with settings(root):
        source, problems = read_source(project_of(root), {})
    if problems:
        show_problems(problems, root)
        sys.exit(1)
    return sum(len(file.cards) for file in source.files)


def _page(
    forecasts: tuple[Forecast, ...], mine: Forecast, retention: float, days: int
) -> Iterator[str]:
    from nnanki.gallery import chart
    from nnanki.gallery.forecast import assumptions

    yield f"{count(mine.cards, 'card')}, simulated for a year\n"
    yield from chart.table(forecasts, mine.new)
    step = chart.days_of_a_bar(days)
    means = f"; a bar is the mean of {step} days" if step > 1 else ""
    yield f"\nreviews a day, at {count(mine.new, 'new card')} a day{means}\n"
    yield from chart.bars(mine.reviews[:days])
    yield "\nassumed"
    for words in assumptions(retention):
        yield textwrap.fill(words, 78, initial_indent="- ", subsequent_indent="  ")
