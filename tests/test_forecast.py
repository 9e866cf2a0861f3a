"""A forecast is what FSRS asks for, the same everywhere; this deck is not too much."""

from __future__ import annotations

import doctest
import os
import random
import re
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner
from fsrs import Card, Rating, Scheduler

import nnanki.gallery.forecast as nnanki_forecast
from nnanki.cli import main
from nnanki.commands.forecast import forecast as command
from nnanki.gallery import chart
from nnanki.gallery.chart import bars, picture, row
from nnanki.gallery.forecast import (
    FIRST,
    LONGER,
    MOST_MINUTES,
    MOST_REVIEWS,
    NEW,
    RETENTION,
    SECONDS,
    SEEDS,
    USUAL,
    YEAR,
    CardYear,
    _days,
    _lives,
    assumptions,
    forecast,
)
from nnanki.model.project import load
from nnanki.stages.source import read_source

from .anki_library import change, done, nnanki

ROOT = Path(__file__).parent.parent
START = datetime(2030, 5, 1, tzinfo=UTC)
SIZE = 200


@pytest.fixture(name="learners", scope="module")
def learners_fixture() -> list[list[CardYear]]:
    """Some cards as all learners answer them."""
    return [_lives(seed, SIZE, RETENTION) for seed in range(SEEDS)]


def lives(learners: list[list[CardYear]]) -> list[CardYear]:
    return [life for learner in learners for life in learner]


# -- what FSRS asks for ---------------------------------------------------------------


def first_rating(life: CardYear) -> Rating:
    """How a card was first answered: it tells how often it comes again that day."""
    same_day = sum(answer.day == 0 for answer in life)
    return {3: Rating.Again, 2: Rating.Good, 1: Rating.Easy}[same_day]


def fuzz(days: int) -> float:
    """How far Anki moves a day: none up to two, then a day and a share of the rest."""
    parts = ((2.5, 7, 0.15), (7, 20, 0.1), (20, 10**6, 0.05))
    shares = (rate * max(0, min(days, end) - start) for start, end, rate in parts)
    return 0 if days < 2.5 else 1 + sum(shares) + 1.5  # it rounds twice, and up


def test_each_answer_comes_when_fsrs_wants_it(learners: list[list[CardYear]]) -> None:
    """Told the same answers, FSRS without fuzz names the same days, up to its fuzz."""
    exact = Scheduler(enable_fuzzing=False)
    for life in learners[0]:
        card, rating = Card(1, due=START), first_rating(life)
        for answer, following in pairwise(life):
            now = START + timedelta(answer.day)
            if answer is not life[0]:
                rating = Rating.Again if answer.seconds == LONGER else Rating.Good
            card, _ = exact.review_card(card, rating, now)
            wanted, came = (card.due - now).days, following.day - answer.day
            assert abs(came - wanted) <= fuzz(wanted)


def test_a_life_goes_on_for_a_year(learners: list[list[CardYear]]) -> None:
    """It begins on its first day, in order, and stops only because the year does."""
    for life in lives(learners):
        days = [answer.day for answer in life]
        assert days[0] == 0
        assert days == sorted(days)
        assert days[-1] < YEAR
        assert max(days) > 30


def test_first_answers_have_their_shares(learners: list[list[CardYear]]) -> None:
    """Of four thousand cards, within two of a hundred."""
    seen = Counter(first_rating(life).name for life in lives(learners))
    shares = {name: many / (SEEDS * SIZE) for name, many in seen.items()}

    assert shares == pytest.approx(FIRST, abs=0.02)


@pytest.mark.parametrize("retention", [0.8, 0.9, 0.97])
def test_as_many_are_remembered_as_was_asked_for(retention: float) -> None:
    """Of the answers that open a later day; intervals are whole days, so about."""
    seen = Counter()
    for life in _lives(0, SIZE, retention):
        days = [answer.day for answer in life]
        opening = [a for n, a in enumerate(life) if n and days[n - 1] != a.day]
        seen.update(answer.seconds == LONGER for answer in opening)

    assert seen[False] / seen.total() == pytest.approx(retention, abs=0.03)


def test_what_is_repeated_on_the_same_day_is_known(
    learners: list[list[CardYear]],
) -> None:
    """As the assumptions say, and once a day a card can be forgotten."""
    for life in lives(learners):
        failed = [a.day for a in life[1:] if a.seconds == LONGER]
        assert len(failed) == len(set(failed))
        assert 0 not in failed


# -- adding up ------------------------------------------------------------------------


