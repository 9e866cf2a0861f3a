"""Updates: from an author's edit, through `nnanki update`, to a learner."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from nnanki.model.project import load
from nnanki.release.update import update as work_out
from nnanki.stages.examine import quiet

from .anki_library import Learner, change, done, fresh, learner, nnanki, released, tree

KINK, ERRORS = Path("cards/1-kink.md"), Path("cards/2-errors.md")
LOCK, PACKAGE = "cards/nnanki.lock", Path("dist/tiny.apkg")
CURRICULUM = ["relu-negative", "relu-source", "slope-at-the-kink", "relu-of-text"]
EASY = 3


@pytest.fixture(scope="module", name="first")
def first_fixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny project with its package; only to be read."""
    return fresh(tmp_path_factory.mktemp("first"))


@pytest.fixture(name="tiny")
def tiny_fixture(first: Path, tmp_path: Path) -> Path:
    """The tiny project with its package; to be changed."""
    return Path(shutil.copytree(first, tmp_path / "tiny"))


@pytest.fixture(name="someone")
def someone_fixture(tiny: Path, tmp_path: Path) -> Iterator[Learner]:
    """A learner of the first version: one card answered, one suspended, one tagged."""
    with learner(tmp_path / "anki") as someone:
        assert someone.take(tiny / PACKAGE) == (CURRICULUM, [], [], [])
        assert someone.answer("Tiny deck", EASY) == "relu-negative"
        someone.col.sched.suspend_cards([someone.card("relu-source").id])
        mine = someone.notes()["slope-at-the-kink"]
        mine.tags.append("mine")
        someone.col.update_note(mine)
        yield someone


def card(name: str) -> str:
    return f"## {name}\n\nWhat is {name}?\n\n---\n\n`0`<!-- =kink.relu(0) -->\n"


# -- what learners get ----------------------------------------------------------------


def test_an_update_lands_where_content_changed_and_nowhere_else(
    tiny: Path, someone: Learner
) -> None:
    """One card's words change: one note is updated, no card loses its schedule."""
    before = someone.schedule()
    assert len(before["relu-negative"]) == 2, "a card and its review"
    change(tiny / KINK, "Negatives become zero.", "Whatever is negative becomes zero.")
    arrived = someone.take(released(tiny))

    others = [name for name in CURRICULUM if name != "relu-negative"]
    assert arrived == ([], ["relu-negative"], others, [])
    assert someone.schedule() == before
    assert "Whatever is negative" in someone.notes()["relu-negative"]["Back"]
    assert "mine" in someone.notes()["slope-at-the-kink"].tags
    assert someone.unseen("Tiny deck") == ["slope-at-the-kink", "relu-of-text"]


def test_new_cards_fall_into_their_places(tiny: Path, someone: Learner) -> None:
    """In the midst of a file and in a file between two: only these are new."""
    before = someone.schedule()
    inside = card("inside")
    change(tiny / KINK, "## slope-at-the-kink", f"{inside}\n## slope-at-the-kink")
    (tiny / "cards" / "9-between.md").write_text(
        "---\ntitle: Between\nafter: [kink]\nsetup: from toy import kink\n---\n\n"
        + card("between-one")
        + "\n"
        + card("between-two")
    )
    change(tiny / ERRORS, "after: [kink]", "after: [kink, between]")
    arrived = someone.take(released(tiny))

    new = ["inside", "between-one", "between-two"]
    assert arrived == (new, [], CURRICULUM, [])
    after = someone.schedule()
    assert {name: after[name] for name in before} == before
    assert someone.unseen("Tiny deck") == [
        "inside",
        "slope-at-the-kink",
        "between-one",
        "between-two",
        "relu-of-text",
    ]


def test_many_insertions_at_one_place_keep_the_order(
    tiny: Path, someone: Learner
) -> None:
    """A gap lasts for nine releases; the tenth moves one card, and the rest stay."""
    names = []
    for number in range(9):
        name = f"more-{number}"
        change(
            tiny / KINK, "## slope-at-the-kink", f"{card(name)}\n## slope-at-the-kink"
        )
        names.append(name)
        done(tiny, "update")
    arrived = someone.take(released(tiny))

    assert (arrived.new, arrived.updated) == (names, [])
    assert someone.unseen("Tiny deck") == [*names, "slope-at-the-kink", "relu-of-text"]


