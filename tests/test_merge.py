"""Two branches change a deck, git merges them, and one `nnanki update` is enough."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnanki.model.card import Note, NoteType
from nnanki.model.disk.text import Text
from nnanki.notes.lock import NOTE_TYPE, Entry, Lock, parse, renewed

from .anki_library import change, done, fresh, learner, released
from .repository import begin, commit, git

KINK, ERRORS = Path("cards/1-kink.md"), Path("cards/2-errors.md")
LOCK = "cards/nnanki.lock"
UNION = "cards/nnanki.lock merge=union\n"


@pytest.fixture(scope="module", name="first")
def first_fixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny project, committed; only to be read."""
    root = begin(fresh(tmp_path_factory.mktemp("first")))
    commit(root)
    return root


@pytest.fixture(name="tiny", params=["", UNION], ids=["marks", "union"])
def tiny_fixture(first: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """The tiny project; Git writes its marks into the lock, or takes both sides."""
    root = Path(shutil.copytree(first, tmp_path / "tiny"))
    (root / ".gitattributes").write_text(request.param)
    commit(root)
    return root


def card(name: str, answer: int = 0) -> str:
    value = f"`{answer}`<!-- =kink.relu({answer}) -->"
    return f"## {name}\n\nWhat is {name}?\n\n---\n\n{value}\n"


def entries(root: Path) -> dict[str, Entry]:
    name = LOCK
    lock, problems = parse(Text(name, (root / name).read_text()))
    assert not problems and not lock.merged
    assert lock.text() == (root / name).read_text()
    return dict(lock.entries)


def test_cards_added_and_changed_on_both_branches(tiny: Path, tmp_path: Path) -> None:
    """Neighbouring lines of the lock; all cards arrive, and what both have is kept."""
    git(tiny, "switch", "-q", "-c", "other")
    change(tiny / KINK, "Negatives become zero.", "All negatives become zero.")
    change(tiny / KINK, "## relu-source", card("relu-n") + "\n## relu-source")
    done(tiny, "update")
    commit(tiny)
    theirs = entries(tiny)
    git(tiny, "switch", "-q", "main")
    change(tiny / ERRORS, "Text has no order", "Words have no order")
    with (tiny / ERRORS).open("a") as file:
        file.write("\n" + card("relu-o"))
    done(tiny, "update")
    commit(tiny)
    ours = entries(tiny)
    package = released(tiny)
    merge(tiny)

    done(tiny, "update")
    now = entries(tiny)
    assert now["relu-negative"] == theirs["relu-negative"]
    assert now["relu-of-text"].mod == ours["relu-of-text"].mod
    with learner(tmp_path / "anki") as someone:
        someone.take(package)
        arrived = someone.take(released(tiny))
        assert (arrived.new, arrived.updated) == (["relu-n"], ["relu-negative"])
        assert someone.unseen("Tiny deck") == [
            "relu-negative",
            "relu-n",
            "relu-source",
            "slope-at-the-kink",
            "relu-of-text",
            "relu-o",
        ]


def merge(root: Path) -> None:
    """Merge the other branch; only the lock may be in conflict."""
    git(root, "merge", "-q", "other", "-m", "merged", check=False)
    assert git(root, "diff", "--name-only", "--diff-filter=U").split() in ([], [LOCK])


def test_one_card_changed_on_both_branches(tiny: Path, tmp_path: Path) -> None:
    """The merged words are neither branch's: they arrive wherever either has been."""
    change(
        tiny / KINK, "Negatives become zero.", "Negatives become zero.\n\nOne.\n\nTwo."
    )
    done(tiny, "update")
    commit(tiny)
    packages = []
    for branch, old, new in (("other", "One.", "One more."), ("main", "Two.", "Too.")):
        git(tiny, "switch", "-q", *(["-c"] if branch == "other" else []), branch)
        change(tiny / KINK, old, new)
        packages.append(tmp_path / f"{branch}.apkg")
        shutil.copy(released(tiny), packages[-1])
        commit(tiny)
    merge(tiny)
    merged = released(tiny)

    for number, package in enumerate(packages):
        with learner(tmp_path / f"anki{number}") as someone:
            someone.take(package)
            assert someone.take(merged).updated == ["relu-negative"]
            back = someone.notes()["relu-negative"]["Back"]
            assert "One more." in back and "Too." in back


def test_a_card_renamed_on_one_branch_and_changed_on_the_other(
    tiny: Path, tmp_path: Path
) -> None:
    """Two lines, one note: the new name goes on from the newer of them."""
    before = tmp_path / "before.apkg"
    shutil.copy(released(tiny), before)
    git(tiny, "switch", "-q", "-c", "other")
    change(
        tiny / ERRORS, "## relu-of-text\n", "## relu-word\n<!-- was: relu-of-text -->\n"
    )
    done(tiny, "update")
    commit(tiny)
    git(tiny, "switch", "-q", "main")
    change(tiny / ERRORS, "Text has no order", "Words have no order")
    done(tiny, "update")
    commit(tiny)
    ours = entries(tiny)["relu-of-text"].mod
    merge(tiny)
    package = released(tiny)

    now = entries(tiny)
    assert "relu-of-text" not in now
    assert now["relu-word"].mod > ours
    with learner(tmp_path / "anki") as someone:
        someone.take(before)
        assert someone.take(package).updated == ["relu-word"]


A, B = "a" * 16, "b" * 16


def joined(*lines: str) -> Lock:
    lock, problems = parse(Text(LOCK, "\n".join(lines)))
    assert problems == []
    return lock


def test_of_two_lines_the_newer_counts_and_no_release_is_lost() -> None:
    """The first release that any branch knows stays; the change is the newer one's."""
    lock = joined(
        f"x {A} 2026-01-02T00:00:00Z 1000 L1 - -",
        f"x {B} 2026-01-01T00:00:00Z 2000 L3 0.1.0 0.2.0",
    )

    entry = lock.entries["x"]
    assert (entry.digest, entry.level, entry.first, entry.last) == (
        A,
        "L1",
        "0.1.0",
        "",
    )
    assert lock.merged


def test_two_lines_of_one_time_are_neither() -> None:
    """Whatever the note says, it gets a later time: someone may have either text."""
    lock = joined(
        f"x {A} 2026-01-01T00:00:00Z 1000 L1 - -",
        f"x {B} 2026-01-01T00:00:00Z 1000 L1 - -",
    )

    assert lock.entries["x"].digest not in (A, B)


def test_a_card_that_learners_were_told_is_retired_stays_so() -> None:
    """A branch that changed the card later does not bring it back."""
    lock = joined(
        f"x {A} 2026-01-01T00:00:00Z 1000 retired 0.1.0 0.2.0",
        f"x {B} 2026-01-03T00:00:00Z 1000 L1 0.1.0 -",
    )

    entry = lock.entries["x"]
    assert entry.has_left
    assert entry.mod > joined(f"x {A} 2026-01-02T00:00:00Z 1 L1 - -").entries["x"].mod


WORDS = st.sampled_from("abc")
BRANCH = st.dictionaries(st.sampled_from("uvwxyz"), WORDS)


@given(BRANCH, BRANCH, BRANCH, BRANCH, st.data())
def test_whatever_two_branches_did_an_update_reaches_learners_of_both(
    base: dict[str, str],
    ours: dict[str, str],
    theirs: dict[str, str],
    merged: dict[str, str],
    data: st.DataObject,
) -> None:
    """A note that says something else than a branch's gets a later time than it had."""
    old = renewed(Lock(LOCK), notes(base), KIND, 100)
    clocks = data.draw(st.tuples(st.integers(100, 103), st.integers(100, 103)))
    sides = [
        renewed(old, notes(words), KIND, clock)
        for words, clock in zip((ours, theirs), clocks, strict=True)
    ]
    lines = [line for side in sides for line in side.text().splitlines()]
    lock = joined(*data.draw(st.permutations(lines)))
    now = renewed(lock, notes(merged), KIND, data.draw(st.integers(99, 104)))

    for side in sides:
        for name, entry in now.entries.items():
            known = side.entries.get(name)
            if known is not None:
                assert entry.mod >= known.mod + (entry.digest != known.digest)


KIND = NoteType("", "", "", A)


def notes(words: dict[str, str]) -> list[Note]:
    return [
        Note(name, name, (), (), (), (), word * 16, "L1")
        for name, word in sorted(words.items())
    ]


def test_the_later_of_two_releases_counts() -> None:
    """By number, not by letters: 0.10.0 comes after 0.9.0."""
    lock = joined(
        "@release 0.10.0 2026-01-01T00:00:00Z",
        "@release 0.9.0 2026-01-02T00:00:00Z",
        f"{NOTE_TYPE} {A} 2026-01-01T00:00:00Z 0 - 0.1.0 0.1.0",
    )

    assert lock.release is not None and lock.release.number == "0.10.0"
    assert lock.merged
