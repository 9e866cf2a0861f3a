"""What `nnanki diff` foretells is what Anki's own importer does."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from nnanki.anki import apkg
from nnanki.anki.apkg import Package
from nnanki.anki.diff import Diff, comment, compare_packages, terminal
from nnanki.anki.diff.importing import Import, differ, import_log
from nnanki.model.card import FIELDS

from .anki_library import Imported, Learner, change, learner, nnanki, released
from .packages import CLOZES, FORMS, Note, Type, exported, note, note_type, packed

ROOT = Path(__file__).parents[1]

# -- any two packages -----------------------------------------------------------------

TYPES = {
    "as it was": note_type(1),
    "newer": note_type(1, css="b {}", mod=2),
    "not newer": note_type(1, css="i {}"),
    "a field more": note_type(1, ("Front", "Back", "More"), mod=2),
    "another name": note_type(1, ("Front", "Rear"), mod=2),
    "another order": note_type(1, ("Back", "Front"), mod=2),
    "with ids": note_type(1, ids=(1, 2, 3)),
    "another name, same id": note_type(1, ("Front", "Rear"), ids=(1, 2, 3), mod=2),
    "same name, other id": note_type(1, ids=(1, 4, 3), mod=2),
    "a template more": note_type(
        1,
        templates=[
            ("Card", "{{Front}}", "{{Back}}"),
            ("Back", "{{#Back}}{{Back}}{{/Back}}", ""),
        ],
        mod=2,
    ),
    "another one": note_type(3),
}
CLOZE = note_type(2, templates=CLOZES, model_type=1)
GAPS = ["{{c1::a}}", "{{c1::a}} {{c2::b}}", "{{c2::b}}", "no gap"]


class Drawn(NamedTuple):
    """A note before it has a note type; the first field begins with its number."""

    guid: str
    gaps: str
    back: str
    tags: tuple[str, ...]
    mod: int


DRAWN = st.builds(
    Drawn,
    guid=st.sampled_from(["g0", "g1", "g2", "g3"]),
    gaps=st.sampled_from(["", "", *GAPS]),
    back=st.sampled_from(["", "x", "y"]),
    tags=st.sampled_from([(), ("t",), ("leech",)]),
    mod=st.integers(1, 3),
)


def notes(kind: Type, drawn: Sequence[Drawn], mark: str) -> list[Note]:
    """Notes whose first fields tell them apart in Anki's log."""
    made = []
    for number, (guid, gaps, back, tags, mod) in enumerate(drawn):
        fields = [f"{mark}{number} {guid} {gaps}".strip(), back]
        used = CLOZE if gaps else kind
        fields += [""] * (len(used.fields) - 2)
        made.append(note(used, guid, *fields, tags=list(tags), mod=mod))
    return made


@pytest.fixture(scope="module", name="folder")
def folder_fixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("diff")


@given(
    drawn=st.tuples(*[st.lists(DRAWN, min_size=1, max_size=5)] * 2),
    types=st.tuples(*[st.sampled_from(sorted(TYPES))] * 2),
    forms=st.tuples(*[st.sampled_from(FORMS)] * 2),
)
@settings(max_examples=25)
def test_any_two_packages_are_imported_as_foretold(
    folder: Path,
    drawn: tuple[list[Drawn], list[Drawn]],
    types: tuple[str, str],
    forms: tuple[str, str],
) -> None:
    """New, updated, skipped, refused, note types, and all that would be lost."""
    packages = [
        exported(folder, packed(folder, notes(TYPES[kind], these, mark)), form)
        for kind, these, mark, form in zip(types, drawn, "on", forms, strict=True)
    ]
    old, new = (apkg.read_package(path) for path in packages)
    foretold, found = import_log(old, new), compare_packages(old, new)

    with learner(Path(tempfile.mkdtemp(dir=folder)) / "anki") as someone:
        stock = len(someone.col.models.all_names_and_ids())
        someone.take(packages[0])
        empty = empty_cards(someone)
        assert someone.take(packages[1]) == said(foretold)
        assert len(someone.col.models.all_names_and_ids()) - stock == foretold.types
        assert_only_claimed_losses(someone, old, new, found)
        blank = any("empty card" in loss.what for loss in found.losses)
        assert blank == bool(empty_cards(someone) - empty)