def test_a_title_belongs_to_its_own_cards(tiny: Path, someone: Learner) -> None:
    """Another title of a concept updates the notes of that concept only."""
    before = someone.schedule()
    change(tiny / ERRORS, "title: Errors", "title: What goes wrong")
    arrived = someone.take(released(tiny))

    assert arrived == ([], ["relu-of-text"], CURRICULUM[:3], [])
    assert someone.notes()["relu-of-text"]["Concept"] == "What goes wrong"
    assert someone.schedule() == before


def test_a_new_style_updates_no_note(tiny: Path, someone: Learner) -> None:
    """A style of one's own changes the note type; every note stays as it is."""
    assert ".nightMode" in someone.style()
    notes = {name: (n.mod, n.tags, n.fields) for name, n in someone.notes().items()}
    before = someone.schedule()
    (tiny / "templates").mkdir()
    (tiny / "templates" / "style.css").write_text(".card { color: rebeccapurple }\n")
    arrived = someone.take(released(tiny))

    assert arrived == ([], [], CURRICULUM, [])
    assert someone.style().endswith("\n.card { color: rebeccapurple }")
    now = {name: (n.mod, n.tags, n.fields) for name, n in someone.notes().items()}
    assert now == notes
    assert someone.schedule() == before


def test_a_new_picture_arrives(tiny: Path, someone: Learner) -> None:
    """A picture changed beside its card is another file for the learner."""
    picture = tiny / "cards" / "kink.svg"
    picture.write_text("<svg><title>old</title></svg>")
    change(tiny / KINK, "Negatives become zero.", "![a kink](kink.svg)")
    assert someone.take(released(tiny)).updated == ["relu-negative"]
    old = pictures(someone)
    picture.write_text("<svg><title>new</title></svg>")
    assert nnanki(tiny, "check").exit_code == 1
    arrived = someone.take(released(tiny))

    assert arrived == ([], ["relu-negative"], CURRICULUM[1:], [])
    new = pictures(someone)
    assert list(old.values()) == [b"<svg><title>old</title></svg>"]
    assert [new[name] for name in new.keys() - old.keys()] == [picture.read_bytes()]
    assert list(someone.col.media.check().missing) == []


def test_a_picture_from_another_folder_arrives_too(
    tiny: Path, someone: Learner
) -> None:
    """A picture need not lie in `cards`: whatever a card shows is watched."""
    (tiny / "pictures").mkdir()
    picture = tiny / "pictures" / "kink.svg"
    picture.write_text("<svg><title>old</title></svg>")
    change(tiny / KINK, "Negatives become zero.", "![a kink](../pictures/kink.svg)")
    assert someone.take(released(tiny)).updated == ["relu-negative"]
    picture.write_text("<svg><title>new</title></svg>")
    assert nnanki(tiny, "check").exit_code == 1

    assert someone.take(released(tiny)).updated == ["relu-negative"]
    assert picture.read_bytes() in pictures(someone).values()


def pictures(someone: Learner) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in Path(someone.col.media.dir()).iterdir()}


def test_a_card_that_moves_keeps_its_schedule(tiny: Path, someone: Learner) -> None:
    """A card in another file is the same note, with another concept."""
    before = someone.schedule()
    text = (tiny / KINK).read_text()
    start, stop = text.index("## relu-negative"), text.index("## relu-source")
    (tiny / KINK).write_text(text[:start] + text[stop:])
    with (tiny / ERRORS).open("a") as file:
        file.write("\n" + text[start:stop].rstrip() + "\n")
    arrived = someone.take(released(tiny))

    assert arrived == ([], ["relu-negative"], CURRICULUM[1:], [])
    assert someone.schedule() == before
    note = someone.notes()["relu-negative"]
    assert (note["Concept"], note["Source"]) == ("Errors", "cards/2-errors.md")
    assert "nnanki::concept::errors" in note.tags


def test_a_card_that_is_renamed_keeps_its_schedule(
    tiny: Path, someone: Learner
) -> None:
    """With `was`, another id is the same note."""
    before = someone.schedule()
    change(
        tiny / KINK, "## relu-negative\n", "## relu-cut\n<!-- was: relu-negative -->\n"
    )
    arrived = someone.take(released(tiny))

    assert arrived == ([], ["relu-cut"], CURRICULUM[1:], [])
    after = someone.schedule()
    assert after.pop("relu-cut") == before.pop("relu-negative")
    assert after == before


