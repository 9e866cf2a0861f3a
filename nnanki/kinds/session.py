"""A session with Python, on any part of a card: each example runs, and says what."""

from __future__ import annotations

from nnanki import sessions
from nnanki.card import Card, Fence, Place
from nnanki.errors import Problem
from nnanki.kinds.base import Found
from nnanki.obligations import Session


def session(card: Card, fence: Fence) -> Found:
    if fence.part == "front" and any(_has_bug(b) for b in card.part("front")):
        hint = "show what the bug does with a `python run` below it"
        yield Problem(fence.place, "this session would run without the bug", hint)
        return
    wrong = list(sessions.faults(fence.code, fence.line))
    for fault in wrong:
        place = Place(fence.place.path, fault.line, fault.column)
        yield Problem(place, fault.what, fault.hint)
    if not wrong:
        found = sessions.examples(fence.code, fence.line)
        yield Session(fence.place, found, fence.golden)


def _has_bug(block: object) -> bool:
    return isinstance(block, Fence) and block.verb == "bug"
