"""What does this code print? Its output stands on the back."""

from __future__ import annotations

from nnanki.card import Card, Fence
from nnanki.kinds.base import Found, Kind, Verb, answer_golden, syntax
from nnanki.obligations import Run


def oblige(card: Card, fence: Fence) -> Found:
    yield from syntax(fence.code, fence.place, fence.line)
    golden = answer_golden(card, "output")
    yield Run(fence.place, fence.code, fence.line, golden, asked=True)


def typed(card: Card, fence: Fence) -> str:  # noqa: ARG001
    """The one line that is printed."""
    return (answer_golden(card, "output").text or "").strip("\n")


KIND = Kind(
    "predict",
    verb="run",
    hole="prints",
    oblige=oblige,
    golden="output",
    takes=Verb(flags=("typed",)),
    typed=typed,
    asks="predict",
)
