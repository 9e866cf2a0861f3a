"""Releases: what they refuse, what they write, what they say to learners."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sqlite3
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from nnanki.model.version import MAJOR, MINOR, NOTHING, PATCH, Version, version

from .anki_library import Learner, change, done, fresh, learner, nnanki, released, tree
from .repository import DAY, begin, commit, dated, git, released_once

KINK, ERRORS = Path("cards/1-kink.md"), Path("cards/2-errors.md")
LOCK, CHANGELOG = Path("cards/nnanki.lock"), Path("cards/CHANGELOG.md")
LEFT, PACKAGE = Path("cards/RETIRED.md"), Path("dist/tiny.apkg")


@pytest.fixture(scope="module", name="first")
def first_fixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny project, released as 0.1.0 and committed; only to be read."""
    return released_once(tmp_path_factory.mktemp("first"))


@pytest.fixture(name="tiny")
def tiny_fixture(first: Path, tmp_path: Path) -> Path:
    """The same; to be changed."""
    return Path(shutil.copytree(first, tmp_path / "tiny"))


def refused(root: Path, *words: str, code: int = 1) -> str:
    """A command that must fail and write nothing; what it says."""
    before = tree(root), package(root)
    result = nnanki(root, *words)
    assert result.exit_code == code, result.output
    assert (tree(root), package(root)) == before
    return result.output


def package(root: Path) -> bytes:
    return (root / PACKAGE).read_bytes()


def description(root: Path) -> str:
    """What Anki shows of the deck in a package."""
    with zipfile.ZipFile(root / PACKAGE) as archive:
        data = archive.read("collection.anki2")
    connection = sqlite3.connect(":memory:")
    connection.deserialize(data)
    ((decks,),) = connection.execute("select decks from col").fetchall()
    connection.close()
    return next(d["desc"] for d in json.loads(decks).values() if d["desc"])


def retire(root: Path, name: str, words: str = "It asked too little.") -> None:
    """Take a card out of its file, and say why."""
    for path in (root / KINK, root / ERRORS):
        head, found, rest = path.read_text().partition(f"## {name}\n")
        if found:
            _, more, after = rest.partition("\n## ")
            path.write_text((head + more.lstrip("\n") + after).rstrip() + "\n")
    with (root / LEFT).open("a") as file:
        file.write(f"## {name}\n\n{words}\n\n")


def add(root: Path, name: str = "relu-seven") -> None:
    with (root / KINK).open("a") as file:
        file.write(
            f"\n## {name}\n\nWhat is `relu(7)`?\n\n---\n\n`7`<!-- =kink.relu(7) -->\n"
        )


def correct(root: Path) -> None:
    change(root / KINK, "Negatives become zero.", "All negatives become zero.")


def ready(root: Path) -> None:
    done(root, "update")
    commit(root)


# -- what is written ------------------------------------------------------------------


def test_the_first_release_names_the_concepts(first: Path) -> None:
    """Lock, changelog, package with its checksum, notes; the tree is as committed."""
    lock = (first / LOCK).read_text()
    assert "\n@release 0.1.0 2026-05-03T03:09:37Z\n" in lock
    notes = [line for line in lock.splitlines() if line[0] not in "#@"]
    assert len(notes) == 4 and all(line.endswith(" 0.1.0 0.1.0") for line in notes)
    said = (first / CHANGELOG).read_text()
    text = "The first release: 4 cards.\n\n- The kink: 3 cards\n- Errors: 1 card\n"
    assert said.endswith(f"\n\n## 0.1.0, 3 May 2026\n\n{text}")
    assert (first / "dist" / "RELEASE.md").read_text() == text
    digest = hashlib.sha256(package(first)).hexdigest()
    assert (first / "dist" / "SHA256SUMS").read_text() == f"{digest}  tiny.apkg\n"
    assert git(first, "status", "--porcelain") == ""


