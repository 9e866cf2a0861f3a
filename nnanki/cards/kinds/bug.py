"""What is wrong here? Source with a mutant in it, and what comes of running it."""

from __future__ import annotations

from nnanki.cards.kinds.base import (
    Kind,
    Obligations,
    Verb,
    answer_golden,
    following_golden,
    syntax,
)
from nnanki.model.card import Card, Fence
from nnanki.model.obligations import Broken, Bug, Raises, Run
from nnanki.model.problem import Problem


def oblige(card: Card, fence: Fence) -> Obligations:
    symbol, _, part = fence.argument.partition(":")
    change = answer_golden(card, "diff")
    mutant = dict(fence.options).get("mutant", "")
    yield Bug(fence.place, symbol, part, mutant, fence.golden, change)
    below = _below(card, fence)
    if not below:
        hint = "show what it does: a `run` below it, or a `raises=TYPE`"
        yield Problem(fence.place, "nobody sees what this bug does", hint)
    for symptom in below:
        yield from syntax(symptom.code, symptom.place, symptom.line)
        yield _broken(card, symptom, Broken(symbol))


def _below(card: Card, fence: Fence) -> list[Fence]:
    """The code below the bug, on the front: it runs with the bug in place."""
    front = card.part("front")
    after = front[front.index(fence) + 1 :]
    return [b for b in after if isinstance(b, Fence) and b.verb in ("run", "raises")]


def _broken(card: Card, fence: Fence, broken: Broken) -> Run | Raises:
    place, code, line = fence.place, fence.code, fence.line
    if fence.verb == "run":
        golden = following_golden(card, fence, "output")
        return Run(place, code, line, golden, broken=broken)
    golden = following_golden(card, fence, "error")
    return Raises(place, code, line, fence.argument, golden, broken)


KIND = Kind(
    "bug",
    verb="bug",
    hole="mistake",
    oblige=oblige,
    golden="diff",
    takes=Verb("SYMBOL", ("mutant",)),
    whole=True,
    claims=_below,
    asks="mend",
)