@pytest.mark.parametrize("new", [1, 7, 10, SIZE, 1000])
def test_no_answer_is_lost_or_counted_twice(
    learners: list[list[CardYear]], new: int
) -> None:
    """All answers of the year: each card is new once, and all others are reviews."""
    days = _days(learners[0], new)
    answers = [
        (n // new + answer.day, answer.seconds, turn)
        for n, life in enumerate(learners[0])
        for turn, answer in enumerate(life)
    ]
    within = [each for each in answers if each[0] < YEAR]

    assert len(days) == YEAR
    assert sum(count for count, _ in days) == len([t for _, _, t in within if t])
    assert sum(seconds for _, seconds in days) == sum(s for _, s, _ in within)
    assert days[0][1] >= LONGER * min(new, SIZE)


def test_a_faster_pace_has_worse_days_and_fewer() -> None:
    """The same lives, pushed together: peaks grow, the work of the year hardly does."""
    slow, middle, fast = forecast(SIZE)

    assert slow.worst < middle.worst < fast.worst
    assert slow.minutes < middle.minutes < fast.minutes
    assert slow.intake > middle.intake > fast.intake
    assert slow.later > middle.later > fast.later
    assert slow.hours == pytest.approx(fast.hours, rel=0.02)


def test_a_card_more_is_never_less_work() -> None:
    """The first cards live as before, whatever comes after them."""
    few, more = forecast(100), forecast(101)

    for one, other in zip(few, more, strict=True):
        assert one.worst <= other.worst
        assert one.hours < other.hours


def test_one_card_can_be_counted_by_hand() -> None:
    """Most learners answer Good, and the card comes once more on that day."""
    (made,) = forecast(1, [1])

    assert made.intake == 1
    assert made.reviews[0] == 1
    assert made.minutes == pytest.approx((LONGER + SECONDS) / 60)


# -- the same everywhere --------------------------------------------------------------


def test_a_forecast_is_the_same_in_every_process() -> None:
    """Whatever the hash seed, and whatever was drawn before."""
    here = repr(forecast(30))
    code = "import random; random.seed(); random.random()\n"
    code += "from nnanki.gallery.forecast import forecast; print(forecast(30))"
    for seed in ("1", "2"):
        there = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert there.stdout == f"{here}\n"


def test_what_others_draw_is_left_alone() -> None:
    """Python's own generator goes on as if there had been no forecast."""
    random.seed(7)
    expected = [random.random() for _ in range(3)]
    random.seed(7)
    forecast(5)

    assert [random.random() for _ in range(3)] == expected


# -- this deck ------------------------------------------------------------------------


def test_the_budget_holds_for_this_deck() -> None:
    """At most 60 reviews on the worst day and 10 minutes a day, at 10 new ones."""
    source, problems = read_source(load(ROOT), {})
    (made,) = forecast(sum(len(file.cards) for file in source.files), [10])

    assert problems == []
    assert (MOST_REVIEWS, MOST_MINUTES) == (60, 10)
    assert made.worst <= 60
    assert made.minutes <= 10
    assert made.excess == ()


def test_start_here_says_what_the_forecast_says() -> None:
    """The card `minutes-a-day` works with one learner and without fuzz."""
    text = (ROOT / "cards/0-start-here.md").read_text(encoding="utf-8")
    (said,) = re.findall(r"About `(\d+)`<!-- =minutes:.0f -->", text)
    (made,) = forecast(200, [10])

    assert int(said) == round(made.minutes)
    assert made.later * LONGER < 120


# -- the command ----------------------------------------------------------------------


def test_the_command_prints_what_was_worked_out(tiny: Path) -> None:
    """Rows, bars and assumptions; the pace in question is marked."""
    said = done(tiny, "forecast", "--new", "2", "--retention", "0.8", "--days", "30")
    made = forecast(4, (2, *USUAL), 0.8)

    assert said.startswith("4 cards, simulated for a year\n")
    for each in made:
        mark = ">" if each.new == 2 else " "
        assert re.search(rf"^{mark} +{' +'.join(row(each))}$", said, re.MULTILINE)
    assert "reviews a day, at 2 new cards a day\n" in said
    assert "\n".join(bars(made[0].reviews[:30])) in said
    plain = " ".join(said.split())
    for words in assumptions(0.8):
        assert words in plain
    assert all(len(line) < 80 for line in said.splitlines())


def test_too_much_is_told_and_refused_if_that_is_asked_for(tiny: Path) -> None:
    """In words and by the exit status, at the pace in question."""
    cards = "\n".join(f"\n## more-{n}\n\nWhat?\n\n---\n\nThat.\n" for n in range(96))
    path = tiny / "cards" / "1-kink.md"
    path.write_text(path.read_text("utf-8") + cards, encoding="utf-8")
    (made,) = forecast(100, [50])
    words = (
        f"too much: {made.worst} reviews on the worst day, more than 60;"
        f" {made.minutes:.1f} minutes a day, more than 10\n"
    )

    result = nnanki(tiny, "forecast", "--new", "50")
    assert (result.exit_code, result.output[-len(words) :]) == (0, words)
    result = nnanki(tiny, "forecast", "--new", "50", "--strict")
    assert (result.exit_code, result.output[-len(words) :]) == (1, words)
    assert "too much" not in done(tiny, "forecast", "--strict")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--new 0", "'--new': 0 is not in the range x>=1."),
        ("--new x", "'--new': 'x' is not a valid integer range."),
        ("--retention 0.69", "'--retention': 0.69 is not in the range 0.7<=x<=0.99."),
        ("--retention 1", "'--retention': 1.0 is not in the range 0.7<=x<=0.99."),
        ("--retention nan", "'--retention': nan is not a number."),
        ("--days 0", "'--days': 0 is not in the range 1<=x<=365."),
        ("--days 366", "'--days': 366 is not in the range 1<=x<=365."),
    ],
)
def test_an_option_that_makes_no_sense_is_refused(words: str, said: str) -> None:
    """Word for word, and before anything is read."""
    result = CliRunner().invoke(main, ["forecast", *words.split()], prog_name="nnanki")

    assert result.exit_code == 2
    assert result.output == (
        "Usage: nnanki forecast [OPTIONS]\n"
        "Try 'nnanki forecast --help' for help.\n\n"
        f"Error: Invalid value for {said}\n"
    )