def test_a_card_that_is_renamed_keeps_its_place(tiny: Path) -> None:
    """The new line of the lock goes on from the old one: position and level."""
    old = lock_line(tiny, "relu-source")
    change(tiny / KINK, "## relu-source\n", "## relu-code\n<!-- was: relu-source -->\n")
    done(tiny, "update")

    assert lock_line(tiny, "relu-code")[3:] == [*old[3:], "was=relu-source"]
    assert lock_line(tiny, "relu-source") == []


def test_a_card_cannot_lose_its_first_id(tiny: Path) -> None:
    """Without its `was`, or with a later one, it would come as a new note."""
    once = "## relu-code\n<!-- was: relu-source -->\n"
    change(tiny / KINK, "## relu-source\n", once)
    done(tiny, "update")
    hint = "hint: write `<!-- was: relu-source -->` under its heading"

    for wrong in ("## relu-code\n", "## relu-cut\n<!-- was: relu-code -->\n"):
        text = (tiny / KINK).read_text()
        change(tiny / KINK, once, wrong)
        for command in ("check", "update"):
            refused = nnanki(tiny, command)
            assert refused.exit_code == 1
            assert "would lose its reviews: it began as `relu-source`" in refused.output
            assert hint in refused.output
        (tiny / KINK).write_text(text)

    change(tiny / KINK, "## relu-code\n", "## relu-cut\n")
    done(tiny, "update")
    assert lock_line(tiny, "relu-cut")[-1] == "was=relu-source"


def test_what_is_saved_during_an_update_stays(tiny: Path) -> None:
    """An update that was overtaken writes nothing and says so."""
    change(tiny / KINK, "```output\n0", "```output\n1")
    overtaken = work_out(load(tiny), quiet, now=1_700_000_001)
    with (tiny / KINK).open("a") as file:
        file.write("\nMore.\n")
    saved = (tiny / KINK).read_text()

    (problem,) = overtaken.write()

    assert problem.what == "this file was saved while the update ran"
    assert (tiny / KINK).read_text() == saved


def lock_line(root: Path, name: str) -> list[str]:
    """A note's words in the lock."""
    lines = (root / "cards" / "nnanki.lock").read_text().splitlines()
    return next((line.split() for line in lines if line.startswith(f"{name} ")), [])


def test_a_card_of_another_kind_keeps_its_schedule(
    tiny: Path, someone: Learner
) -> None:
    """All kinds share one note type, so a question may become a prediction."""
    before = someone.schedule()
    change(tiny / KINK, "```python quote=kink.relu:code\n", "```python run\n")
    change(tiny / KINK, "    return 0\n```", "    return 0\nprint(relu(0))\n```")
    arrived = someone.take(released(tiny))

    assert arrived == (
        [],
        ["relu-source"],
        [n for n in CURRICULUM if n != "relu-source"],
        [],
    )
    assert someone.notes()["relu-source"]["Kind"] == "predict"
    assert someone.schedule() == before


def test_a_card_that_goes_and_comes_back(tiny: Path, someone: Learner) -> None:
    """No import takes a card away; one that returns is updated, not doubled."""
    before = someone.schedule()
    text = (tiny / KINK).read_text()
    start, stop = text.index("## relu-negative"), text.index("## relu-source")
    (tiny / KINK).write_text(text[:start] + text[stop:])
    assert someone.take(released(tiny)) == ([], [], CURRICULUM[1:], [])
    assert someone.schedule() == before

    (tiny / KINK).write_text(text.replace("Negatives become", "All negatives become"))
    assert someone.take(released(tiny)).updated == ["relu-negative"]
    assert someone.schedule() == before


def test_two_updates_within_a_second_both_arrive(tiny: Path, someone: Learner) -> None:
    """Times rise even when the clock does not."""
    for words, more in (
        ("Negatives", "All negatives"),
        ("All negatives", "Those below 0"),
    ):
        change(tiny / KINK, f"{words} become zero.", f"{more} become zero.")
        assert someone.take(released(tiny)).updated == ["relu-negative"]
    assert "Those below 0" in someone.notes()["relu-negative"]["Back"]


