"""Names of decks: a name is refused if and only if Anki would not keep it as it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from nnanki.cli import main
from nnanki.model.deck_name import anki_name, name_fault
from nnanki.model.disk.text import BOM
from nnanki.model.problem import Refused
from nnanki.model.project import Project, load
from nnanki.release.package import package

from .learner import Learner, learner
from .releases import Release, kind, note, released

CHANGED = [
    *("", "A::", "::B", "A::::B", "a\tb", "a\nb", " a", "a ", "A:: B", "A ::B"),
    *("a:", ":a", "A:::B", "e\u0301", "\u212b", "a\x00b", "a\x7fb", "\u3000a", "a\x85"),
]
KEPT = [
    *(
        "Leap years",
        "A::B",
        'a"b',
        "a'b",
        "a/b\\c",
        "閏年",
        "a:b",
        "*",
        "_x",
        "🎉",
        "a & <b>",
    ),
    *("Default::x", "A::Default", "{{x}}", "$x$", "x" * 200, "Ünï", "a.b-c"),
]


@pytest.fixture(name="someone")
def someone_fixture(tmp_path: Path) -> Iterator[Learner]:
    with learner(tmp_path / "anki") as someone:
        yield someone


def called(someone: Learner, name: str) -> str:
    """What Anki calls a deck that is made by a name, among no others."""
    deck = someone.col.decks.id(name)
    assert deck is not None
    found = someone.col.decks.name(deck)
    others = [d.id for d in someone.col.decks.all_names_and_ids() if d.id != 1]
    someone.col.decks.remove(others)
    return found


def imported(someone: Learner, folder: Path, name: str) -> str:
    """What Anki calls the deck of a package."""
    project = Project(Path(), "values", name)
    release = released(
        Release(), [note("one", "words")], "", 1_700_000_000, 1_700_000_000
    )
    data = package(project, kind(""), release.notes, release.lock)
    (folder / "deck.apkg").write_bytes(data)
    someone.take(folder / "deck.apkg")
    (card,) = someone.col.find_cards("")
    return someone.col.decks.name(someone.col.get_card(card).did)


@pytest.mark.parametrize("name", CHANGED)
def test_a_name_that_anki_changes_is_refused(someone: Learner, name: str) -> None:
    assert called(someone, name) == anki_name(name) != name
    assert name_fault(name) is not None


@pytest.mark.parametrize("name", KEPT)
def test_a_name_that_anki_keeps_is_not(
    someone: Learner, tmp_path: Path, name: str
) -> None:
    assert called(someone, name) == name
    assert imported(someone, tmp_path, name) == name
    assert name_fault(name) is None


@pytest.mark.parametrize("name", ["Default", "default", "DEFAULT"])
def test_the_name_of_a_deck_that_everybody_has_is_refused(
    someone: Learner, tmp_path: Path, name: str
) -> None:
    """Anki may put its cards into the deck that it had, or into another: by chance."""
    found = imported(someone, tmp_path, name)
    assert found.casefold().startswith("default")
    assert name_fault(name) is not None


@pytest.mark.parametrize("name", ["\u200b", "A::\u2060", "a\u2028b", "a\x80b"])
def test_a_name_that_nobody_can_read_is_refused(name: str) -> None:
    assert name_fault(name) is not None


PIECES = [*"aé:字\"'\\/ \t\n\x00\x7f\x85\u3000\u200b\ufeff", "e\u0301", "::"]


def test_any_name_is_called_as_anki_calls_it(someone: Learner) -> None:
    @given(st.lists(st.sampled_from(PIECES), max_size=6).map("".join))
    def same(name: str) -> None:
        assert anki_name(name) == called(someone, name)

    same()


def test_what_the_hints_say_is_kept() -> None:
    """A name that is proposed is fine."""
    for name in CHANGED:
        _, hint = name_fault(name) or ("", "")
        if "write" in hint:
            assert name_fault(hint.split('"')[1]) is None


# -- the file of settings -------------------------------------------------------------

DECK = '[tool.nnanki]\nname = "my-deck"\n'


def refused(root: Path, text: str) -> tuple[int, str, str]:
    (root / "pyproject.toml").write_bytes(text.encode())
    with pytest.raises(Refused) as caught:
        load(root)
    problem = caught.value.problem
    return problem.place.line, problem.what, problem.hint


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes((BOM + DECK).encode())
    assert load(tmp_path).name == "my-deck"
    line, what, _ = refused(tmp_path, BOM + DECK + "deck = x\n")
    assert (line, what.startswith("not TOML")) == (3, True)


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_a_setting_is_refused_at_its_own_line(tmp_path: Path, newline: str) -> None:
    """Not where the same word stands otherwise."""
    text = f'# deck\n[tool.other]\ndeck = ""\n{DECK}terms = ["deck"]\n  "deck" = ""\n'
    assert refused(tmp_path, text.replace("\n", newline))[0] == 7
    odd = f'{DECK}url = "\u2028\x0c"\ndeck = ""\n'.replace("\x0c", "\\f")
    assert refused(tmp_path, odd.replace("\n", newline))[0] == 4


def test_a_name_that_names_no_file_says_so(tmp_path: Path) -> None:
    line, what, hint = refused(tmp_path, '[tool.nnanki]\nname = "Leap Years"\n')
    assert (line, what) == (2, "`name` cannot be 'Leap Years': it names a file")
    assert 'write `name = "leap-years"`' in hint
    project = '[project]\nname = "Leap Years"\n[tool.nnanki]\ndeck = "x"\n'
    assert refused(tmp_path, project)[:2] == (line, what)
    assert refused(tmp_path, "[tool.nnanki]\n")[1] == "the deck has no name"


def test_a_refused_name_leaves_the_lock_alone(tiny: Path) -> None:
    """A line of the lock cannot hold two."""
    path = tiny / "pyproject.toml"
    path.write_text(path.read_text().replace("Tiny deck", "Tiny\\ndeck"))
    before = (tiny / "cards" / "nnanki.lock").read_bytes()
    assert CliRunner().invoke(main, ["-C", str(tiny), "update"]).exit_code == 2
    assert (tiny / "cards" / "nnanki.lock").read_bytes() == before
