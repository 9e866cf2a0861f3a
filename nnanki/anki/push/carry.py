"""The package as it goes to one learner: with their own tags on its notes.

An import replaces the tags of a note. Tags that come back with the package itself are
never gone, however the import ends.
"""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from io import BytesIO

DATABASE = "collection.anki2"


@dataclass(frozen=True)
class Luggage:
    """What a package takes along: tags and times of change by guid, the look's time.

    Notes among the `omissions` stay at home.
    """

    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    mods: Mapping[str, int] = field(default_factory=dict)
    look: int = 0
    omissions: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.tags or self.mods or self.look or self.omissions)


def has_our_form(data: bytes) -> bool:
    """Whether a package has the form in which nnanki writes it, and only that."""
    # Anki reads the newest database that it finds in a zip. A second one beside ours
    # would be imported instead of the one that is changed here.
    with zipfile.ZipFile(BytesIO(data)) as archive:
        names = archive.namelist()
    return [name for name in names if name.startswith("collection.")] == [DATABASE]


def with_luggage(data: bytes, luggage: Luggage) -> bytes:
    """The package with its luggage; nothing else in it changes."""
    if not luggage:
        return data
    buffer = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(data)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            content = old.read(name)
            new.writestr(
                name, _amended(content, luggage) if name == DATABASE else content
            )
    return buffer.getvalue()


def _amended(database: bytes, luggage: Luggage) -> bytes:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(database)
        # Anki searches for ` tag `: without blanks around them no tag is ever found.
        tags = [(f" {' '.join(tags)} ", guid) for guid, tags in luggage.tags.items()]
        connection.executemany("UPDATE notes SET tags = ? WHERE guid = ?", tags)
        mods = [(mod, guid) for guid, mod in luggage.mods.items()]
        connection.executemany("UPDATE notes SET mod = ? WHERE guid = ?", mods)
        absent = [(guid,) for guid in luggage.omissions]
        connection.executemany("DELETE FROM notes WHERE guid = ?", absent)
        if luggage.look:
            _date_types(connection, luggage.look)
        connection.commit()
        return connection.serialize()


def _date_types(connection: sqlite3.Connection, mod: int) -> None:
    (text,) = connection.execute("SELECT models FROM col").fetchone()
    types = {key: {**value, "mod": mod} for key, value in json.loads(text).items()}
    connection.execute("UPDATE col SET models = ?", (json.dumps(types),))
