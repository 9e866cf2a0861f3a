"""Numbers of things, in words."""

from __future__ import annotations


def count(number: int, word: str) -> str:
    """So many of something.

    >>> count(1, "card"), count(2, "card")
    ('1 card', '2 cards')
    """
    return f"{number} {word}{'' if number == 1 else 's'}"
