"""What `nnanki update` writes into a line is read back from it, letter by letter.

Every value of up to two pieces, in every place where one can stand: it is refused with
a reason, or it comes back, and nothing around it becomes anything else.
"""

from itertools import product

import pytest

from nnanki.cards.fitting import misfit, trimmed
from nnanki.cards.golden import markup
from nnanki.cards.parse import parse
from nnanki.model.card import CardFile, Edit, Golden, GoldenSpan, Prose
from nnanki.model.disk.text import Text, edited

PIECES = [
    *("x", "0", " ", "  ", "\t", "\n", "\r", "\x85", "\u2028", "\x0b", "\x00", "\x1b"),
    *("|", "\\", "\\|", "`", "``", "$", "$$", "*", "**", "_", "<br>", "<!--", "-->"),
    *("{", "}", "[", "](", "%", "&amp;", "#", "- ", "> ", "\\)", "\\[", "é", "閏「"),
]
VALUES = sorted({"".join(pair) for pair in product(["", *PIECES], repeat=2)} - {""})
CODE, MATH, BOTH = "`?`<!-- =v -->", "$?$<!-- =v -->", "$$?$$<!-- =v -->"
PLACES = {
    "code in a line": f"It is {CODE} here.",
    "code alone": CODE,
    "code beside stars": f"**{CODE}** and *{CODE}*",
    "code in a list": f"- one\n- {CODE}\n  more",
    "code in a quotation": f"> so\n> {CODE} it is",
    "code in a cell": f"| a | b |\n| - | - |\n| {CODE} | so |",
    "code in a last cell": f"> a | b\n> - | -\n> so | {CODE}",
    "code in a head": f"| {CODE} | b |\n| - | - |\n| a | so |",
    "code in a heading": f"### It is {CODE}",
    "code in a link": f"[so {CODE}](https://example.org)",
    "a formula in a line": f"It is {MATH} here.",
    "a formula alone": MATH,
    "a formula in a cell": f"| a | b |\n| - | - |\n| {MATH} | so |",
    "a formula on a line of its own": f"so\n\n{BOTH}",
}


def goldens(file: CardFile) -> list[Golden]:
    return [
        witness.golden
        for card in file.cards
        for block in card.blocks
        if isinstance(block, Prose)
        for witness in block.witnesses
        if isinstance(witness, GoldenSpan)
    ]


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("place", PLACES)
def test_a_value_is_refused_or_read_back(place: str, newline: str) -> None:
    """Each value on a card of its own, some dozens of them in a file."""
    for start in range(0, len(VALUES), 40):
        comes_back(place, VALUES[start : start + 40], newline)


def comes_back(place: str, values: list[str], newline: str) -> None:
    cards = (
        f"\n## card-{n}\n\nWhat?\n\n---\n\n{PLACES[place]}\n"
        for n in range(len(values))
    )
    raw = "---\ntitle: Values\n---\n" + "".join(cards)
    before = Text("cards/1-values.md", raw.replace("\n", newline))
    values = [value for value in values for _ in range(PLACES[place].count("?"))]
    spans = goldens(parse(before)[0])
    pairs = [(g, trimmed(g, v)) for g, v in zip(spans, values, strict=True)]
    fine = [(g, value) for g, value in pairs if misfit(g, value) is None]
    edits = [Edit(before.path, g.start, g.stop, markup(g, v)) for g, v in fine]

    file, problems = parse(edited(before, edits))
    assert problems == []
    kept = [value if (g, value) in fine else "?" for g, value in pairs]
    assert [golden.text for golden in goldens(file)] == kept


@pytest.mark.parametrize(
    ("form", "cell", "value", "why"),
    [
        ("code", False, "abc\n", "this value does not fit into a line"),
        ("code", False, "abc\u2028", "this value does not fit into a line"),
        ("math", False, "x\\", "a backslash would hide the end of the formula"),
        ("math", False, "\\", "a backslash would hide the end of the formula"),
        ("math", False, "x `y`", "back-ticks and comments cannot stand in a formula"),
        ("math", False, "{x", "a brace in this formula has no other one"),
        ("math", False, "x \\) y", "`\\)` would end this formula in Anki"),
        ("math", True, "|x|", "a bar would end this cell of the table"),
    ],
)
def test_a_value_that_does_not_fit_says_why(
    form: str, cell: bool, value: str, why: str
) -> None:
    place = parse(Text("cards/1-x.md", "---\ntitle: x\n---\n\n## a\n"))[0].place
    golden = Golden(place, 0, 0, "?", form, "$", "$", cell)
    said, hint = misfit(golden, value) or ("", "")
    assert said == why
    assert hint


def test_bars_in_a_cell_are_escaped_but_in_a_norm() -> None:
    """As on GitHub; `\\|` in a formula is what it is in TeX."""
    text = Text("cards/1-x.md", "---\ntitle: x\n---\n\n## a\n")
    golden = Golden(parse(text)[0].place, 0, 0, "?", "code", "`", "`", cell=True)
    assert markup(golden, "int | None") == "`int \\| None`"
    norm = Golden(golden.place, 0, 0, "?", "math", "$", "$", cell=True)
    assert misfit(norm, r"\|x\|") is None
    assert markup(norm, r"\|x\|") == r"$\|x\|$"
