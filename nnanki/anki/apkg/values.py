"""What is in a package, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PackedCard:
    """A card of a note: which one, its place while it is new, the name of its deck."""

    ord: int
    due: int
    deck: str


@dataclass(frozen=True, slots=True)
class PackedNote:
    """A note. `type` is the id of its note type, `mod` when it changed, in seconds."""

    guid: str
    type: int
    mod: int
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    cards: tuple[PackedCard, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a note type; many have no id."""

    id: int | None
    name: str


@dataclass(frozen=True, slots=True)
class Template:
    """How one card of a note looks. `browser` is what Anki's list of cards shows."""

    id: int | None
    name: str
    front: str
    back: str
    browser: tuple[str, str]


@dataclass(frozen=True, slots=True)
class PackedNoteType:
    """A note type, with its fields and templates in order."""

    id: int
    name: str
    mod: int
    cloze: bool
    fields: tuple[Field, ...]
    templates: tuple[Template, ...]
    css: str
    latex: tuple[str, str]


@dataclass(frozen=True, slots=True)
class PackedDeck:
    """A deck's name, in full, and what Anki shows of it."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class PackedFile:
    """A file that cards show: the SHA-256 of its bytes, and how many they are."""

    digest: str
    size: int


@dataclass(frozen=True)
class Package:
    """A package. Two notes may have one guid, and a note no cards."""

    notes: tuple[PackedNote, ...]
    types: Mapping[int, PackedNoteType]
    decks: tuple[PackedDeck, ...]
    media: Mapping[str, PackedFile]
    size: int


class BrokenPackage(Exception):
    """What is wrong with a file, in words that follow its name."""