def empty_cards(someone: Learner) -> set[int]:
    """The cards that Anki's own check finds to show nothing."""
    notes = someone.col.get_empty_cards().notes
    return {card for each in notes for card in each.card_ids}


def said(foretold: Import) -> Imported:
    """What Anki's log will say."""
    groups = (foretold.new, foretold.updated, foretold.duplicate, foretold.conflicting)
    return Imported(*([note.fields[0] for note in group] for group in groups))


def assert_only_claimed_losses(
    someone: Learner, old: Package, new: Package, found: Diff
) -> None:
    """What the learner lacks is what the diff says will not arrive."""
    kept = {
        (note.guid, tuple(note.fields), tuple(note.tags))
        for note in map(someone.col.get_note, someone.col.find_notes(""))
    }
    held = {note.guid: note for note in old.notes}
    lacking = {
        note.fields[0]
        for note in new.notes
        if (note.guid, note.fields, tuple(set(note.tags) - {"leech"})) not in kept
    }
    claimed = {name for loss in found.losses for name in loss.names}
    assert lacking <= claimed
    stuck = [loss for loss in found.losses if "changed note" in loss.what]
    assert {name for loss in stuck for name in loss.names} <= lacking
    assert all(differ(held[n.guid], n) for n in new.notes if n.fields[0] in lacking)


# -- each loss, one by one ------------------------------------------------------------

KIND = note_type(1)
TWO = note_type(
    4, templates=[("One", "{{Front}}", ""), ("Two", "{{#Back}}{{Back}}{{/Back}}", "")]
)
IMAGE = '<img src="a.png">'


class Side(NamedTuple):
    """What goes into a package."""

    notes: list[Note]
    media: dict[str, bytes] = {}  # noqa: RUF012  never changed
    deck: str = "Deck"


class Case(NamedTuple):
    """Two packages, the loss that is told, and how it shows in Anki afterwards."""

    old: Side
    new: Side
    what: str
    names: tuple[str, ...]
    shows: Callable[[Learner], object]
    seen: object


def words(someone: Learner) -> list[list[str]]:
    """The fields of all notes in the collection."""
    return [someone.col.get_note(key).fields for key in someone.col.find_notes("")]


def decks(someone: Learner) -> set[str]:
    """The decks that have cards."""
    cards = map(someone.col.get_card, someone.col.find_cards(""))
    return {someone.col.decks.name(card.did) for card in cards}


def file(name: str) -> Callable[[Learner], bytes]:
    """The content of a file in the collection."""
    return lambda someone: (Path(someone.col.media.dir()) / name).read_bytes()


def types_used(someone: Learner) -> int:
    return len({someone.col.get_note(key).mid for key in someone.col.find_notes("")})


def one(kind: Type, *fields: str, guid: str = "g", mod: int = 1) -> list[Note]:
    return [note(kind, guid, *fields, mod=mod)]


