"""Formulas between dollar signs, by Pandoc's rules; code and comments come first.

A dollar sign opens a formula where no blank follows it and no digit stands before it;
it closes one where no blank stands before it and no digit follows. No formula goes
across a span of code or a comment, or into one. What may be money or a name of the
shell as well as a formula is a doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from nnanki.cards.markup.comments import OPEN
from nnanki.cards.markup.doubts import Doubt, literal, note
from nnanki.cards.markup.formulas import MONEY, faults, prose

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

DOLLARS, TICKS = re.compile(r"\$+"), re.compile("`+")
# `$5`, `US$5`, `$HOME`, `5$`, `5 $`: nobody takes these for a formula's ends.
PRICE = re.compile(r"(?:(?<![^\W_])|(?<=[A-Z]))\$\.?\d|(?<![\w$])\$[A-Za-z_{(]")
COIN = re.compile(r"(?<=\d)\$(?![\w$])|(?<=\d[ \u00a0\u202f])\$(?![\w$])")
SUFFIX = re.compile(r"(?:st|nd|rd|th|s)\b")  # the $n$th, two $x$s
ATOM = re.compile(r"(?:\\?[A-Za-z]+|\d+)(?:[_^](?:\w|\{[^{}]*\}))*|[A-Za-z]")
UNSURE = "it is not clear whether these dollar signs hold a formula"
APART = "put a blank beside the formula, or write `\\$` for a dollar sign"
WHOLE = (
    "a formula has no blank behind its first `$` or before its last, and no code "
    "within; write `\\$` for a dollar sign"
)


def code_end(text: str, start: int, stop: int) -> int:
    """Where the span of code ends that some back-ticks open; 0 where they open none."""
    opened = TICKS.match(text, start, stop)
    if opened is None:
        return 0
    runs = TICKS.finditer(text, opened.end(), stop)
    return next((run.end() for run in runs if len(run[0]) == len(opened[0])), 0)


def formula_end(text: str, start: int, stop: int) -> int:
    """Where the formula ends that dollar signs at `start` open; 0 where they open none.

    >>> formula_end("$x$ and $5", 0, 10), formula_end("$5 and $6", 0, 9)
    (3, 0)
    """
    mark = text[start : start + 2] if text.startswith("$$", start) else "$"
    begin = start + len(mark)
    if text[start - 1 : start].isdigit() or text[begin : begin + 1] in ("", "$"):
        return 0
    close = _next(text, begin, stop)
    inside = text[begin:close]
    if close < 0 or not text.startswith(mark, close) or not inside.strip():
        return 0
    end = close + len(mark)
    loose = mark == "$" and inside != inside.strip()
    return 0 if loose or text[end : end + 1].isdigit() else end


def _next(text: str, position: int, stop: int) -> int:
    """The next dollar sign; -1 where code or a comment comes before it."""
    while position < stop:
        if text[position] == "$":
            return position
        if text.startswith(OPEN, position):
            return -1
        if text[position] == "`":
            run = TICKS.match(text, position, stop)
            if code_end(text, position, stop) or run is None:
                return -1
            position = run.end()
            continue
        position += 2 if text[position] == "\\" else 1
    return -1


def inline(state: StateInline, silent: bool) -> bool:
    """A formula in running text, or dollar signs that are shown."""
    run = DOLLARS.match(state.src, state.pos, state.posMax)
    if run is None:
        return False
    end = formula_end(state.src, state.pos, state.posMax)
    if not end:
        if not silent:
            state.append_pending(run[0])
            literal(state, run.start(), len(run[0]))
        state.pos = run.end()
        return True
    if not silent:
        _push(state, end)
    state.pos = end
    return True


def _push(state: StateInline, end: int) -> None:
    mark = "$$" if state.src.startswith("$$", state.pos) else "$"
    token = state.push(f"math_inline{'_double' * (mark == '$$')}", "math", 0)
    token.content = state.src[state.pos + len(mark) : end - len(mark)]
    token.markup = mark
    reasons = [*faults(token.content), *_doubts(state, token.content, end)]
    # One is enough: others are often its consequences.
    for what, hint in reasons[:1]:
        note(state, Doubt(state.pos, end - state.pos, what, hint))


def _doubts(state: StateInline, formula: str, end: int) -> Iterator[tuple[str, str]]:
    """Why what was read as a formula may be none."""
    text, start = state.src, state.pos
    before, after = text[start - 1 : start], text[end : end + 2]
    glued = re.match(r"[A-Za-z{]|_\w", after) is not None
    if glued and ATOM.fullmatch(formula) and SUFFIX.match(text, end):
        glued = False
    lone = after.startswith("$") and not formula_end(text, end, state.posMax)
    if glued or lone or (before.isascii() and before.isalpha()):
        yield UNSURE, APART
    golden = text.startswith(OPEN, end)
    if prose(formula) and not golden:
        yield UNSURE, MONEY
    if re.search(r"^[^[]*\]\(", formula) and "[" in text[:start]:
        yield "this formula ends a link that it did not begin", MONEY


def unclear(text: str, dollars: Sequence[tuple[int, int]]) -> Iterator[Doubt]:
    """Doubts about dollar signs that are shown: another reader may see a formula."""
    # One dollar sign alone can open no formula, whoever reads it.
    if sum(width for _, width in dollars) < 2:
        return
    for start, width in dollars:
        clear = width == 1 and (PRICE.match(text, start) or COIN.match(text, start))
        if not clear:
            yield Doubt(start, width, UNSURE, WHOLE)
            return


# -- on lines of its own --------------------------------------------------------------


def block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A formula between `$$` on lines of its own, without an empty line."""
    if state.is_code_block(start) or not _line(state, start).startswith("$$"):
        return False
    last = _last(state, start, end)
    if last is None:
        return False
    lines = [_line(state, n) for n in range(start, last + 1)]
    content = "\n".join(lines).rstrip()[2:-2]
    if not content.strip() or _next(content, 0, len(content)) >= 0:
        return False
    if not silent:
        token = state.push("math_block", "math", 0)
        token.block, token.content, token.markup = True, content, "$$"
        token.map = [start, last + 1]
        token.meta = {"doubts": list(faults(content))[:1]}
        state.line = last + 1
    return True


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _last(state: StateBlock, start: int, end: int) -> int | None:
    """The line that closes a formula which a line opens."""
    for line in range(start, end):
        text = _line(state, line)
        inside = text[2:] if line == start else text
        if not text.strip() or state.sCount[line] < state.blkIndent:
            return None
        if inside.rstrip().endswith("$$"):
            return line
        if "$$" in inside:
            return None
    return None
