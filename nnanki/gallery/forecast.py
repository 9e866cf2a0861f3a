"""How much work a deck is: its cards are answered for a year, with Anki's scheduler."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from statistics import fmean, median, median_high
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from fsrs import Scheduler

NEW, RETENTION = 10, 0.9  # cards a day, and how likely one is known when it comes
USUAL = (5, NEW, 20)  # paces to compare
SEEDS, YEAR = 20, 365
LATER = range(90, 120)  # days, of which the first is 0
FIRST = {"Again": 0.24, "Good": 0.65, "Easy": 0.11}  # what is answered to a new card
SECONDS, LONGER = 8, 25  # for an answer, and for one to a new or forgotten card
MOST_REVIEWS, MOST_MINUTES = 60, 10  # the budget: on the worst day, on a mean day


class Answer(NamedTuple):
    """One answer: how many days after the card was new, and how long it takes."""

    day: int
    seconds: int


CardYear = Sequence[Answer]  # of one card: its first answer, then its reviews


@dataclass(frozen=True, slots=True)
class Forecast:
    """A deck at one pace: medians of simulated years, by day and of their figures."""

    cards: int
    new: int
    reviews: tuple[float, ...]  # of each day
    worst: int  # reviews on the day that has most
    minutes: float  # a day, while new cards come
    later: float  # reviews a day in the fourth month
    hours: float  # in the first year

    @property
    def intake(self) -> int:
        """How many days bring new cards."""
        return _intake(self.cards, self.new)

    @property
    def excess(self) -> tuple[str, ...]:
        """What is more than the budget, a sentence for each."""
        sentences = []
        if self.worst > MOST_REVIEWS:
            worst = f"{self.worst} reviews on the worst day"
            sentences.append(f"{worst}, more than {MOST_REVIEWS}")
        if round(self.minutes, 1) > MOST_MINUTES:
            sentences.append(
                f"{self.minutes:.1f} minutes a day, more than {MOST_MINUTES}"
            )
        return tuple(sentences)


def forecast(
    cards: int, paces: Sequence[int] = USUAL, retention: float = RETENTION
) -> tuple[Forecast, ...]:
    """What so many cards ask of their learner, at each pace of new ones a day.

    A card's answers do not depend on the other cards, so all paces share them.

    >>> [(each.intake, each.worst) for each in forecast(40, [10, 20])]
    [(4, 27), (2, 29)]
    """
    learners = [_lives(seed, cards, retention) for seed in range(SEEDS)]
    return tuple(_forecast(learners, new) for new in paces)


def _intake(cards: int, new: int) -> int:
    return -(-cards // new)


def _forecast(learners: Sequence[Sequence[CardYear]], new: int) -> Forecast:
    years = [_days(lives, new) for lives in learners]
    reviews = [[count for count, _ in days] for days in years]
    minutes = [[seconds / 60 for _, seconds in days] for days in years]
    cards = len(learners[0])
    intake = slice(_intake(cards, new))
    return Forecast(
        cards=cards,
        new=new,
        reviews=tuple(median(day) for day in zip(*reviews, strict=True)),
        worst=median_high(map(max, reviews)),
        minutes=median(fmean(year[intake]) for year in minutes),
        later=median(fmean(year[day] for day in LATER) for year in reviews),
        hours=median(sum(year) / 60 for year in minutes),
    )


def _days(lives: Sequence[CardYear], new: int) -> list[tuple[int, int]]:
    """The reviews and the seconds of each day of the year."""
    reviews, seconds = [0] * YEAR, [0] * YEAR
    for number, life in enumerate(lives):
        for turn, answer in enumerate(life):
            day = number // new + answer.day
            if day < YEAR:
                reviews[day] += turn > 0
                seconds[day] += answer.seconds
    return list(zip(reviews, seconds, strict=True))


# -- one learner ----------------------------------------------------------------------


def _lives(seed: int, cards: int, retention: float) -> list[CardYear]:
    """A year of each card, as one learner answers it."""
    from fsrs import Scheduler

    scheduler = Scheduler(desired_retention=retention)
    with _drawing_from(seed):
        return [tuple(_life(scheduler, number)) for number in range(cards)]


def _life(scheduler: Scheduler, number: int) -> Iterator[Answer]:
    """One card's answers, each day's at one moment, so that days are whole for FSRS."""
    from fsrs import Card, Rating

    first = datetime(2000, 1, 1, tzinfo=UTC)
    names, weights = zip(*FIRST.items(), strict=True)
    (name,) = random.choices(names, weights)
    card, day, seconds = Card(number, due=first), 0, LONGER
    rating = Rating[name]
    while day < YEAR:
        yield Answer(day, seconds)
        now = first + timedelta(day)
        card, _ = scheduler.review_card(card, rating, now)
        day = (card.due - first).days
        now = first + timedelta(day)
        recall = random.random() < scheduler.get_card_retrievability(card, now)
        rating, seconds = (Rating.Good, SECONDS) if recall else (Rating.Again, LONGER)


@contextmanager
def _drawing_from(seed: int) -> Iterator[None]:
    """Python's own generator, which fsrs draws from, begins here, then is as it was."""
    state = random.getstate()
    random.seed(seed)
    try:
        yield
    finally:
        random.setstate(state)


# -- in words -------------------------------------------------------------------------


def assumptions(retention: float = RETENTION) -> tuple[str, ...]:
    """What the figures rest on, a sentence or two for each."""
    first = ", ".join(f"{name} {share * 100:g} %" for name, share in FIRST.items())
    return (
        "Anki is set to FSRS, with its default weights and steps, and a card comes"
        f" when it is known with a probability of {retention:.4g}. Simulated with fsrs"
        f" {version('fsrs')}.",
        "Whatever a day brings is answered on that day.",
        f"The first answer to a card: {first}.",
        "Every other is Good as often as FSRS predicts, else Again. FSRS counts in"
        " days, so what is repeated on the same day is known.",
        f"An answer takes {SECONDS} seconds; to a new or forgotten card {LONGER}.",
        "A review is every answer but a card's first, repetitions on the same day"
        " included.",
        f"Figures are medians of {SEEDS} simulated learners.",
    )