def test_a_release_before_an_own_edit_spares_it(tiny: Path, someone: Learner) -> None:
    """What a learner wrote into a note stays until the note itself changes."""
    note = someone.notes()["relu-source"]
    note["Back"] += "my mnemonic"
    someone.col.update_note(note)
    change(tiny / KINK, "Negatives become zero.", "All negatives become zero.")
    someone.take(released(tiny))

    assert someone.notes()["relu-source"]["Back"].endswith("my mnemonic")


# -- what authors get -----------------------------------------------------------------


def test_nothing_to_update(tiny: Path) -> None:
    """A project that is up to date is not touched, not even its times."""
    before = tree(tiny)
    times = {path: path.stat().st_mtime_ns for path in (tiny / "cards").iterdir()}

    assert done(tiny, "update") == "nothing to update\n"
    assert tree(tiny) == before
    assert {p: p.stat().st_mtime_ns for p in (tiny / "cards").iterdir()} == times


def test_update_shows_what_it_writes(tiny: Path) -> None:
    """A diff of golden text and lock, then the names of the files."""
    change(tiny / KINK, "print(kink.relu(-2))", "print(kink.relu(3))")
    said = done(tiny, "update").splitlines()

    assert said[:7] == [
        "--- cards/1-kink.md",
        "+++ cards/1-kink.md",
        "@@ -17,3 +17,3 @@",
        " ```output",
        "-0",
        "+3",
        " ```",
    ]
    assert said[7:9] == [f"--- {LOCK}", f"+++ {LOCK}"]
    assert [line[:15] for line in said if line[:2] in ("-r", "+r")] == [
        "-relu-negative ",
        "+relu-negative ",
    ]
    assert said[-1] == f"wrote cards/1-kink.md, {LOCK}"
    assert done(tiny, "update") == "nothing to update\n"
    done(tiny, "check")


