"""Comments: words to the machine, between the words or on lines of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

OPEN, CLOSE = "<!--", "-->"


def inline(state: StateInline, silent: bool) -> bool:
    """A comment in running text becomes a token that knows its position."""
    if not state.src.startswith(OPEN, state.pos):
        return False
    stop = state.src.find(CLOSE, state.pos + len(OPEN))
    closed = stop >= 0
    stop = stop if closed else state.posMax
    if not silent:
        token = state.push("comment", "", 0)
        token.content = state.src[state.pos + len(OPEN) : stop]
        cell = bool(state.env.get("cell"))
        token.meta = {"pos": state.pos, "closed": closed, "cell": cell}
    state.pos = stop + len(CLOSE) if closed else state.posMax
    return True


def block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A comment on lines of its own; text behind it makes it part of a paragraph."""
    begin = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith(OPEN, begin) or state.is_code_block(start):
        return False
    stop = state.src.find(CLOSE, begin)
    last = next((n for n in range(start, end) if state.eMarks[n] > stop >= 0), None)
    if stop < 0 or last is None:
        return False
    if state.src[stop + len(CLOSE) : state.eMarks[last]].strip():
        return False
    if not silent:
        token = state.push("comment", "", 0)
        token.content = state.src[begin + len(OPEN) : stop]
        token.map = [start, last + 1]
        token.meta = {"pos": 0, "closed": True, "cell": False}
        state.line = last + 1
    return True
