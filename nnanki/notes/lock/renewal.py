"""What the lock becomes: by an update, and by a release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nnanki.model.card import Note, NoteType
from nnanki.notes.lock.file import LEVELS, NOTE_TYPE, Entry, Lock, Release
from nnanki.notes.lock.positions import positions


def renewed(lock: Lock, notes: Sequence[Note], note_type: NoteType, now: int) -> Lock:
    """The lock for these notes in this order; what did not change keeps its line.

    Retired notes have no place in the order. A card that learners were told has left
    the deck keeps its line for ever, so that its id is never used again.
    """
    lock = _inherited(lock, notes)
    old = {name: entry.position for name, entry in lock.entries.items()}
    places = positions([note.id for note in notes if not note.retired], old)
    entries = {name: entry for name, entry in lock.entries.items() if entry.has_left}
    for name, digest, level, was in [
        *((note.id, note.digest, note.level, note.was) for note in notes),
        (NOTE_TYPE, note_type.digest, "-", ""),
    ]:
        before = lock.entries.get(name, Entry("", now - 1, 0, level))
        entry = replace(before, level=level, was=was)
        if before.digest != digest:
            # Times only grow: Anki skips an update whose time is not later than that of
            # the note, also where a clock was set back or two updates fell into one
            # second.
            mod = max(now, before.mod + 1)
            last = before.last if before.has_left else ""
            entry = replace(entry, digest=digest, mod=mod, last=last)
        entries[name] = replace(entry, position=places.get(name, before.position))
    return replace(lock, entries=entries, schema=note_type.schema, merged=False)


def released(lock: Lock, release: Release) -> Lock:
    """The lock once learners have all that it names."""
    entries = {
        name: entry if entry.last else _out(entry, release)
        for name, entry in lock.entries.items()
    }
    return replace(lock, entries=entries, release=release)


def _out(entry: Entry, release: Release) -> Entry:
    """The line of a note that is new in a release, or says something new.

    What learners have is then older, whenever they took it. The time when the words
    were written would not do: Anki before 25 dates a note that it updates by that
    moment, and would skip what was written before it and released after.
    """
    mod = max(entry.mod, release.mod) if entry.first else entry.mod
    first = entry.first or release.number
    return replace(entry, mod=mod, first=first, last=release.number)


def weaker(lock: Lock, notes: Sequence[Note]) -> list[tuple[Note, str]]:
    """Notes whose proof reaches less than the lock says, and what it says."""
    old, rank = _inherited(lock, notes).entries, LEVELS.index
    return [
        (note, old[note.id].level)
        for note in notes
        if note.id in old
        and not note.retired
        and rank(note.level) < rank(old[note.id].level)
    ]


def _inherited(lock: Lock, notes: Sequence[Note]) -> Lock:
    """The lock with the lines of renamed cards under their new ids, too."""
    entries = dict(lock.entries)
    for note in notes:
        if note.was in entries:
            entries.setdefault(note.id, entries[note.was])
    return replace(lock, entries=entries)
