"""Packages of any kind: made with genanki, and exported by Anki's own library."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import anki.collection  # noqa: F401  first: Anki's modules import each other
import genanki
from anki.collection import (
    Collection,
    ExportAnkiPackageOptions,
    ImportAnkiPackageRequest,
)

PLAIN = (("Card", "{{Front}}", "{{Back}}"),)
CLOZES = (("Cloze", "{{cloze:Front}}", "{{cloze:Front}}"),)
FORMS = ("genanki", "legacy", "today")


class Type(genanki.Model):
    """A note type with a time of change of its own."""

    mod = 1

    def to_json(self, _timestamp: float, deck_id: int) -> dict[str, Any]:
        return dict(super().to_json(self.mod, deck_id))


class Note(genanki.Note):
    """A note with a time of change of its own."""

    mod = 1

    def write_to_db(self, cursor: Any, _time: float, deck_id: int, ids: Any) -> None:
        super().write_to_db(cursor, self.mod, deck_id, ids)


def note_type(
    number: int = 1,
    fields: Sequence[str] = ("Front", "Back"),
    templates: Sequence[tuple[str, str, str]] = PLAIN,
    **more: Any,
) -> Type:
    """A note type. `ids`: fields and templates have ids, in that order."""
    ids, mod = more.pop("ids", ()), more.pop("mod", 1)
    made = Type(
        number,
        more.pop("name", f"type {number}"),
        fields=[{"name": name} for name in fields],
        templates=[
            dict(zip(("name", "qfmt", "afmt"), t, strict=True)) for t in templates
        ],
        **more,
    )
    for part, key in zip((*made.fields, *made.templates), ids, strict=False):
        part["id"] = key
    made.mod = mod
    return made


def note(kind: Type, guid: str, *fields: str, mod: int = 1, **more: Any) -> Note:
    made = Note(kind, list(fields), guid=guid, **more)
    made.mod = mod
    return made


def packed(
    folder: Path,
    notes: Sequence[Note],
    media: Mapping[str, bytes] | None = None,
    deck: str = "Deck",
) -> Path:
    """A package, as genanki writes it."""
    made = genanki.Deck(99, deck)
    for each in notes:
        made.add_note(each)
    package = genanki.Package(made)
    scratch = Path(tempfile.mkdtemp(dir=folder))
    for name, data in (media or {}).items():
        (scratch / name).write_bytes(data)
    package.media_files = sorted(str(path) for path in scratch.iterdir())
    path = scratch / "package.apkg"
    package.write_to_file(str(path), timestamp=next(SECONDS))
    return path


SECONDS = itertools.count(1_600_000_000, 1_000)  # ids of notes follow from it


def exported(folder: Path, package: Path, form: str) -> Path:
    """The same package as Anki exports it after importing it."""
    if form == "genanki":
        return package
    scratch = Path(tempfile.mkdtemp(dir=folder))
    collection = Collection(str(scratch / "collection.anki2"))
    try:
        presets = collection._backend.get_import_anki_package_presets()
        collection.import_anki_package(
            ImportAnkiPackageRequest(package_path=str(package), options=presets)
        )
        options = ExportAnkiPackageOptions(
            with_scheduling=False,
            with_deck_configs=False,
            with_media=True,
            legacy=form == "legacy",
        )
        path = scratch / "exported.apkg"
        collection.export_anki_package(out_path=str(path), options=options, limit=None)
    finally:
        collection.close()
    return path
