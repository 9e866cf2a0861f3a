"""Packages are read as they are: of every form, by whomever, and whatever is wrong."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnanki.anki import apkg
from nnanki.anki.apkg import Field, PackedCard, PackedDeck, Template, archive, wire
from nnanki.model.card import FIELDS
from nnanki.model.problem import Refused, message

from .anki_library import released
from .packages import CLOZES, exported, note, note_type, packed

PICTURE = b"a picture"
STYLE = '@import url("_style.css"); .card {color: red}'


@pytest.fixture(scope="module", name="package")
def package_fixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two note types, with ids and without, a subdeck, a picture, tags, a twin."""
    folder = tmp_path_factory.mktemp("package")
    plain = note_type(1, ids=(11, 12, 13), mod=5, css=STYLE)
    cloze = note_type(2, templates=CLOZES, model_type=1, name="über")
    notes = [
        note(plain, "one", "é &amp; <b>ß</b>", '<img src="a ä.png">', mod=7, due=20),
        note(plain, "twin", "first", "", tags=["b::c", "a"], due=10),
        note(plain, "twin", "second", "", due=30),
        note(cloze, "gap", "{{c1::x}} {{c3::y}}", ""),
    ]
    return packed(folder, notes, {"a ä.png": PICTURE, "_style.css": b""}, "A::B")


def test_a_package_is_read_as_it_was_written(package: Path) -> None:
    """Guids, times, fields, tags, cards and their places, note types, decks, media."""
    found = apkg.read_package(package)

    one, *twins, gap = found.notes
    assert (one.guid, one.type, one.mod) == ("one", 1, 7)
    assert one.fields == ("é &amp; <b>ß</b>", '<img src="a ä.png">')
    assert one.cards == (PackedCard(0, 20, "A::B"),)
    assert [(twin.guid, twin.fields[0]) for twin in twins] == [
        ("twin", "first"),
        ("twin", "second"),
    ]
    assert twins[0].tags == ("a", "b::c")
    assert [card.ord for card in gap.cards] == [0, 2]
    plain, cloze = found.types[1], found.types[2]
    assert (plain.name, plain.mod, plain.cloze) == ("type 1", 5, False)
    assert plain.fields == (Field(11, "Front"), Field(12, "Back"))
    assert plain.templates == (Template(13, "Card", "{{Front}}", "{{Back}}", ("", "")),)
    assert plain.css == STYLE
    assert cloze.cloze
    assert cloze.fields == (Field(None, "Front"), Field(None, "Back"))
    assert found.decks == (PackedDeck("A::B", ""), PackedDeck("Default", ""))
    assert {name: file.size for name, file in found.media.items()} == {
        "_style.css": 0,
        "a ä.png": len(PICTURE),
    }
    assert found.size == package.stat().st_size


def test_both_forms_that_anki_exports_say_the_same(
    package: Path, tmp_path: Path
) -> None:
    """The old one and the one of today, and nothing of the package is lost in them."""
    legacy, today = (
        apkg.read_package(exported(tmp_path, package, form))
        for form in ("legacy", "today")
    )
    written = apkg.read_package(package)

    assert legacy.types == today.types
    assert legacy.media == today.media == written.media
    assert legacy.notes == today.notes
    assert [n.fields for n in today.notes] == [n.fields for n in written.notes]
    assert [(n.guid, n.mod, n.tags) for n in today.notes] == [
        (n.guid, n.mod, n.tags) for n in written.notes
    ]
    kept = {key: replace(kind, latex=("", "")) for key, kind in today.types.items()}
    assert kept == {k: replace(t, latex=("", "")) for k, t in written.types.items()}
    with zipfile.ZipFile(exported(tmp_path, package, "today")) as files:
        assert "collection.anki21b" in files.namelist()


def test_nnanki_s_own_package_is_read(tiny: Path) -> None:
    """Its one note type has ids, its deck says what it is."""
    found = apkg.read_package(released(tiny))
    (kind,) = found.types.values()

    assert tuple(field.name for field in kind.fields) == FIELDS
    assert all(field.id for field in kind.fields)
    assert len(found.notes) == 4
    assert "each card proved" in found.decks[1].description


