"""The list of rules, filled by the modules that define them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from nnanki.model.card import Card, CardFile, Place

Found = Iterator["Finding"]
Cards = Sequence[tuple[CardFile, Card]]


@dataclass(frozen=True, slots=True)
class Given:
    """What is looked at: cards in the order in which they teach, terms, the style."""

    cards: Cards
    terms: Sequence[str] = ()
    css: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule has to say of a card."""

    card: str
    place: Place
    what: str
    hint: str
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule in one sentence; an `error` refuses the deck, else it is a warning."""

    id: str
    sentence: str
    error: bool
    find: Callable[[Given], Found]


RULES: dict[str, Rule] = {}


def rule(
    name: str, sentence: str, error: bool = False
) -> Callable[[Callable[[Card], Found]], Callable[[Card], Found]]:
    """Register a rule that looks at one card at a time."""

    def registered(find: Callable[[Card], Found]) -> Callable[[Card], Found]:
        def each(given: Given) -> Found:
            for _, card in given.cards:
                yield from find(card)

        RULES[name] = Rule(name, sentence, error, each)
        return find

    return registered


def deck_rule(
    name: str, sentence: str, error: bool = False
) -> Callable[[Callable[[Given], Found]], Callable[[Given], Found]]:
    """Register a rule that looks at all cards, or at their style."""

    def registered(find: Callable[[Given], Found]) -> Callable[[Given], Found]:
        RULES[name] = Rule(name, sentence, error, find)
        return find

    return registered