def test_the_deck_s_description_tells_the_release(tiny: Path) -> None:
    """Version, day, counts, licence, links; and that there are later changes."""
    assert description(tiny) == (
        "<p>Tiny deck, version 0.1.0 of 3 May 2026: 4 cards on 2 concepts, each card"
        " proved by running it. Licence: MIT."
        ' <a href="https://example.org/tiny">Where it is made</a>.'
        ' Found a mistake? <a href="https://example.org/tiny/issues">Report it</a>.</p>'
    )
    correct(tiny)
    released(tiny)
    assert "version 0.1.0 of 3 May 2026, with later changes: 4 cards on" in description(
        tiny
    )


def test_a_release_changes_no_note(tiny: Path, tmp_path: Path) -> None:
    """The version stands in the description alone: every note is as it was."""
    add(tiny)
    ready(tiny)
    done(tiny, "build")
    with learner(tmp_path / "anki") as someone:
        names = someone.take(tiny / PACKAGE).new
        done(tiny, "release", "0.2.0")
        assert someone.take(tiny / PACKAGE) == ([], [], names, [])


def test_what_is_committed_builds_the_released_package(tiny: Path) -> None:
    """After the commit, build and the same release give its bytes, in any folder."""
    correct(tiny)
    ready(tiny)
    done(tiny, "release", "0.1.1")
    right = package(tiny)
    commit(tiny)
    other = tiny.parent / "other"
    git(tiny.parent, "clone", "-q", str(tiny), str(other))
    done(other, "build")
    assert package(other) == right
    shutil.rmtree(other / "dist")
    said = done(other, "release", "0.1.1")

    assert said.endswith("release 0.1.1 once more, in dist/\n")
    for name in ("tiny.apkg", "SHA256SUMS", "RELEASE.md"):
        assert (other / "dist" / name).read_bytes() == (
            tiny / "dist" / name
        ).read_bytes()
    assert git(other, "status", "--porcelain") == ""


def test_the_same_day_makes_the_same_release(tiny: Path) -> None:
    """With SOURCE_DATE_EPOCH, two clones write the same files."""
    correct(tiny)
    with dated(DAY + 1):
        ready(tiny)
    trees = []
    for name in ("one", "two"):
        root = tiny.parent / name
        git(tiny.parent, "clone", "-q", str(tiny), str(root))
        with dated(DAY + 2):
            done(root, "release", "0.1.1")
        shutil.rmtree(root / ".git")
        trees.append((tree(root), package(root)))

    assert trees[0] == trees[1]


def test_a_lock_keeps_its_ends_of_lines(tiny: Path) -> None:
    """Git may have checked it out with those of another system."""
    correct(tiny)
    done(tiny, "update")
    (tiny / LOCK).write_bytes((tiny / LOCK).read_bytes().replace(b"\n", b"\r\n"))
    commit(tiny)
    done(tiny, "release", "0.1.1")

    data = (tiny / LOCK).read_bytes()
    assert data.count(b"\r\n") == data.count(b"\n") > 20


def test_a_date_that_is_none_is_told(tiny: Path) -> None:
    """Before anything is written."""
    with dated("today"):
        said = refused(tiny, "update", code=2)
    assert "SOURCE_DATE_EPOCH is 'today'; it must be a number of seconds." in said


def test_a_release_prints_what_the_readme_shows(tiny: Path) -> None:
    """With a new card and a changed one."""
    add(tiny)
    correct(tiny)
    ready(tiny)
    page = Path(__file__).parents[1].joinpath("README.md").read_text(encoding="utf-8")
    shown = page.split("$ nnanki release 1.1.0\n")[1].split("```")[0]

    assert done(tiny, "release", "1.1.0") == shown


# -- what it says to learners ---------------------------------------------------------


