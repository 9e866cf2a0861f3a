"""How many columns code takes: the style makes it as large as they allow."""

from __future__ import annotations

from collections.abc import Sequence

from nnanki.cards.markup.highlight import lines_of
from nnanki.model.card import Block, Fence
from nnanki.model.table import cells

# The bounds keep few columns from becoming huge letters, and many from becoming letters
# that nobody can read: beyond them, lines wrap.
NARROWEST, WIDEST = 20, 72
# A sign stands in the margin; a letter does not, nor does the frame of a gap.
BEFORE = {"diff": -2, "order": 3, "blank": 2}
APART = ("also", "trace")  # what does not decide how large code is
SENTENCE = 52  # a longer error is one, and wraps


def longest(blocks: Sequence[Block]) -> int:
    """The longest line of code in some blocks; signs and letters stand before it."""
    lengths = (
        len(line) + BEFORE.get(block.verb or block.language, 0)
        for block in blocks
        if isinstance(block, Fence) and block.language not in APART
        for line in lines_of(block.code)
        if block.language != "error" or len(line) <= SENTENCE
    )
    return min(WIDEST, max([NARROWEST, *lengths]))


def breadth(code: str) -> int:
    """How many columns a table takes, with two behind each of its own."""
    widths = [max(map(len, column)) for column in zip(*cells(code), strict=True)]
    return min(WIDEST, sum(widths) + 2 * len(widths))
