"""The lines of a diff: each with its sign, its colours, and what changed marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import accumulate, pairwise

from markupsafe import Markup

from nnanki.cards.markup.highlight import Highlight, lines_of
from nnanki.model.sequences import ALIKE, words_of

PIECE = re.compile(r"<[^>]*>|&[^;]*;|.", re.DOTALL)

Signed = Sequence[tuple[str, str]]
Span = tuple[int, int]


def rows(code: str, highlight: Highlight) -> list[tuple[str, Markup]]:
    """The sign and the rest of each line; together they are the diff again.

    Old and new lines are coloured as the two texts that they come from.
    """
    signed = [_parted(line) for line in lines_of(code)]
    lines = _coloured(signed, "+", highlight) | _coloured(signed, "-", highlight)
    spans = dict(_changes(signed))
    return [
        (sign, Markup(marked(lines[number], spans.get(number, []))))
        for number, (sign, _) in enumerate(signed)
    ]


def _parted(line: str) -> tuple[str, str]:
    """A sign with its blank, which a line of nothing else has lost, and the rest."""
    width = 2 if line[:2] in ("- ", "+ ", "  ") else int(line in ("-", "+"))
    return line[:width], line[width:]


def _coloured(signed: Signed, without: str, highlight: Highlight) -> dict[int, Markup]:
    """The lines of the old or the new text by their numbers in the diff."""
    # A line alone may be the middle of a string: only the whole text tells its colors.
    numbers = [n for n, (sign, _) in enumerate(signed) if sign[:1] != without]
    text = "".join(f"{signed[n][1]}\n" for n in numbers)
    return dict(zip(numbers, highlight(text), strict=False))


def _changes(signed: Signed) -> Iterator[tuple[int, list[Span]]]:
    """What changed in a line that the next one takes the place of, and in that one."""
    for number, ((sign, old), (after, new)) in enumerate(pairwise(signed)):
        if (sign[:1], after[:1]) == ("-", "+"):
            old_spans, new_spans = differing(old, new)
            yield number, old_spans
            yield number + 1, new_spans


def differing(old: str, new: str) -> tuple[list[Span], list[Span]]:
    """Where two lines differ, word by word; nowhere if they have little in common.

    >>> differing("n = a", "n += a")
    ([], [(2, 3)])
    """
    words = words_of(old), words_of(new)
    # Without its heuristic, which ignores what is frequent: in code, blanks and
    # brackets.
    matcher = SequenceMatcher(None, *words, autojunk=False)
    if matcher.ratio() < ALIKE:
        return [], []
    codes = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    return (
        list(_spans(words[0], [(code[1], code[2]) for code in codes])),
        list(_spans(words[1], [(code[3], code[4]) for code in codes])),
    )


def _spans(words: Sequence[str], ranges: Sequence[Span]) -> Iterator[Span]:
    """Ranges of words as ranges of letters; blanks alone are nothing to look at."""
    starts = list(accumulate(map(len, words), initial=0))
    for first, last in ranges:
        if "".join(words[first:last]).strip():
            yield starts[first], starts[last]


def marked(line: str, spans: Sequence[Span]) -> str:
    """A line of HTML with some of its letters marked; no mark crosses a tag.

    >>> marked('<b>a</b>&lt;c', [(0, 2)])
    '<b><mark>a</mark></b><mark>&lt;</mark>c'
    """
    pieces, at, marking = [], 0, False
    for piece in PIECE.findall(line):
        letter = not piece.startswith("<")
        marks = letter and any(start <= at < stop for start, stop in spans)
        if marks != marking:
            pieces.append("<mark>" if marks else "</mark>")
        pieces.append(piece)
        at, marking = at + letter, marks
    return "".join(pieces) + ("</mark>" if marking else "")
