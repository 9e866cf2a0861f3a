"""Whatever code says, every kind of card shows it: rendered by Anki's own library."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nnanki.cards.kinds import BUILT_IN
from nnanki.cards.markup.highlight import highlighter
from nnanki.cards.markup.markdown import html, tokens
from nnanki.cards.parse import parse
from nnanki.model.card import FIELDS, Evidence
from nnanki.model.disk.text import Text
from nnanki.model.project import load
from nnanki.model.table import cells, tabular
from nnanki.notes.render import Renderer
from nnanki.notes.templates import Templates

from .anki_library import Learner, Seen, learner, released, sides

PIECES = [
    *("}}", "{{", "::", "[::2]", "\\(", "\\[x\\]", "[sound:x]", "[latex]x[/latex]"),
    *("<b", "&lt;", "&", "</code>", "</pre>", "<!-- x -->", "`", "```", "~~~", "$x$"),
    *(
        "\t",
        "é",
        "e\u0301",
        "\U0001f600",
        "\u0338",
        "'",
        '"',
        "#",
        "\\",
        "  ",
        "{{c1::",
    ),
    *("NNANKI", "GAP", "?", "- ", "+ ", "| a |", "---", "## x", "a" * 200),
]
LINES = st.lists(
    st.sampled_from(PIECES) | st.text(st.characters(exclude_categories=("C", "Z"))),
    min_size=1,
    max_size=5,
).map("".join)
CODES = st.lists(LINES, min_size=1, max_size=4).map(lambda lines: "\n".join(lines))


@dataclass
class Slate:
    """A note of the deck's own note type, to be written on."""

    someone: Learner
    renderer: Renderer

    def shown(self, card: str) -> tuple[list[str], list[str], str]:
        """The code on front and back, out of Anki's renderer, and the card's kind."""
        text = Text("cards/1-case.md", f"---\ntitle: Case\n---\n{card}")
        file, problems = parse(text)
        assert problems == []
        note = self.renderer.note(
            file, file.cards[0], Evidence("L3"), {}, highlighter()
        )
        (note_id,) = self.someone.col.find_notes("Id:relu-negative")
        mine = self.someone.col.get_note(note_id)
        for name, value in zip(FIELDS[1:], note.fields[1:], strict=True):
            mine[name] = value
        self.someone.col.update_note(mine)
        seen = sides(self.someone.col.get_note(note_id).cards()[0])
        assert seen.sounds == 0
        front, back = (main(side) for side in seen[:2])
        kind = BUILT_IN.of(file.cards[0])[0].name
        return slabs(front), slabs(back), kind


def main(side: str) -> str:
    """A side's own text, without the style and what is folded at its foot."""
    _, found, inner = side.partition('<div class="page">')
    assert found
    return re.split(r'<details class="(?:more|proof)', inner)[0]


def slabs(markup: str) -> list[str]:
    """The code in its figures, and tables as lines."""
    tables = [
        tabular(
            [
                [
                    Seen(cell).text
                    for cell in re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row)
                ]
                for row in re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
            ]
        )
        for table in re.findall(r"<table>(.*?)</table>", markup, re.DOTALL)
    ]
    return [*Seen(markup).codes, *tables]


@pytest.fixture(scope="module", name="slate")
def slate_fixture(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slate]:
    root = tmp_path_factory.mktemp("slate") / "tiny"
    shutil.copytree(Path(__file__).parent / "tiny", root)
    with learner(root.parent / "anki") as someone:
        someone.take(released(root))
        project = load(root)
        yield Slate(someone, Renderer(project, Templates(project), BUILT_IN))


def fenced(info: str, code: str) -> str:
    longest = max((len(run) for run in re.findall("`+", code)), default=0)
    ticks = "`" * max(3, longest + 1)
    return f"{ticks}{info}\n{code}\n{ticks}\n"


def span(code: str) -> str:
    longest = max((len(run) for run in re.findall("`+", code)), default=0)
    ticks = "`" * (longest + 1)
    return f"{ticks} {code} {ticks}"


def card(*parts: str) -> str:
    return "\n## case\n\nWhat?\n\n" + "\n".join(parts)


BACK = "\n---\n"
each_code = settings(max_examples=60)


@each_code
@example("def f():\n    '''```'''")
@example("\tx = {'a': {'b': 1}}[::2]\n" + "x" * 200)
@given(CODES)
def test_run_and_quoted_code_comes_out_as_it_went_in(slate: Slate, code: str) -> None:
    """Of predict, raises and question: code, output, error and quoted source."""
    asked = fenced("python run", code), BACK, fenced("output", code)
    shown = slate.shown(card(*asked, fenced("python quote=a.b", code)))
    assert shown == ([f"{code}\n"], [f"{code}\n"] * 3, "predict")
    asked = fenced("python raises=E", code), BACK, fenced("error", code)
    assert slate.shown(card(*asked)) == ([f"{code}\n"], [f"{code}\n"] * 2, "raises")


@each_code
@given(CODES)
def test_a_shape_s_expression_comes_out_as_it_went_in(slate: Slate, code: str) -> None:
    """And the answer beside it."""
    asked = fenced("python shape=n", code), BACK, "`(n,)`\n"
    assert slate.shown(card(*asked)) == ([f"{code}\n"], [f"{code}\n", "(n,)"], "shape")


