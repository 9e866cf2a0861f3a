"""What learners know a deck by: nothing of it is lost, doubled, or used again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from nnanki.model.card import Note, NoteType, Place
from nnanki.model.problem import Problem
from nnanki.model.project import RETIREMENTS
from nnanki.notes.lock.file import NOTE_TYPE, Lock


def forbidden(
    lock: Lock, notes: Sequence[Note], note_type: NoteType, places: Mapping[str, Place]
) -> list[Problem]:
    """All that would cost learners something, whether the lock is stale or not."""
    return [
        *schema_changes(lock, note_type),
        *strangers(lock, notes, places),
        *revived(lock, notes, places),
        *missing(lock, notes),
    ]


def strangers(
    lock: Lock, notes: Sequence[Note], places: Mapping[str, Place]
) -> list[Problem]:
    """Problems with cards that would come as new notes, apart from their reviews."""
    problems = []
    for note in notes:
        name = note.id if note.id in lock.entries else note.was
        if name not in lock.entries:
            continue
        first = lock.entries[name].was or name
        if first != (note.was or note.id):
            what = f"card `{note.id}` would lose its reviews: it began as `{first}`"
            hint = f"write `<!-- was: {first} -->` under its heading"
            problems.append(Problem(places[note.id], what, hint))
    return problems


def revived(
    lock: Lock, notes: Sequence[Note], places: Mapping[str, Place]
) -> Iterator[Problem]:
    """Problems with cards under an id that learners were told is retired."""
    farewells = {
        name: entry.last
        for line, entry in lock.entries.items()
        if entry.has_left
        for name in (line, entry.was or line)
    }
    for note in notes:
        name = next((name for name in (note.id, note.was) if name in farewells), None)
        if name is None or note.retired:
            continue
        what = f"`{name}` was retired in {farewells[name]}; its id is never used again"
        hint = "take another id: learners have a retired card under this one"
        yield Problem(places[note.id], what, hint)


def missing(lock: Lock, notes: Sequence[Note]) -> Iterator[Problem]:
    """Problems with cards that a release had and this deck has not."""
    names = {note.was or note.id for note in notes}
    for name, entry in lock.entries.items():
        first = entry.was or name
        known_to_learners = name != NOTE_TYPE and entry.first and not entry.has_left
        if known_to_learners and first not in names:
            what = f"card `{name}` is gone, and learners have it since {entry.first}"
            hint = f"say why in {RETIREMENTS}: `## {name}` and a sentence; or, if a "
            hint += f"card took its place, write `<!-- was: {first} -->` there"
            yield Problem(Place(lock.path, entry.line, 1, len(name)), what, hint)


ORDER = "the same ones in another order"
UNRELEASED = (
    "if nobody has the deck yet, take all @schema lines out of the lock instead, and"
    " run `nnanki update`"
)
# What learners would see if a line of the schema changed, and what to do instead.
HARM = {
    "deck": (
        "cards that learners have would stay in the old deck, new ones come to another",
        "keep `deck` in [tool.nnanki] as it was",
    ),
    "notes": (
        "every card would come as a new one, without its reviews, beside the old",
        "keep `name` in [tool.nnanki] as it was",
    ),
    "field": (
        "Anki would refuse every update of a note that learners have, and put new ones"
        " into a second note type",
        "keep fields, their ids and their order; a spare field may carry something new",
    ),
    "template": (
        "Anki would refuse every update of a note that learners have, or give each a"
        " second card",
        "keep the one template and its id; what it says may change",
    ),
}


def schema_changes(lock: Lock, note_type: NoteType) -> Iterator[Problem]:
    """Problems with a deck that Anki would take for another one."""
    # A lock without a schema is that of a deck which nobody has yet.
    for topic, (harm, hint) in HARM.items() if lock.schema else ():
        old, new = _about(topic, lock.schema), _about(topic, note_type.schema)
        if old == new:
            continue
        minus = [words for words in old if words not in new]
        plus = [words for words in new if words not in old]
        lines = (*(f"- {words}" for words in minus), *(f"+ {words}" for words in plus))
        what = f"what Anki knows the deck by would change: {harm}"
        way = "" if lock.release else f"; {UNRELEASED}"
        first = (minus or old or list(lock.schema))[0]
        line = lock.schema_line + lock.schema.index(first)
        place = Place(lock.path, line, 1, 1000)
        yield Problem(place, what, hint + way, lines=lines or (ORDER,))


def _about(topic: str, lines: Sequence[str]) -> list[str]:
    return [words for words in lines if words.split()[0] == topic]
