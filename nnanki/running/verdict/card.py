"""All that a card's code did, held against all that the card says of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from nnanki.model.card import CardFile, Place
from nnanki.model.obligations import Answers, Executed, Obligation, Run, Session
from nnanki.model.problem import Problem
from nnanki.running import stdin
from nnanki.running.child.messages import Result
from nnanki.running.runner import Outcome
from nnanki.running.verdict.failures import judge_failure
from nnanki.running.verdict.stderr import unexpected
from nnanki.running.verdict.steps import judge, places_of

STREAMS: tuple[Literal["printed", "stderr", "merged"], ...] = (
    *("printed", "stderr", "merged"),
)


def verdict(
    file: CardFile,
    obligations: Sequence[Obligation],
    outcome: Outcome,
) -> list[Problem]:
    """Problems with what a card's code did."""
    setup = 1 if file.setup.strip() else 0
    problems: list[Problem] = list(_setting_up(file, outcome)) if setup else []
    options: list[Problem] = []
    for obligation, result in results_of(file, obligations, outcome):
        mine = judge(obligation, result) or _loud(obligation, result)
        if isinstance(obligation, Answers):
            options += mine
        else:
            problems += mine
    # Code that did not do what it should has often not read its lines for that reason.
    problems += [] if problems else stdin.unread(obligations, outcome)
    problems = problems or options  # options are compared as they will be written
    if outcome.failure is not None:
        steps = [
            (item, place) for item in executed(obligations) for place in places_of(item)
        ]
        step = min(outcome.failure.get("step", setup) - setup, len(steps) - 1)
        ended = steps[step] if 0 <= step < len(steps) else (None, None)
        problems.append(judge_failure(file, ended, outcome.failure))
    return problems


def executed(obligations: Sequence[Obligation]) -> list[Executed]:
    """The obligations that take a run, in the order in which they run."""
    return [item for item in obligations if isinstance(item, Executed)]


def results_of(
    file: CardFile, obligations: Sequence[Obligation], outcome: Outcome
) -> list[tuple[Executed, Result]]:
    """What each obligation's code did, as far as it got."""
    results = list(outcome.results[1 if file.setup.strip() else 0 :])
    pairs: list[tuple[Executed, Result]] = []
    for obligation in executed(obligations):
        many = len(places_of(obligation))
        mine, results = results[:many], results[many:]
        if len(mine) < many:
            break
        whole: Result = (
            {"entries": mine} if isinstance(obligation, Session) else mine[0]
        )
        pairs.append((obligation, whole))
    return _at_last(pairs, outcome)


def _at_last(
    pairs: list[tuple[Executed, Result]], outcome: Outcome
) -> list[tuple[Executed, Result]]:
    """What a program writes when it is over belongs to the code that runs last."""
    runs = [n for n, (item, _) in enumerate(pairs) if isinstance(item, Run | Answers)]
    if runs and outcome.rest and outcome.failure is None:
        obligation, result = pairs[runs[-1]]
        whole = result.copy()
        for name in STREAMS:
            whole[name] = result[name] + outcome.rest.get(name, "")
        pairs[runs[-1]] = (obligation, whole)
    return pairs


# -- standard error -------------------------------------------------------------------


def _loud(obligation: Executed, result: Result) -> list[Problem]:
    """The problem with code that is not asked for what it writes, and writes it."""
    if isinstance(obligation, Run):
        return []
    entries = result.get("entries", [result])
    pairs = zip(entries, places_of(obligation), strict=True)
    loud = [(entry, place) for entry, place in pairs if entry.get("stderr")]
    for entry, place in loud[:1]:
        line = getattr(obligation, "line", place.line)
        return unexpected(place, entry, line)
    return []


def _setting_up(file: CardFile, outcome: Outcome) -> Iterator[Problem]:
    """The problem with a `setup` that warns."""
    for result in outcome.results[:1]:
        if result.get("stderr"):
            place = Place(file.path, file.setup_line)
            yield from unexpected(place, result, file.setup_line)
