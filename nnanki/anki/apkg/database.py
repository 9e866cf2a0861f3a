"""The database of a package: settings as JSON, or in tables of their own today."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any, NotRequired, TypedDict

from nnanki.anki.apkg import wire
from nnanki.anki.apkg.values import (
    BrokenPackage,
    Field,
    PackedCard,
    PackedDeck,
    PackedNote,
    PackedNoteType,
    Template,
)

UNREADABLE = (sqlite3.Error,)
# A schema may hold a view or an index that never ends. A query may take this many steps
# of SQLite, so many between two looks at them.
STEPS, LOOKS = 100_000, 10_000
CLOZE, NEW = 1, 0  # Anki's numbers for a note type with clozes, and for a new card
Types = dict[int, PackedNoteType]


def database(
    data: bytes,
) -> tuple[tuple[PackedNote, ...], Types, tuple[PackedDeck, ...]]:
    """Notes, note types by their ids, and decks by their names."""
    with closing(_opened(data)) as connection:
        tables = _Tables(connection)
        if "notes" not in tables.names:
            raise BrokenPackage("is a zip, but no Anki package: it has no notes")
        if "notetypes" in tables.names:
            types, decks = _types(tables), _decks(tables)
        else:
            types, decks = _old_types(tables), _old_decks(tables)
        notes = tuple(_notes(tables, {key: deck.name for key, deck in decks.items()}))
    orphans = sum(note.type not in types for note in notes)
    if orphans:
        raise BrokenPackage(
            f"is damaged: it lacks the note type of some notes ({orphans})"
        )
    return notes, types, tuple(sorted(decks.values(), key=lambda deck: deck.name))


def _opened(data: bytes) -> sqlite3.Connection:
    """A database in memory that is only read, and not for ever."""
    connection = sqlite3.connect(":memory:")
    # 2 says that a log lies beside it, which no package has; 1 says that it is whole.
    connection.deserialize(data[:18] + b"\1\1" + data[20:])
    # Anki's own collation: without it SQLite cannot use the tables that name it.
    connection.create_collation("unicase", _unicase)
    # A file from anybody: its views and triggers must not call functions.
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
            raise BrokenPackage(f"is damaged: it has no table {table}")
        casts = [column.split(":") for column in columns.split()]
        values = ", ".join(f"CAST({name} AS {kind})" for name, kind in casts)
        yield from self.connection.execute(
            f"SELECT {values} FROM {table} ORDER BY 1, 2"
        )


def _notes(tables: _Tables, decks: Mapping[int, str]) -> Iterator[PackedNote]:
    cards: dict[int, list[PackedCard]] = {}
    columns = "nid:INTEGER ord:INTEGER due:INTEGER did:INTEGER type:INTEGER"
    for note, number, due, deck, state in tables.rows("cards", columns):
        # `due` is a place in the queue only while a card is new; later it is a day.
        place = due if state == NEW else 0
        cards.setdefault(note, []).append(
            PackedCard(number, place, decks.get(deck, ""))
        )
    columns = "id:INTEGER guid:TEXT mid:INTEGER mod:INTEGER flds:TEXT tags:TEXT"
    for key, guid, note_type, mod, fields, tags in tables.rows("notes", columns):
        mine = tuple(cards.get(key, ()))
        labels = tuple(sorted(tags.split()))
        yield PackedNote(
            guid, note_type, mod, tuple(fields.split("\x1f")), labels, mine
        )


# -- as it is today -------------------------------------------------------------------


def _types(tables: _Tables) -> Types:
    fields: dict[int, list[Field]] = {}
    columns = "ntid:INTEGER ord:INTEGER name:TEXT config:BLOB"
    for note_type, _, name, config in tables.rows("fields", columns):
        field = Field(wire.number(wire.message(config), 9), name)
        fields.setdefault(note_type, []).append(field)
    templates: dict[int, list[Template]] = {}
    for note_type, _, name, config in tables.rows("templates", columns):
        templates.setdefault(note_type, []).append(
            _template(name, wire.message(config))
        )
    columns = "id:INTEGER mtime_secs:INTEGER name:TEXT config:BLOB"
    return {
        key: PackedNoteType(
            id=key,
            name=name,
            mod=mod,
            cloze=wire.number(settings, 1) == CLOZE,
            fields=tuple(fields.get(key, ())),
            templates=tuple(templates.get(key, ())),
            css=wire.text(settings, 3),
            latex=(wire.text(settings, 5), wire.text(settings, 6)),
        )
        for key, mod, name, config in tables.rows("notetypes", columns)
        for settings in [wire.message(config)]
    }


def _template(name: str, settings: wire.Fields) -> Template:
    front, back, *browser = (wire.text(settings, field) for field in (1, 2, 3, 4))
    return Template(
        wire.number(settings, 8), name, front, back, (browser[0], browser[1])
    )


def _decks(tables: _Tables) -> dict[int, PackedDeck]:
    decks = {}
    for key, name, config in tables.rows("decks", "id:INTEGER name:TEXT kind:BLOB"):
        normal = wire.message(wire.blob(wire.message(config), 1))
        # Today's form parts the names of nested decks with this, for a plain sort.
        decks[key] = PackedDeck(name.replace("\x1f", "::"), wire.text(normal, 4))
    return decks


# -- as it was ------------------------------------------------------------------------


class FieldSetting(TypedDict):
    """A field of a note type, as JSON."""

    name: str
    id: NotRequired[int | None]


class TemplateSetting(FieldSetting):
    """A template, as JSON: both sides, and what Anki's list of cards shows."""

    qfmt: NotRequired[str]
    afmt: NotRequired[str]
    bqfmt: NotRequired[str]
    bafmt: NotRequired[str]


