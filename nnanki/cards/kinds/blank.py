"""Which code is missing? Source with one place hidden; whatever fits there is right."""

from __future__ import annotations

from nnanki.cards.kinds.base import (
    Kind,
    Obligations,
    Verb,
    answer_code,
    following_golden,
)
from nnanki.model.card import Card, Fence
from nnanki.model.obligations import Blank, Quote
from nnanki.model.problem import Problem


def oblige(card: Card, fence: Fence) -> Obligations:
    symbol, _, part = fence.argument.partition(":")
    answer = answer_code(card)
    if answer is None:
        hint = "write it as code, the first on the back: `c = a @ b`"
        yield Problem(fence.place, "the back does not say what is missing", hint)
        return
    yield Quote(fence.place, symbol, part, fence.golden, "blank")
    also = following_golden(card, answer, "also")
    typed = "typed" in fence.flags
    if typed and " " in answer.code:
        hint = "hide a part without spaces, or take `typed` out"
        what = "a space in code may be typed or not, and Anki compares every letter"
        yield Problem(answer.place, what, hint)
    yield Blank(fence.place, symbol, part, answer.code, answer.place, also, typed)


def hidden(card: Card, fence: Fence) -> str:  # noqa: ARG001
    """The first code of the back."""
    answer = answer_code(card)
    return answer.code if answer is not None else ""


KIND = Kind(
    "blank",
    verb="blank",
    hole="missing",
    oblige=oblige,
    writes=("also",),
    takes=Verb("SYMBOL", flags=("typed",)),
    whole=True,
    hides=hidden,
    typed=hidden,
    asks="mend",
)
