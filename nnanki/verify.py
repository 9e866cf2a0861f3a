"""Opens the finished package again and looks at it as others will see it."""

from __future__ import annotations

import json
import re
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

from nnanki.card import FIELDS, Note, Place
from nnanki.errors import Problem

HINT = "look at the project's own templates/; without any, this is nnanki's mistake"
FETCHING = re.compile(r"@import|url\(", re.IGNORECASE)


@dataclass(frozen=True)
class Packed:
    """A package as it was read back: fields by guid, media names, text of templates."""

    notes: dict[str, list[str]]
    cards: int
    media: frozenset[str]
    templates: str
    css: str


def opened(data: bytes) -> Packed:
    """Read a package."""
    with (
        zipfile.ZipFile(BytesIO(data)) as archive,
        tempfile.TemporaryDirectory() as folder,
    ):
        path = Path(archive.extract("collection.anki2", folder))
        media = frozenset(json.loads(archive.read("media")).values())
        connection = sqlite3.connect(path)
        try:
            rows = connection.execute("SELECT guid, flds FROM notes").fetchall()
            (cards,) = connection.execute("SELECT count(*) FROM cards").fetchone()
            (models,) = connection.execute("SELECT models FROM col").fetchone()
        finally:
            connection.close()
    types = list(json.loads(models).values())
    templates = "".join(t["qfmt"] + t["afmt"] for kind in types for t in kind["tmpls"])
    css = "".join(kind["css"] for kind in types)
    by_guid = {guid: fields.split("\x1f") for guid, fields in rows}
    return Packed(by_guid, cards, media, templates, css)


def verify(
    data: bytes, notes: Sequence[Note], places: dict[str, Place]
) -> list[Problem]:
    """Problems with a package that should hold these notes."""
    packed = opened(data)
    whole = Place("dist")
    if packed.cards != len(notes) or len(packed.notes) != len(notes):
        what = f"the package has {packed.cards} cards of {len(packed.notes)} notes"
        return [Problem(whole, f"{what}, not {len(notes)} of each", HINT)]
    faults = list(_Text.of(packed.templates).faults)
    faults += ["fetches something from outside"] if FETCHING.search(packed.css) else []
    problems = [Problem(whole, f"the note type {fault}", HINT) for fault in faults]
    used: set[str] = set()
    for note in notes:
        values = packed.notes.get(note.guid, [])
        used |= set(re.findall(r'src="([^"]+)"', "".join(values)))
        problems += [
            Problem(places[note.id], f"packed card `{note.id}` {what}", HINT)
            for what in _note(note, values)
        ]
    if used != packed.media:
        odd = ", ".join(sorted(used ^ packed.media))
        what = f"pictures packed and used differ: {odd}"
        problems.append(Problem(whole, what, HINT))
    return problems


def _note(note: Note, values: Sequence[str]) -> Iterator[str]:
    """What is wrong with one packed note."""
    if len(values) != len(FIELDS):
        yield f"has {len(values)} fields, not {len(FIELDS)}: U+001F parts them"
        return
    fields = dict(zip(FIELDS, values, strict=True))
    sides = [_Text.of(fields.get(name, "")) for name in ("Front", "Back", "Details")]
    for side in sides:
        yield from side.faults
    if not sides[0].text.strip():
        yield "has an empty front"
    texts = (fence.code for fence in note.slabs)
    if slabs(values) != [
        text if text.endswith("\n") else text + "\n" for text in texts
    ]:
        yield "does not show its code byte for byte"


def slabs(values: Sequence[str]) -> list[str]:
    """The code and the outputs that the fields of a note show, as text."""
    fields = dict(zip(FIELDS, values, strict=False))
    sides = (_Text.of(fields.get(name, "")) for name in ("Front", "Back", "Details"))
    return [slab for side in sides for slab in side.slabs]


class _Text(HTMLParser):
    """The text of some HTML, its slabs of code, and what must not be there."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.slabs: list[str] = []
        self.faults: list[str] = []
        self.path: list[str] = []

    @classmethod
    def of(cls, markup: str) -> _Text:
        reader = cls()
        reader.feed(markup)
        reader.close()
        return reader

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script" or any(name.startswith("on") for name, _ in attrs):
            self.faults.append("holds a script")
        if any(name == "style" for name, _ in attrs):
            self.faults.append("holds an inline style")
        if any(name == "src" and "//" in (value or "") for name, value in attrs):
            self.faults.append("fetches something from outside")
        if tag in ("br", "img", "wbr", "hr"):
            return
        self.path.append(tag)
        if self.path[-3:] == ["figure", "pre", "code"]:
            self.slabs.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.path:
            while self.path.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.text += data
        where = self.path
        if "code" in where and where[: where.index("code") + 1][-3:] == [
            "figure",
            "pre",
            "code",
        ]:
            self.slabs[-1] += data
