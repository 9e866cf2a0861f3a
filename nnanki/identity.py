"""Ids that follow from names alone: what Anki knows notes and note types by."""

from __future__ import annotations

import hashlib


def number(*words: str) -> int:
    """An id that follows from words alone, in the range that Anki expects."""
    digest = hashlib.sha256(" ".join(("nnanki", *words)).encode()).digest()
    return (1 << 40) + int.from_bytes(digest[:6]) % (1 << 40)


def guid(project: str, first: str) -> str:
    """A note's identity in Anki: the project's name and the card's first id alone."""
    return hashlib.sha256(f"nnanki {project} {first}".encode()).hexdigest()[:20]


def note_type(project: str) -> str:
    """What Anki calls the notes of a project."""
    return f"nnanki {project}" if project != "nnanki" else "nnanki"


def project(note_type: str) -> str:
    """The project whose notes have a note type of this name.

    >>> project(note_type("tiny")), project(note_type("nnanki"))
    ('tiny', 'nnanki')
    """
    return note_type.removeprefix("nnanki ")
