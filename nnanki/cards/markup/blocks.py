"""The text of each block, read with what the rules must know, and their doubts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from nnanki.cards.markup.dollars import unclear
from nnanki.cards.markup.doubts import Doubt
from nnanki.cards.markup.escapes import formulas

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

CELLS = ("th_open", "td_open")


def inline(state: StateCore) -> None:
    """Read the text of each block, knowing whether it is a table's cell."""
    before = ""
    for token in state.tokens:
        if token.type == "inline":
            token.children = []
            own = {"cell": before in CELLS, "children": token.children}
            # New ones for each block: what a rule notes in one says nothing of the
            # next.
            notes: dict[str, list[Any]] = {"doubts": [], "dollars": [], "escapes": []}
            env = {**state.env, **own, **notes}
            state.md.inline.parse(token.content, state.md, env, token.children)
            doubts = [*env["doubts"], *unclear(token.content, env["dollars"])]
            doubts += formulas(env["escapes"])
            token.meta = {"cell": own["cell"], "doubts": sorted(doubts)}
        before = token.type


def live(state: StateCore) -> None:
    """Doubts about words that Anki takes for a formula."""
    for token in state.tokens:
        if token.type == "inline":
            token.meta["doubts"] += _live(token.content, token.children or [])


def _live(content: str, children: list[Token]) -> Iterator[Doubt]:
    for child in children:
        for end in "([":
            if child.type == "text" and f"\\{end}" in child.content:
                position = max(0, content.find(f"\\\\{end}"))
                what = f"`\\{end}` begins a formula in Anki"
                hint = "mark it as code, or write a formula between dollar signs"
                yield Doubt(position, 3, what, hint)
