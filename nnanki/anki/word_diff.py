"""How a text changed, word by word; its code, line by line.

A text is a line for each paragraph; a line that is indented by four is code.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

from nnanki.model.sequences import ALIKE, words_of

PieceMark = Literal["equal", "gone", "come"]
Paint = Callable[[str, str], str]  # a role of text (such a mark), the text

CODE = "    "
AROUND = 6  # words that are shown before and after a change, and
LINES = 2  # lines of code
# difflib takes the square of the length. Where there are more words or lines than this,
# all of them went and came.
MOST = 1_000
SIGNS = {"equal": "  ", "gone": "- ", "come": "+ "}
# What GitHub would link, and tell somebody of.
LINKED = re.compile(r"(?<=[@#])(?=\w)|(?<=://)|(?<=GH-)(?=\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words that stayed, went, or came."""

    mark: PieceMark
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line: of prose, in pieces; or of code, which is one piece."""

    pieces: tuple[Piece, ...]
    code: bool = False


def diff_rows(old: str, new: str) -> tuple[Row, ...]:
    """The lines around every change; `…` stands for what is the same elsewhere.

    >>> to_text(diff_rows("It is never negative.", "It is not negative."))
    'It is [-never-]{+not+} negative.'
    """
    olds, news = (text.split("\n") if text else [] for text in (old, new))
    rows: list[Row] = []
    if max(len(olds), len(news)) > MOST:
        return (
            *(_row("gone", line) for line in olds),
            *(_row("come", line) for line in news),
        )
    matcher = SequenceMatcher(None, olds, news, autojunk=False)
    for tag, i, j, k, n in matcher.get_opcodes():
        if tag == "equal":
            rows += (_row("equal", line) for line in olds[i:j])
        else:
            rows += _replaced(olds[i:j], news[k:n])
    return tuple(_without_the_rest(rows))


def to_text(rows: Iterable[Row], paint: Paint | None = None) -> str:
    """The rows for a terminal: `[-gone-]{+come+}`, and signs before code."""
    return "\n".join(_plain(row, paint or (lambda _, text: text)) for row in rows)


def to_markdown(rows: Iterable[Row]) -> str:
    """The rows for a page of Markdown, which no text can break."""
    full = (row for row in rows if row.code or any(p.text.strip() for p in row.pieces))
    blocks = groupby(full, key=lambda row: row.code)
    return "\n\n".join(
        _fenced(list(block)) if code else "\n\n".join(map(_paragraph, block))
        for code, block in blocks
    )


def escape_markdown(text: str) -> str:
    """One line of text inside HTML on a page of Markdown: it marks and links nothing.

    >>> escape_markdown("<b>@me\\n#1")
    '&lt;b&gt;@&#8203;me #&#8203;1'
    """
    safe = LINKED.sub("\N{ZERO WIDTH SPACE}", " ".join(text.split()))
    return html.escape(safe, quote=False).replace("\N{ZERO WIDTH SPACE}", "&#8203;")


# -- the lines ------------------------------------------------------------------------


def _row(mark: PieceMark, line: str) -> Row:
    return Row((Piece(mark, line.removeprefix(CODE)),), line.startswith(CODE))


def _replaced(olds: Sequence[str], news: Sequence[str]) -> Iterator[Row]:
    """Each paragraph with the one that took its place; the rest went and came."""
    at = 0
    for line in olds:
        place = _successor(line, news[at:])
        if place is None:
            yield _row("gone", line)
            continue
        yield from (_row("come", other) for other in news[at : at + place])
        yield Row(tuple(_pieces(line, news[at + place])))
        at += place + 1
    yield from (_row("come", other) for other in news[at:])


def _successor(line: str, news: Sequence[str]) -> int | None:
    """The first of the new paragraphs that says nearly the same."""
    if line.startswith(CODE):
        return None
    words = words_of(line)
    for n, other in enumerate(news):
        theirs = words_of(other)
        if other.startswith(CODE) or max(len(words), len(theirs)) > MOST:
            continue
        # Blanks are as many as words: equal ones would make any two texts look alike.
        # The quick ratio is an upper bound, which spares most of the slow ones.
        matcher = SequenceMatcher(str.isspace, words, theirs, autojunk=False)
        if matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE:
            return n
    return None


def _pieces(old: str, new: str) -> Iterator[Piece]:
    """The words of two paragraphs; signs between two changes belong to both."""
    olds, news = words_of(old), words_of(new)
    matcher = SequenceMatcher(str.isspace, olds, news, autojunk=False)
    codes = matcher.get_opcodes()
    before = after = ""
    for number, (tag, i, j, k, n) in enumerate(codes):
        old, new = "".join(olds[i:j]), "".join(news[k:n])
        # A sign between two changes would be read as what did not change of a sentence.
        inside = 0 < number < len(codes) - 1
        if tag == "equal" and not (inside and not re.search(r"\w", old)):
            yield from _both(before, after)
            yield Piece("equal", old)
            before = after = ""
        else:
            before, after = before + old, after + new
    yield from _both(before, after)


def _both(before: str, after: str) -> Iterator[Piece]:
    if before:
        yield Piece("gone", before)
    if after:
        yield Piece("come", after)


# -- what is left out -----------------------------------------------------------------


def _without_the_rest(rows: Sequence[Row]) -> Iterator[Row]:
    """Rows without those that are far from every change."""
    groups = [(same, list(group)) for same, group in groupby(rows, key=_same)]
    for number, (same, group) in enumerate(groups):
        if not same:
            yield from map(_shortened, group)
            continue
        first = group[:LINES] if number else []
        last = group[-LINES:] if number < len(groups) - 1 else []
        if len(first) + len(last) + 1 >= len(group) and (first or last):
            yield from map(_outlined, group)
        else:
            yield from (*map(_outlined, first), _dots(group), *map(_outlined, last))


def _same(row: Row) -> bool:
    return all(piece.mark == "equal" for piece in row.pieces)


def _dots(group: Sequence[Row]) -> Row:
    return Row((Piece("equal", "…"),), all(row.code for row in group))


def _outlined(row: Row) -> Row:
    """The beginning of a paragraph that is only shown for where we are."""
    (piece,) = row.pieces
    return row if row.code else Row((Piece("equal", _cut(piece.text, head=AROUND)),))


def _shortened(row: Row) -> Row:
    """A paragraph without the words that are far from what changed in it."""
    last = len(row.pieces) - 1
    return Row(
        tuple(
            Piece("equal", _cut(piece.text, AROUND * (n > 0), AROUND * (n < last)))
            if piece.mark == "equal"
            else piece
            for n, piece in enumerate(row.pieces)
        ),
        row.code,
    )


def _cut(text: str, head: int = 0, tail: int = 0) -> str:
    """The first and last words of a text, if what is between is worth dots."""
    words = re.findall(r"\s*\S+\s*", text)
    if len(words) <= head + tail + 2:
        return text
    first = "".join(words[:head])
    last = "".join(words[len(words) - tail :])
    return f"{first}…{' ' if last else ''}{last}"


# -- how it is written ----------------------------------------------------------------


def _plain(row: Row, paint: Paint) -> str:
    if row.code:
        (piece,) = row.pieces
        return paint(piece.mark, f"{CODE}{SIGNS[piece.mark]}{piece.text}".rstrip())
    brackets = {"equal": ("", ""), "gone": ("[-", "-]"), "come": ("{+", "+}")}
    return "".join(
        paint(piece.mark, piece.text.join(brackets[piece.mark])) for piece in row.pieces
    )


def _paragraph(row: Row) -> str:
    """A block of HTML, which holds no Markdown."""
    tags = {
        "equal": ("", ""),
        "gone": ("<del>", "</del>"),
        "come": ("<ins>", "</ins>"),
    }
    parts = (_spaced(piece.text).join(tags[piece.mark]) for piece in row.pieces)
    return f"<p>{''.join(parts)}</p>"


def _spaced(text: str) -> str:
    """Escaped, with a blank where the text begins or ends with some."""
    first, last = text[:1].isspace(), text[-1:].isspace()
    return " " * first + escape_markdown(text) + " " * (last and bool(text.strip()))


def _fenced(rows: Sequence[Row]) -> str:
    """Lines of code in a fence that is longer than any in them."""
    lines = [
        f"{SIGNS[row.pieces[0].mark]}{row.pieces[0].text}".rstrip() for row in rows
    ]
    longest = max((len(run) for run in re.findall("`+", "\n".join(lines))), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join((f"{fence}diff", *lines, fence))
