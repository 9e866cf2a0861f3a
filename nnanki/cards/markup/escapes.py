"""Formulas as Anki writes them, `\\(x\\)`: Markdown would show their brackets alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from markdown_it.rules_inline.escape import escape

from nnanki.cards.markup.doubts import Doubt

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline

PAIRS = {"\\(": ("\\)", "$…$"), "\\[": ("\\]", "$$…$$")}
BARE = "brackets that are shown without `\\`"


def inline(state: StateInline, silent: bool) -> bool:
    """An escaped character; all are kept but what keeps a link from being one."""
    start = state.pos
    if not escape(state, silent):
        return False
    mark = state.src[start : start + 2]
    link = mark == "\\]" and state.src[state.pos : state.pos + 1] in ("(", "[", ":")
    if not silent and not link and state.tokens is state.env.get("children"):
        state.env["escapes"].append((start, mark))
    return True


def formulas(escapes: Sequence[tuple[int, str]]) -> Iterator[Doubt]:
    """Doubts about escaped brackets that open in a paragraph, and close in it."""
    for number, (start, opened) in enumerate(escapes):
        closed, formula = PAIRS.get(opened, ("", ""))
        if closed and closed in [mark for _, mark in escapes[number + 1 :]]:
            what = f"`{opened}…{closed}` is no formula here: its brackets are shown"
            hint = f"write a formula as `{formula}`, {BARE}"
            yield Doubt(start, 2, what, hint)
            return
