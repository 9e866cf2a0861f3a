"""Numbers of things, in words."""

from __future__ import annotations

from collections.abc import Sequence


def count(number: int, word: str) -> str:
    """So many of something.

    >>> count(1, "card"), count(2, "card")
    ('1 card', '2 cards')
    """
    return f"{number} {word}{'' if number == 1 else 's'}"


def few(words: Sequence[str], most: int = 3) -> str:
    """The first of some words, and how many more there are.

    >>> few(["a", "b", "c"], 3), few(["a", "b", "c"], 1)
    ('a, b, c', 'a and 2 more')
    """
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more