LOSSES = {
    "a change that is not newer": Case(
        Side(one(KIND, "q", "old")),
        Side(one(KIND, "q", "new")),
        "1 changed note would not arrive",
        ("q",),
        words,
        [["q", "old"]],
    ),
    "tags that are not newer": Case(
        Side([note(KIND, "g", "q", "a", tags=["x"])]),
        Side([note(KIND, "g", "q", "a", tags=["y"])]),
        "1 changed note would not arrive",
        ("q",),
        lambda someone: someone.col.tags.all(),
        ["x"],
    ),
    "a style that is not newer": Case(
        Side(one(KIND, "q", "a")),
        Side(one(note_type(1, css="b {}"), "q", "a")),
        "a change of the note type type 1 would not arrive: style changed",
        (),
        lambda someone: someone.col.models.get(1)["css"],
        "",
    ),
    "another note type": Case(
        Side(one(KIND, "q", "old")),
        Side(one(note_type(3), "q", "new", mod=2)),
        "1 note would never be updated again",
        ("q",),
        words,
        [["q", "old"]],
    ),
    "a field more": Case(
        Side(one(KIND, "q", "a")),
        Side(
            one(TYPES["a field more"], "q", "a", "", mod=2)
            + one(TYPES["a field more"], "r", "", "", guid="h")
        ),
        "the note type type 1 would come a second time: field More is new",
        ("q",),
        types_used,
        2,
    ),
    "another guid": Case(
        Side(one(KIND, "q", "a")),
        Side(one(KIND, "<b>q</b>", "a", guid="h")),
        "1 note would come as a duplicate",
        ("q",),
        words,
        [["q", "a"], ["<b>q</b>", "a"]],
    ),
    "one guid twice": Case(
        Side(one(KIND, "q", "a")),
        Side(one(KIND, "r", "a", mod=2) + one(KIND, "s", "a", mod=2)),
        "2 notes have the guid of another one",
        ("r", "s"),
        words,
        [["s", "a"]],
    ),
    "a cloze that is gone": Case(
        Side(one(CLOZE, "{{c1::a}} {{c2::b}}", "")),
        Side(one(CLOZE, "{{c1::a}}", "", mod=2)),
        "1 note would have an empty card",
        ("{{c1::a}}",),
        lambda someone: len(empty_cards(someone)),
        1,
    ),
    "a field that a template shows": Case(
        Side(one(TWO, "q", "a")),
        Side(one(TWO, "q", "", mod=2)),
        "1 note would have an empty card",
        ("q",),
        lambda someone: len(empty_cards(someone)),
        1,
    ),
    "a deck's name": Case(
        Side(one(KIND, "q", "a")),
        Side(one(KIND, "q", "a") + one(KIND, "r", "a", guid="h"), deck="Other"),
        "the deck would be parted in two: it was Deck, now it is Other",
        ("q",),
        decks,
        {"Deck", "Other"},
    ),
    "a file that is never replaced": Case(
        Side(one(KIND, "q", "a"), {"_a.js": b"old"}),
        Side(one(KIND, "q", "a"), {"_a.js": b"new"}),
        "1 changed file would not arrive",
        ("_a.js",),
        file("_a.js"),
        b"old",
    ),
    "a picture whose note is not newer": Case(
        Side(one(KIND, "q", IMAGE), {"a.png": b"old"}),
        Side(one(KIND, "q", IMAGE), {"a.png": b"new"}),
        "1 changed file would not arrive: a.png",
        ("q",),
        lambda someone: (words(someone), file("a.png")(someone)),
        ([["q", IMAGE]], b"old"),
    ),
    "a picture that is not packed": Case(
        Side(one(KIND, "q", "a")),
        Side(one(KIND, "q", IMAGE, mod=2)),
        "1 file would be missing: a.png",
        ("q",),
        lambda someone: list(someone.col.media.check().missing),
        ["a.png"],
    ),
}


def pair(folder: Path, old: Side, new: Side) -> list[Path]:
    return [packed(folder, *side) for side in (old, new)]


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_is_told_and_anki_makes_it(name: str, folder: Path) -> None:
    """The one loss of an import, whom it concerns, and that it really happens."""
    case = LOSSES[name]
    old, new = pair(folder, case.old, case.new)
    (loss,) = compare_packages(apkg.read_package(old), apkg.read_package(new)).losses

    assert (loss.what, loss.names) == (case.what, case.names)
    with learner(Path(tempfile.mkdtemp(dir=folder)) / "anki") as someone:
        someone.take(old)
        someone.take(new)
        assert case.shows(someone) == case.seen


RENAMED = [note_type(1, ids=(1, 2, 3)), TYPES["another name, same id"]]
FINE = {
    "the same": (Side(one(KIND, "q", "a")), Side(one(KIND, "q", "a"))),
    "newer": (Side(one(KIND, "q", "a")), Side(one(KIND, "q", "b", mod=2))),
    "a renamed field with its id": (
        Side(one(RENAMED[0], "q", "a")),
        Side(one(RENAMED[1], "q", "b", mod=2)),
    ),
    "a newer style": (Side(one(KIND, "q", "a")), Side(one(TYPES["newer"], "q", "a"))),
    "one more card": (Side(one(TWO, "q", "")), Side(one(TWO, "q", "a", mod=2))),
    "a note that is gone": (
        Side(one(KIND, "q", "a") + one(KIND, "r", "", guid="h")),
        Side(one(KIND, "q", "a")),
    ),
    "two notes with one first field": (
        Side(one(KIND, "q", "a")),
        Side(one(KIND, "q", "a") + one(KIND, "q", "b", guid="h")),
    ),
    "a picture whose note is newer": (
        Side(one(KIND, "q", IMAGE), {"a.png": b"old"}),
        Side(one(KIND, "q", IMAGE, mod=2), {"a.png": b"new"}),
    ),
    "a picture from elsewhere": (
        Side(one(KIND, "q", "a")),
        Side(one(KIND, "q", '<img src="https://x.org/a.png">', mod=2)),
    ),
    "the deck's name in other letters": (
        Side(one(KIND, "q", "a")),
        Side(one(KIND, "q", "b", mod=2), deck="DECK"),
    ),
}