ODD = {
    "a byte order mark": lambda data: b"\xef\xbb\xbf" + data,
    "CRLF": lambda data: data.replace(b"\n", b"\r\n"),
    "CRLF here and there": lambda data: data.replace(b"\n\n", b"\r\n\n"),
    "trailing spaces": lambda data: data.replace(b".\n", b".  \t\n"),
    "no final newline": lambda data: data.rstrip(b"\n"),
    "empty lines at the end": lambda data: data + b"\n \n\n",
    "tabs and odd spaces": lambda data: data.replace(
        b"Negatives become zero.", "Negatives\tbecome\u00a0zero.\u2028".encode()
    ),
    "decomposed letters": lambda data: data.replace(
        b"Negatives", "Ne\u0301gatifs".encode()
    ),
    "tildes": lambda data: data.replace(b"```output\n0\n```", b"~~~~ output\n0\n~~~~~"),
    "other marks of Markdown": lambda data: data.replace(
        b"---\n\n`0`", b"-----\n\n*  `0`"
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_every_other_byte_stays(tiny: Path, name: str) -> None:
    """Only the golden line changes, whatever the file looks like around it."""
    path = tiny / KINK
    path.write_bytes(ODD[name](path.read_bytes()))
    done(tiny, "update")
    right = tree(tiny)
    for mark in (b"output\n", b"output\r\n"):
        path.write_bytes(path.read_bytes().replace(mark + b"0", mark + b"wrong"))
    change(path, "`0`<!-- =kink.relu(0) -->", "`wrong`<!-- =kink.relu(0) -->")
    assert tree(tiny)[KINK.as_posix()].count(b"wrong") == 2
    said = done(tiny, "update")

    assert said.endswith(f"wrote {KINK}\n")
    assert tree(tiny) == right


def test_other_files_stay_as_they_are(tiny: Path) -> None:
    """No file but the one with golden text and the lock is opened for writing."""
    (tiny / "cards" / "README.md").write_bytes(b"for people \r\n")
    before = tree(tiny)
    change(tiny / KINK, "print(kink.relu(-2))", "print(kink.relu(3))")
    done(tiny, "update")
    after = tree(tiny)

    assert {name for name in before if before[name] != after[name]} == {
        KINK.as_posix(),
        LOCK,
    }
    assert before.keys() == after.keys()


def test_the_mode_of_a_file_stays(tiny: Path) -> None:
    """A card file that only its owner may read stays so."""
    (tiny / KINK).chmod(0o600)
    change(tiny / KINK, "print(kink.relu(-2))", "print(kink.relu(3))")
    done(tiny, "update")

    assert (tiny / KINK).stat().st_mode & 0o777 == 0o600


def test_a_link_stays_a_link(tiny: Path) -> None:
    """A card file kept elsewhere is written there."""
    (tiny / KINK).rename(tiny / "elsewhere.md")
    (tiny / KINK).symlink_to(Path("..") / "elsewhere.md")
    change(tiny / KINK, "print(kink.relu(-2))", "print(kink.relu(3))")
    done(tiny, "update")

    assert (tiny / KINK).is_symlink()
    assert "```output\n3\n```" in (tiny / "elsewhere.md").read_text()


def test_nothing_is_written_while_something_else_is_wrong(tiny: Path) -> None:
    """One wrong check in another file, and the wrong output here stays as it is."""
    change(tiny / KINK, "print(kink.relu(-2))", "print(kink.relu(3))")
    change(tiny / ERRORS, 'kink.relu("three")', "kink.relu(3)")
    before = tree(tiny)
    result = nnanki(tiny, "update")

    assert result.exit_code == 1
    assert "this code raises nothing, not TypeError" in result.output
    assert "what the code prints" not in result.output
    assert tree(tiny) == before


@pytest.mark.parametrize("text", ["```", "````", "x `y` z", "~~~~"])
def test_a_fence_is_widened_where_its_content_needs_it(tiny: Path, text: str) -> None:
    """Printed backticks stay inside the fence; a second update changes nothing."""
    change(tiny / KINK, "print(kink.relu(-2))", f"kink.relu(0)\nprint({text!r})")
    done(tiny, "update")
    mark = "`" * max(3, 1 + text.count("`") if text.startswith("`") else 3)

    written = (tiny / KINK).read_text()
    assert f"\n{mark}output\n{text}\n{mark}\n\nNegatives" in written
    assert done(tiny, "update") == "nothing to update\n"
    done(tiny, "check")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a`b", "``a`b``"),
        ("`a", "`` `a ``"),
        ("``", "``` `` ```"),
        (" x ", "`  x  `"),
        ("a  b", "`a  b`"),
        ("\\", "`\\`"),
        ("<!-- -->", "`<!-- -->`"),
        ("a|b", "`a|b`"),
    ],
)
def test_a_code_span_is_widened_where_its_content_needs_it(
    tiny: Path, text: str, written: str
) -> None:
    """Values with backticks and spaces at their ends are read back as they are."""
    change(
        tiny / KINK,
        "`0`<!-- =kink.relu(0) -->",
        f"`0`<!-- =kink.relu(0) or {text!r} -->",
    )
    result = nnanki(tiny, "update")
    if "-->" in text:
        assert result.exit_code == 1, "a comment cannot hold the end of a comment"
        return

    assert result.exit_code == 0, result.output
    assert f"\n{written}<!-- =kink.relu(0) or {text!r} -->" in (tiny / KINK).read_text()
    assert done(tiny, "update") == "nothing to update\n"
    done(tiny, "check")


def test_a_missing_output_is_inserted(tiny: Path) -> None:
    """At the head of the back, before the reasons."""
    right = (tiny / KINK).read_bytes()
    change(tiny / KINK, "```output\n0\n```\n\n", "")
    done(tiny, "update")

    assert (tiny / KINK).read_bytes() == right


def test_a_missing_error_is_inserted(tiny: Path) -> None:
    """Type and message, at the head of the back."""
    text = (tiny / ERRORS).read_text()
    start, stop = text.index("```error"), text.index("Text has no order")
    (tiny / ERRORS).write_text(text[:start] + text[stop:])
    done(tiny, "update")

    assert (tiny / ERRORS).read_text() == text


@pytest.mark.parametrize("end", ["---", "---\n", "---\n\n"])
def test_an_output_is_inserted_at_the_end_of_a_file(tiny: Path, end: str) -> None:
    """A card may end with its rule, with and without a newline."""
    with (tiny / ERRORS).open("a") as file:
        file.write(f"\n## last\n\nWhat?\n\n```python run\nprint(7)\n```\n\n{end}")
    done(tiny, "update")

    written = (tiny / ERRORS).read_text()
    rule = end.rstrip("\n") + end[3:4]
    assert f"\n{rule}\n```output\n7\n```\n" in written
    assert done(tiny, "update") == "nothing to update\n"


