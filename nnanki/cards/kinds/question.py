"""A question in words; golden spans and checks hold its answer to account."""

from __future__ import annotations

from nnanki.cards.kinds.base import Kind, Obligations
from nnanki.model.card import Card


def oblige(card: Card, fence: None) -> Obligations:  # noqa: ARG001
    yield from ()


KIND = Kind("question", verb="", hole="", oblige=oblige, least="L1")
