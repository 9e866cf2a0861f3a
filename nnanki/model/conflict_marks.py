"""Marks that Git leaves where two versions of some lines could not be merged.

They may be longer than seven signs (`conflict-marker-size`), and somebody may have
moved them into a list or a quotation. What code prints may look like some of them; what
stands in a fence for it is refused only where it looks like a whole conflict.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from nnanki.model import sessions

MERGE = "a mark that Git left where two versions could not be merged"
HINT = "keep one of the two versions, and take Git's marks out"
MIDDLE = "seven equal signs alone: Git leaves them between two versions"
TAKE_OUT = (
    "take them out; if they are meant, write six or eight, or put them in a fence"
)

# Almost no file holds a mark: this is a quick look before lines are read one by one.
RUN = re.compile(r"<{7}|={7}|>{7}|\|{7}")
MARK = re.compile(r"(?:<{7,}|>{7,})(?: .*)?|={7,}|\|{7,}(?: [^|]*)?")
BEFORE = re.compile(r"(?:[ \t]|>(?!>)|(?:[-*+]|\d{1,9}[.)])(?=[ \t]))*")
FENCE = re.compile(r"(`{3,}|~{3,})[ \t]*([^`]*)")
PRINTED = ("input", "output", "stderr", "error", "text")  # what is not code
USUAL = 7


class Mark(NamedTuple):
    """A line (from 0) that looks like one of Git's marks, in the fence of a line."""

    line: int
    sign: str
    size: int
    fence: int = -1
    printed: bool = False


class _Fence(NamedTuple):
    """A fence that is open; `before` is what each of its lines begins with."""

    line: int
    marks: str
    before: int
    word: str


def conflict(lines: Sequence[str]) -> tuple[int, str, str] | None:
    """The first line (from 0) that Git left in a card file, what it is, what to do."""
    if not any(map(RUN.search, lines)):
        return None
    printed_marks: list[Mark] = []
    for mark in _marks(lines):
        middle = mark.sign == "="
        if mark.printed:
            printed_marks.append(mark)
        elif not middle:
            return mark.line, MERGE, HINT
        elif mark.fence < 0 and mark.size == USUAL:
            return mark.line, MIDDLE, TAKE_OUT
    line = _whole(printed_marks)
    return None if line is None else (line, MERGE, HINT)


def printed(text: str) -> bool:
    """Whether what some code printed looks like a whole conflict.

    >>> printed("<<<<<<< HEAD"), printed("<<<<<<< HEAD\\n1\\n=======\\n2\\n>>>>>>> b")
    (False, True)
    """
    rows = enumerate(text.split("\n"))
    return _whole([mark for n, row in rows if (mark := _mark(row, n))]) is not None


def is_mark(line: str) -> bool:
    """Whether a line of some code is one of Git's marks, however it is indented."""
    return _mark(line.strip(), 0) is not None


def _whole(marks: Sequence[Mark]) -> int | None:
    """The first line of a whole conflict."""
    for n, first in enumerate(marks):
        for m, last in enumerate(marks[n:], start=n):
            # Code may print one line that looks like a mark. It hardly prints the first
            # and the last one, of one length, with something between them that Git
            # would write.
            pair = (first.sign, last.sign, last.size) == ("<", ">", first.size)
            middle = any((k.sign, k.size) == ("=", first.size) for k in marks[n:m])
            near = first.fence == last.fence and first.size == USUAL
            if pair and (middle or near):
                return first.line
    return None


def _mark(row: str, line: int) -> Mark | None:
    row = row.rstrip()
    if not MARK.fullmatch(row):
        return None
    return Mark(line, row[0], len(row) - len(row.lstrip(row[0])))


def _marks(lines: Sequence[str]) -> Iterator[Mark]:
    """All lines that look like marks, with the fence that each stands in."""
    head = _head(lines)
    fence: _Fence | None = None
    for line, row in enumerate(lines):
        bare = row[BEFORE.match(row).end() :]  # type: ignore[union-attr]
        if line < head:
            bare = row
        elif fence is not None:
            bare = _inside(row, fence)
            if re.fullmatch(rf" {{0,3}}{fence.marks}+[ \t]*", bare):
                fence = None
                continue
        elif opened := FENCE.fullmatch(bare):
            word = " ".join(opened[2].split())
            fence = _Fence(line, opened[1], len(row) - len(bare), word)
            continue
        mark = _mark(bare, line)
        if mark is None or (mark.sign == "|" and _in_table(lines, line)):
            continue
        if fence is not None:
            mark = mark._replace(fence=fence.line, printed=_says(lines, fence))
        yield mark


def _head(lines: Sequence[str]) -> int:
    """The line below the front matter: there marks stand at the margin."""
    if not lines or lines[0].rstrip() != "---":
        return 0
    rows = enumerate(lines[1:], start=2)
    return next((n for n, line in rows if line.rstrip() == "---"), 0)


def _inside(row: str, fence: _Fence) -> str:
    """A line of a fence without what stands before all of its lines."""
    before = row[: fence.before]
    return row if before.strip(" \t>") else row[fence.before :]


def _says(lines: Sequence[str], fence: _Fence) -> bool:
    """Whether a fence holds what code printed, or a session."""
    rows = (_inside(row, fence) for row in lines[fence.line + 1 :])
    first = next((row for row in rows if row.strip()), "")
    return fence.word in PRINTED or sessions.begins(first)


def _in_table(lines: Sequence[str], line: int) -> bool:
    """Whether bars are a table's row: another one stands beside them."""
    beside = [*lines[max(0, line - 1) : line], *lines[line + 1 : line + 2]]
    return any(re.match(r"[ \t>]*\|", other) for other in beside)