@each_code
@example("def f():\n    '''", "'''```")
@given(CODES, LINES)
def test_a_blank_comes_out_with_its_gap_filled(
    slate: Slate, code: str, answer: str
) -> None:
    """The front shows a gap and nothing of the answer; the back shows the source."""
    answer = " ".join(f"({answer})".split())
    if code.count(answer) or re.search("NNANKI|GAP|[ ]{2}", answer + code):
        return
    whole = f"{code}\nreturn {answer} + 1"
    asked = fenced("python blank=a.b", whole), BACK, f"{span(answer)}\n"
    front, back, kind = slate.shown(card(*asked, fenced("also", code)))
    assert (front, kind) == ([f"{code}\nreturn ? + 1\n"], "blank")
    assert back == [f"{whole}\n", answer, f"{code}\n"]


@each_code
@given(CODES)
def test_a_bug_comes_out_with_its_change(slate: Slate, code: str) -> None:
    """The broken source, its symptom and the lines that go and come."""
    asked = fenced("python bug=a.b mutant=c", code), fenced("python run", code)
    lines = "\n".join(f"{sign} {line}" for sign in "-+" for line in code.split("\n"))
    rest = fenced("output", code), BACK, fenced("diff", lines)
    front, back, kind = slate.shown(card(*asked, *rest))
    assert (front, kind) == ([f"{code}\n"] * 3, "bug")
    assert back == [*[f"{code}\n"] * 3, f"{lines}\n"]


@each_code
@given(CODES)
def test_an_order_comes_out_on_both_sides(slate: Slate, code: str) -> None:
    """Shuffled on the front, in order on the back, letters apart."""
    asked = fenced("python order=a.b", code), BACK, fenced("order", f"{code}\nx = 1")
    shown = slate.shown(card(*asked))
    assert shown == ([f"{code}\n"], [f"{code}\nx = 1\n"], "order")


@each_code
@given(st.lists(LINES, min_size=3, max_size=4))
def test_options_come_out_each_as_it_went_in(slate: Slate, lines: list[str]) -> None:
    """Code in options, in whatever order the card shows them."""
    codes = [" ".join(f"({line})".split()) for line in lines]
    options = "\n".join(
        f"- [{'x' if not n else ' '}] {span(c)}" for n, c in enumerate(codes)
    )
    front, back, kind = slate.shown(card(options, BACK, "Words.\n"))
    assert (sorted(front), sorted(back), kind) == (
        sorted(codes),
        sorted(codes),
        "choice",
    )


@each_code
@given(CODES, LINES)
def test_traces_and_diffs_come_out_as_they_went_in(
    slate: Slate, code: str, line: str
) -> None:
    """Code, a table's cells, and a diff with all its signs."""
    cell = " ".join(f"({line})".split())
    table = tabular([["n", "code"], ["1", cell]])
    assert cells(table) == [["n", "code"], ["1", cell]]
    rest = BACK, fenced("trace", table.rstrip("\n")), fenced("python diff=a,b", code)
    front, back, kind = slate.shown(card(fenced("python trace=n", code), *rest))
    assert (front, kind) == ([f"{code}\n"], "question")
    assert sorted(back) == sorted([f"{code}\n", f"{code}\n", table])


@each_code
@example("for x in y:\n    f(x)\n", "x")
@given(CODES, CODES)
def test_sessions_and_other_languages_come_out_as_they_went_in(
    slate: Slate, code: str, other: str
) -> None:
    """Prompts, what is typed, and what is shown; and code that nothing runs."""
    typed = "\n... ".join(code.split("\n"))
    text = f">>> {typed}\nshown\n>>> {typed}\n  shown"
    asked = fenced("pycon", text), BACK, fenced("javascript", f"//\n{other}")
    front, back, kind = slate.shown(card(*asked))
    assert (front, kind) == ([f"{text}\n"], "question")
    assert back == [f"{text}\n", f"//\n{other}\n"]


def test_a_formula_that_is_a_paragraph_has_a_line_of_its_own() -> None:
    """Not where words stand beside it, nor in a cell or an item."""
    alone, beside = "$a$<!-- =x -->\n", "$a$ and $b$\n"
    cell, item = "| f |\n| --- |\n| $a$ |\n", "- $a$\n"

    assert formulas(alone) == ["\\[a\\]"]
    assert formulas(beside) == ["\\(a\\)", "\\(b\\)"]
    assert formulas(cell) == formulas(item) == ["\\(a\\)"]


def formulas(text: str) -> list[str]:
    shown = html(tokens(text), str, lambda *_: "")
    return re.findall(r"\\[\[(].*?\\[\])]", shown)


def test_an_answer_that_the_code_shows_is_not_seen_twice(slate: Slate) -> None:
    """It is there for whoever listens; an answer in words is seen."""
    asked = fenced("python blank=a.b", "return abs(x)"), BACK

    def back(answer: str) -> str:
        text = f"---\ntitle: Case\n---\n{card(*asked, answer)}"
        file, _ = parse(Text("cards/1-case.md", text))
        note = slate.renderer.note(
            file, file.cards[0], Evidence("L3"), {}, highlighter()
        )
        return note.fields[FIELDS.index("Back")]

    assert 'class="filled told"' in back("`abs`\n")
    assert 'class="filled"' in back("`abs`: a size.\n")
    assert 'class="filled"' in back("Words, then `abs`.\n")


def test_no_kind_is_left_out() -> None:
    """The tests above name every kind that nnanki has."""
    text = Path(__file__).read_text(encoding="utf-8")
    assert {kind.name for kind in BUILT_IN.kinds} <= set(re.findall(r'"(\w+)"', text))
