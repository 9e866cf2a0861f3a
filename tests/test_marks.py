"""Words as they reach Anki: formulas, emphasis, cells; or a doubt with its place.

For emphasis the oracle is CommonMark itself, wherever no script without blanks stands
beside the stars. For formulas it is Pandoc's rules, written down case by case.
"""

from __future__ import annotations

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from nnanki.cards.markup.markdown import html, tokens
from nnanki.cards.parse import parse
from nnanki.model.disk.text import Text
from nnanki.model.problem import Problem
from nnanki.notes.mathml import FORMULA

COMMONMARK = MarkdownIt("commonmark", {"html": False}).disable("lheading")


def shown(text: str) -> str:
    """The HTML of a paragraph."""
    words = html(tokens(text), lambda said: escape(said, quote=False), str.__add__)
    words = words.replace(' class="short"', "").replace('<span class="glue">', "")
    return words.replace("</span>", "").removeprefix("<p>").removesuffix("</p>")


HEAD = "---\ntitle: x\n---\n\n## card\n\nWhat?\n\n---\n\n"


def problems(text: str) -> list[Problem]:
    """What is refused about the back of a card."""
    return parse(Text("cards/1-x.md", f"{HEAD}{text}\n"))[1]


def doubts(text: str) -> list[tuple[str, str]]:
    """What is refused about the back of a card, each with the words that it marks."""
    lines, found = f"{HEAD}{text}\n".split("\n"), []
    for problem in problems(text):
        place, line = problem.place, lines[problem.place.line - 1]
        assert problem.hint
        found.append((line[place.column - 1 :][: place.width], problem.what))
    return found


UNSURE = "it is not clear whether these dollar signs hold a formula"

# -- dollar signs ---------------------------------------------------------------------

FINE = {
    # Code comes first, and no formula goes across it or into it.
    'A price of $5, as in `f"${x}"`.': 'A price of $5, as in <code>f"${x}"</code>.',
    "$HOME comes before `$PATH`.": "$HOME comes before <code>$PATH</code>.",
    "`$HOME` before `$PATH`": "<code>$HOME</code> before <code>$PATH</code>",
    "`a$` and $b$": r"<code>a$</code> and \(b\)",
    "``a ` $`` and $b$": r"<code>a ` $</code> and \(b\)",
    "so $x$ `$`": r"so \(x\) <code>$</code>",
    "<!-- # $ --> $5": " $5",
    "so $5 <!-- # a$ -->": "so $5 ",
    # Money, and names of the shell.
    "from $5 to $6": "from $5 to $6",
    "$20,000 and $30,000": "$20,000 and $30,000",
    "5$ to 10$, or 5 $": "5$ to 10$, or 5 $",
    "US$5 and A$6": "US$5 and A$6",
    "$HOME is left of $PATH": "$HOME is left of $PATH",
    r"\$5 to 10\$": "$5 to 10$",
    "a lone $ sign": "a lone $ sign",
    # Formulas.
    "so $x$, $y$.": r"so \(x\), \(y\).",
    "so $x$$y$": r"so \(x\)\(y\)",
    "the $n$th, two $x_i$s, a $k$-th": r"the \(n\)th, two \(x_i\)s, a \(k\)-th",
    r"so $\$2$": r"so \(\$2\)",
    r"so $\text{from } 5$": r"so \(\text{from } 5\)",
    "so $[0, 1](x)$": r"so \([0, 1](x)\)",
    "so $y = loss + 1$": r"so \(y = loss + 1\)",
    "値は$x$です": r"値は\(x\)です",
    "*so $x * y$*": r"<em>so \(x * y\)</em>",
    "[so $x$](https://example.org)": r'<a href="https://example.org">so \(x\)</a>',
    "so $$a$$ and $$b$$": r"so \[a\] and \[b\]",
    "$$a$$ and $$b$$": r"\[a\] and \[b\]",
    "$$\na\n$$": r'<p class="math">\[a\]',
    "> $$\n> a\n> $$": r'<blockquote><p class="math">\[a\]</p></blockquote>',
    "- so $x$": r"<ul><li>so \(x\)</li></ul>",
}


@pytest.mark.parametrize("text", FINE)
def test_dollar_signs_that_are_clear(text: str) -> None:
    assert (shown(text), doubts(text)) == (FINE[text], [])


