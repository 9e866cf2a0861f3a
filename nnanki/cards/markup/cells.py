"""Cells of tables: bars that belong to them, and breaks of their lines.

As on GitHub, `\\|` in a cell is a bar, in code too, and `<br>` begins a new line. Only
in a formula `\\|` stays what it is in TeX, the bars of a norm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from markdown_it.common.utils import mdTrim
from markdown_it.rules_block.table import table as table_of

from nnanki.cards.markup.dollars import TICKS, code_end, formula_end

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

BAR = re.compile(r"(?<!\\)\|")
BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
WIDE = (
    "this row has more cells than the table's head",
    "write a bar inside a cell as `\\|`, and comments inside a cell",
)
CODE = ("a bar ends this code: it begins the next cell", "write it as `\\|`")
FORMULA = (
    "a bar ends this formula: it begins the next cell",
    "write it as `\\lvert`, `\\rvert` or `\\mid`; `\\|` is the bar of a norm",
)


def row_cells(row: str) -> list[str]:
    """The cells of a row as they are typed.

    >>> row_cells("| a | b\\\\|c |")
    ['a', 'b\\\\|c']
    """
    parts = BAR.split(mdTrim(row))
    parts = parts[1:] if not parts[0] else parts
    parts = parts[:-1] if parts and not parts[-1] else parts
    return [mdTrim(cell) for cell in parts]


def unescaped(cell: str) -> str:
    """What a cell says: `\\|` is a bar but in formulas.

    >>> unescaped(r"`a\\|b` $\\|x\\|$")
    '`a|b` $\\\\|x\\\\|$'
    """
    parts, begin = [], 0
    for start, stop, kind in code_and_formulas(cell):
        if kind == "formula":
            parts += [cell[begin:start].replace("\\|", "|"), cell[start:stop]]
            begin = stop
    return "".join([*parts, cell[begin:].replace("\\|", "|")])


def code_and_formulas(text: str) -> Iterator[tuple[int, int, str]]:
    """The spans of code and the formulas of a line."""
    position = 0
    while position < len(text):
        code = code_end(text, position, len(text))
        formula = formula_end(text, position, len(text)) if text[position] == "$" else 0
        if code or formula:
            yield position, code or formula, "code" if code else "formula"
            position = code or formula
            continue
        run = TICKS.match(text, position)
        position = run.end() if run else position + 1 + (text[position] == "\\")


def table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Markdown's table, with its cells as they are typed and what is wrong in a row."""
    first = len(state.tokens)
    if not table_of(state, start, end, silent):
        return False
    # markdown-it reads `\|` as a bar before it knows what is a formula, so the rows are
    # cut again from the file's own text.
    width, row = 0, iter([""])
    for token in state.tokens[first:]:
        if token.type == "tr_open" and token.map:
            line = token.map[0]
            text = state.src[
                state.bMarks[line] + state.tShift[line] : state.eMarks[line]
            ]
            typed = row_cells(text)
            width = width or len(typed)
            token.meta = {"doubts": list(_faults(text, len(typed) > width))[:1]}
            row = iter(typed)
        elif token.type == "inline":
            token.content = unescaped(next(row, ""))
    return True


def _faults(row: str, wide: bool) -> Iterator[tuple[str, str]]:
    for start, stop, kind in code_and_formulas(row):
        if BAR.search(row, start, stop):
            yield CODE if kind == "code" else FORMULA
    if wide:
        yield WIDE


def line_break(state: StateInline, silent: bool) -> bool:
    """`<br>` in a cell, which cannot have a second line otherwise."""
    tag = BREAK.match(state.src, state.pos, state.posMax)
    if tag is None or not state.env.get("cell"):
        return False
    if not silent:
        state.push("hardbreak", "br", 0)
    state.pos = tag.end()
    return True
