"""Notes to the bytes of an .apkg; the only module that knows genanki."""

from __future__ import annotations

import html
import itertools
import json
import sqlite3
import tempfile
import warnings
import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import genanki

from nnanki.model.card import FIELDS, Note, NoteType
from nnanki.model.plural import count
from nnanki.model.project import Project
from nnanki.model.schema import (
    CONCEPT,
    FIELD_IDS,
    RETIRED_TAG,
    TEMPLATE,
    TEMPLATE_ID,
    number,
    type_id,
)
from nnanki.notes.lock import NOTE_TYPE, Lock, edition

# Note ids are milliseconds since 1970 in Anki: a fixed day, and the note's position.
FIRST_ID = 1_600_000_000_000
ZIP_DATE = (1980, 1, 1, 0, 0, 0)


class _Model(genanki.Model):  # type: ignore[misc]
    """A note type with a time of change of its own and one card for every note."""

    mod = 0

    # Which fields make a card: genanki finds out by filling the template with each in
    # turn, and does not know all of Anki's filters.
    @property
    def _req(self) -> list[Any]:
        return [[0, "any", [FIELDS.index("Front")]]]

    # genanki writes the time of the build, which Anki would take for a change; and the
    # deck, which Anki would take for where new cards of this type belong.
    def to_json(self, timestamp: float, deck_id: int) -> dict[str, Any]:  # noqa: ARG002
        return {**super().to_json(self.mod, deck_id), "did": None}


class _Note(genanki.Note):  # type: ignore[misc]
    """A note with a time of change and an id of its own; a retired one has no card.

    Anki gives the text and the tag of a note without card to whoever has that note,
    and leaves the card there as it is. A newcomer gets nothing to study.
    """

    mod = 0
    first_id = 0
    retired = False

    def write_to_db(self, cursor: Any, _time: float, deck_id: int, _ids: Any) -> None:
        # genanki counts ids up from the clock: the same notes would get others each
        # time.
        ids = itertools.count(self.first_id)
        super().write_to_db(cursor, self.mod, deck_id, ids)
        if self.retired:
            cursor.execute("DELETE FROM cards WHERE nid = ?", (self.first_id,))


def package(
    project: Project, note_type: NoteType, notes: Sequence[Note], lock: Lock
) -> bytes:
    """The package: one deck, one note type, the notes in their order."""
    model = _model(project, note_type, lock)
    description = _description(project, notes, lock)
    deck = genanki.Deck(number("deck", project.name), project.deck, description)
    deck.add_model(model)
    live = sorted(
        (note for note in notes if not note.retired),
        key=lambda note: lock.entries[note.id].position,
    )
    retired = sorted((note for note in notes if note.retired), key=lambda n: n.id)
    for note in live:
        position = lock.entries[note.id].position
        packed = _packed(model, note, lock, FIRST_ID + 2 * position)
        packed.due = position
        deck.add_note(packed)
    for index, note in enumerate(retired, start=1):
        deck.add_note(_packed(model, note, lock, FIRST_ID - index))
    media = dict(sorted(item for note in notes for item in note.media))
    return _zipped(_database(deck), media)


def _packed(model: _Model, note: Note, lock: Lock, first_id: int) -> _Note:
    packed = _Note(model, list(note.fields), tags=list(note.tags), guid=note.guid)
    packed.mod, packed.first_id = lock.entries[note.id].mod, first_id
    packed.retired = note.retired
    return packed


def _model(project: Project, note_type: NoteType, lock: Lock) -> _Model:
    fields = [
        {
            "name": name,
            "id": FIELD_IDS[name],
            "plainText": name in ("Front", "Back", "Details"),
            "collapsed": name not in ("Id", "Front", "Back"),
            "excludeFromSearch": name.startswith("Spare"),
        }
        for name in FIELDS
    ]
    template = {
        "name": TEMPLATE,
        "id": TEMPLATE_ID,
        "qfmt": note_type.front,
        "afmt": note_type.back,
        "bqfmt": "{{Id}}",
        "bafmt": "{{Concept}}",
    }
    model = _Model(
        type_id(project),
        project.note_type,
        fields=fields,
        templates=[template],
        css=note_type.css,
    )
    model.mod = lock.entries[NOTE_TYPE].mod
    return model


def _description(project: Project, notes: Sequence[Note], lock: Lock) -> str:
    """What Anki shows of the deck: release, cards, licence, where to report."""
    release = edition(lock, (note.id for note in notes))
    text = (
        f"{project.deck}, {release}: {_numbers(notes)}, each card proved by running it."
    )
    text += f" Licence: {project.license}." if project.license else ""
    text = html.escape(text)
    if project.url:
        link = html.escape(project.url)
        text += f' <a href="{link}">Where it is made</a>.'
        text += f' Found a mistake? <a href="{link}/issues">Report it</a>.'
    return f"<p>{text}</p>"


def _numbers(notes: Sequence[Note]) -> str:
    """How many cards there are, of how many concepts, and how many left."""
    retired = sum(note.retired for note in notes)
    concepts = {tag for note in notes for tag in note.tags if tag.startswith(CONCEPT)}
    words = (
        f"{count(len(notes) - retired, 'card')} on {count(len(concepts), 'concept')}"
    )
    return f"{words} ({retired} left the deck: tag:{RETIRED_TAG})" if retired else words


def _database(deck: genanki.Deck) -> bytes:
    """The SQLite file, written by genanki."""
    with tempfile.TemporaryDirectory(prefix="nnanki-") as folder:
        path = Path(folder) / "collection.anki2"
        connection = sqlite3.connect(path)
        with warnings.catch_warnings():
            # genanki only warns of a field that it takes for broken HTML.
            warnings.filterwarnings("error", module="genanki")
            genanki.Package(deck).write_to_db(
                connection.cursor(), 0, itertools.count(1)
            )
        connection.commit()
        connection.close()
        return path.read_bytes()


def _zipped(database: bytes, media: dict[str, bytes]) -> bytes:
    """A zip whose bytes depend on nothing but its content."""
    names = {str(index): name for index, name in enumerate(media)}
    entries = {"collection.anki2": database, "media": json.dumps(names).encode()}
    entries |= {str(index): data for index, data in enumerate(media.values())}
    # Dates, rights and the system that wrote a zip stand in it: without fixed ones two
    # builds of the same deck would differ, and nobody could check a release by its sum.
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, data in entries.items():
            info = zipfile.ZipInfo(name, ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            info.create_system = 3
            archive.writestr(info, data)
    return buffer.getvalue()
