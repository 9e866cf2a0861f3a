"""A learner with a real Anki collection: a class, and a process that obeys JSON lines.

It needs nothing but `anki` and the standard library, and does the same with every
version of Anki that nnanki supports.
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import anki.collection  # noqa: F401  first: Anki's modules import each other
from anki.buildinfo import version
from anki.cards import Card
from anki.collection import Collection, ImportAnkiPackageRequest
from anki.consts import CARD_TYPE_NEW
from anki.notes import Note, NoteFieldsCheckResult

CARD = (
    "select id, did, ord, type, queue, due, ivl, factor, reps, lapses, left, odue,"
    " odid, flags, data from cards where nid = ?"
)
REVIEWS = (
    "select r.* from revlog r join cards c on c.id = r.cid where c.nid = ?"
    " order by r.id"
)


class Imported(NamedTuple):
    """What Anki says about an import, in card ids."""

    new: list[str]
    updated: list[str]
    duplicate: list[str]
    other: list[str]


class Sides(NamedTuple):
    """A card as Anki shows it."""

    front: str
    back: str
    sounds: int


class Learner:
    """A collection that imports packages with the options that Anki offers first."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.path = str(folder / "collection.anki2")
        self.col = Collection(self.path)
        everyday = self.col.decks.get_config(1)
        everyday["new"]["perDay"] = everyday["rev"]["perDay"] = 9999
        self.col.decks.update_config(everyday)

    def take(self, package: Path | str) -> Imported:
        """Import a package."""
        options = self.col._backend.get_import_anki_package_presets()
        request = ImportAnkiPackageRequest(package_path=str(package), options=options)
        log = self.col.import_anki_package(request).log
        groups = {
            field.name: [note.fields[0] for note in getattr(log, field.name)]
            for field in log.DESCRIPTOR.fields
            if field.message_type
        }
        known = [groups.pop(name) for name in ("new", "updated", "duplicate")]
        return Imported(*known, [name for group in groups.values() for name in group])

    def take_on(self, package: str, when: int) -> Imported:
        """Import a package as if it were then: an Anki before 25 remembers the time."""
        start = int(time.time())
        said = self.take(package)
        known = self.notes()
        for name in said.updated:
            if known[name].mod >= start:
                self._sql("update notes set mod = ? where id = ?", when, known[name].id)
        return said

    # -- what a collection holds ------------------------------------------------------

    def notes(self) -> dict[str, Note]:
        found = (
            self.col.get_note(note) for note in self.col.find_notes("note:nnanki*")
        )
        return {note.fields[0]: note for note in found}

    def odd_fields(self) -> list[str]:
        """Notes whose first field is empty or another note's, and odd clozes."""
        fine = NoteFieldsCheckResult.NORMAL
        return [n for n, note in self.notes().items() if note.fields_check() != fine]

    def kinds(self) -> list[Any]:
        """The note types that the notes have, not from Python's cache."""
        kinds = {note.mid for note in self.notes().values()}
        return [self.col._backend.get_notetype(kind) for kind in sorted(kinds)]

    def style(self) -> str:
        """The CSS of the one note type that the notes have."""
        (kind,) = self.kinds()
        return str(kind.config.css)

    def card(self, name: str) -> Card:
        (card,) = self.notes()[name].cards()
        return card

    def shown(self) -> dict[str, Sides]:
        """Every card as Anki renders it."""
        return {name: sides(note.cards()[0]) for name, note in self.notes().items()}

    def unseen(self, deck: str) -> list[str]:
        """The new cards of a deck in the order in which they will come."""
        self.col.decks.select(self.col.decks.id_for_name(deck))
        queue = self.col.sched.get_queued_cards(fetch_limit=10_000).cards
        new = [item.card.note_id for item in queue if item.card.ctype == CARD_TYPE_NEW]
        return [self.col.get_note(note).fields[0] for note in new]

    def schedule(self) -> dict[str, list[list[Any]]]:
        """Everything that Anki knows about when a card comes, and its reviews."""
        return {
            name: [*self.col.db.all(CARD, note.id), *self.col.db.all(REVIEWS, note.id)]
            for name, note in self.notes().items()
        }

    def all(self, deck: str) -> dict[str, Any]:
        """All that an update could touch."""
        notes = self.notes()
        return {
            "schedule": self.schedule(),
            "texts": {name: note.fields for name, note in notes.items()},
            "tags": {name: sorted(note.tags) for name, note in notes.items()},
            "times": {name: note.mod for name, note in notes.items()},
            "deck": {name: self.deck(name) for name in notes if notes[name].cards()},
            "looks": [[kind.config.css, kind.mtime_secs] for kind in self.kinds()],
            "types": [kind.name for kind in self.col.models.all_names_and_ids()],
            "options": {
                d["name"]: self.col.decks.config_dict_for_deck_id(d["id"])
                for d in self.col.decks.all()
                if not d["dyn"]
            },
            "own": self.own(),
            "unseen": self.unseen(deck),
            "pictures": sorted(p.name for p in Path(self.col.media.dir()).iterdir()),
        }

    def own(self) -> list[list[Any]]:
        """The cards that are no nnanki's, whole."""
        return [
            [*note.fields, *note.tags, note.mod, *self.col.db.first(CARD, note.id)]
            for note in map(self.col.get_note, self.col.find_notes("-note:nnanki*"))
        ]

    def deck(self, name: str) -> str:
        """The deck in which a card lies now."""
        return str(self.col.decks.name(self.card(name).did))

    # -- what a learner does ----------------------------------------------------------

    def answer(self, deck: str, rating: int) -> str:
        """Answer the next card of a deck; which one it was, if there is one."""
        self.col.decks.select(self.col.decks.id_for_name(deck))
        queue = self.col.sched.get_queued_cards(fetch_limit=1).cards
        if not queue:
            return ""
        card = self.col.get_card(queue[0].card.id)
        card.start_timer()
        states = self.col._backend.get_scheduling_states(card.id)
        answer = self.col.sched.build_answer(card=card, states=states, rating=rating)
        self.col.sched.answer_card(answer)
        return str(card.note().fields[0])

    def wait(self, days: int) -> None:
        """Let days pass: the collection began so much earlier."""
        self._sql("update col set crt = crt - ?", days * 86_400)

    def suspend(self, name: str) -> None:
        self.col.sched.suspend_cards([self.card(name).id])

    def flag(self, name: str, colour: int) -> None:
        self.col.set_user_flag_for_cards(colour, [self.card(name).id])

    def move(self, name: str, deck: str) -> None:
        self.col.set_deck([self.card(name).id], self.col.decks.id(deck))

    def gather(self, search: str) -> None:
        """Gather the cards of a search in a filtered deck."""
        deck = self.col.sched.get_or_create_filtered_deck(deck_id=0)
        deck.name = "Gathered"
        deck.config.search_terms[0].search = search
        self.col.sched.add_or_update_filtered_deck(deck)

    def rename(self, deck: str, name: str) -> None:
        self.col.decks.rename(self.col.decks.id_for_name(deck), name)

    def options(self, deck: str, new: int) -> None:
        """Give a deck options of one's own: so many new cards a day."""
        mine = self.col.decks.add_config("mine")
        mine["new"]["perDay"] = new
        self.col.decks.update_config(mine)
        self.col.decks.set_config_id_for_deck_dict(
            self.col.decks.by_name(deck), mine["id"]
        )

    def tag(self, name: str, tag: str, when: int) -> None:
        note = self.notes()[name]
        note.tags.append(tag)
        self._saved(note, when)

    def edit(self, name: str, words: str, when: int) -> None:
        """Write something of one's own on a back."""
        note = self.notes()[name]
        note["Back"] += words
        self._saved(note, when)

    def delete(self, name: str) -> None:
        self.col.remove_notes([self.notes()[name].id])

    def write(self, deck: str) -> None:
        """Make a card of one's own in a deck."""
        note = self.col.new_note(self.col.models.by_name("Basic"))
        note["Front"], note["Back"] = "mine", "my own"
        self.col.add_note(note, self.col.decks.id_for_name(deck))

    def restyle(self, css: str, when: int) -> None:
        """Change the look of the cards."""
        (kind,) = self.kinds()
        mine = self.col.models.get(kind.id)
        mine["css"] = css
        self.col.models.update_dict(mine)
        self._sql("update notetypes set mtime_secs = ? where id = ?", when, kind.id)

    def widen(self, field: str) -> None:
        """Add a field to the note type."""
        (kind,) = self.kinds()
        mine = self.col.models.get(kind.id)
        self.col.models.add_field(mine, self.col.models.new_field(field))
        self.col.models.update_dict(mine)

    def _saved(self, note: Note, when: int) -> None:
        """Save a note as if it were then."""
        self.col.update_note(note)
        self._sql("update notes set mod = ? where id = ?", when, note.id)

    def _sql(self, statement: str, *values: int) -> None:
        """Change the file itself; what Anki remembers of it is forgotten."""
        self.col.db.execute(statement, *values)
        self.col.close()
        self.col = Collection(self.path)


def sides(card: Card) -> Sides:
    output = card.render_output(reload=True)
    sounds = len(output.question_av_tags) + len(output.answer_av_tags)
    return Sides(card.question(), card.answer(), sounds)


@contextmanager
def learner(folder: Path) -> Iterator[Learner]:
    """A learner who has just installed Anki."""
    someone = Learner(folder)
    try:
        yield someone
    finally:
        someone.col.close()


# -- a process ------------------------------------------------------------------------


def obey(lines: Iterator[str]) -> Iterator[object]:
    """Do what each line says, `[name, argument, …]`; `begin` is a new collection."""
    someone: Learner | None = None
    for line in lines:
        name, *words = json.loads(line)
        try:
            if name == "begin":
                if someone is not None:
                    someone.col.close()
                someone = Learner(Path(words[0]))
                yield [version]
            else:
                yield [getattr(someone, name)(*words)]
        except Exception:
            yield traceback.format_exc()
    if someone is not None:
        someone.col.close()


def main() -> None:
    out, sys.stdout = sys.stdout, sys.stderr  # what Anki prints is no answer
    for answer in obey(iter(sys.stdin.readline, "")):
        out.write(json.dumps(answer, default=str) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
