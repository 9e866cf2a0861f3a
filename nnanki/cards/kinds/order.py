"""In which order do these statements work? They are shuffled, and the tests decide."""

from __future__ import annotations

from nnanki.cards.kinds.base import Kind, Obligations, Verb, answer_golden, golden_below
from nnanki.model.card import Card, Fence
from nnanki.model.obligations import Order, Quote


def oblige(card: Card, fence: Fence) -> Obligations:
    # A `def` comes first in any order, so that it would be no question.
    symbol, _, part = fence.argument.partition(":")
    part = part or "body"
    answer = answer_golden(card, "order")
    yield Quote(fence.place, symbol, part, answer, "order")
    also = golden_below(card, answer, "also")
    yield Order(fence.place, symbol, part, card.id, fence.golden, also)


KIND = Kind(
    "order",
    verb="order",
    hole="order",
    oblige=oblige,
    golden="order",
    writes=("also",),
    takes=Verb("SYMBOL"),
    whole=True,
    fills=True,
    asks="mend",
)
