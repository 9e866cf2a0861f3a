"""What learners already have: the lock, and what it forbids."""

from nnanki.notes.lock.file import (
    HEADER,
    NOTE_TYPE,
    RELEASE,
    RETIRED,
    Entry,
    Lock,
    Release,
    content_digest,
    edition,
    parse,
)
from nnanki.notes.lock.identity import forbidden
from nnanki.notes.lock.positions import GAP
from nnanki.notes.lock.renewal import released, renewed, weaker
from nnanki.notes.lock.stale import staleness

__all__ = (
    "GAP",
    "HEADER",
    "NOTE_TYPE",
    "RELEASE",
    "RETIRED",
    "Entry",
    "Lock",
    "Release",
    "content_digest",
    "edition",
    "forbidden",
    "parse",
    "released",
    "renewed",
    "staleness",
    "weaker",
)
