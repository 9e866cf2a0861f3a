"""Releases made of values: packages without cards, code or proofs, in milliseconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from hashlib import sha256
from pathlib import Path

from nnanki.card import FIELDS, Note, NoteType
from nnanki.lock import Lock, renewed
from nnanki.package import package
from nnanki.project import Project

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
        kind = NoteType(FRONT, BACK, self.css, digest(self.css))
        return package(PROJECT, kind, self.notes, self.lock)


def digest(*words: object) -> str:
    return sha256(repr(words).encode()).hexdigest()[:16]


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
        guid=f"values/{was or name}",
        fields=tuple(known.get(field, "") for field in FIELDS),
        tags=tuple(tags),
        media=((file, picture.encode()),) if picture else (),
        slabs=(),
        digest=digest(name, shown, sorted(tags)),
        level="L1",
        was=was,
    )


def released(before: Release, notes: Sequence[Note], css: str, now: int) -> Release:
    """The next release, some time later."""
    lock = renewed(before.lock, notes, digest(css), now)
    return Release(tuple(notes), lock, css)


def packed(release: Release, folder: Path) -> str:
    """The path of a release's package, which is named after its content."""
    path = folder / f"{sha256(release.data).hexdigest()[:16]}.apkg"
    path.write_bytes(release.data)
    return str(path)
