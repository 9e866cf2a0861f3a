"""Rules about all cards together: twins, giveaways, the order of terms, the mix."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import combinations, groupby
from math import ceil

from nnanki.cards.lint.registry import Cards, Finding, Findings, WholeDeck, deck_rule
from nnanki.cards.lint.words import (
    answer,
    content,
    fences,
    front,
    plural,
    spans,
    text,
    whole,
    words,
)
from nnanki.model.card import Card, Prose
from nnanki.model.notation import ASKS

SAME, ALIKE = 0.9, 0.7
OPENING = 8  # words by which one front is told from another
MANY = 10  # cards that a concept has before it must ask in all ways
HOW = (
    "a question or choice says `<!-- asks: {} -->` under its heading; predict and "
    "raises ask to predict, blank, bug and order to mend, shape and trace to compute"
)


def _bag(card: Card) -> frozenset[str]:
    """The words, spans and code of a front."""
    parts = [front(card), *(f.code + f.argument for f in fences(card, "front"))]
    blocks = [b for b in card.part("front") if isinstance(b, Prose)]
    tokens = re.findall(r"\w+|[^\w\s]", " ".join([*parts, *spans(blocks)]).lower())
    return frozenset(tokens)


def _pairs(cards: Cards) -> Iterator[tuple[Card, Card, float]]:
    """Cards that look alike, and how much."""
    bags = [(card, _bag(card)) for _, card in cards]
    for (one, a), (other, b) in combinations(bags, 2):
        # Fronts of unlike size cannot be alike; this spares most of the comparisons.
        if min(len(a), len(b)) >= SAME * max(len(a), len(b)) - 6:
            both = len(a & b)
            likeness = both / max(1, len(a) + len(b) - both)
            if likeness >= ALIKE:
                yield one, other, likeness


@deck_rule("D01", "No two cards ask the same.", error=True)
def no_twins(deck: WholeDeck) -> Findings:
    twins: set[str] = set()
    for one, other, likeness in _pairs(deck.cards):
        if _twins(one, other, likeness) and other.id not in twins:
            twins.add(other.id)
            what = f"this front is almost that of card `{one.id}`"
            hint = "keep the better one, or ask from another side"
            yield Finding(other.id, other.place, what, hint)


def _twins(one: Card, other: Card, likeness: float) -> bool:
    # The same question about other numbers is practice, and no twin.
    return likeness >= SAME and _numbers(one) == _numbers(other)


def _numbers(card: Card) -> list[str]:
    code = " ".join(fence.code for fence in fences(card, "front"))
    return re.findall(r"\d+", f"{front(card)} {code}")


@deck_rule("D02", "Cards that look alike differ in their first words.")
def differing_openings(deck: WholeDeck) -> Findings:
    doubles: set[str] = set()  # one card that it looks like is enough to see it
    for one, other, likeness in _pairs(deck.cards):
        alike = other.id not in doubles and _opening(one) == _opening(other)
        if alike and not _twins(one, other, likeness):
            doubles.add(other.id)
            what = f"this front begins like that of card `{one.id}`"
            hint = "say at once what is different"
            yield Finding(other.id, other.place, what, hint)


def _opening(card: Card) -> set[str]:
    return {word.lower() for word in words(front(card))[:OPENING]}


@deck_rule("D03", "No card gives away the answer of another.")
def no_giveaway(deck: WholeDeck) -> Findings:
    cards = [card for _, card in deck.cards]
    answers = [(card, _plain(text)) for card in cards if (text := answer(card))]
    # Short answers recur by chance: `2`, `a tensor`.
    long = [(card, plain) for card, plain in answers if len(content(plain)) >= 4]
    for one, plain in long:
        for other, theirs in answers:
            if other is not one and plain in theirs:
                what = f"this answer holds that of card `{one.id}`"
                yield Finding(other.id, other.place, what, "say it on one of them")


def _plain(block: Prose) -> str:
    return " ".join(words(whole(block).lower()))


@deck_rule("D04", "A term is introduced before it is used.")
def terms_in_order(deck: WholeDeck) -> Findings:
    listed = [" ".join(words(term.lower())) for term in deck.terms]
    sources: dict[str, str] = {}  # which card introduces each term
    for _, card in deck.cards:
        for term in _terms(card, listed):
            sources.setdefault(term, card.id)
    new = list(dict.fromkeys([*sources, *listed]))
    for _, card in deck.cards:
        new = [term for term in new if sources.get(term) != card.id]
        for block in (b for b in card.blocks if isinstance(b, Prose)):
            for term in _used(block, new):
                what, hint = _early(term, sources)
                yield Finding(card.id, block.place, what, hint)
                # What no card introduces would be a finding on all cards that use it.
                if term not in sources:
                    new.remove(term)


def _terms(card: Card, listed: Collection[str]) -> Iterator[str]:
    """Nouns in emphasis: this is how a card introduces them.

    Emphasis also stresses. So a single word is only a term where the project lists it,
    and several words are none where they begin with a capital: that is a title.
    """
    names = {form: term for term in listed for form in (term, plural(term))}
    for block in (b for b in card.blocks if isinstance(b, Prose)):
        for token in (t for t in block.tokens if t.type == "inline"):
            children = token.children or []
            for n, child in enumerate(children[:-2]):
                if child.type == "em_open" and children[n + 2].type == "em_close":
                    text = children[n + 1].content
                    phrase = " ".join(words(text.lower()))
                    if phrase in names or (" " in phrase and not text[0].isupper()):
                        yield names.get(phrase, phrase)


def _used(block: Prose, terms: Iterable[str]) -> list[str]:
    """Which of these terms a text uses, be it for one thing or many."""
    bare = (re.sub(r"['\u2019]s$", "", word) for word in words(text(block).lower()))
    line = f" {' '.join(bare)} "
    return [t for t in terms if f" {t} " in line or f" {plural(t)} " in line]


def _early(term: str, sources: Mapping[str, str]) -> tuple[str, str]:
    """What is wrong with the use of a term, and what to do."""
    if term in sources:
        hint = "move one of the cards, or say it without the term"
        return f"`{term}` is only introduced on card `{sources[term]}`", hint
    hint = "say what it is on the first card that needs it, and emphasise it there"
    return f"`{term}` is introduced nowhere", hint


@deck_rule(
    "D06",
    f"A concept of {MANY} cards defines, computes, predicts, mends, and asks why.",
)
def five_ways(deck: WholeDeck) -> Findings:
    for _, group in groupby(deck.cards, key=lambda pair: pair[0].path):
        (file, first), *rest = group
        ways_to_ask = {first.asks, *(card.asks for _, card in rest)}
        missing = [way for way in ASKS if way not in ways_to_ask]
        if missing and len(rest) + 1 >= MANY:
            ways = ", ".join(f"`{way}`" for way in missing)
            what = f"none of these {len(rest) + 1} cards asks {ways}"
            yield Finding(first.id, file.place, what, HOW.format(missing[0]))


@deck_rule("D08", "At most a tenth of the cards are choices.", error=True)
def few_choices(deck: WholeDeck) -> Findings:
    choices = [card for _, card in deck.cards if _is_choice(card)]
    count = len(deck.cards)
    # Of a small deck a tenth would be no card at all, or one.
    most = max(4, ceil(count / 10))
    for card in choices[most:]:
        what = f"{len(choices)} of {count} cards are choices; at most {most} may"
        yield Finding(
            card.id, card.place, what, "ask without options: recall is harder"
        )


def _is_choice(card: Card) -> bool:
    return any(isinstance(b, Prose) and b.choices for b in card.part("front"))