def test_a_note_may_have_no_cards(tmp_path: Path) -> None:
    """A note that was retired, say."""
    cloze = note_type(2, templates=CLOZES, model_type=1)
    path = packed(tmp_path, [note(cloze, "g", "no gap", "")])

    assert apkg.read_package(path).notes[0].cards == ()


# -- what is none ---------------------------------------------------------------------


def zipped(files: dict[str, bytes], **options: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", **options) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return buffer.getvalue()


def said(data: bytes) -> str:
    """The one error that a file gets."""
    with pytest.raises(Refused) as refused:
        apkg.open_package(data, "x.apkg")
    return message(refused.value.problem, Path())


HINT = "\nhint: give it a package that Anki imports, or get that one anew"
NONE = {
    "empty": (b"", "is empty"),
    "text": (b"no zip at all", "is no Anki package"),
    "zip": (
        zipped({"a.txt": b""}),
        "is a zip, but no Anki package: it has no collection.anki2",
    ),
    "no database": (
        zipped({"collection.anki2": b"text" * 500}),
        "is damaged: file is not a database",
    ),
    "empty database": (
        zipped({"collection.anki21": b""}),
        "is damaged: file is not a database",
    ),
    "not compressed": (
        zipped({"meta": b"\x08\x03", "collection.anki21b": b"text" * 500}),
        "is damaged: zstd decompress error: Unknown frame descriptor",
    ),
    "to come": (
        zipped({"meta": b"\x08\x09", "collection.anki99": b""}),
        "is of a form that is not known here; "
        "export it from Anki with support for older versions",
    ),
    "no message": (
        zipped({"meta": b"\x08", "collection.anki21b": b""}),
        "is damaged: ends in the middle of a number",
    ),
}


@pytest.mark.parametrize("name", NONE)
def test_a_file_that_is_no_package_gets_one_error(name: str) -> None:
    """Its name, what is wrong with it, what to do; and no excerpt of its bytes."""
    data, what = NONE[name]

    assert said(data) == f"x.apkg  {what}{HINT}"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """As the system says it."""
    with pytest.raises(Refused) as refused:
        apkg.read_package(tmp_path / "none.apkg")

    assert refused.value.problem.what == "cannot be read: No such file or directory"


def test_an_encrypted_package_is_refused(package: Path) -> None:
    """Whoever made it: Anki has none."""
    data = bytearray(package.read_bytes())
    for start, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(start)
        while at >= 0:
            data[at + flags] |= 1
            at = data.find(start, at + 4)

    assert said(bytes(data)) == f"x.apkg  is encrypted{HINT}"


def test_a_zip_that_swells_is_not_unpacked_to_its_end() -> None:
    """Half a gigabyte of zeros from half a megabyte."""
    data = zipped(
        {"collection.anki2": bytes(archive.MOST_DATABASE + 1)},
        compression=zipfile.ZIP_DEFLATED,
    )

    assert said(data) == f"x.apkg  is far too large when it is unpacked{HINT}"


def test_no_name_in_a_package_reaches_the_disk(package: Path, tmp_path: Path) -> None:
    """A file that calls itself `../../evil` is only a name among the media."""
    with zipfile.ZipFile(package) as files:
        entries = {name: files.read(name) for name in files.namelist()}
    entries |= {"media": json.dumps({"0": "../../evil", "7": "gone"}).encode()}
    before = sorted(tmp_path.rglob("*"))

    found = apkg.open_package(zipped(entries))

    assert list(found.media) == ["../../evil"]
    assert sorted(tmp_path.rglob("*")) == before


@given(data=st.data())
@settings(max_examples=100)
def test_a_damaged_package_is_read_or_refused(
    package: Path, data: st.DataObject
) -> None:
    """Whatever bytes are wrong: never another error."""
    whole = package.read_bytes()
    broken = bytearray(whole[: data.draw(st.integers(0, len(whole)))] or whole)
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(broken) - 1))
        broken[at] = data.draw(st.integers(0, 255))

    try:
        apkg.open_package(bytes(broken))
    except Refused as refused:
        assert refused.problem.what


@given(st.binary(max_size=40))
def test_no_bytes_are_too_odd_for_a_message(data: bytes) -> None:
    """They are one, or a ValueError says why not."""
    try:
        found = wire.message(data)
    except ValueError as error:
        assert str(error)
    else:
        assert all(isinstance(key, int) for key in found)