@pytest.mark.parametrize("name", FINE)
def test_what_loses_nothing_is_no_loss(name: str, folder: Path) -> None:
    """And afterwards the learner has just what is in the new package, or more."""
    old, new = pair(folder, *FINE[name])
    package = apkg.read_package(new)

    assert compare_packages(apkg.read_package(old), package).losses == ()
    with learner(Path(tempfile.mkdtemp(dir=folder)) / "anki") as someone:
        someone.take(old)
        assert someone.take(new).other == []
        if "picture" not in name:  # a changed one gets another name
            assert {n.fields for n in package.notes} <= set(map(tuple, words(someone)))
        assert len(decks(someone)) == 1
        assert empty_cards(someone) == set()


# -- what is printed ------------------------------------------------------------------

OLD = Side(
    [
        note(KIND, "a", "What is <b>x</b>?", "It is 1.", tags=["new"], due=10),
        note(KIND, "b", "Stays.", "as it is", due=20),
        note(KIND, "c", "Goes.", "away", due=30),
        note(KIND, "d", "Code?", "<pre>x = 1\nprint(x)</pre>", due=40),
        note(KIND, "e", "Stuck?", "yes", due=50),
    ],
    {"_a.css": b"old", "b.png": b"b"},
)
LOOK = note_type(1, css="b {}", mod=2)
NEW = Side(
    [
        note(LOOK, "b", "Stays.", "as it is", mod=2, due=15),
        note(LOOK, "a", "What is <b>x</b>?", "It is 2.", tags=["old"], mod=2, due=20),
        note(LOOK, "d", "Code?", "<pre>x = 2\nprint(x)</pre>", mod=2, due=40),
        note(LOOK, "e", "Stuck?", "no", due=50),
        note(LOOK, "f", "Comes?", '<img src="c.png">', due=60),
    ],
    {"_a.css": b"new", "c.png": b"c"},
)
PRINTED = """\
added
    Comes?

changed
    What is x?
      Back  It is [-1-]{+2+}.
      tags  [-new-] {+old+}
    Code?
      Back      - x = 1
                + x = 2
                  print(x)
    Stuck?
      Back  [-yes-]
            {+no+}

removed, but learners keep them
    Goes.

note type type 1: style changed
newer, but the same: 1; an import overwrites what learners changed in them
order: 1 card elsewhere; learners keep the order that they have
media: 1 added (c.png), 1 changed (_a.css), 1 gone (b.png)

1 changed note would not arrive: `Stuck?`
Anki takes a note only if its time of change is newer: learners keep the old words
hint: date it anew; `nnanki update` does

1 changed file would not arrive: `_a.css`
Anki never replaces a file whose name begins with `_` or `latex-`: learners keep the \
old one
hint: give it another name, one with a digest of its content, say

notes: 1 added, 3 changed, 1 removed, 1 the same; 2 losses
"""


def test_a_diff_is_short_and_says_all(folder: Path) -> None:
    """Into a pipe; it ends with 1, since something would be lost."""
    old, new = pair(folder, OLD, NEW)
    result = nnanki(folder, "diff", str(old), str(new))

    assert result.output == PRINTED
    assert result.exit_code == 1


def test_nothing_lost_ends_with_0(folder: Path) -> None:
    """The same package twice has nothing to tell but that."""
    old, _ = pair(folder, OLD, NEW)
    result = nnanki(folder, "diff", str(old), str(old))

    assert result.output == "notes: 5 the same; nothing lost\n"
    assert result.exit_code == 0


def test_what_is_no_package_is_one_error(folder: Path) -> None:
    """And ends with 2: nothing can begin."""
    old, _ = pair(folder, OLD, NEW)
    bad = folder / "bad.apkg"
    bad.write_bytes(b"no zip")
    result = nnanki(folder, "diff", str(old), str(bad))

    hint = "hint: give it a package that Anki imports, or get that one anew"
    assert result.output == f"{bad}  is no Anki package\n{hint}\n\n"
    assert result.exit_code == 2


