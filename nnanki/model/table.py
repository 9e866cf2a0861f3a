"""Rows of a table as lines of text, and back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise


def tabular(rows: Sequence[Sequence[str]]) -> str:
    """Rows as lines whose columns stand below each other.

    >>> print(tabular([["i", "loss"], ["0", "2.42"]]), end="")
    i  loss
    0  2.42
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
    return "".join(f"{line.rstrip()}\n" for line in lines)


def cells(text: str) -> list[list[str]]:
    """The rows of such lines; the first names the columns, without blanks.

    >>> cells("i  loss\\n0  2.42\\n")
    [['i', 'loss'], ['0', '2.42']]
    """
    lines = text.removesuffix("\n").split("\n")
    starts = [match.start() for match in re.finditer(r"\S+", lines[0])]
    spans = list(pairwise([*starts, None]))
    return [[line[start:stop].strip() for start, stop in spans] for line in lines]
