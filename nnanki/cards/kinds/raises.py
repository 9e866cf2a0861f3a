"""Which exception does this code raise? Its type and message stand on the back."""

from __future__ import annotations

from nnanki.cards.kinds.base import Kind, Obligations, Verb, answer_golden, syntax
from nnanki.model.card import Card, Fence
from nnanki.model.obligations import Raises


def oblige(card: Card, fence: Fence) -> Obligations:
    yield from syntax(fence.code, fence.place, fence.line)
    golden = answer_golden(card, "error")
    yield Raises(fence.place, fence.code, fence.line, fence.argument, golden)


KIND = Kind(
    "raises",
    verb="raises",
    hole="raises",
    oblige=oblige,
    golden="error",
    takes=Verb("TYPE"),
    asks="predict",
)
