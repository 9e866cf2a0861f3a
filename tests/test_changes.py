"""A diff on a card is the diff, in colours, with what changed marked."""

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from nnanki.cards.markup.highlight import highlighter, lines_of
from nnanki.notes.diff_block import rows

TAG = re.compile(r"<[^>]*>")
MARK = re.compile(r"<mark>(.*?)</mark>")
LINES = st.lists(
    st.sampled_from(["- ", "+ ", "  ", "-", "+", ""]).flatmap(
        lambda sign: st.text("ab =+-<&'\"[{\\:", max_size=8).map(sign.__add__)
    ),
    max_size=6,
)


def text(markup: str) -> str:
    return html.unescape(TAG.sub("", markup))


def marks(markup: str) -> list[str]:
    return [text(found) for found in MARK.findall(markup)]


@given(LINES)
def test_signs_and_lines_together_are_the_diff(lines: list[str]) -> None:
    """Whatever they hold, and no mark crosses a tag."""
    code = "\n".join(lines)
    shown = rows(code, highlighter())

    assert [sign + text(line) for sign, line in shown] == lines_of(code)
    assert all("<" not in found for _, line in shown for found in MARK.findall(line))


def test_a_line_that_was_mended_is_marked_where_it_changed() -> None:
    """Old and new have the colours of code; a blank line has lost its sign's blank."""
    shown = rows("-     n = a\n+     n += a\n-\n  return n\n", highlighter())

    assert [sign for sign, _ in shown] == ["- ", "+ ", "-", "  "]
    assert [marks(line) for _, line in shown] == [[], ["+"], [], []]
    assert '<span class="k">return</span>' in shown[3][1]


def test_a_line_that_was_written_anew_has_no_marks() -> None:
    """All of it changed, and its sign says so."""
    shown = rows("- for i in range(n):\n+ return total\n", highlighter())

    assert [marks(line) for _, line in shown] == [[], []]
