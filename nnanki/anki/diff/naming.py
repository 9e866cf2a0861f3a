"""What a note is called: by its `Id` if nnanki made it, else by its first words."""

from __future__ import annotations

from dataclasses import dataclass, replace

from nnanki.anki.apkg import Package, PackedNote
from nnanki.anki.plaintext import plaintext
from nnanki.model.card import FIELDS
from nnanki.model.schema import CONCEPT

NAME = 60  # letters of a field that are enough for a name


@dataclass(frozen=True)
class Label:
    """A note: its name, the concept that it belongs to, the words of its front."""

    name: str
    group: str = ""
    front: str = ""


def label(package: Package, note: PackedNote) -> Label:
    """How a note is spoken of."""
    name = one_line(note.fields[0])
    if not ours(package, note):
        return Label(shortened(name, NAME) or note.guid)
    tags = [tag.removeprefix(CONCEPT) for tag in note.tags if tag.startswith(CONCEPT)]
    front = plaintext(note.fields[1]).split("\n")[0]
    return Label(name or note.guid, min(tags, default=""), shortened(front, NAME))


def farewell(package: Package, old: PackedNote, new: PackedNote) -> Label:
    """How a note is spoken of that has left the deck: with the reason."""
    last, (_, *why) = label(package, old), plaintext(new.fields[1]).split("\n")
    return replace(last, front=shortened(" ".join(why), NAME))


def ours(package: Package, note: PackedNote) -> bool:
    """Whether nnanki made a note."""
    fields = package.types[note.type].fields
    return tuple(field.name for field in fields)[: len(FIELDS)] == FIELDS


def likeness(package: Package, note: PackedNote) -> set[tuple[str, ...]]:
    """What tells that two notes are one: the first field, or both sides of a card."""
    keys: set[tuple[str, ...]] = {(one_line(note.fields[0]),)}
    if ours(package, note):
        keys.add((one_line(note.fields[1]), one_line(note.fields[2])))
    return {key for key in keys if any(key)}


def one_line(field: str) -> str:
    """The words of a field, in one line."""
    return " ".join(plaintext(field).split())


def shortened(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
