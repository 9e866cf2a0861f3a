"""What a rule is not sure of: the card is refused, and nothing is torn in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline


class Doubt(NamedTuple):
    """What is unclear at a position of an inline token's content, and what to do."""

    position: int
    width: int
    what: str
    hint: str


def note(state: StateInline, doubt: Doubt) -> None:
    """Keep a doubt; the words of a picture are not looked at."""
    if state.tokens is state.env.get("children"):
        state.env["doubts"].append(doubt)


def literal(state: StateInline, position: int, width: int) -> None:
    """Keep where dollar signs stand that are no formula's."""
    if state.tokens is state.env.get("children"):
        state.env["dollars"].append((position, width))
