"""Problems: what is wrong, where, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from nnanki.model.card import Edit, Place


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault. `edits` mend it where the machine can; `lines` are shown below it."""

    place: Place
    what: str
    hint: str = ""
    edits: tuple[Edit, ...] = ()
    lines: tuple[str, ...] = ()


# An exception, because nothing behind it can be looked at. All other problems are
# values: they are gathered, so that people see all of them at once.
class Refused(Exception):
    """Raised where nothing can go on: bad configuration, an unreadable file."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.what)
        self.problem = problem


def neighbour(word: str, words: Iterable[str]) -> str:
    """Name what was probably meant.

    >>> neighbour("rellu", ["relu", "mae"])
    'did you mean `relu`?'
    >>> neighbour("x", ["relu", "mae"])
    'it is one of `mae`, `relu`'
    """
    candidates = sorted(set(words))
    close = get_close_matches(word, candidates, n=1, cutoff=0.6)
    if close:
        return f"did you mean `{close[0]}`?"
    if not candidates:
        return ""
    more = ", …" if len(candidates) > 8 else ""
    return "it is one of " + ", ".join(f"`{name}`" for name in candidates[:8]) + more


def message(problem: Problem, root: Path) -> str:
    """The problem as a person reads it: place, what, excerpt with caret, hint."""
    place = problem.place
    where = f"{place.path}:{place.line}:{place.column}" if place.line else place.path
    lines = [f"{where}  {problem.what}"]
    lines += excerpt(problem, root)
    if problem.hint:
        lines.append(f"hint: {problem.hint}")
    return "\n".join(lines)


def excerpt(problem: Problem, root: Path) -> list[str]:
    """The line that is wrong with a caret below it, and what is shown with it."""
    marked = _caret(root / problem.place.path, problem.place)
    return [*marked, *(f"     | {line}" for line in problem.lines)]


def _caret(path: Path, place: Place) -> list[str]:
    if not place.line:
        return []
    try:
        # Whatever is in the file: that it is no UTF-8 may be the problem itself.
        text = path.read_bytes().decode("utf-8-sig", errors="replace")
    except OSError:
        return []
    source = re.split(r"\r\n?|\n", text)
    if place.line > len(source):
        return []
    # A tab is as wide as the terminal likes, and the caret would stand elsewhere.
    line = source[place.line - 1].replace("\t", " ")
    width = max(1, min(place.width, len(line) - place.column + 1))
    return [
        f"{place.line:4} | {line}",
        "     | " + " " * (place.column - 1) + "^" * width,
    ]