def test_a_person_sees_colours(folder: Path) -> None:
    """What goes and what comes have one each; brackets and signs say it as well."""
    old, new = pair(folder, OLD, NEW)
    found = compare_packages(apkg.read_package(old), apkg.read_package(new))
    shown = "\n".join(terminal.lines(found, lambda kind, words: f"<{kind}>{words}</>"))

    assert "Back  <equal>It is </><gone>[-1-]</><come>{+2+}</><equal>.</>" in shown
    assert "<gone>    - x = 1</>" in shown
    assert "<head>added</>" in shown
    assert "<hint>hint: " in shown


def test_cards_of_nnanki_are_named_by_their_ids(tiny: Path, tmp_path: Path) -> None:
    """As the README shows it: under their concepts, and backs repeat no front."""
    old = tmp_path / "old.apkg"
    old.write_bytes(released(tiny).read_bytes())
    change(tiny / "cards" / "1-kink.md", "Which number does", "What does")
    change(tiny / "cards" / "1-kink.md", "## relu-source\n", "## relu-quoted\n")
    new = released(tiny)
    printed = nnanki(tiny, "diff", str(old), str(new)).output

    page = (ROOT / "README.md").read_text(encoding="utf-8")
    _, _, shown = page.partition("$ nnanki diff old.apkg new.apkg\n")

    assert printed == shown.partition("```")[0]


def test_a_renamed_card_that_says_its_first_id_is_only_changed(
    tiny: Path, tmp_path: Path
) -> None:
    """What the hint says to do is enough."""
    old = tmp_path / "old.apkg"
    old.write_bytes(released(tiny).read_bytes())
    was = "## relu-quoted\n\n<!-- was: relu-source -->\n"
    change(tiny / "cards" / "1-kink.md", "## relu-source\n", was)
    result = nnanki(tiny, "diff", str(old), str(released(tiny)))

    assert result.output.endswith("notes: 1 changed, 3 the same; nothing lost\n")
    assert result.exit_code == 0


def test_a_card_that_left_the_deck_says_why(folder: Path) -> None:
    """It is told apart from changes; newcomers see nothing of it, so it is not new."""
    kind = note_type(5, FIELDS, [("Card", "{{Front}}", "{{Back}}")])
    concept, gone = ["nnanki::concept::kink"], ["nnanki::retired"]
    none = [""] * (len(FIELDS) - 3)
    told = ("<p>This card has left.</p><p>Nobody missed it.</p>", "Why.", *none)
    stays = [note(kind, "c", "relu", "What?", "That.", *none, tags=concept)]
    old = [note(kind, "a", "relu-old", "Who?", "I.", *none, tags=concept)]
    new = [
        note(kind, "a", "relu-old", *told, tags=gone, mod=2),
        note(kind, "b", "relu-older", *told, tags=gone, mod=2),
    ]
    for each in new:
        each.cards.clear()
    paths = pair(folder, Side(stays + old), Side(stays + new))

    assert (
        nnanki(folder, "diff", *map(str, paths)).output
        == """\
left the deck, and say so
  kink
    relu-old  Nobody missed it.

notes that left earlier and come without cards: 1

notes: 1 retired, 1 the same; nothing lost
"""
    )


# -- as a comment on a pull request ---------------------------------------------------


def test_a_page_says_first_what_is_lost(folder: Path) -> None:
    """Then each change, open while they are few; lists are folded."""
    paths = pair(folder, OLD, NEW)
    found = nnanki(folder, "diff", "--markdown", *map(str, paths))

    assert found.exit_code == 1
    assert found.output == PAGE


