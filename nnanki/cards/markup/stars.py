"""Emphasis, also where Chinese, Japanese and Korean stand beside it without blanks.

CommonMark takes stars for an end of emphasis by the blanks and the punctuation around
them, which these scripts hardly use: `これは**「重要」**です` shows its stars there.
Here a letter or mark of these scripts beside the stars does what a blank does, as in
`markdown-cjk-friendly`. Stars that begin or end nothing are a doubt, and so are those
that take a word apart: `2*3*4`, `__init__`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.rules_inline.state_inline import Delimiter

from nnanki.cards.markup.dollars import SUFFIX
from nnanki.cards.markup.doubts import Doubt, note

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

HINT = "write `\\{0}` for one that is shown, and mark code as code"
NAME = re.compile(r"[A-Za-z]\w*(?<!_)", re.ASCII)  # of a method, without underscores
DUNDER = "mark it as code: `` `{0}` ``; write bold words between `**`"
# Besides Chinese, Japanese and Korean; Hangul has blanks, but particles without.
WITHOUT_BLANKS = ("THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN", "JAVANESE", "BALINESE")
PICTOGRAPHS = range(0x1F000, 0x20000)
ENCLOSED = range(0x1F200, 0x1F300)  # ideographs in circles and squares
SELECTORS = (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))


class _Side(NamedTuple):
    """What stands on one side of some stars."""

    blank: bool
    mark: bool  # punctuation, of whichever script
    cjk: bool

    @property
    def foreign(self) -> bool:
        """Punctuation of a script that has blanks between words."""
        return self.mark and not self.cjk


def cjk(letter: str) -> bool:
    """Whether a letter or mark is of a script that stands without blanks.

    >>> [cjk(letter) for letter in "「閏한ｱ。a(é"]
    [True, True, True, True, True, False, False, False]
    """
    code = ord(letter)
    if code < 0x1100 or 0x2000 <= code < 0x2E80:
        return False
    if code in PICTOGRAPHS and code not in ENCLOSED:
        return False
    wide = unicodedata.east_asian_width(letter) in ("W", "F", "H")
    return wide or unicodedata.name(letter, "").startswith("HANGUL")


def tokenize(state: StateInline, silent: bool) -> bool:
    """Stars or underscores that may begin or end emphasis, each as a token."""
    marker = state.src[state.pos]
    if silent or marker not in "*_":
        return False
    stop = state.pos
    while stop < state.posMax and state.src[stop] == marker:
        stop += 1
    before, after = _before(state.src, state.pos), _after(state.src, stop, state.posMax)
    opens, closes = _flanks(before, after), _flanks(after, before)
    if marker == "_":
        inside = opens and closes
        opens, closes = (
            opens and (not inside or before.mark),
            closes and (not inside or after.mark),
        )
    around = state.src[max(0, state.pos - 1) : state.pos], state.src[stop : stop + 1]
    within = all(map(_in_word, around)) and stop < state.posMax
    apart = within and any(map(_without_blanks, around))
    # Judged here, where the neighbors are known; told only where emphasis comes of it.
    meta = {"within": within and not apart, "apart": apart}
    meta["bold"] = all(side.isalpha() for side in around)
    meta["suffix"] = SUFFIX.match(state.src, stop, state.posMax) is not None
    for position in range(state.pos, stop):
        token = state.push("text", "", 0)
        token.content, token.meta = marker, {"pos": position, **meta}
        length, at = stop - state.pos, len(state.tokens) - 1
        delimiter = Delimiter(ord(marker), length, at, -1, opens, closes)
        state.delimiters.append(delimiter)
    state.pos = stop
    return True


def _flanks(outside: _Side, inside: _Side) -> bool:
    """Whether stars can belong to what is inside of them."""
    if inside.blank:
        return False
    return not inside.foreign or outside.blank or outside.mark or outside.cjk


def _before(text: str, start: int) -> _Side:
    position = start - 1
    while position > 0 and ord(text[position]) in SELECTORS:
        position -= 1
    return _side(text[position] if position >= 0 else " ")


def _after(text: str, stop: int, end: int) -> _Side:
    return _side(text[stop] if stop < end else " ")


def _side(letter: str) -> _Side:
    mark = isMdAsciiPunct(ord(letter)) or isPunctChar(letter)
    return _Side(isWhiteSpace(ord(letter)), mark, cjk(letter))


def _in_word(letter: str) -> bool:
    """Whether a word goes on here: with a letter, a digit, an accent."""
    kind = unicodedata.category(letter or " ")
    letters = kind[0] == "L" or kind in ("Nd", "Nl", "Mn", "Mc")
    return letters and ord(letter) not in SELECTORS


def _without_blanks(letter: str) -> bool:
    return cjk(letter) or unicodedata.name(letter, "").startswith(WITHOUT_BLANKS)


# -- what begins or ends nothing ------------------------------------------------------


def visible(state: StateInline) -> None:
    """Doubts about stars that are shown although they could be emphasis."""
    runs: list[list[int]] = []
    for position in sorted(_visible_marks(state)):
        if runs and runs[-1][-1] == position - 1:
            runs[-1].append(position)
        else:
            runs.append([position])
    for run in runs:
        mark = state.src[run[0]]
        what = f"no emphasis begins or ends here: `{mark * len(run)}` is shown"
        note(state, Doubt(run[0], len(run), what, HINT.format(mark)))


def _visible_marks(state: StateInline) -> Iterator[int]:
    """Positions of marks that emphasis left as they are."""
    inner = (meta["delimiters"] for meta in state.tokens_meta if meta)
    for delimiters in (state.delimiters, *inner):
        for one in delimiters:
            token = state.tokens[one.token]
            left = token.type == "text" and token.content and "pos" in token.meta
            double = one.marker == ord("*") and one.length > 1
            if left and (one.open or one.close or double or token.meta["apart"]):
                yield token.meta["pos"]


# -- what takes a word apart ----------------------------------------------------------


def torn(state: StateInline) -> None:
    """Doubts about emphasis of a part of a word, and of names in underscores."""
    inner = [meta["delimiters"] for meta in state.tokens_meta if meta]
    for delimiters in (state.delimiters, *inner):
        for one in delimiters:
            if one.end < 0 or state.tokens[one.token].type not in OPENED:
                continue
            opened, closed = (
                state.tokens[each.token] for each in (one, delimiters[one.end])
            )
            if name := _method(state, opened, closed):
                position = opened.meta["pos"] - 1
                what = f"the underscores of `{name}` make it bold"
                hint = DUNDER.format(name)
                note(state, Doubt(position, len(name), what, hint))
            elif (half := _inside(opened, closed)) is not None:
                mark = state.src[half.meta["pos"]]
                width = len(half.markup)
                position = half.meta["pos"] - (width - 1) * (half is opened)
                what = f"inside a word, `{half.markup}` would vanish: it makes emphasis"
                note(state, Doubt(position, width, what, HINT.format(mark)))


OPENED = ("em_open", "strong_open")


def _inside(opened: Token, closed: Token) -> Token | None:
    """The mark of some emphasis that stands between two letters or digits, if one does.

    Bold letters may begin a word, and a suffix may end one: `**Re**LU` and `*n*th` can
    mean nothing else.
    """
    if opened.meta["within"]:
        return opened
    clear = closed.meta["suffix"] or (closed.meta["bold"] and closed.markup == "**")
    return closed if closed.meta["within"] and not clear else None


def _method(state: StateInline, opened: Token, closed: Token) -> str:
    """A name like `__init__` that became bold."""
    if opened.markup != "__":
        return ""
    name = state.src[opened.meta["pos"] + 1 : closed.meta["pos"]].strip("_")
    return f"__{name}__" if NAME.fullmatch(name) else ""
