"""The words of a card, without its code, formulas and remarks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from nnanki.cards.markup.markdown import walk
from nnanki.model.card import Block, Card, Fence, Part, Prose
from nnanki.model.notation import UNSEEN

if TYPE_CHECKING:
    from markdown_it.token import Token

SPAN = "¤"  # in the place of a span of code or a formula
WORD = re.compile(r"[^\W\d_][\w'\u2019-]*|\d[\d.,]*|¤")
VISIBLE = ("text", "text_special", "code_inline", "math_inline", "math_inline_double")


def prose(card: Card, part: Part) -> list[Prose]:
    """The blocks of a part that are text."""
    return [b for b in card.part(part) if isinstance(b, Prose) and text(b).strip()]


def text(block: Prose) -> str:
    """The text of a block; spans of code and math are marks."""
    return " ".join(_line(token) for token in block.tokens if token.type == "inline")


def _line(token: Token) -> str:
    parts = []
    for child in token.children or []:
        if child.type in ("text", "text_special"):
            parts.append(child.content)
        elif child.type in VISIBLE:
            parts.append(SPAN)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
    return "".join(parts)


def spans(blocks: Sequence[Prose]) -> Iterator[str]:
    """The code and the formulas in some text."""
    for block in blocks:
        for _, child in walk(block.tokens):
            if child.type in VISIBLE[2:]:
                yield child.content


def words(text: str) -> list[str]:
    """Words and numbers; a span counts as one."""
    return WORD.findall(text)


def plural(noun: str) -> str:
    """Many of them.

    >>> plural("loss"), plural("category"), plural("unit")
    ('losses', 'categories', 'units')
    """
    if re.search(r"[^aeiou]y$", noun):
        return noun[:-1] + "ies"
    return noun + ("es" if re.search(r"(s|x|ch|sh)$", noun) else "s")


def front(card: Card) -> str:
    """What the front says, without the options of a choice."""
    blocks = (block for block in prose(card, "front") if not block.choices)
    return " ".join(map(text, blocks))


def answer(card: Card) -> Prose | None:
    """The first text of the back."""
    back = prose(card, "back")
    return back[0] if back else None


def fences(card: Card, part: Part) -> list[Fence]:
    """The code of a part that a learner sees."""
    return [
        block
        for block in card.part(part)
        if isinstance(block, Fence) and block.verb not in UNSEEN
    ]


# Words that any two sentences share: they are no sign that one gives the other away.
STOP_WORDS = """
a about above after again all also an and any are as at be because been before below
between both but by can did do does down each else every few for from further get gets
had has have having he her here his how i if in into is it its itself just more most
much my no nor not now of off on once one only or other our out over own same she should
so some such than that the their them then there these they this those through to too
two under until up very was we were what when where which while who whom why will with
you your
"""
STOP = frozenset(STOP_WORDS.split())


def content(text: str) -> list[str]:
    """The words that carry meaning, in lower case, without a plural's s."""
    lower = (word.lower() for word in words(text) if word != SPAN)
    return [_stem(word) for word in lower if word not in STOP and len(word) > 2]


def _stem(word: str) -> str:
    # One form of a word is enough here: what is compared are two texts of one author.
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def sentences(text: str) -> list[str]:
    """The sentences of a text."""
    return [s for s in re.split(r"(?<=[.!?;:])\s+", text.strip()) if s]


def whole(block: Block) -> str:
    """All that a block says, code included, for comparing."""
    if isinstance(block, Fence):
        return block.code
    return " ".join([text(block), *spans([block])])