PAGE = """\
<h3>What learners get: package.apkg → package.apkg</h3>

<p><b>notes: 1 added, 3 changed, 1 removed, 1 the same; 2 losses</b></p>

<p>⚠️ <b>1 changed note would not arrive</b>: Stuck?<br>Anki takes a note only if its \
time of change is newer: learners keep the old words<br>→ date it anew; \
<code>nnanki update</code> does</p>

<p>⚠️ <b>1 changed file would not arrive</b>: _a.css<br>Anki never replaces a file \
whose name begins with <code>_</code> or <code>latex-</code>: learners keep the old \
one<br>→ give it another \
name, one with a digest of its content, say</p>

<details open><summary><b>What is x?</b></summary>

<p><i>Back</i></p>

<p>It is <del>1</del><ins>2</ins>.</p>

<p><i>tags</i> <del>new</del> <ins>old</ins></p>

</details>

<details open><summary><b>Code?</b></summary>

<p><i>Back</i></p>

```diff
- x = 1
+ x = 2
  print(x)
```

</details>

<details open><summary><b>Stuck?</b></summary>

<p><i>Back</i></p>

<p><del>yes</del></p>

<p><ins>no</ins></p>

</details>

<details><summary>added: 1</summary><ul><li><b>Comes?</b></li></ul></details>

<details><summary>removed, but learners keep them: 1</summary><ul><li><b>Goes.</b>\
</li></ul></details>

<ul><li>note type type 1: style changed</li><li>newer, but the same: 1; an import \
overwrites what learners changed in them</li><li>order: 1 card elsewhere; learners \
keep the order that they have</li><li>media: 1 added (c.png), 1 changed (_a.css), \
1 gone (b.png)</li></ul>
"""


HOSTILE = [
    "</summary></details><script>alert(1)</script>",
    "\n\n# x\n\n```\n</details>",
    "<pre>```\n\n~~~~\n</pre><p>@all #1",
    "{{c1::<!--}} --> ](http://x) `",
    "\x1b[31m\u202e&#10;&#10;* x",
]


def test_no_name_in_a_package_orders_a_terminal_about() -> None:
    """Names of decks, fields, tags and files are only words, and on their own line."""
    texts = ["\x1b[2J\na", "\x07\u202eb", "c\rd", "e\x9b"]
    found = compare_packages(package(texts, 1), package(texts[::-1], 2))
    shown = list(terminal.lines(found, lambda _, words: words))

    assert len(shown) > 30
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202e]", "".join(shown))


@given(st.lists(st.sampled_from(HOSTILE) | st.text(), min_size=2, max_size=6))
@settings(max_examples=100)
def test_no_card_breaks_the_page(texts: list[str]) -> None:
    """Nor tags and names: every tag is closed, and there is no other than ours."""
    page = comment.comment_body(
        compare_packages(package(texts, 1), package(texts[::-1], 2)), "a", "b"
    )
    tokens = MarkdownIt("commonmark").parse(page)

    assert {token.type for token in tokens} <= {"html_block", "fence"}
    blocks = [token.content for token in tokens if token.type == "html_block"]
    tags = re.findall("<(/?)([^>]*)>", "".join(blocks))
    assert {name for _, name in tags} <= OURS
    opened: list[str] = []
    for closing, name in tags:
        if not closing and name != "br":
            opened.append(name.removesuffix(" open"))
        elif closing:
            assert opened.pop() == name
    assert opened == []


TAGS = "b br code del details h3 i ins li p summary ul"
OURS = {*TAGS.split(), "details open"}


def package(texts: Sequence[str], mod: int) -> Package:
    """A package whose every word is one of these texts."""
    kind = apkg.PackedNoteType(
        1,
        texts[0],
        mod,
        False,
        (apkg.Field(1, texts[0]), apkg.Field(2, "b")),
        (apkg.Template(3, texts[-1], "{{b}}", "", ("", "")),),
        texts[0],
        ("", ""),
    )
    made = [
        apkg.PackedNote(
            str(n if n else mod),
            1,
            mod,
            (words, texts[0]),
            (texts[0],),
            (apkg.PackedCard(0, n, texts[0]),),
        )
        for n, words in enumerate(texts)
    ]
    file = apkg.PackedFile(str(mod), 1)
    deck = apkg.PackedDeck(texts[0], texts[-1])
    return Package(tuple(made), {1: kind}, (deck,), {f"_{texts[1]}": file}, mod)


def test_a_page_that_is_too_long_is_cut_between_notes() -> None:
    """GitHub takes 65,536 letters; the page stays whole and says that it was cut."""
    texts = [" ".join(f"{n}x{word}" for word in range(60)) for n in range(150)]
    page = comment.comment_body(
        compare_packages(package(texts, 1), package(texts[::-1], 2)), "a", "b"
    )

    assert 60_000 < len(page) <= 65_536
    assert page.endswith(f"</details>\n\n{comment.CUT}")
    assert page.count("<details") == page.count("</details>")
