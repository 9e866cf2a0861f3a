"""Whether the lock describes the notes as they are, and what is different."""

from __future__ import annotations

from collections.abc import Sequence

from nnanki.model.card import Note, NoteType, Place
from nnanki.model.plural import count, few
from nnanki.model.problem import Problem
from nnanki.notes.lock.file import UPDATE, Lock
from nnanki.notes.lock.renewal import renewed

COMMIT = f"{UPDATE} and commit the file"


def staleness(lock: Lock, notes: Sequence[Note], note_type: NoteType) -> list[Problem]:
    """The problem with a lock that does not describe these notes, in this order."""
    # At time 0, so that nothing is different but what an update would have to change.
    now = renewed(lock, notes, note_type, 0)
    if now == lock:
        return []
    if not lock.entries:
        what = f"the lock is missing: {count(len(notes), 'card')} not yet in it"
        return [Problem(Place(lock.path), what, COMMIT)]
    old, new = lock.entries, now.entries
    touched = [name for name in {**new, **old} if old.get(name) != new.get(name)]
    lines = [old[name].line for name in touched if name in old]
    words = [
        f"{few([f'`{name}`' for name in names])} {what}"
        for names, what in _differences(lock, now)
    ]
    words += ["two branches met in it"] if lock.merged else []
    words += [] if words else ["what may never change is not yet in it"]
    what = f"the lock is stale: {'; '.join(words)}"
    place = Place(lock.path, min(lines, default=1), 1, 1000)
    return [Problem(place, what, COMMIT)]


def _differences(lock: Lock, now: Lock) -> list[tuple[list[str], str]]:
    """The names of notes that are different, by what is."""
    old, new = lock.entries, now.entries
    both = [name for name in new if name in old]
    retirements = [n for n in both if new[n].retired and not old[n].retired]
    edits = [
        name
        for name in both
        if old[name].digest != new[name].digest and name not in retirements
    ]
    moves = [
        name
        for name in both
        if name not in (*edits, *retirements) and old[name] != new[name]
    ]
    differences = [
        (edits, "changed"),
        ([name for name in new if name not in old], "added"),
        ([name for name in old if name not in new], "gone"),
        (moves, "moved"),
        (retirements, "retired"),
    ]
    return [(names, what) for names, what in differences if names]
