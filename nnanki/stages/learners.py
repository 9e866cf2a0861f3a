"""The deck beside what learners have: its lock, the cards that left, what is stale."""

from __future__ import annotations

from dataclasses import replace

from nnanki.model.problem import Problem
from nnanki.model.project import RETIREMENTS
from nnanki.notes import lock, retired
from nnanki.notes.lock import Lock
from nnanki.stages.deck import Deck
from nnanki.stages.looks import Looks


def read_lock(deck: Deck) -> tuple[Deck, list[Problem]]:
    """The deck with its lock; an empty one where nothing was locked yet."""
    name = deck.project.lock.relative_to(deck.project.root).as_posix()
    if name not in deck.texts:
        return replace(deck, lock=Lock(name)), []
    current, problems = lock.parse(deck.texts[name])
    return replace(deck, lock=current), problems


def retire(deck: Deck, looks: Looks) -> tuple[Deck, list[Problem]]:
    """The deck with the cards that left it, and the notes that tell learners so."""
    if RETIREMENTS not in deck.texts:
        return deck, []
    cards, problems = retired.retirements(deck.texts[RETIREMENTS])
    problems += [] if problems else retired.wrong(cards, deck.lock, deck.places)
    if problems:
        return deck, problems
    farewells, problems = looks.farewells(cards, deck.lock)
    places = {**deck.places, **{card.id: card.place for card in cards}}
    left = replace(
        deck, retired=tuple(cards), farewells=tuple(farewells), places=places
    )
    return left, problems


def compared(deck: Deck) -> tuple[Deck, list[Problem]]:
    """The deck with what is stale in its lock; what the lock forbids is a problem."""
    assert deck.note_type is not None, "a deck without one has problems"
    problems = lock.forbidden(deck.lock, deck.all_notes, deck.note_type, deck.places)
    if problems:
        return deck, problems
    stale = lock.staleness(deck.lock, deck.all_notes, deck.note_type)
    return replace(deck, stale=tuple(stale)), []