def test_cards_that_cannot_be_read_are_told(tiny: Path) -> None:
    """As every command tells them: nobody knows how many there are."""
    change(tiny / "cards/1-kink.md", "title: ", "titel: ")
    result = nnanki(tiny, "forecast")

    assert result.exit_code == 1
    assert result.output.startswith("cards/1-kink.md:2:1  ")
    assert "simulated" not in result.output


def test_what_is_unless_told_is_what_the_forecast_takes() -> None:
    """Help and defaults of the command repeat the numbers, so that it loads nothing."""
    options = {option.name: option for option in command.params}

    assert (options["new"].default, options["retention"].default) == (NEW, RETENTION)
    for option in (options["new"], options["retention"], options["days"]):
        assert option.help.endswith(f"; unless told, {option.default}.")
    assert f"{MOST_REVIEWS} reviews" in " ".join(command.help.split())
    assert f"{MOST_MINUTES} minutes" in command.help


# -- bars and lines -------------------------------------------------------------------


def test_bars_are_as_high_as_their_days() -> None:
    """Eight rows of eighths: the highest fills all of them, half of it half."""
    lines = list(bars([0, 8, 16, 1 / 4]))

    assert lines == [
        "  16 │  █",
        "     │  █",
        "     │  █",
        "     │  █",
        "     │ ██",
        "     │ ██",
        "     │ ██",
        "   0 │ ██▁",
        "     └────",
        " day  1",
    ]


@pytest.mark.parametrize(
    ("days", "columns", "scale"),
    [(70, 70, "1        10        20"), (71, 36, "1        20        40")],
)
def test_all_days_fit_into_the_window(days: int, columns: int, scale: str) -> None:
    """Where there are too many, bars stand for two or more."""
    *_, line, last = bars([1.0] * days)

    assert line.count("─") == columns
    assert last.startswith(f" day  {scale}")


def test_lines_are_drawn_where_their_days_are() -> None:
    """Between the marks of both scales, in proportion; names at the last new card."""
    forecasts = forecast(60)
    drawn = picture(forecasts)
    (zero, none), *_, (high, many) = drawn.up
    (left, first), *_, (right, last) = drawn.across

    assert none == 0
    for line, made in zip(drawn.lines, forecasts, strict=True):
        numbers = [float(number) for number in line.path.removeprefix("M").split()]
        days = [
            first + (x - left) / (right - left) * (last - first) for x in numbers[::2]
        ]
        reviews = [(zero - y) / (zero - high) * many for y in numbers[1::2]]
        assert days == pytest.approx(range(1, 121), abs=0.1)
        assert reviews == pytest.approx(made.reviews[:120], abs=0.1)
        assert (line.x, line.y) == tuple(numbers[2 * made.intake - 2 : 2 * made.intake])


@pytest.mark.parametrize("module", [chart, nnanki_forecast])
def test_examples_in_the_code_are_true(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0
