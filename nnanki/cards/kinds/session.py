"""A session with Python, on any part of a card: each example runs, and says what."""

from __future__ import annotations

import ast

from nnanki.cards.kinds.base import INPUT, Obligations
from nnanki.model import sessions
from nnanki.model.card import Card, Fence, Place
from nnanki.model.obligations import Session
from nnanki.model.problem import Problem


def session(card: Card, fence: Fence) -> Obligations:
    # A session is checked against the sound code, and a bug needs the other.
    if fence.part == "front" and any(_has_bug(b) for b in card.part("front")):
        hint = "show what the bug does with a `python run` below it"
        yield Problem(fence.place, "this session would run without the bug", hint)
        return
    reading = any(isinstance(b, Fence) and b.language == INPUT for b in card.blocks)
    wrong = list(sessions.faults(fence.code, fence.line))
    for fault in wrong:
        place = Place(fence.place.path, fault.line, fault.column)
        yield Problem(place, fault.what, fault.hint)
    if not wrong:
        examples = sessions.examples(fence.code, fence.line)
        # All code of a card reads one input: a session would take lines from the next.
        for example in filter(_asks, examples if reading else ()):
            hint = "show it with `python run`, and ```input right below it"
            place = Place(fence.place.path, example.line, 1, len(example.lines[0]))
            what = "this session would read lines that other code is given"
            yield Problem(place, what, hint)
        yield Session(fence.place, examples, fence.golden)


def _asks(example: sessions.Example) -> bool:
    """Whether an example calls `input`."""
    calls = (
        n.func for n in ast.walk(ast.parse(example.code)) if isinstance(n, ast.Call)
    )
    return any(isinstance(f, ast.Name) and f.id == "input" for f in calls)


def _has_bug(block: object) -> bool:
    return isinstance(block, Fence) and block.verb == "bug"
