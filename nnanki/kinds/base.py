"""What a kind of card is, and the small tools that kinds share."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from nnanki.card import Card, Fence, Golden, Obligation, Place
from nnanki.errors import Problem

Found = Iterator[Obligation | Problem]


@dataclass(frozen=True)
class Kind:
    """One kind: the verb that makes it, the label of its hole, its obligations.

    `least` is the level that the project's own code on such a card must reach.
    """

    name: str
    verb: str
    hole: str
    oblige: Callable[[Card, Fence], Found]
    golden: str = ""
    least: str = "L3"


def answer_golden(card: Card, language: str) -> Golden:
    """The golden fence at the head of the back, or the place to put it."""
    back = card.part("back")
    if back and isinstance(back[0], Fence) and back[0].language == language:
        return back[0].golden
    place = Place(card.place.path, max(1, card.head_line - 1), 1, 3)
    return Golden(
        place, card.head, card.head, None, "fence", f"\n```{language}", "```\n"
    )


def following_golden(card: Card, fence: Fence, language: str) -> Golden:
    """The golden fence right below a fence, or the place to put it."""
    for block in card.blocks[card.blocks.index(fence) + 1 :][:1]:
        if isinstance(block, Fence) and language and block.part == fence.part:  # noqa: SIM102
            if block.language == language:
                return block.golden
    return Golden(
        fence.place, fence.end, fence.end, None, "fence", f"\n\n```{language}", "```"
    )


def syntax(code: str, place: Place, line: int, mode: str = "exec") -> Iterator[Problem]:
    """The problem with some Python that does not parse, at its own line and column."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            ast.parse(code.strip() if mode == "eval" else code, mode=mode)
    except SyntaxError as error:
        what = f"not Python: {error.msg}"
        if mode == "eval":
            yield Problem(place, what, "one Python expression belongs here")
        else:
            inner = max(1, min(error.lineno or 1, code.count("\n") + 1))
            where = Place(place.path, line + inner - 1, error.offset or 1)
            yield Problem(where, what, "correct it here, or just above")
