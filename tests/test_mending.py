"""What `nnanki update` refuses stands in the file as it is, with its own excerpt."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnanki.model.card import Edit, Place
from nnanki.model.disk.text import BOM, Text
from nnanki.model.edits import Mending
from nnanki.model.problem import Problem

from .anki_library import change, nnanki, tree

HEAD = "---\ntitle: Later\nsetup: from toy import kink\n---\n\n"
WAITING = """## waits-for-output

Which number does the call print?

```python run
print(kink.relu(-3))
```

---

Negatives become zero.

## waits-for-a-value

Which number is the sum of one and two?

---

`?`<!-- =kink.relu(3) -->, by counting.

"""
# Below cards that wait for their golden text; found only once that is written.
LATE = {
    "a rule of good cards": (
        "## asks-twice\n\nWhat is it? What else?\n\n---\n\n`2`<!-- =kink.relu(2) -->\n",
        "## asks-twice",
    ),
    "a word that stands twice": (
        "## says-twice\n\nWhat is one and one?\n\n---\n\n"
        "It it is `2`<!-- =kink.relu(2) -->.\n",
        "It it is `2`",
    ),
    "a value on a value": (
        "## late-value\n\nWhat is it?\n\n---\n\n"
        "`2`<!-- =kink.relu(2) --> [so](nowhere.md)\n",
        "[so](nowhere.md)",
    ),
}


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("name", LATE)
def test_a_mistake_below_a_missing_output_is_told_where_it_is(
    tiny: Path, name: str, newline: str
) -> None:
    """Line, column and excerpt are those of the file, and nothing is written."""
    wrong, needle = LATE[name]
    text = (HEAD + WAITING + wrong).replace("\n", newline)
    path = tiny / "cards" / "3-later.md"
    path.write_bytes(text.encode())
    before = tree(tiny)
    line = 1 + text[: text.index(needle)].count("\n")
    result = nnanki(tiny, "update")

    assert result.exit_code == 1
    places = [s for s in result.output.splitlines() if s.startswith("cards/3-later")]
    assert {place.split(":")[1] for place in places} == {str(line)}, result.output
    said = text.splitlines()[line - 1].replace("\t", " ")
    assert f"{line:4} | {said}\n" in result.output
    assert "the card says" not in result.output
    assert tree(tiny) == before


def test_a_weaker_proof_is_told_where_its_card_is(tiny: Path) -> None:
    """Although the update would write something above it."""
    kink = tiny / "cards" / "1-kink.md"
    change(kink, "```output\n0\n```\n\n", "")
    source = "def relu(x):\n    if x > 0:\n        return x\n    return 0\n```\n\n"
    change(kink, "```python quote=kink.relu:code\n" + source, "")
    change(kink, "`0`<!-- =kink.relu(0) -->", "`0`<!-- =kink.SEEN or 0 -->")
    result = nnanki(tiny, "update")
    line = 1 + kink.read_text().split("## relu-source")[0].count("\n")

    assert "the proof of card `relu-source` would fall" in result.output
    assert f"cards/1-kink.md:{line}:4 " in result.output
    assert f"{line:4} | ## relu-source\n" in result.output


TABLE = "| a | b |\n|---|---|\n"

# -- what cannot be written at all ----------------------------------------------------

STUCK = {
    "`?`<!-- =kink.SEEN or 'abc\\n' -->": "this value does not fit into a line",
    "$?$<!-- =kink.SEEN or 'x\\\\' -->": "a backslash would hide the end of",
    "$$?$$<!-- =kink.SEEN or '\\\\' -->": "a backslash would hide the end of",
    TABLE + "| $?$<!-- =kink.SEEN or '\\|x\\|'.replace(chr(92), '') --> | so |": (
        "a bar would end this cell of the table"
    ),
}


@pytest.mark.parametrize("span", STUCK)
def test_a_value_that_cannot_be_written_is_refused_at_once(
    tiny: Path, span: str
) -> None:
    """`check` and `update` say the same, and say what to do instead."""
    card = f"## stuck\n\nWhat is it?\n\n---\n\n{span}\n"
    (tiny / "cards" / "3-later.md").write_text(HEAD + WAITING + card, "utf-8")
    line = (HEAD + WAITING + card).split("=kink.SEEN")[0].count("\n") + 1
    said = nnanki(tiny, "update").output

    assert STUCK[span] in said
    assert f"cards/3-later.md:{line}:" in said
    assert STUCK[span] in nnanki(tiny, "check").output


FITS = {
    TABLE + "| `?`<!-- =kink.SEEN or 'int ' + chr(124) + ' None' --> | so |": (
        "| `int \\| None`<!--"
    ),
    TABLE + "| `?`<!-- =kink.SEEN or 'a' + chr(92) + chr(124) + 'b' --> | so |": (
        "| `a\\\\|b`<!--"
    ),
    "It is $?$<!-- =kink.SEEN or 'x ' --> here.": "It is $x$<!--",
}


@pytest.mark.parametrize("span", FITS)
def test_a_value_that_can_be_written_is_read_back(tiny: Path, span: str) -> None:
    card = f"## fits\n\nWhat is it?\n\n---\n\n{span}\n"
    path = tiny / "cards" / "3-later.md"
    path.write_text(HEAD + card, "utf-8")

    assert nnanki(tiny, "update").exit_code == 0
    assert FITS[span] in path.read_text("utf-8")
    assert nnanki(tiny, "update").output == "nothing to update\n"
    assert nnanki(tiny, "check").exit_code == 0


# -- places, whatever was edited ------------------------------------------------------

LINES = st.lists(st.sampled_from(["", "a", "bc", "\t", "é"]), min_size=1, max_size=9)


@st.composite
def mended(draw: st.DrawFn) -> tuple[Text, list[list[Edit]]]:
    """A text, and edits in two turns that do not overlap."""
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    raw = draw(st.sampled_from(["", BOM])) + newline.join(draw(LINES))
    text, turns = Text("a.md", raw), []
    length = len(raw)
    first = 1 if raw.startswith(BOM) else 0
    for _ in range(2):
        cuts = sorted(draw(st.sets(st.integers(first, length), max_size=4)))
        spans = list(zip(cuts[::2], cuts[1::2], strict=False))
        words = st.sampled_from(["", "x", "\n", "\ny\nz", "w\n"])
        turns.append([Edit("a.md", a, b, draw(words)) for a, b in spans])
        length += sum(
            len(edit.text.replace("\n", newline)) - (edit.stop - edit.start)
            for edit in turns[-1]
        )
    return text, turns


@given(mended())
def test_what_was_not_edited_is_found_again(given_edits: object) -> None:
    """A letter of its own, wherever edits move it, leads back to where it stood."""
    text, turns = given_edits  # type: ignore[misc]
    marks = {n: chr(0xE000 + n) for n in range(len(text.raw))}
    raw = "".join(c if c in "\r\n" + BOM else marks[n] for n, c in enumerate(text.raw))
    before = Text("a.md", raw)
    mending = Mending()
    texts = {"a.md": before}
    for edits in turns:
        what = [Problem(Place("a.md"), "", "", (edit,)) for edit in edits]
        mending = mending.then(texts, what)
        texts = dict(mending.texts)
    for offset, letter in enumerate(texts["a.md"].raw):
        if letter >= "\ue000" and letter != BOM:
            place = mending.place(texts["a.md"].place(offset))
            assert place == before.place(raw.index(letter))


@given(mended())
def test_no_place_is_outside_of_the_file(given_edits: object) -> None:
    text, turns = given_edits  # type: ignore[misc]
    mending, texts = Mending(), {"a.md": text}
    for edits in turns:
        what = [Problem(Place("a.md"), "", "", (edit,)) for edit in edits]
        mending = mending.then(texts, what)
        texts = dict(mending.texts)
    for number, line in enumerate(texts["a.md"].lines, start=1):
        for column in (1, len(line) + 1):
            place = mending.place(Place("a.md", number, column))
            assert 1 <= place.line <= len(text.lines)
            assert 1 <= place.column <= len(text.lines[place.line - 1]) + 2


def test_places_that_words_name_are_found_again() -> None:
    text = Text("cards/1-a.md", "a\nb\nc\n")
    edit = Edit(text.path, 0, 0, "x\ny\n")
    first = Problem(Place(text.path), "", "", (edit,))
    mending = Mending().then({text.path: text}, [first])
    said = Problem(Place(text.path, 4), "as in cards/1-a.md:5", "see cards/1-a.md:5")
    (found,) = mending.back([said])
    assert found == Problem(
        Place(text.path, 2), "as in cards/1-a.md:3", "see cards/1-a.md:3"
    )