def test_learners_read_what_became_of_each_card(tiny: Path) -> None:
    """New, changed with its words, moved, retired; by concept; oldest last."""
    text = (tiny / KINK).read_text()
    start = text.index("## relu-source")
    stop = text.index("## slope-at-the-kink")
    (tiny / KINK).write_text(text[:start] + text[stop:])
    with (tiny / ERRORS).open("a") as file:
        file.write(
            "\n"
            + text[start:stop]
            .replace("## relu-source\n", "## relu-code\n<!-- was: relu-source -->\n")
            .rstrip()
            + "\n"
        )
    correct(tiny)
    add(tiny)
    words = "<!-- instead: relu-seven -->\n\nIt asked about *Python*, not `relu`."
    retire(tiny, "relu-of-text", words)
    ready(tiny)
    said = done(tiny, "release")
    with dated(DAY + 86_400):
        told = done(tiny, "release", "1.0.0")

    assert told.splitlines()[1:] == [
        "release 1.0.0: 1 new, 2 changed, 1 moved, 1 left the deck, 1 in another place",
        "wrote cards/CHANGELOG.md, cards/nnanki.lock and what is in dist/",
        'next: git add cards && git commit -m "Release 1.0.0" && git tag v1.0.0',
    ]
    section = """\
4 cards. Import the package over the one that you have: all reviews stay. To do: one \
card has left the deck; suspend or delete what you find with `tag:nnanki::retired`. \
Newcomers meet 1 card in another place.

### New

- **The kink**
  - `relu-seven`: What is `relu(7)`?

### Changed

- **The kink**
  - `relu-negative`

    <p>Which number does the call print?</p>

    ```diff
      print(kink.relu(-2))
      0
    ```

    <p><del>Negatives</del><ins>All negatives</ins> become zero.</p>
- **Errors**
  - `relu-code`, until now `relu-source`

### Moved

- **Errors**
  - `relu-code`, from *The kink*

### Left the deck

- **Errors**
  - `relu-of-text`: It asked about Python, not `relu`. Instead: `relu-seven`.
"""
    assert said == f"{section}\nafter 0.1.0, at least 1.0.0\n"
    log = (tiny / CHANGELOG).read_text()
    assert f"\n\n## 1.0.0, 4 May 2026\n\n{section}\n## 0.1.0, 3 May 2026\n\n" in log
    assert (tiny / "dist" / "RELEASE.md").read_text() == section


def test_a_card_whose_words_are_the_same_says_so(tiny: Path) -> None:
    """Another title changes its note, but nothing that could be shown word by word."""
    change(tiny / ERRORS, "title: Errors", "title: What goes wrong")
    ready(tiny)
    said = done(tiny, "release")

    same = "the same words, but another title, picture, kind or proof"
    assert f"- **What goes wrong**\n  - `relu-of-text`: {same}\n" in said


def test_words_of_cards_mark_nothing_in_the_changelog(tiny: Path) -> None:
    """Code stays code; signs that Markdown would take for its own do not vanish."""
    with (tiny / KINK).open("a") as file:
        asked = "What is `a*b < 3` if *b* < a\\*a\\_1?"
        file.write(card("signs").replace("What is signs?", asked))
    ready(tiny)
    said = done(tiny, "release")

    shown = r"What is `a*b < 3` if b \< a\*a\_1?"
    assert f"  - `signs`: {shown}\n" in said


def test_another_look_and_another_order_are_told_in_a_sentence(tiny: Path) -> None:
    """Neither changes a note; both are a patch."""
    text = (tiny / KINK).read_text()
    start, stop = text.index("## relu-negative"), text.index("## relu-source")
    (tiny / KINK).write_text(
        text[:start] + text[stop:] + "\n" + text[start:stop].rstrip() + "\n"
    )
    (tiny / "templates").mkdir()
    (tiny / "templates" / "style.css").write_text(".card { color: rebeccapurple }\n")
    ready(tiny)

    assert done(tiny, "release") == (
        "4 cards. Import the package over the one that you have: all reviews stay."
        " All cards look a little different. Newcomers meet 1 card in another place."
        "\n\nafter 0.1.0, at least 0.1.1\n"
    )
    assert "release 0.1.1: another look, 1 in another place" in done(
        tiny, "release", "0.1.1"
    )


def test_without_changes_there_is_nothing_to_release(tiny: Path) -> None:
    """Whatever the number; and asking what would be says so."""
    assert done(tiny, "release") == "nothing changed since 0.1.0\n"
    said = refused(tiny, "release", "0.2.0")
    assert "nothing changed since 0.1.0" in said
    assert "hint: there is nothing to release" in said


