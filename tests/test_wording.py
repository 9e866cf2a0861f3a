"""Two texts as what went and what came, for a terminal and for a page of Markdown."""

import doctest
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from nnanki.anki import plaintext as plaintext_room
from nnanki.anki import word_diff
from nnanki.anki.plaintext import plaintext
from nnanki.anki.word_diff import diff_rows, to_markdown, to_text

OLD = """One says that the slope at zero is taken as 0 by convention, as they did.
A paragraph that stays.
    def f(x):
        return max(0, x)
    print(f(1))
It costs 3 steps."""
NEW = """One says that the slope at zero is taken as 1 by habit, as they did.
A paragraph that stays.
    def f(x):
        return max(x, 0)
    print(f(1))
Something new.
It costs 4 steps."""


@pytest.mark.parametrize(
    "room", [word_diff, plaintext_room], ids=["wording", "plaintext"]
)
def test_the_examples_in_docstrings_hold(room):
    """Those are the first that one reads."""
    result = doctest.testmod(room)

    assert result.attempted > 0
    assert result.failed == 0


def test_prose_is_compared_by_words_and_code_by_lines():
    """A word in its sentence; a line of code with its neighbours."""
    assert (
        to_text(diff_rows(OLD, NEW))
        == """\
… slope at zero is taken as [-0-]{+1+} by [-convention-]{+habit+}, as they did.
A paragraph that stays.
      def f(x):
    -     return max(0, x)
    +     return max(x, 0)
      print(f(1))
{+Something new.+}
It costs [-3-]{+4+} steps."""
    )


def test_a_page_shows_the_same():
    """HTML for prose, which GitHub takes as it is; a block of `diff` for code."""
    assert (
        to_markdown(diff_rows(OLD, NEW))
        == """\
<p>… slope at zero is taken as <del>0</del><ins>1</ins> by <del>convention</del>\
<ins>habit</ins>, as they did.</p>

<p>A paragraph that stays.</p>

```diff
  def f(x):
-     return max(0, x)
+     return max(x, 0)
  print(f(1))
```

<p><ins>Something new.</ins></p>

<p>It costs <del>3</del><ins>4</ins> steps.</p>"""
    )


def test_what_is_far_from_a_change_is_left_out():
    """Of a hundred lines two before and two after, of a long sentence some words."""
    lines = [f"Line {n}." for n in range(100)]
    shown = to_text(diff_rows("\n".join(lines), "\n".join([*lines[:50], *lines[51:]])))

    assert shown.split("\n") == [
        "…",
        "Line 48.",
        "Line 49.",
        "[-Line 50.-]",
        "Line 51.",
        "Line 52.",
        "…",
    ]


def test_a_sentence_that_says_something_else_is_not_compared_word_by_word():
    """No salad of words that happen to be in both."""
    rows = diff_rows("It is the mean of all.", "Its rate of change is 3.")

    assert to_text(rows) == "[-It is the mean of all.-]\n{+Its rate of change is 3.+}"


def test_nothing_changed_is_nothing_but_dots():
    """The same text twice has no place to show."""
    assert to_text(diff_rows("a\nb", "a\nb")) == "…"


SHORT = st.lists(
    st.text("ab .,\n`*<", max_size=8).map(lambda text: " ".join(text.split())),
    max_size=3,
)


@given(SHORT, SHORT)
@example(["a b, c"], ["a d, e"])
@example(["    x = 1"], ["    x = 2"])
def test_what_went_and_stayed_is_the_old_text(old: list[str], new: list[str]):
    """And what came and stayed is the new one, where nothing is left out."""
    rows = diff_rows("\n".join(old), "\n".join(new))
    if any(piece.text == "…" for row in rows for piece in row.pieces):
        assert "\n".join(old) == "\n".join(new)
        return
    for mark, lines in (("come", old), ("gone", new)):
        kept = [[p.text for p in row.pieces if p.mark != mark] for row in rows]
        left = ["".join(texts) for texts in kept if texts]
        assert [line for line in left if line] == [
            line.removeprefix("    ") for line in lines if line
        ]


# -- text that would break the page ---------------------------------------------------

HOSTILE = [
    "</ins></p></details><script>alert(1)</script>",
    "```\n# heading",
    "    ```\n    </pre>",
    "<!-- \n\n-->",
    "a\n\n* item\n\n[link](javascript:x)",
    "@everyone #1 https://github.com/a/b/issues/1",
    "\r\r---\r",
    "&lt;b&gt; &amp; &#64;me",
]


@given(st.text(), st.text())
@example(HOSTILE[0], "")
@example(HOSTILE[1], "")
@example(HOSTILE[2], "    x")
@example(HOSTILE[3], "x")
@example("", HOSTILE[4])
@example(HOSTILE[6], "x")
def test_no_text_breaks_the_page(old: str, new: str):
    """Whatever cards say, the page has paragraphs and blocks of code, and no more."""
    page = to_markdown(diff_rows(old, new))
    tokens = MarkdownIt("commonmark").parse(page)

    assert {token.type for token in tokens} <= {"html_block", "fence"}
    for token in tokens:
        if token.type == "html_block":
            inside = re.fullmatch("<p>(.*)</p>\n?", token.content, re.DOTALL)
            assert inside
            assert "<" not in re.sub("</?(?:del|ins)>", "", inside[1])


def test_nobody_is_called_and_nothing_is_linked():
    """A page on GitHub would otherwise write to people that cards name."""
    page = to_markdown(diff_rows("", HOSTILE[5]))

    assert not re.search(r"[@#]\w|://\w", page.replace("&#8203;", "\u200b"))


# -- the words that some HTML shows ---------------------------------------------------


def test_html_becomes_paragraphs_and_code():
    """Blocks are lines, code keeps its blanks, a picture is its name."""
    markup = """
    <p>One &lt;b&gt; <em>two</em></p><style>p {}</style><img src="a.svg" alt="x">
    <ul><li>three</li><li>four</ul><table><tr><th>a</th><td>1</td></tr></table>
    <pre><code><span>def f():</span>
        return  1\n\n   \nf()
</code></pre>end<br>of\xa0it"""

    assert plaintext(markup).split("\n") == [
        "One <b> two",
        "[a.svg]",
        "three",
        "four",
        "a | 1",
        "    def f():",
        "            return  1",
        "    ",
        "       ",
        "    f()",
        "end",
        "of it",
    ]


def test_no_text_reaches_the_terminal_as_an_order():
    """Neither colours and bells nor a change of the reading direction."""
    assert plaintext("a\x1b[31m\x07]0;\u202ex<pre>\x1b[2J\r\ny</pre>") == (
        "a\ufffd[31m\ufffd]0;\ufffdx\n    \ufffd[2J\n    y"
    )
