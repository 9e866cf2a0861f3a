"""What two sequences have in common: words of a text, values that rise."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

WORD = re.compile(r"\w+|\s+|[^\w\s]")
# Texts that share less than this, by the ratio of difflib, were written anew: marks on
# single words of them would only say which short words both happen to use.
ALIKE = 0.5


def words_of(text: str) -> list[str]:
    """Words, blanks and signs; joined, they are the text again.

    >>> words_of("n += a1")
    ['n', ' ', '+', '=', ' ', 'a1']
    """
    return WORD.findall(text)


def longest_rising(values: Sequence[Any]) -> list[int]:
    """The indexes of as many values as can stay where none falls: patience sorting.

    >>> longest_rising([10, 30, 20, 20, 40])
    [0, 2, 3, 4]
    """
    # Piles of cards: each value goes on the first pile whose top is larger. A value's
    # predecessor in the longest chain is the top of the pile before its own.
    tops: list[Any] = []
    piles: list[int] = []
    before: list[int] = []
    for index, value in enumerate(values):
        pile = bisect_right(tops, value)
        tops[pile : pile + 1] = [value]
        before.append(piles[pile - 1] if pile else -1)
        piles[pile : pile + 1] = [index]
    chain = []
    index = piles[-1] if piles else -1
    while index >= 0:
        chain.append(index)
        index = before[index]
    return chain[::-1]