def test_a_section_of_a_release_that_was_killed_is_not_doubled(tiny: Path) -> None:
    """Though somebody has committed what such a run left behind."""
    correct(tiny)
    ready(tiny)
    before = (tiny / LOCK).read_text()
    done(tiny, "release", "0.1.1")
    right = (tiny / CHANGELOG).read_text()
    (tiny / LOCK).write_text(before)
    commit(tiny)
    done(tiny, "release", "0.1.1")

    assert (tiny / CHANGELOG).read_text() == right
    assert right.count("\n## ") == 2


# -- what a version says --------------------------------------------------------------


@pytest.mark.parametrize(
    ("impact", "least"),
    [(NOTHING, "1.2.3"), (PATCH, "1.2.4"), (MINOR, "1.3.0"), (MAJOR, "2.0.0")],
)
def test_a_version_rises_by_what_it_brings(impact: int, least: str) -> None:
    """The numbers behind the one that rises begin anew."""
    assert str(Version(1, 2, 3).after(impact)) == least


@pytest.mark.parametrize(
    "text", ["1", "1.2", "1.2.3.4", "v1.2.3", "1.02.3", "1.2.x", ""]
)
def test_what_is_no_version(text: str) -> None:
    """Three numbers without zeros before them, nothing else."""
    assert version(text) is None


def test_a_correction_is_a_patch(tiny: Path) -> None:
    """Not the same number, nor an older one; any newer one will do."""
    correct(tiny)
    ready(tiny)

    said = refused(tiny, "release", "0.1.0")
    assert said == (
        "cards/nnanki.lock:3:1  0.1.0 is not newer than 0.1.0, the last release\n"
        "   3 | @release 0.1.0 2026-05-03T03:09:37Z\n"
        "     | ^\n"
        "hint: call it 0.1.1, or more\n\n"
        "4 cards, 2 symbols, 1 problem\n"
    )
    assert "is not newer" in refused(tiny, "release", "0.0.9")
    done(tiny, "release", "0.2.0")


def test_a_new_card_is_more_than_a_patch(tiny: Path) -> None:
    """Learners will have more to study."""
    add(tiny)
    ready(tiny)

    said = refused(tiny, "release", "0.1.1")
    assert "0.1.1 says less than it brings: there are new cards" in said
    assert "hint: call it 0.2.0, or more" in said
    done(tiny, "release", "0.2.0")


def test_a_card_that_left_is_a_major_change(tiny: Path) -> None:
    """Progress on it is lost, whatever takes its place."""
    add(tiny)
    retire(tiny, "relu-of-text")
    add_to = (tiny / ERRORS).read_text()
    (tiny / ERRORS).write_text(add_to + "\n" + card("errors-remain"))
    ready(tiny)

    said = refused(tiny, "release", "0.2.0")
    assert "cards left the deck, and progress on them is lost" in said
    assert "hint: call it 1.0.0, or more" in said
    done(tiny, "release", "1.0.0")


def card(name: str) -> str:
    return f"## {name}\n\nWhat is {name}?\n\n---\n\n`0`<!-- =kink.relu(0) -->\n"


def test_a_version_is_three_numbers(tiny: Path) -> None:
    """Else nothing begins."""
    said = refused(tiny, "release", "v1", code=2)
    assert "'v1' is no version; write it as in 1.2.0." in said


# -- what is refused ------------------------------------------------------------------


def test_what_is_not_committed_cannot_be_released(tiny: Path) -> None:
    """Changed files and new ones; what nnanki and Python leave about does not count."""
    correct(tiny)
    done(tiny, "update")
    (tiny / "notes.txt").write_text("x")
    (tiny / ".gitignore").write_text("")
    git(tiny, "commit", "-q", "-m", "x", ".gitignore")

    assert refused(tiny, "release", "0.1.1", code=2) == (
        "cards/1-kink.md  is not committed as it is, and 2 other files\n"
        "hint: commit it first, or take it back: `git restore` and `git clean`\n\n"
    )
    (tiny / "notes.txt").unlink()
    git(tiny, "commit", "-q", "-a", "-m", "x")
    done(tiny, "release", "0.1.1")