UNCLEAR = {
    "($HOME:$PATH)": "$HOME:$",
    "so $5 to 10$": "$5 to 10$",
    "$5, and 10$.": "$5, and 10$",
    "it was $5\nand is 10$": "$5",
    "$5から10$": "$5から10$",
    "A$-B$": "$-B$",
    "$ x $": "$",
    "$x $ and $ y$": "$",
    "5$x$ = 5": "$",
    "a $$ b": "$$",
    "$$x$": "$$",
    "so $x$$": "$x$",
    "$a `b$` c$": "$",
    "[a $x](https://example.org) y$": "$x](https://example.org) y$",
    "$$\na\n\nb": "$$",
    "- one\n- so $5 to 10$": "$5 to 10$",
    "### so $5 to 10$": "$5 to 10$",
    "| a |\n|---|\n| so $5 to 10$ |": "$5 to 10$",
    "> so\n> $5 to 10$": "$5 to 10$",
}


@pytest.mark.parametrize("text", UNCLEAR)
def test_dollar_signs_that_are_not_clear_are_refused(text: str) -> None:
    found = doubts(text)
    assert [marked for marked, _ in found] == [UNCLEAR[text]]
    assert found[0][1] in (UNSURE, "this formula ends a link that it did not begin")


WRONG = {
    r"so $x \) y$": r"`\)` would end this formula in Anki",
    r"$$x \] y$$": r"`\]` would end this formula in Anki",
    "so ${x$": "a brace in this formula has no other one",
    "$50% x$": "a percent sign hides the rest of a formula",
    r"so \\(x\\)": r"`\(` begins a formula in Anki",
    "$$\n{x\n$$": "a brace in this formula has no other one",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_anki_would_show_otherwise_is_refused(text: str) -> None:
    assert [what for _, what in doubts(text)] == [WRONG[text]]


PIECES = [*"$$$`\\ x5.{}[](*|%\n", "``", "$$", "a b", "<!-- # c -->", r"\$", "は", "- "]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_code_is_what_commonmark_takes_for_code(text: str) -> None:
    """Whatever dollar signs stand around: without any, the same spans are found."""
    if "<!--" in text or any(t.type != "paragraph_open" for t in tokens(text)[:1]):
        return
    bare = text.replace("$", "§")
    ours = [
        c.content for t in tokens(text) for c in t.children or () if c.tag == "code"
    ]
    theirs = [
        child.content
        for token in COMMONMARK.parse(bare)
        for child in token.children or ()
        if child.tag == "code"
    ]
    assert [code.replace("$", "§") for code in ours] == theirs


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_anki_finds_the_formulas_that_are_written(text: str) -> None:
    """As many as there are tokens for, with the same letters, where nothing is odd."""
    text = f"so {text}"
    if doubts(text):
        return
    found = tokens(text)
    written = [
        child.content
        for token in found
        for child in (token, *(token.children or ()))
        if "math" in child.type
    ]
    markup = html(found, lambda said: said, str.__add__)
    there = [match[1] or match[2] for match in FORMULA.finditer(markup)]
    assert [formula.strip() for formula in there] == [f.strip() for f in written]


# -- emphasis -------------------------------------------------------------------------

EMPHASIS = {
    "これは**「重要なこと」**です。": "これは<strong>「重要なこと」</strong>です。",
    "これは**重要。**です": "これは<strong>重要。</strong>です",
    "**これは太字です。**しかし": "<strong>これは太字です。</strong>しかし",
    "これは*「重要」*です": "これは<em>「重要」</em>です",
    "これは***「重要」***です": "これは<em><strong>「重要」</strong></em>です",
    "**テスト(test)**です": "<strong>テスト(test)</strong>です",
    "**`code`**です": "<strong><code>code</code></strong>です",
    "これは**`code`**です": "これは<strong><code>code</code></strong>です",
    "中文**“重要”**的": "中文<strong>“重要”</strong>的",
    "这是**《书》**吗": "这是<strong>《书》</strong>吗",
    "**스크립트(script)**라고 한다": "<strong>스크립트(script)</strong>라고 한다",
    '이것은 **"중요"**입니다': '이것은 <strong>"중요"</strong>입니다',
    "**[링크](https://a.b)**를": '<strong><a href="https://a.b">링크</a></strong>를',
    "**$x$**は": r"<strong>\(x\)</strong>は",
    "𠮷**「𠮷」**𠮷": "𠮷<strong>「𠮷」</strong>𠮷",
    "ｶﾅ**｢ｶﾅ｣**ｶﾅ": "ｶﾅ<strong>｢ｶﾅ｣</strong>ｶﾅ",
}


@pytest.mark.parametrize("text", EMPHASIS)
def test_emphasis_closes_beside_scripts_without_blanks(text: str) -> None:
    assert (shown(text), doubts(text)) == (EMPHASIS[text], [])


LATIN = [*"**__ab .,!()`\"'\n", "**", "***", "é", "“", "€", "😀", "\u00a0", "\\*", "п"]


@given(st.lists(st.sampled_from(LATIN), max_size=14).map("".join))
def test_emphasis_is_commonmark_s_in_all_other_scripts(text: str) -> None:
    ours = html(tokens(text), lambda said: escape(said, quote=True), str.__add__)
    theirs = COMMONMARK.render(text).replace("\n", "")
    assert ours.replace(' class="short"', "").replace("\n", "").replace(
        "&#x27;", "'"
    ) == theirs.replace("<br />", "<br>").replace("<hr />", "<hr>")


VISIBLE = {
    "this is **not closed": ["**"],
    "so a* b": ["*"],
    "so a*b": ["*"],
    "so ** a **": ["**", "**"],
    "so ***a** b": ["*"],
    'so **"a"**b': ["**", "**"],
    "so _a": ["_"],
    "これは_「重要」_です": ["_", "_"],
    "2 ** 3": ["**"],
    "- one\n- **two": ["**"],
    "| a |\n|---|\n| **b |": ["**"],
    "> so\n> **b": ["**"],
    "### **b": ["**"],
    # Underscores cannot begin or end emphasis inside of what has no blanks.
    "これは__重要__です": ["__", "__"],
    "これは_重要_です": ["_", "_"],
    "중요_한_것": ["_", "_"],
    "นี่_สำคัญ_ครับ": ["_", "_"],
    "値は_x_です": ["_", "_"],
}


@pytest.mark.parametrize("text", VISIBLE)
def test_stars_that_stay_visible_are_refused(text: str) -> None:
    found = doubts(text)
    assert [marked for marked, _ in found] == VISIBLE[text]
    assert {what for _, what in found} == {
        f"no emphasis begins or ends here: `{mark}` is shown" for mark in VISIBLE[text]
    }


@pytest.mark.parametrize(
    "text",
    [
        "so 2 * 3",
        "snake_case",
        "snake_caseは",
        "это_имя",
        "値は`a_b`です",
        r"so \*a",
        "`**`",
        "so $a * b$",
        "**a** b",
        "a\n***",
    ],
)
def test_stars_that_are_meant_are_not(text: str) -> None:
    assert [what for _, what in doubts(text) if "emphasis" in what] == []


TORN = {
    "so 2*3*4": ["*"],
    "so a*b*c": ["*"],
    "so 2**3**4": ["**"],
    "so *a*b": ["*"],
    "so a*b* c": ["*"],
    "so a*b*s": ["*"],
    "so a***b***": ["*", "**"],
    "so **x**2": ["**"],
    "un*believ*able": ["*"],
    "so п*я*п and é*b*": ["*", "*"],
    "[so a*b*](https://a.b)": ["*"],
    "- so a*b*": ["*"],
    "| a |\n|---|\n| so a*b* |": ["*"],
    "so __init__": ["__init__"],
    "so `A`.__init__()": ["__init__"],
    "the file __init__.py": ["__init__"],
    "so ___init___": ["__init__"],
}


@pytest.mark.parametrize("text", TORN)
def test_emphasis_that_takes_a_word_apart_is_refused(text: str) -> None:
    """The marks would vanish: `2*3*4` would be 234."""
    found = doubts(text)
    assert [marked for marked, _ in found] == TORN[text]
    assert {what for _, what in found} <= {
        *(
            f"inside a word, `{n * '*'}` would vanish: it makes emphasis"
            for n in (1, 2)
        ),
        "the underscores of `__init__` make it bold",
    }


WHOLE = {
    "*so* **so** ***so*** _so_": "<em>so</em> <strong>so</strong> "
    "<em><strong>so</strong></em> <em>so</em>",
    "*a*-b, (*a*), *a*.": "<em>a</em>-b, (<em>a</em>), <em>a</em>.",
    "**Re**ctified **L**inear": "<strong>Re</strong>ctified <strong>L</strong>inear",
    "the *n*th, two *x*s, *2*nd": "the <em>n</em>th, two <em>x</em>s, <em>2</em>nd",
    "__two words__": "<strong>two words</strong>",
    "O(*n*²), *x*₁": "O(<em>n</em>²), <em>x</em>₁",
    "使用*b*法": "使用<em>b</em>法",
    "a*は*b": "a<em>は</em>b",
    "**중요**입니다": "<strong>중요</strong>입니다",
    "นี่*สำคัญ*ครับ": "นี่<em>สำคัญ</em>ครับ",
    "❤️*b*": "❤️<em>b</em>",
    "`a`*b*`c`": "<code>a</code><em>b</em><code>c</code>",
    r"2\*3\*4": "2*3*4",
    r"\_\_init\_\_": "__init__",
    "`__init__`": "<code>__init__</code>",
}


@pytest.mark.parametrize("text", WHOLE)
def test_emphasis_of_whole_words_is_fine(text: str) -> None:
    assert (shown(text), doubts(text)) == (WHOLE[text], [])


# -- back-ticks and brackets ----------------------------------------------------------

TICKED = {
    "The call `kink.relu(-2) gives zero.": ["`"],
    "``a ``b` c": ["`"],
    "``a `b` c": ["``"],
    "so `a` b`": ["`"],
    "so ```a": ["```"],
    "[so `a](https://a.b)": ["`"],
    "**so `a**": ["`"],
    "- one\n- two`": ["`"],
    "| a |\n|---|\n| `b |": ["`"],
    "> so\n> `b": ["`"],
    "### `b": ["`"],
    "so `a\n\nb`": ["`", "`"],
}


@pytest.mark.parametrize("text", TICKED)
def test_back_ticks_that_stay_visible_are_refused(text: str) -> None:
    found = doubts(text)
    assert [marked for marked, _ in found] == TICKED[text]
    assert all("no partner" in what for _, what in found)


@pytest.mark.parametrize(
    "text",
    ["`a` ``b ` c``", r"so \`a", r"\`\`", "`` ` ``", "$`a$", "`a\nb`", "<!-- # ` -->"],
)
def test_back_ticks_that_are_meant_are_not(text: str) -> None:
    assert [what for _, what in doubts(text) if "back-tick" in what] == []


BRACKETS = {
    r"so \(x^2\) is": (r"\(", "$…$"),
    r"so \[x\]": (r"\[", "$$…$$"),
    "so \\[\nx\n\\]": (r"\[", "$$…$$"),
    r"**so \(x** y\)": (r"\(", "$…$"),
    r"- so \(x\) and \(y\)": (r"\(", "$…$"),
    "| a |\n|---|\n| \\(x\\) |": (r"\(", "$…$"),
}


@pytest.mark.parametrize("text", BRACKETS)
def test_formulas_as_anki_writes_them_are_refused(text: str) -> None:
    """Markdown would show their brackets, and no formula."""
    ((marked, what),) = doubts(text)
    opened, formula = BRACKETS[text]
    assert marked == opened
    assert what.endswith("is no formula here: its brackets are shown")
    assert formula in problems(text)[0].hint


@pytest.mark.parametrize(
    "text",
    [
        r"\(not a list)",
        r"\) and \(",
        r"\[x] and \(y)",
        r"`\(x\)`",
        r"\[a\](b)",
        r"\[a\]: b",
        "\\(a\n\nb\\)",
    ],
)
def test_escaped_brackets_that_are_meant_are_not(text: str) -> None:
    assert doubts(text) == []


# -- cells of tables ------------------------------------------------------------------


def cell(text: str) -> str:
    """What a cell with some text shows."""
    rows = shown(f"| a | b |\n| - | - |\n| {text} | so |")
    return rows.split("<td>")[1].split("</td>")[0]


CELLS = {
    r"`int \| None`": "<code>int | None</code>",
    r"a \| b": "a | b",
    r"$\|x\|$": r"\(\|x\|\)",
    r"$$\|x\|$$ and `\|`": r"\[\|x\|\] and <code>|</code>",
    r"`\|` $\|x\|$ \|": r"<code>|</code> \(\|x\|\) |",
    r"`a\\|b`": r"<code>a\|b</code>",
    r"$\lvert x \rvert$": r"\(\lvert x \rvert\)",
    "one<br>two": "one<br>two",
    "one<br/>two<BR />`three`": "one<br>two<br><code>three</code>",
    "**one<br>two**": "<strong>one<br>two</strong>",
    "`<br>`": "<code>&lt;br&gt;</code>",
    r"\<br>": "&lt;br&gt;",
}


@pytest.mark.parametrize("text", CELLS)
def test_a_cell_says(text: str) -> None:
    assert cell(text) == CELLS[text]
    assert doubts(f"| a | b |\n| - | - |\n| {text} | so |") == []


CUT = {
    "`a|b`": "a bar ends this code: it begins the next cell",
    "$|x|$": "a bar ends this formula: it begins the next cell",
    "so $$a|b$$": "a bar ends this formula: it begins the next cell",
}


@pytest.mark.parametrize("text", CUT)
def test_a_bar_that_would_cut_a_cell_is_refused(text: str) -> None:
    """Also where the table has room for one more cell."""
    table = f"| a | b | c | d |\n| - | - | - | - |\n| {text} | so |"
    assert CUT[text] in [what for _, what in doubts(table)]
    assert CUT[text] in [what for _, what in doubts("> " + table.replace("\n", "\n> "))]


def test_a_break_outside_of_a_table_is_shown_as_it_is_typed() -> None:
    assert shown("one<br>two") == "one&lt;br&gt;two"


def test_a_table_in_a_quotation_is_no_wider_than_it_is() -> None:
    assert doubts("> | a |\n> | - |\n> | b |") == []
