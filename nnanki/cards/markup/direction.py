"""Which way text is read: prose as its language is, code always from the left."""

from __future__ import annotations

import re
from copy import copy
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

LEFT, RIGHT = "ltr", "rtl"
# Hebrew, Arabic, Syriac, Thaana, N'Ko and others, with their marks and digits.
HERE = (
    r"\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
)
LETTERS = rf"[{HERE}]+"
# Words of one sentence: with a blank between, with a number, or joined by a hyphen.
BETWEEN = r"(?:[,.:;!?]? (?:[0-9]+ )*|-)"
RUN = re.compile(rf"{LETTERS}(?:{BETWEEN}{LETTERS})*")
WORD = re.compile(rf"{LETTERS}|[^\W\d_]+")
# From this share of words on a text is read from the right: in Arabic prose about
# programs, many names are English. Browsers look at the first word alone.
SHARE = 0.4
CODE = ("code_inline", "fence", "code_block")
TEXT = ("text", "text_special", "html_inline")
KINDS = (
    *("paragraph_open", "heading_open", "blockquote_open", "table_open", "th_open"),
    *("td_open", "bullet_list_open", "ordered_list_open", "list_item_open"),
)


def of(text: str) -> str:
    """The direction of some prose; empty where it has no words.

    >>> of("NumPy هي مكتبة"), of("What is سلام?"), of("42")
    ('rtl', 'ltr', '')
    """
    words = WORD.findall(text)
    right = sum(RUN.match(word) is not None for word in words)
    return (RIGHT if right >= SHARE * len(words) else LEFT) if words else ""


def isolated(markup: str) -> str:
    """A line of code in which a name or text that is read from the right turns alone.

    >>> isolated("['א', 'ב']")
    "['<bdi>א</bdi>', '<bdi>ב</bdi>']"
    """
    return RUN.sub(r"<bdi>\g<0></bdi>", markup)


def prose_of(block: Sequence[Token]) -> str:
    """The prose of some tokens: without code and formulas, which have no language."""
    children = (child for token in block for child in token.children or [])
    return " ".join(child.content for child in children if child.type in TEXT)


def directed(block: Sequence[Token], around: str = LEFT) -> list[Token]:
    """The same tokens; what is read otherwise than what is around it says so."""
    return list(_Directions(block, [around]).read())


@dataclass
class _Directions:
    """Reads tokens in their order, and knows what is around each."""

    block: Sequence[Token]
    around: list[str]

    def read(self) -> Iterator[Token]:
        for position, token in enumerate(self.block):
            if token.nesting < 0:
                self.around = self.around[:1] + self.around[1:-1]
                yield token
            elif token.nesting > 0:
                yield self.opened(position, token)
            else:
                yield self.leaf(token)

    def opened(self, position: int, token: Token) -> Token:
        outside = self.around[-1]
        inside = outside
        if token.type in KINDS and not token.hidden and not self.loose(position):
            inside = of(self.prose(position, token)) or outside
        self.around.append(inside)
        return token if inside == outside else _with(token, inside)

    def loose(self, position: int) -> bool:
        """Whether it is an item whose paragraphs say so themselves, beside its mark."""
        item, first = self.block[position], self.block[position + 1]
        return item.type == "list_item_open" and not first.hidden

    def prose(self, position: int, token: Token) -> str:
        """The words that decide on an element: those in it; of a table, in its body."""
        inner = self.block[position + 1 : self.end(position)]
        if token.type != "table_open":
            return prose_of(inner)
        pairs = pairwise(inner)
        body = [after for before, after in pairs if before.type == "td_open"]
        return (
            prose_of(body) or LEFT
        )  # numbers alone stand as in every table of numbers

    def end(self, position: int) -> int:
        """Where the element ends that begins at a position."""
        depth = 0
        for place in range(position, len(self.block)):
            depth += self.block[place].nesting
            if depth == 0:
                return place
        return len(self.block)

    def leaf(self, token: Token) -> Token:
        """Code inside of prose that is read from the right says that it is not."""
        if self.around[-1] == LEFT:
            return token
        if token.type in CODE:
            return _with(token, LEFT)
        if token.type != "inline":
            return token
        other = copy(token)
        other.children = [
            # Browsers order signs and digits by the direction around them: `-1` would
            # become `1-`.
            _with(child, LEFT) if child.type in CODE else child
            for child in token.children or []
        ]
        return other


def _with(token: Token, direction: str) -> Token:
    other = copy(token)
    other.attrs = {**token.attrs, "dir": direction}
    return other
