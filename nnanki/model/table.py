"""Rows of a table as lines of text, and back."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise


def aligned(
    rows: Sequence[Sequence[str]], right: Collection[int] = ()
) -> Iterator[str]:
    """Rows as lines whose columns stand below each other; some at the right.

    >>> list(aligned([["i", "loss"], ["10", "2.4"]], right={1}))
    ['i   loss', '10   2.4']
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        pairs = enumerate(zip(row, widths, strict=True))
        line = (
            cell.rjust(width) if n in right else cell.ljust(width)
            for n, (cell, width) in pairs
        )
        yield "  ".join(line).rstrip()


def tabular(rows: Sequence[Sequence[str]]) -> str:
    """Such lines as one text.

    >>> print(tabular([["i", "loss"], ["0", "2.42"]]), end="")
    i  loss
    0  2.42
    """
    return "".join(f"{line}\n" for line in aligned(rows))


def cells(text: str) -> list[list[str]]:
    """The rows of such lines; the first names the columns, without blanks.

    >>> cells("i  loss\\n0  2.42\\n")
    [['i', 'loss'], ['0', '2.42']]
    """
    lines = text.removesuffix("\n").split("\n")
    starts = [match.start() for match in re.finditer(r"\S+", lines[0])]
    spans = list(pairwise([*starts, None]))
    return [[line[start:stop].strip() for start, stop in spans] for line in lines]