def test_a_deck_with_problems_cannot_be_released(tiny: Path) -> None:
    """What check says, release says; with --strict, warnings too."""
    change(tiny / KINK, "```output\n0", "```output\n1")
    commit(tiny)

    said = refused(tiny, "release", "0.1.1")
    assert said == nnanki(tiny, "check").output
    stale = done(tiny, "update") and refused_after_commit(tiny)
    assert "nothing changed since 0.1.0" in stale


def refused_after_commit(root: Path) -> str:
    commit(root)
    return refused(root, "release", "0.1.1")


def test_a_stale_lock_cannot_be_released(tiny: Path) -> None:
    """Though the cards are committed, learners would not get them."""
    correct(tiny)
    commit(tiny)

    assert "the lock is stale: `relu-negative` changed" in refused(
        tiny, "release", "0.1.1"
    )


def test_a_project_may_be_a_folder_of_a_repository(tmp_path: Path) -> None:
    """What lies elsewhere in the repository is of no concern."""
    begin(tmp_path)
    root = released_once(tmp_path / "decks")
    shutil.rmtree(root / ".git")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "x")
    correct(root)
    ready(root)
    (tmp_path / "elsewhere.txt").write_text("x")
    (root / "note.txt").write_text("x")

    said = refused(root, "release", "0.1.1", code=2)
    assert said.startswith("note.txt  is not committed as it is\n")
    (root / "note.txt").unlink()
    assert "1 changed" in done(root, "release", "0.1.1")


def test_without_git_there_is_no_release(tmp_path: Path) -> None:
    """A folder that is no repository says so in a line."""
    root = fresh(tmp_path)
    said = refused(root, "release", "0.1.0", code=2)
    assert said.startswith("git  not a git repository (or any of the parent")
    assert "hint: a release is made from what is committed" in said


def test_a_history_that_is_cut_off_cannot_tell(tiny: Path) -> None:
    """A shallow clone has no last release to compare with."""
    correct(tiny)
    ready(tiny)
    other = tiny.parent / "other"
    git(tiny.parent, "clone", "-q", "--depth=1", f"file://{tiny}", str(other))
    done(other, "build")
    said = refused(other, "release", "0.1.1", code=2)

    assert "the history of this clone is cut off" in said
    assert "hint: fetch it: `git fetch --unshallow`" in said


def test_a_lock_that_was_begun_anew_is_refused(tiny: Path) -> None:
    """It would call all cards new, and updates would be lost."""
    (tiny / LOCK).unlink()
    ready(tiny)

    said = refused(tiny, "release", "0.2.0", code=2)
    assert "the lock has forgotten that there was a release" in said


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (r"(relu-source \S+) \S+ ", r"\1 2001-01-01T00:00:00Z "),
        (r"(relu-source .*) 0.1.0 0.1.0", r"\1 - 0.1.0"),
    ],
    ids=["an older time", "no first release"],
)
def test_a_lock_that_forgot_is_refused(tiny: Path, old: str, new: str) -> None:
    """Whatever hand changed a line: learners have what the last release says."""
    correct(tiny)
    done(tiny, "update")
    text = (tiny / LOCK).read_text()
    (tiny / LOCK).write_text(re.sub(old, new, text))
    commit(tiny)

    said = refused(tiny, "release", "9.0.0")
    assert "the lock has forgotten what learners have of `relu-source`" in said


def test_a_schema_that_was_taken_out_is_remembered(tiny: Path) -> None:
    """Without its lines the lock allows another deck name; a release does not."""
    text = (tiny / LOCK).read_text()
    (tiny / LOCK).write_text(re.sub("@schema .*\n", "", text))
    change(tiny / "pyproject.toml", '"Tiny deck"', '"Other deck"')
    ready(tiny)

    said = refused(tiny, "release", "9.0.0")
    assert "cards that learners have would stay in the old deck" in said


# -- cards that leave -----------------------------------------------------------------


@pytest.fixture(name="someone")
def someone_fixture(tiny: Path, tmp_path: Path) -> Iterator[Learner]:
    """A learner of 0.1.0 who has answered a card."""
    with learner(tmp_path / "anki") as someone:
        someone.take(tiny / PACKAGE)
        someone.answer("Tiny deck", 3)
        yield someone


