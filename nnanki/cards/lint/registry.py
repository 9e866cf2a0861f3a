"""What a rule and a finding are, and the decorators that make a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import wraps
from types import ModuleType

from nnanki.model.card import Card, CardFile, Place

Findings = Iterator["Finding"]
Cards = Sequence[tuple[CardFile, Card]]


@dataclass(frozen=True, slots=True)
class WholeDeck:
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
    find: Callable[[WholeDeck], Findings]


def rule(
    name: str, sentence: str, error: bool = False
) -> Callable[[Callable[[Card], Findings]], Rule]:
    """Make a generator that looks at one card at a time a rule."""

    def as_rule(find: Callable[[Card], Findings]) -> Rule:
        @wraps(find)
        def each(deck: WholeDeck) -> Findings:
            for _, card in deck.cards:
                yield from find(card)

        return Rule(name, sentence, error, each)

    return as_rule


def deck_rule(
    name: str, sentence: str, error: bool = False
) -> Callable[[Callable[[WholeDeck], Findings]], Rule]:
    """Make a generator that looks at all cards, or at their style, a rule."""
    return lambda find: Rule(name, sentence, error, find)


def defined(modules: Iterable[ModuleType]) -> dict[str, Rule]:
    """The rules of some modules by their ids, in their order."""
    values = (value for module in modules for value in vars(module).values())
    return {value.id: value for value in values if isinstance(value, Rule)}
