"""What does this code print? Its output stands on the back."""

from __future__ import annotations

from nnanki.cards.kinds.base import (
    Kind,
    Obligations,
    Verb,
    answer_golden,
    streams,
    syntax,
)
from nnanki.model.card import Card, Fence


def oblige(card: Card, fence: Fence) -> Obligations:
    yield from syntax(fence.code, fence.place, fence.line)
    yield streams(card, fence, asks=True)


def typed(card: Card, fence: Fence) -> str:  # noqa: ARG001
    """The one line that is printed."""
    return (answer_golden(card, "output").text or "").strip("\n")


KIND = Kind(
    "predict",
    verb="run",
    hole="prints",
    oblige=oblige,
    golden="output",
    writes=("stderr",),
    takes=Verb(flags=("typed",)),
    typed=typed,
    asks="predict",
)