def test_a_retired_card_stays_with_whoever_has_it(
    tiny: Path, someone: Learner, tmp_path: Path
) -> None:
    """It gets a tag and says why; its reviews stay; newcomers get no card of it."""
    before = someone.schedule()
    retire(tiny, "relu-negative", "It asked *too* little.")
    ready(tiny)
    done(tiny, "release", "1.0.0")
    arrived = someone.take(tiny / PACKAGE)

    others = ["relu-source", "slope-at-the-kink", "relu-of-text"]
    assert (arrived.updated, arrived.duplicate) == (["relu-negative"], others)
    assert arrived.new == arrived.other == []
    assert someone.schedule() == before
    assert someone.notes()["relu-negative"].tags == ["nnanki::retired"]
    front, back, _ = someone.shown()["relu-negative"]
    for side in (front, back):
        assert "This card has left the deck." in side
        assert "<p>It asked <em>too</em> little.</p>" in side
        assert "proved" not in side
    assert someone.odd_fields() == []
    with learner(tmp_path / "newcomer") as newcomer:
        newcomer.take(tiny / PACKAGE)
        assert newcomer.unseen("Tiny deck") == others
        assert newcomer.col.card_count() == 3


def test_a_retired_card_is_shipped_as_long_as_it_is_listed(
    tiny: Path, someone: Learner
) -> None:
    """Whoever skipped a release learns of it from the next; then it may go."""
    retire(tiny, "relu-negative")
    ready(tiny)
    done(tiny, "release", "1.0.0")
    commit(tiny)
    add(tiny)
    ready(tiny)
    done(tiny, "release", "1.1.0")
    commit(tiny)
    assert someone.take(tiny / PACKAGE).updated == ["relu-negative"]

    (tiny / LEFT).unlink()
    change(tiny / KINK, "## relu-seven", "## relu-eight\n<!-- was: relu-seven -->")
    ready(tiny)
    done(tiny, "release", "1.1.1")
    assert "relu-negative" not in someone.take(tiny / PACKAGE).duplicate
    assert "nnanki::retired" in someone.notes()["relu-negative"].tags
    assert line_of(tiny, "relu-negative")[4:] == ["retired", "0.1.0", "1.0.0"]


def test_a_retired_card_may_come_back_until_learners_were_told(tiny: Path) -> None:
    """Before the release it is the card that it was, with a later time."""
    right, was = (tiny / KINK).read_text(), line_of(tiny, "relu-negative")
    retire(tiny, "relu-negative")
    ready(tiny)
    (tiny / LEFT).unlink()
    (tiny / KINK).write_text(right)
    done(tiny, "update")

    now = line_of(tiny, "relu-negative")
    assert now[1] == was[1]
    assert now[2] > was[2], "whoever saw it retired gets it back"
    assert now[3:6] == was[3:6]


def test_the_id_of_a_retired_card_is_never_used_again(tiny: Path) -> None:
    """Even when nothing but the lock remembers it."""
    right = (tiny / KINK).read_text()
    retire(tiny, "relu-negative")
    ready(tiny)
    done(tiny, "release", "1.0.0")
    (tiny / KINK).write_text(right)
    (tiny / LEFT).unlink()

    said = nnanki(tiny, "update").output
    assert "`relu-negative` was retired in 1.0.0; its id is never used again" in said


def line_of(root: Path, name: str) -> list[str]:
    """A note's words in the lock."""
    lines = (root / LOCK).read_text().splitlines()
    return next(line.split() for line in lines if line.startswith(f"{name} "))


def test_an_unreleased_card_may_go_without_a_word(tiny: Path) -> None:
    """Nobody has it."""
    add(tiny)
    ready(tiny)
    text = (tiny / KINK).read_text()
    (tiny / KINK).write_text(text[: text.index("\n## relu-seven")])
    done(tiny, "update")

    assert "relu-seven" not in (tiny / LOCK).read_text()


def test_checksums_are_those_that_sha256sum_checks(first: Path) -> None:
    """By the command that learners have."""
    command = ["sha256sum", "-c", "SHA256SUMS"]
    done_ = subprocess.run(
        command, cwd=first / "dist", capture_output=True, text=True, check=True
    )
    assert done_.stdout == "tiny.apkg: OK\n"
