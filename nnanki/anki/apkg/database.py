"""The database of a package: settings as JSON, or in tables of their own today."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

from nnanki.anki.apkg import wire
from nnanki.anki.apkg.values import Broken, Card, Deck, Field, Note, NoteType, Template

UNREADABLE = (sqlite3.Error,)
# A query may take this many steps of SQLite, so many between two looks at them.
STEPS, LOOKS = 100_000, 10_000
CLOZE, UNSEEN = 1, 0
Types = dict[int, NoteType]


def database(data: bytes) -> tuple[tuple[Note, ...], Types, tuple[Deck, ...]]:
    """Notes, note types by their ids, and decks by their names."""
    with closing(_opened(data)) as connection:
        read = _Tables(connection)
        if "notes" not in read.names:
            raise Broken("is a zip, but no Anki package: it has no notes")
        if "notetypes" in read.names:
            types, decks = _types(read), _decks(read)
        else:
            types, decks = _old_types(read), _old_decks(read)
        notes = tuple(_notes(read, {key: deck.name for key, deck in decks.items()}))
    lost = sum(note.type not in types for note in notes)
    if lost:
        raise Broken(f"is damaged: it lacks the note type of some notes ({lost})")
    return notes, types, tuple(sorted(decks.values(), key=lambda deck: deck.name))


def _opened(data: bytes) -> sqlite3.Connection:
    """A database in memory that is only read, and not for ever."""
    connection = sqlite3.connect(":memory:")
    # 2 says that a log lies beside it, which no package has; 1 says that it is whole.
    connection.deserialize(data[:18] + b"\1\1" + data[20:])
    connection.create_collation("unicase", _unicase)
    connection.execute("PRAGMA trusted_schema = OFF")
    looks = iter(range(LOOKS))
    connection.set_progress_handler(lambda: next(looks, None) is None, STEPS)
    return connection


def _unicase(one: str, two: str) -> int:
    return (one.casefold() > two.casefold()) - (one.casefold() < two.casefold())


class _Tables:
    """The real tables of a database; a view could be anything."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        query = "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0"
        self.names = {name for (name,) in connection.execute(query)}

    def rows(self, table: str, columns: str) -> Iterator[tuple[Any, ...]]:
        """Rows by their first columns; each value has the type that is asked for."""
        if table not in self.names:
            raise Broken(f"is damaged: it has no table {table}")
        casts = [column.split(":") for column in columns.split()]
        values = ", ".join(f"CAST({name} AS {kind})" for name, kind in casts)
        yield from self.connection.execute(
            f"SELECT {values} FROM {table} ORDER BY 1, 2"
        )


def _notes(read: _Tables, decks: Mapping[int, str]) -> Iterator[Note]:
    cards: dict[int, list[Card]] = {}
    columns = "nid:INTEGER ord:INTEGER due:INTEGER did:INTEGER type:INTEGER"
    for note, number, due, deck, kind in read.rows("cards", columns):
        place = due if kind == UNSEEN else 0
        cards.setdefault(note, []).append(Card(number, place, decks.get(deck, "")))
    columns = "id:INTEGER guid:TEXT mid:INTEGER mod:INTEGER flds:TEXT tags:TEXT"
    for key, guid, kind, mod, fields, tags in read.rows("notes", columns):
        mine = tuple(cards.get(key, ()))
        tagged = tuple(sorted(tags.split()))
        yield Note(guid, kind, mod, tuple(fields.split("\x1f")), tagged, mine)


# -- as it is today -------------------------------------------------------------------


def _types(read: _Tables) -> Types:
    fields: dict[int, list[Field]] = {}
    columns = "ntid:INTEGER ord:INTEGER name:TEXT config:BLOB"
    for kind, _, name, config in read.rows("fields", columns):
        field = Field(wire.number(wire.message(config), 9), name)
        fields.setdefault(kind, []).append(field)
    templates: dict[int, list[Template]] = {}
    for kind, _, name, config in read.rows("templates", columns):
        templates.setdefault(kind, []).append(_template(name, wire.message(config)))
    columns = "id:INTEGER mtime_secs:INTEGER name:TEXT config:BLOB"
    return {
        key: NoteType(
            id=key,
            name=name,
            mod=mod,
            cloze=wire.number(settings, 1) == CLOZE,
            fields=tuple(fields.get(key, ())),
            templates=tuple(templates.get(key, ())),
            css=wire.text(settings, 3),
            latex=(wire.text(settings, 5), wire.text(settings, 6)),
        )
        for key, mod, name, config in read.rows("notetypes", columns)
        for settings in [wire.message(config)]
    }


def _template(name: str, settings: wire.Message) -> Template:
    front, back, *browser = (wire.text(settings, field) for field in (1, 2, 3, 4))
    return Template(
        wire.number(settings, 8), name, front, back, (browser[0], browser[1])
    )


def _decks(read: _Tables) -> dict[int, Deck]:
    decks = {}
    for key, name, kind in read.rows("decks", "id:INTEGER name:TEXT kind:BLOB"):
        normal = wire.message(wire.blob(wire.message(kind), 1))
        decks[key] = Deck(name.replace("\x1f", "::"), wire.text(normal, 4))
    return decks


# -- as it was ------------------------------------------------------------------------


def _old_types(read: _Tables) -> Types:
    return {
        int(kind["id"]): NoteType(
            id=int(kind["id"]),
            name=str(kind["name"]),
            mod=int(kind["mod"]),
            cloze=kind.get("type") == CLOZE,
            fields=tuple(Field(_id(each), each["name"]) for each in kind["flds"]),
            templates=tuple(_old_template(each) for each in kind["tmpls"]),
            css=str(kind.get("css") or ""),
            latex=(str(kind.get("latexPre", "")), str(kind.get("latexPost", ""))),
        )
        for kind in _setting(read, "models")
    }


def _old_template(template: dict[str, Any]) -> Template:
    front, back, *browser = (
        str(template.get(name) or "") for name in ("qfmt", "afmt", "bqfmt", "bafmt")
    )
    return Template(
        _id(template), str(template["name"]), front, back, (browser[0], browser[1])
    )


def _old_decks(read: _Tables) -> dict[int, Deck]:
    return {
        int(deck["id"]): Deck(str(deck["name"]), str(deck.get("desc") or ""))
        for deck in _setting(read, "decks")
    }


def _id(thing: dict[str, Any]) -> int | None:
    found = thing.get("id")
    return int(found) if isinstance(found, int) else None


def _setting(read: _Tables, name: str) -> list[dict[str, Any]]:
    ((text, _),) = read.rows("col", f"{name}:TEXT id:INTEGER")
    return list(json.loads(text).values())
