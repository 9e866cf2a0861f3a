"""What a card's place could hold instead of what it shows, and what the tests try."""

from __future__ import annotations

from dataclasses import dataclass

from nnanki.model.card import Place
from nnanki.model.problem import Problem


class Unfit(Exception):
    """Raised where a card's place cannot be varied; `problem` says why."""

    def __init__(self, place: Place, what: str, hint: str) -> None:
        super().__init__(what)
        self.problem = Problem(place, what, hint)


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to write a symbol: `code` on the card, `text` is its whole module."""

    name: str
    code: str
    text: str
    misconception: str = ""


@dataclass(frozen=True)
class Varied:
    """All variants of what one obligation shows, and the key that they are tried by.

    With `all_tests` a variant meets every one of its tests, whichever of them fails.
    """

    key: str
    symbol: str
    variants: tuple[Variant, ...]
    all_tests: bool = False
