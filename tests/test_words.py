"""Every word of prose in a card file is on the card, or the file is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnanki.anki.plaintext import plaintext
from nnanki.cards.kinds import BUILT_IN
from nnanki.cards.markup.highlight import highlighter
from nnanki.cards.parse import parse
from nnanki.model.card import Evidence
from nnanki.model.disk.text import Text
from nnanki.model.project import Project
from nnanki.notes.render import Renderer
from nnanki.notes.templates import Templates

PROJECT = Project(Path(__file__).parents[1], "words", "Words")
RENDERER = Renderer(PROJECT, Templates(PROJECT), BUILT_IN)
WORD = re.compile(r"\bw\d+\b")


def numbered(text: str) -> str:
    """A text in which every `@` is a word of its own."""
    parts = text.split("@")
    words = (f"w{n}" for n in range(len(parts)))
    return "".join(part + word for part, word in zip(parts, words, strict=True))


def lost(back: str) -> tuple[set[str], list[str]]:
    """The words of a back that are not on the card, and why the file is refused."""
    text = numbered(f"@ what?\n\n---\n\n{back}\n\n@ last\n")
    file, problems = parse(
        Text("cards/1-words.md", f"---\ntitle: Words\n---\n\n## card\n\n{text}")
    )
    if problems:
        return set(), [problem.what for problem in problems]
    note = RENDERER.note(file, file.cards[0], Evidence("L1"), {}, highlighter())
    markup = "\n".join(note.fields)
    seen = "\n".join([plaintext(markup), *re.findall(r'alt="([^"]*)"', markup)])
    return set(WORD.findall(text)) - set(WORD.findall(seen)), []


def nested(begins: list[str]) -> str:
    """Lists and quotations inside each other, with a word on each level."""
    prefix, lines = "", []
    for begin in begins:
        lines.append(f"{prefix}{begin}@")
        prefix += begin if begin == "> " else " " * len(begin)
    return "\n".join(lines)


BEGINS = st.lists(st.sampled_from(["- ", "> ", "1. ", "* "]), max_size=60)


@given(BEGINS)
def test_no_word_is_lost_however_deep_it_is_nested(begins: list[str]) -> None:
    missing, why = lost(nested(begins))
    assert missing == set()
    depth = sum(1 if begin == "> " else 2 for begin in begins)
    assert set(why) <= {"this is nested too deep"}
    assert bool(why) == (depth > 39)


@pytest.mark.parametrize("begin", ["- ", "> ", "1. "])
@pytest.mark.parametrize("deep", [10, 19, 40, 200, 900])
def test_what_is_nested_too_deep_is_refused(begin: str, deep: int) -> None:
    """Ten lists inside each other are shown; thousands are no reason to fall over."""
    missing, why = lost(nested([begin] * deep))
    assert missing == set()
    levels = deep if begin == "> " else 2 * deep
    assert why == ([] if levels < 40 else ["this is nested too deep"])


BLOCKS = [
    *(
        "@ @",
        "**@** *@*",
        "- @\n- @",
        "> @\n>\n> @",
        "### @ @",
        "@\\\n@",
        "1. @\n\n   @",
    ),
    *("| @ | @ |\n| - | - |\n| @ | @<br>@ |", "[@](https://a.b)", "[@]: https://a.b"),
    *(
        "[@]: @",
        "    @ @",
        "![@](x.svg)",
        "<b>@</b>",
        "@ <!-- # no -->",
        "$@$",
        "$$\n@\n$$",
    ),
    *(
        "`@`",
        "@ $@$ @",
        "[@][@]",
        "[@",
        "@]: @",
        "<@>",
        "&@;",
        "@ | @\n- | -\n@ | @ | @",
    ),
    *(
        "***",
        "- - @",
        "+ > @",
        "~~~\n@\n~~~",
        "[^@]: @",
        "- [ ] @",
        "\\[@]: @",
        "* @\n@",
    ),
]


@given(st.lists(st.sampled_from(BLOCKS), min_size=1, max_size=6), st.booleans())
def test_no_word_of_any_block_is_lost(blocks: list[str], apart: bool) -> None:
    """Whatever stands beside each other, with an empty line between or without."""
    assert lost(("\n\n" if apart else "\n").join(blocks))[0] == set()
