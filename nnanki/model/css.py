"""Rules of a style: their selectors, and what they declare."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

# A string may hold any sign, also one that would end a rule or begin a comment.
STRING = r"\"(?:\\.|[^\"\\\n])*\"?|'(?:\\.|[^'\\\n])*'?"
COMMENT = re.compile(rf"({STRING})|/\*.*?(?:\*/|\Z)", re.DOTALL)
PIECE = re.compile(rf"{STRING}|\\.|[^\"'\\(){{}}\[\],;]+|.", re.DOTALL)
OPEN, CLOSE = ("(", "[", "{"), (")", "]", "}")


class Declaration(NamedTuple):
    """A property and its value; `line` is where it begins, from 0."""

    name: str
    value: str
    line: int


class StyleRule(NamedTuple):
    """A rule that stands in no other; `line` is that of its brace, from 0."""

    selectors: tuple[str, ...]
    declarations: tuple[Declaration, ...]
    line: int


def rules(css: str) -> Iterator[StyleRule]:
    """The rules of a style that hold always: those in `@media` and the like do not.

    >>> [rule.selectors for rule in rules("a, b { x: y } @media print { c { x: z } }")]
    [('a', 'b')]
    """
    head, body = "", ""
    line = start = depth = 0
    for piece in PIECE.findall(COMMENT.sub(_uncommented, css)):
        depth += (piece == "{") - (piece == "}" and depth > 0)
        if piece == "{" and depth == 1:
            body, start = "", line
        elif depth:
            body += piece
        elif piece == "}":
            if head.strip() and not head.strip().startswith("@"):
                selectors = tuple(" ".join(s.split()) for s in _parts(head, ","))
                yield StyleRule(selectors, tuple(_declarations(body, start)), start)
            head = ""
        else:  # a statement without a block, like `@import`, ends here
            head = "" if piece == ";" else head + piece
        line += piece.count("\n")


def _uncommented(match: re.Match[str]) -> str:
    """A string as it is; a comment as a blank, and as many lines as it has."""
    return match[1] or " " + "\n" * match[0].count("\n")


def _declarations(body: str, line: int) -> Iterator[Declaration]:
    """What a rule declares itself; rules that are nested in it are none of its own."""
    for part in _parts(body, ";"):
        name, colon, value = part.partition(":")
        if colon and "{" not in part:
            blank = part[: len(part) - len(part.lstrip())]
            start = line + blank.count("\n")
            yield Declaration(name.strip(), " ".join(value.split()), start)
        line += part.count("\n")


def _parts(text: str, mark: str) -> Iterator[str]:
    """Some text parted at a mark, where that stands in no bracket and in no string."""
    part, depth = "", 0
    for piece in PIECE.findall(text):
        depth += (piece in OPEN) - (piece in CLOSE and depth > 0)
        part += piece if piece != mark or depth else ""
        # A rule inside of a rule ends with its brace, and needs no semicolon.
        if not depth and (piece == mark or (piece == "}" and mark == ";")):
            yield part
            part = ""
    yield part
