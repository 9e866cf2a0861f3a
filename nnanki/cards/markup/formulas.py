"""What a formula may say between its dollar signs, and why another is refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

ENDS = re.compile(r"(?<!\\)(?:\\\\)*(\\[)\]])")  # what ends a formula in Anki
MONEY = "write `\\$` for a dollar sign, and words in a formula as `\\text{…}`"
ESCAPED = re.compile(r"\\[A-Za-z]+\*?|\\.", re.DOTALL)
GROUP = re.compile(r"\{[^{}]*\}")
WORD = r"(?<!\S)[^\W\d_]{2,}[,.;:]?(?!\S)"
WORDS = re.compile(rf"{WORD}\s+{WORD}")
# Letters that formulas are made of, besides those of ASCII.
LETTERS = ("GREEK", "MATHEMATICAL", "LATIN", "SCRIPT", "DOUBLE-STRUCK", "BLACK-LETTER")


def faults(formula: str) -> Iterator[tuple[str, str]]:
    """What is wrong with a formula wherever it stands, and what to do."""
    bare = ESCAPED.sub("  ", formula)
    if end := ENDS.search(formula):
        yield f"`{end[1]}` would end this formula in Anki", "take it out"
    if not _balanced(bare):
        what = "a brace in this formula has no other one"
        yield what, "write `\\{` or `\\}` for a brace that is shown"
    if "%" in bare:
        yield "a percent sign hides the rest of a formula", "write `\\%`"


def prose(formula: str) -> bool:
    """Whether what stands between two dollar signs reads like text, not a formula.

    >>> prose("5 to 10"), prose("HOME and then the"), prose("から")
    (True, True, True)
    >>> prose("2 a x"), prose("y = loss + 1"), prose(r"5 \\text{ to } 10")
    (False, False, False)
    """
    bare = ESCAPED.sub(" ", formula)
    # From the inside out, because a pattern cannot count braces.
    while GROUP.search(bare):
        bare = GROUP.sub(" { ", bare)
    if any(_foreign(letter) for letter in bare):
        return True
    many = WORD if formula[:1].isdigit() else WORDS
    return re.search(many, bare) is not None


def _balanced(bare: str) -> bool:
    depth = 0
    for letter in bare:
        depth += (letter == "{") - (letter == "}")
        if depth < 0:
            return False
    return not depth


def _foreign(letter: str) -> bool:
    """A letter that no formula is made of."""
    if letter.isascii() or not letter.isalpha():
        return False
    return not unicodedata.name(letter, "").startswith(LETTERS)
