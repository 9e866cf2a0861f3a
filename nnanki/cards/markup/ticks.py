"""Back-ticks that hold no code: they would stay visible as letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it.rules_inline.backticks import backtick

from nnanki.cards.markup.doubts import Doubt, note

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline

HINT = (
    "end the code with as many back-ticks as it begins with; write `` \\` `` for one "
    "that is shown"
)


def inline(state: StateInline, silent: bool) -> bool:
    """Code between back-ticks, or a doubt about back-ticks that are shown."""
    start, before = state.pos, len(state.pending)
    if not backtick(state, silent):
        return False
    if not silent and len(state.pending) > before:
        width = state.pos - start
        what = "this back-tick has no partner: it is shown"
        if width > 1:
            what = "these back-ticks have no partners: they are shown"
        note(state, Doubt(start, width, what, HINT))
    return True