class TypeSetting(TypedDict):
    """A note type, as JSON. Any program may have written it: no value is trusted."""

    id: int
    name: str
    mod: int
    flds: list[FieldSetting]
    tmpls: list[TemplateSetting]
    type: NotRequired[int]
    css: NotRequired[str]
    latexPre: NotRequired[str]
    latexPost: NotRequired[str]


class DeckSetting(TypedDict):
    """A deck, as JSON."""

    id: int
    name: str
    desc: NotRequired[str]


def _old_types(tables: _Tables) -> Types:
    settings: list[TypeSetting] = _setting(tables, "models")
    return {
        int(setting["id"]): PackedNoteType(
            id=int(setting["id"]),
            name=str(setting["name"]),
            mod=int(setting["mod"]),
            cloze=setting.get("type") == CLOZE,
            fields=tuple(Field(_id(each), each["name"]) for each in setting["flds"]),
            templates=tuple(_old_template(each) for each in setting["tmpls"]),
            css=str(setting.get("css") or ""),
            latex=(str(setting.get("latexPre", "")), str(setting.get("latexPost", ""))),
        )
        for setting in settings
    }


def _old_template(template: TemplateSetting) -> Template:
    front, back, *browser = (
        str(template.get(name) or "") for name in ("qfmt", "afmt", "bqfmt", "bafmt")
    )
    return Template(
        _id(template), str(template["name"]), front, back, (browser[0], browser[1])
    )


def _old_decks(tables: _Tables) -> dict[int, PackedDeck]:
    settings: list[DeckSetting] = _setting(tables, "decks")
    return {
        int(deck["id"]): PackedDeck(str(deck["name"]), str(deck.get("desc") or ""))
        for deck in settings
    }


def _id(part: FieldSetting | TemplateSetting) -> int | None:
    """Fields and templates carry ids since Anki 23.10; older packages have none."""
    key = part.get("id")
    return int(key) if isinstance(key, int) else None


def _setting(tables: _Tables, name: str) -> list[Any]:
    ((text, _),) = tables.rows("col", f"{name}:TEXT id:INTEGER")
    return list(json.loads(text).values())
