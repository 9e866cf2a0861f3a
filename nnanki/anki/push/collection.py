"""What a learner's Anki holds of a project, and of everything else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from nnanki.anki.push.ankiconnect import Anki, Look, NoteInfo, quoted
from nnanki.model.disk.cache import digest

# What Anki calls a note type that it had to make beside another of the same name.
BESIDE = r"(\++|-[0-9a-f]{5})+"


@dataclass(frozen=True)
class AnkiNote:
    """A note in Anki. `mod` is when it changed, if the add-on tells that."""

    number: int
    fields: Mapping[str, str]
    tags: tuple[str, ...]
    cards: int
    mod: int | None = None

    @property
    def id(self) -> str:
        return self.fields.get("Id", "")


@dataclass(frozen=True)
class Others:
    """All other notes by their numbers, and what there is of those edited today.

    A note that changes now is edited today: it joins them, or becomes another.
    """

    numbers: frozenset[int] = frozenset()
    today: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Collection:
    """Notes of one type, the names of the type and of its fields, its look."""

    type: str
    notes: tuple[AnkiNote, ...] = ()
    fields: tuple[str, ...] = ()
    look: Look | None = None
    beside: tuple[str, ...] = ()
    others: Others = field(default_factory=Others)

    def by_id(self) -> dict[str, AnkiNote]:
        return {note.id: note for note in self.notes}


def read_collection(anki: Anki, key: int, name: str) -> Collection:
    """All that there is of a note type, by whatever name; nothing where it is new."""
    types = anki.types()
    beside = tuple(_beside(anki, types, name))
    name = types.get(key, name)
    others = _others(anki, name)
    if key not in types:
        return Collection(name, beside=beside, others=others)
    notes = tuple(_anki_note(note) for note in anki.notes(quoted(f"note:{name}")))
    fields = tuple(anki.ask("modelFieldNames", modelName=name))
    return Collection(name, notes, fields, anki.look(name), beside, others)


def _beside(anki: Anki, types: Mapping[int, str], name: str) -> Iterator[str]:
    """Note types with notes that an import had to put beside this one."""
    # An import whose fields differ makes a second type of the same name and a sign of
    # its own. Whoever has notes of it would get every later change twice, or not at
    # all.
    for other in types.values():
        twin = re.fullmatch(re.escape(name) + BESIDE, other)
        if twin and anki.ask("findNotes", query=quoted(f"note:{other}")):
            yield other


def _anki_note(note: NoteInfo) -> AnkiNote:
    fields = {name: each["value"] for name, each in note["fields"].items()}
    tags = tuple(sorted(note["tags"]))
    return AnkiNote(note["noteId"], fields, tags, len(note["cards"]), note.get("mod"))


def _others(anki: Anki, name: str) -> Others:
    # Reading every note of a large collection would take minutes. What may change
    # meanwhile shows in the numbers of all notes, and in those that were edited today.
    rest = f"-{quoted(f'note:{name}')}"
    today = {note["noteId"]: digest(note) for note in anki.notes(f"{rest} edited:1")}
    return Others(frozenset(anki.ask("findNotes", query=rest)), today)