def test_an_output_is_inserted_below_code_in_between(tiny: Path) -> None:
    """Code on the back that prints gets its output right below."""
    change(
        tiny / KINK,
        "Negatives become",
        "```python run\nprint(5)\n```\n\nNegatives become",
    )
    done(tiny, "update")

    expected = "```python run\nprint(5)\n```\n\n```output\n5\n```\n\nNegatives become"
    assert expected in (tiny / KINK).read_text()
    assert done(tiny, "update") == "nothing to update\n"


def test_quoted_source_is_written(tiny: Path) -> None:
    """An empty `quote` is filled, one that is out of date is renewed."""
    right = (tiny / KINK).read_text()
    start, stop = right.index("def relu"), right.index("    return 0\n```")
    (tiny / KINK).write_text(right[:start] + right[stop + len("    return 0\n") :])
    done(tiny, "update")
    assert (tiny / KINK).read_text() == right

    change(
        tiny / "toy" / "kink.py",
        "    if x > 0:\n        return x",
        "    if 0 < x:\n        return x",
    )
    done(tiny, "update")
    assert (tiny / KINK).read_text() == right.replace("if x > 0", "if 0 < x")


def test_many_golden_texts_in_one_file_are_written_at_once(tiny: Path) -> None:
    """Longer and shorter ones, inserted ones and ones on the same line."""
    extra = "".join(
        f"\n## n-{n}\n\nWhat?\n\n```python run\nprint({'9' * n})\n```\n\n---\n\n"
        f"`x`<!-- =relu({n}) --> and `x`<!-- =relu({n}*{n}) -->"
        f" and ``y``<!-- =relu(0) or '`' -->.\n"
        for n in range(1, 9)
    )
    with (tiny / ERRORS).open("a") as file:
        file.write(extra.replace("relu(", "kink.relu("))
    done(tiny, "update")
    text = (tiny / ERRORS).read_text()

    for n in range(1, 9):
        assert (
            f"```output\n{'9' * n}\n```\n\n`{n}`<!-- =relu({n}) -->"
            f" and `{n * n}`<!-- =relu({n}*{n}) -->"
            f" and `` ` ``<!-- =relu(0) or '`' -->."
        ) in text.replace("kink.", "")
    assert done(tiny, "update") == "nothing to update\n"


def test_a_weaker_proof_needs_a_word(tiny: Path) -> None:
    """Where a card would reach less than the lock says, update writes nothing."""
    change(
        tiny / KINK,
        "```python quote=kink.relu:code\n"
        "def relu(x):\n    if x > 0:\n        return x\n    return 0\n```\n\n",
        "",
    )
    change(tiny / KINK, "`0`<!-- =kink.relu(0) -->", "`0`<!-- =kink.SEEN or 0 -->")
    before = tree(tiny)
    result = nnanki(tiny, "update")

    assert result.exit_code == 1
    assert result.output == (
        "cards/1-kink.md:23:4"
        "  the proof of card `relu-source` would fall from L3 to L1\n"
        "  23 | ## relu-source\n"
        "     |    ^^^^^^^^^^^\n"
        "hint: restore what proved it,"
        " or accept it with `nnanki update --allow-weaker`\n\n"
        "4 cards, 2 symbols, 1 problem\n"
    )
    assert tree(tiny) == before

    said = done(tiny, "update", "--allow-weaker")
    assert said.endswith(f"wrote {LOCK}\n")
    assert done(tiny, "update") == "nothing to update\n"


def test_a_lock_with_crlf_is_up_to_date(tiny: Path) -> None:
    """Git may check the lock out with other ends of lines: nothing is stale."""
    path = tiny / LOCK
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))

    done(tiny, "check")
    assert done(tiny, "update") == "nothing to update\n"


def test_a_missing_package_is_told_like_any_problem(tiny: Path) -> None:
    """Update refuses in words where check does, and with the same exit code."""
    shutil.rmtree(tiny / "toy")
    checked, updated = nnanki(tiny, "check"), nnanki(tiny, "update")

    assert (checked.exit_code, updated.exit_code) == (2, 2)
    assert checked.output == updated.output
