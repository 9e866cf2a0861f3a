"""The list of rules, filled by the modules that define them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from nnanki.card import Card, CardFile, Place

Found = Iterator["Finding"]
Cards = Sequence[tuple[CardFile, Card]]


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
    """One rule in one sentence; an `error` refuses the deck, else it is a warning.

    It looks at the cards, or at their style.
    """

    id: str
    sentence: str
    error: bool
    find: Callable[[Cards, str], Found]


RULES: dict[str, Rule] = {}


def rule(
    name: str, sentence: str, error: bool = False
) -> Callable[[Callable[[Card], Found]], Callable[[Card], Found]]:
    """Register a rule that looks at one card at a time."""

    def registered(find: Callable[[Card], Found]) -> Callable[[Card], Found]:
        def each(cards: Cards, css: str) -> Found:  # noqa: ARG001
            for _, card in cards:
                yield from find(card)

        RULES[name] = Rule(name, sentence, error, each)
        return find

    return registered


def deck_rule(
    name: str, sentence: str, error: bool = False
) -> Callable[[Callable[[Cards], Found]], Callable[[Cards], Found]]:
    """Register a rule that looks at all cards, in the order in which they teach."""

    def registered(find: Callable[[Cards], Found]) -> Callable[[Cards], Found]:
        RULES[name] = Rule(name, sentence, error, lambda cards, _: find(cards))
        return find

    return registered


def style_rule(
    name: str, sentence: str, error: bool = False
) -> Callable[[Callable[[str], Found]], Callable[[str], Found]]:
    """Register a rule that looks at the style of all cards."""

    def registered(find: Callable[[str], Found]) -> Callable[[str], Found]:
        RULES[name] = Rule(name, sentence, error, lambda _, css: find(css))
        return find

    return registered
