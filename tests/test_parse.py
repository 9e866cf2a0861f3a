"""The notation: golden cases a human can edit, and texts that nobody would write.

A file in `cases/` holds a title, an input and what was understood, each ended by a line
with a dot. An input without front matter gets one above it, which its line numbers do
not count. Each case is read with every kind of line ending.

`python tests/test_parse.py` writes what is understood now: read the diff.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnanki.cards.golden import markup
from nnanki.cards.parse import parse
from nnanki.model.card import (
    CardFile,
    Claim,
    Edit,
    Fence,
    Golden,
    GoldenSpan,
    Place,
    Prose,
)
from nnanki.model.disk.text import BOM, Text, edited
from nnanki.model.problem import Problem

HERE = Path(__file__).parent
HEAD = "---\ntitle: Case\n---\n"
ENDINGS = {"lf": ("", "\n"), "crlf": ("", "\r\n"), "bom": (BOM, "\n"), "cr": ("", "\r")}


def cases() -> Iterator[tuple[str, str, str]]:
    for path in sorted((HERE / "cases").glob("*.txt")):
        parts = path.read_text(encoding="utf-8").split("\n.\n")
        for title, given_text, expected in zip(*[iter(parts)] * 3, strict=False):
            yield f"{path.stem}: {title.strip()}", given_text + "\n", expected


def described(text: Text, shift: int) -> str:
    """What a file was understood to say, one line for each thing."""
    file, problems = parse(text)
    lines = [*_file(file, text, shift), *_problems(problems, shift)]
    return "\n".join(lines)


def _at(place: Place, shift: int) -> str:
    return f"{place.line - shift}:{place.column}+{place.width}"


def _file(file: CardFile, text: Text, shift: int) -> Iterator[str]:
    if not shift:
        after = " ".join(f"{name}@{_at(place, 0)}" for name, place in file.after)
        yield f"file {file.concept} {file.title!r} after [{after}]"
        yield f"setup at {file.setup_line}: {file.setup!r}"
    for card in file.cards:
        options = " ".join(f"{key}={value!r}" for key, value in card.options.items())
        sound = "" if card.sound else " (with problems)"
        yield f"card {card.id} {_at(card.place, shift)} {options}".rstrip() + sound
        for block in card.blocks:
            if isinstance(block, Fence):
                yield f"  {block.part} {_fence(block, shift)}"
            else:
                yield f"  {block.part} prose {_at(block.place, shift)}"
                yield from _prose(block, text, shift)


def _fence(fence: Fence, shift: int) -> str:
    words = [fence.language, fence.verb, fence.argument, *map("=".join, fence.options)]
    said = " ".join(word for word in words if word)
    return f"fence {_at(fence.place, shift)} [{said}] {fence.code!r}"


def _prose(prose: Prose, text: Text, shift: int) -> Iterator[str]:
    for mark, place in prose.choices:
        yield f"    option [{mark}] {_at(place, shift)}"
    for witness in prose.witnesses:
        where = _at(witness.place, shift)
        if isinstance(witness, Claim):
            option = f" of [{witness.option}]" if witness.option else ""
            yield f"    check{option} {where} {witness.expression}"
            continue
        golden = witness.golden
        shown = text.raw[golden.start : golden.stop]
        facts = [witness.expression, witness.conversion, witness.format]
        said = " ".join(fact for fact in facts if fact)
        yield f"    span {_at(golden.place, shift)} {shown} = {said}"
    for image in prose.images:
        said = f"{image.source} {image.alternative!r}"
        yield f"    image {_at(image.place, shift)} {said}"


def _problems(problems: list[Problem], shift: int) -> Iterator[str]:
    for problem in problems:
        yield f"problem {_at(problem.place, shift)} {problem.what}"


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(
    ("given_text", "expected"),
    [case[1:] for case in cases()],
    ids=[case[0] for case in cases()],
)
def test_a_case_is_understood_as_it_says(
    given_text: str, expected: str, ending: str
) -> None:
    """Whatever ends the lines, and with a byte order mark or without."""
    found = understood(given_text, *ENDINGS[ending])
    assert found == expected.rstrip("\n")


def understood(given_text: str, bom: str = "", newline: str = "\n") -> str:
    whole = given_text.startswith("---\n")
    source = given_text if whole else HEAD + given_text
    text = Text("cards/1-case.md", bom + source.replace("\n", newline))
    found = described(text, 0 if whole else HEAD.count("\n"))
    return found.replace(newline, "\n")


def test_the_notation_guide_s_five_cards_are_understood() -> None:
    """The cases hold them word for word, so that the guide cannot promise more."""
    names = [case[0] for case in cases()]
    assert "guide: the five cards of the guide" in names


# -- texts that nobody would write ----------------------------------------------------

GOOD = [
    *("`0`<!-- =x -->", "`` `a` ``<!-- =x -->", "$x^2$<!-- =x -->", "$$y$$<!-- =x -->"),
    *("`a\nb`<!-- =x -->", "`\\|`<!-- =x -->", "<!-- check: x -->", "<!-- # words -->"),
    *("`0`", "``", "`a", "$", "$a", "\n\n", "\n", "\r\n", "\r", "***\n", "# a\n"),
    *("- ", "- [x] ", "1. ", "> ", "\n| a | b |\n|---|---|\n| ", " | ", "\\|", "|\n"),
    *("    ", "  ", "\t", " ", "\\", "*", "**", "_", "[", "](", "!", "![a](b.svg)"),
    *("<b>", "&amp;", "é", "\U0001f600", "\x00", "\x0b", "\x85", "\u2028", "word"),
]
BAD = [
    *("<!-- =x -->", "<!--", "-->", "<!-- level: L1 -->", "<!-- chek: 1 -->", BOM),
    *("---\n", "\n---\n\n", "## card\n", "\n## other-card\n\n", "```", "~~~\n"),
    *("```python run\n", "```\n", "~~~python check\n", "````\n", "```output\n"),
    *("title: x\n", "setup: |\n  x = 1\n", "after: [a]\n", "{", "]", ": ", "? "),
    "\ud800",
]
TAME = st.lists(st.sampled_from(GOOD), max_size=12).map("".join)
WILD = st.lists(st.sampled_from(GOOD + BAD) | st.text(max_size=5), max_size=40)
ABOVE = ["", BOM, HEAD, BOM + HEAD, HEAD + "## card\n\n", "---\n"]
FILES = st.tuples(st.sampled_from(ABOVE), WILD.map("".join)).map("".join)
CARDS = st.tuples(TAME, TAME).map(
    lambda sides: f"{HEAD}## card\n\nA\n\n{sides[0]}\n\n---\n\nB\n\n{sides[1]}"
)


def goldens(file: CardFile) -> Iterator[Golden]:
    for card in file.cards:
        for block in card.blocks:
            if isinstance(block, Fence):
                yield block.golden
                continue
            for witness in block.witnesses:
                if isinstance(witness, GoldenSpan):
                    yield witness.golden


@given(FILES | CARDS)
def test_any_text_is_parsed_and_its_problems_lie_inside(raw: str) -> None:
    """Nothing that stands in a file is a reason to fall over."""
    text = Text("cards/1-wild.md", raw)
    _, problems = parse(text)
    for place in (problem.place for problem in problems):
        assert 1 <= place.line <= len(text.lines)
        assert 1 <= place.column <= len(text.lines[place.line - 1]) + 1


@given(FILES | CARDS)
def test_a_golden_text_stands_exactly_where_it_says(raw: str) -> None:
    """A span with its marks and the comment behind it; a fence from line to line."""
    text = Text("cards/1-wild.md", raw)
    for golden in goldens(parse(text)[0]):
        shown = raw[golden.start : golden.stop]
        assert shown.startswith(golden.before)
        assert shown.endswith(golden.after)
        if golden.form == "fence":
            continue
        assert raw.startswith("<!--", golden.stop)
        inner = shown.removeprefix(golden.before).removesuffix(golden.after)
        assert letters(inner) == letters(golden.text or "")


def letters(text: str) -> str:
    """A span without what its paragraph, quotation or table adds to it."""
    return re.sub(r"[\s>\\]", "", text).replace("\0", "\ufffd")


@given(FILES | CARDS, st.sampled_from(["0", "x ", "-1e-05", "tensor([0., 1.])"]))
def test_an_update_changes_nothing_but_the_golden_text(raw: str, new: str) -> None:
    """What is written into a span is read back from it; all else is as it was."""
    text = Text("cards/1-wild.md", raw)
    spans = [g for g in goldens(parse(text)[0]) if g.form == "code"]
    for golden in spans[:1]:
        edit = Edit(text.path, golden.start, golden.stop, markup(golden, new))
        after = edited(text, [edit])
        again = [g for g in goldens(parse(after)[0]) if g.form == "code"]
        assert [g.start for g in again[:1]] == [golden.start]
        assert again[0].text == new


def rewrite() -> None:
    """Write what is understood now into the cases."""
    for path in (HERE / "cases").glob("*.txt"):
        parts = path.read_text(encoding="utf-8").split("\n.\n")
        for number in range(0, len(parts) - 1, 3):
            parts[number + 2] = understood(parts[number + 1] + "\n")
        path.write_text("\n.\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    rewrite()
