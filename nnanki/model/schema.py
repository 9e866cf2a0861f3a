"""What may never change of a deck, because Anki knows its notes by it."""

from __future__ import annotations

import hashlib

from nnanki.model.card import FIELDS
from nnanki.model.project import Project

# Fields and templates carry ids, so that Anki follows them through a renaming.
FIELD_IDS = {name: 7_310_000_000_000_001 + number for number, name in enumerate(FIELDS)}
TEMPLATE = "Card"
TEMPLATE_ID = 7_310_000_000_001_001


# All tags of nnanki, those of concepts, and the one of cards that left the deck.
OURS = "nnanki::"
CONCEPT = f"{OURS}concept::"
RETIRED_TAG = f"{OURS}retired"


def number(*words: str) -> int:
    """An id that follows from words alone, in the range that Anki expects."""
    # From words and not from a clock: everybody who builds the deck gives it the same
    # ids, so an import updates the note type instead of adding a second one.
    digest = hashlib.sha256(" ".join(("nnanki", *words)).encode()).digest()
    return (1 << 40) + int.from_bytes(digest[:6]) % (1 << 40)


def type_id(project: Project) -> int:
    """The id of the one note type."""
    return number("note type", project.name)


def guid(project: Project, first: str) -> str:
    """A note's identity in Anki: the project's name and the card's first id alone."""
    return hashlib.sha256(f"nnanki {project.name} {first}".encode()).hexdigest()[:20]


def schema(project: Project) -> tuple[str, ...]:
    """All of it as lines of words, for the lock."""
    return (
        f"deck {project.deck}",
        f"notes {project.name} {type_id(project)} {project.note_type}",
        *(f"field {FIELD_IDS[name]} {name}" for name in FIELDS),
        f"template {TEMPLATE_ID} {TEMPLATE}",
    )
