"""What learners already have: the lock, and what it forbids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nnanki.model.card import Note, NoteType, Place
from nnanki.model.problem import Problem
from nnanki.notes.lock import identity
from nnanki.notes.lock.file import (
    HEADER,
    NOTE_TYPE,
    RELEASE,
    RETIRED,
    Entry,
    Lock,
    Release,
    content,
    edition,
    parse,
)
from nnanki.notes.lock.positions import GAP
from nnanki.notes.lock.renewal import released, renewed, weaker
from nnanki.notes.lock.stale import compare

__all__ = (
    "GAP",
    "HEADER",
    "NOTE_TYPE",
    "RELEASE",
    "RETIRED",
    "Entry",
    "Lock",
    "Release",
    "compare",
    "content",
    "edition",
    "forbidden",
    "parse",
    "released",
    "renewed",
    "weaker",
)


def forbidden(
    lock: Lock, notes: Sequence[Note], kind: NoteType, places: Mapping[str, Place]
) -> list[Problem]:
    """All that would cost learners something, whether the lock is stale or not."""
    return [
        *identity.schema(lock, kind),
        *identity.strangers(lock, notes, places),
        *identity.revived(lock, notes, places),
        *identity.missing(lock, notes),
    ]
