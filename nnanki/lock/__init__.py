"""What learners already have: the lock, and what it forbids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nnanki.card import Note, NoteType, Place
from nnanki.errors import Problem
from nnanki.lock import identity
from nnanki.lock.file import (
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
from nnanki.lock.positions import GAP
from nnanki.lock.renewal import released, renewed, weaker
from nnanki.lock.stale import compare

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
