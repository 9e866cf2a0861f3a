"""Releases made of values: packages without cards, code or proofs, in milliseconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from hashlib import sha256
from pathlib import Path

from nnanki.model.card import FIELDS, Note, NoteType
from nnanki.model.project import Project
from nnanki.model.schema import RETIRED_TAG, guid, schema
from nnanki.notes import lock
from nnanki.notes.lock import Lock, renewed
from nnanki.release.package import package

PROJECT = Project(Path(), "values", "Deck")
FRONT, BACK = "{{Front}}", "{{FrontSide}}{{Back}}"
DAY = 86_400


@dataclass(frozen=True)
class Release:
    """What an author has released: notes in their order, the lock, the look."""

    notes: tuple[Note, ...] = ()
    lock: Lock = field(default_factory=partial(Lock, "nnanki.lock"))
    css: str = ""

    @cached_property
    def data(self) -> bytes:
        return package(PROJECT, kind(self.css), self.notes, self.lock)


def digest(*words: object) -> str:
    return sha256(repr(words).encode()).hexdigest()[:16]


def kind(css: str) -> NoteType:
    return NoteType(FRONT, BACK, css, digest(css), schema(PROJECT))


def note(
    name: str,
    words: str = "",
    tags: Sequence[str] = (),
    was: str = "",
    picture: str = "",
) -> Note:
    """A note that says some words, and shows a picture."""
    file = f"{digest(picture)}.svg"
    shown = f'{words}<img src="{file}">' if picture else words
    known = {"Id": name, "Front": f"{name}?", "Back": shown}
    return Note(
        id=name,
        guid=guid(PROJECT, was or name),
        fields=tuple(known.get(field, "") for field in FIELDS),
        tags=tuple(tags),
        media=((file, picture.encode()),) if picture else (),
        slabs=(),
        digest=digest(name, shown, sorted(tags)),
        level="L1",
        was=was,
    )


def retired(name: str, words: str, was: str = "") -> Note:
    """What is told of a card that left."""
    told = note(name, words, [RETIRED_TAG], was)
    return replace(told, level=lock.RETIRED, retired=True)


def released(
    before: Release, notes: Sequence[Note], css: str, written: int, now: int
) -> Release:
    """The next release: it was written some time before it came out."""
    new = renewed(before.lock, notes, kind(css), written)
    number = before.lock.release.number if before.lock.release else "0.0.0"
    minor = int(number.split(".")[1])
    out = lock.released(new, lock.Release(f"0.{minor + 1}.0", now))
    return Release(tuple(notes), out, css)


def packed(release: Release, folder: Path) -> str:
    """The path of a release's package, which is named after its content."""
    path = folder / f"{sha256(release.data).hexdigest()[:16]}.apkg"
    path.write_bytes(release.data)
    return str(path)
