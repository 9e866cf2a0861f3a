"""`replay`: what the finished package shows is compared with the source, and run."""

import sqlite3
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from nnanki.build import Deck, examine, quiet
from nnanki.package import package
from nnanki.project import load
from nnanki.replay import replay


def built(root: Path) -> tuple[Deck, bytes]:
    """A deck and the bytes of its package."""
    deck = examine(load(root), quiet)
    assert not deck.problems and deck.kind is not None
    return deck, package(deck.project, deck.kind, deck.notes, deck.lock)


def tampered(data: bytes, folder: Path, change: Callable[[str], str]) -> bytes:
    """The package with the fields of its notes changed."""
    path = folder / "collection.anki2"
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    path.write_bytes(parts["collection.anki2"])
    connection = sqlite3.connect(path)
    for number, fields in connection.execute("SELECT id, flds FROM notes").fetchall():
        new = (change(fields), number)
        connection.execute("UPDATE notes SET flds = ? WHERE id = ?", new)
    connection.commit()
    connection.close()
    parts["collection.anki2"] = path.read_bytes()
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return written.getvalue()


def said(deck: Deck, data: bytes) -> list[str]:
    return [
        f"{problem.place.path}:{problem.place.line} {problem.what}"
        for problem in replay(deck, data, quiet)
    ]


def test_a_good_package_does_what_it_shows(tiny: Path) -> None:
    """Nothing is wrong with what was packed from a deck that is proved."""
    assert said(*built(tiny)) == []


@pytest.mark.parametrize(
    "old, new, expected",
    [
        ("&gt;", "", ["cards/1-kink.md:27", "does not show the source of `kink.relu`"]),
        (
            '<span class="o">-</span>',
            "",
            ["cards/1-kink.md:18", "this is not what the code prints"],
        ),
        (
            "TypeError: ",
            "TypeError: no, ",
            ["cards/2-errors.md:19", "this is not the error that is raised"],
        ),
    ],
    ids=["an entity lost", "a sign of code", "words of an error"],
)
def test_a_package_that_shows_something_else(
    tiny: Path, tmp_path: Path, old: str, new: str, expected: list[str]
) -> None:
    """One lost entity, another digit, other words: the card and its fence are named."""
    deck, data = built(tiny)
    problems = said(
        deck, tampered(data, tmp_path, lambda fields: fields.replace(old, new))
    )

    assert any(all(words in problem for words in expected) for problem in problems), (
        problems
    )


def test_source_that_changed_since(tiny: Path) -> None:
    """A file that was saved between proof and package is noticed."""
    deck, data = built(tiny)
    path = tiny / "toy/kink.py"
    path.write_text(path.read_text("utf-8").replace("return 0", "return 0.0"), "utf-8")

    problems = said(deck, data)
    assert "does not show the source of `kink.relu` as it is" in problems[0]


def test_packed_source_is_what_runs(tiny: Path) -> None:
    """The quoted text itself is executed: its card's values come from it."""
    card = tiny / "cards/1-kink.md"
    text = card.read_text("utf-8")
    assert "`0`<!-- =kink.relu(0) -->" in text
    deck, data = built(tiny)
    seen: list[tuple[str, int, int]] = []
    replay(deck, data, lambda *told: seen.append(told))

    assert seen[-1] == ("running the package", 4, 4)
