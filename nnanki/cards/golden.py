"""Golden text: comparing it with what the code did, and writing it anew."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest

from nnanki.model.card import Edit, Golden, Place
from nnanki.model.problem import Problem

UPDATE = "`nnanki update` writes what the code says"


@dataclass(frozen=True, slots=True)
class Expected:
    """The text that golden text must be, and in words where it comes from.

    With `listed` it is a list, and a list that would be empty is not there at all.
    """

    golden: Golden
    text: str
    source: str
    listed: bool = False


# What golden text must be, and what is wrong where that cannot be said.
Demands = tuple[list[Expected], list[Problem]]


def all_mismatches(expected: Iterable[Expected]) -> list[Problem]:
    """The problems with all golden text that is not what it must be."""
    problems = []
    for each in expected:
        if each.listed and not each.text:
            problems += _unlisted(each.golden, each.source)
        else:
            problems += mismatches(each.golden, each.text, each.source)
    return problems


def _unlisted(golden: Golden, source: str) -> list[Problem]:
    if golden.text is None:
        return []
    edit = Edit(golden.place.path, golden.start, golden.stop, "")
    return [Problem(golden.place, f"{source} is empty", UPDATE, (edit,))]


def mismatches(golden: Golden, actual: str, source: str) -> list[Problem]:
    """The problem with golden text that is not `actual`, and the edit that mends it."""
    if golden.text == actual:
        return []
    # All of it is written anew, although the problem points at one line: a value may be
    # longer, and its marks may have to grow with it.
    edit = Edit(golden.place.path, golden.start, golden.stop, markup(golden, actual))
    if golden.text is None:
        what = f"{source} is missing here"
        return [Problem(golden.place, what, UPDATE, (edit,))]
    if golden.form != "fence":
        what = f"the card says `{golden.text}`, {source} is `{actual}`"
        return [Problem(golden.place, what, UPDATE, (edit,))]
    return [_fence(golden, golden.text, actual, source, edit)]


def _fence(golden: Golden, text: str, actual: str, source: str, edit: Edit) -> Problem:
    """Point at the first line that differs."""
    pairs = zip_longest(text.splitlines(), actual.splitlines())
    number, (old, new) = (
        next((n, pair) for n, pair in enumerate(pairs) if pair[0] != pair[1])
        if text.splitlines() != actual.splitlines()
        else (0, (text, actual))
    )
    first = golden.place.line + 1 + number
    place = Place(golden.place.path, first, 1, max(1, len(old or "")))
    if old is None:
        place = Place(golden.place.path, golden.place.line, 1, 3)
    lines = [f"- {_visible(old)}"] if old is not None else []
    lines += [f"+ {_visible(new)}"] if new is not None else []
    what = f"this is not {source}" if text.strip() else f"{source} is missing here"
    return Problem(place, what, UPDATE, (edit,), tuple(lines))


def markup(golden: Golden, text: str) -> str:
    """Golden text as it stands in a file, between its marks, widened where needed."""
    if golden.form == "math":
        return f"{golden.before}{text}{golden.after}"
    if golden.form == "code":
        longest = _longest("`", text)
        ticks = golden.before if longest == 0 else "`" * (longest + 1)
        # Back-ticks at an end would join those of the span, and Markdown takes one
        # blank off each end where both have one.
        pad = " " if text.startswith("`") or text.endswith("`") or _padded(text) else ""
        inside = text.replace("|", "\\|") if golden.cell else text
        return f"{ticks}{pad}{inside}{pad}{ticks}"
    match = re.search(r"`{3,}|~{3,}", golden.before)
    mark = match.group() if match else "```"
    before, after = golden.before, golden.after
    longest = _longest(mark[0], text)
    # A line of the text could close the fence.
    if longest >= len(mark):
        wide = mark[0] * (longest + 1)
        before = before.replace(mark, wide, 1)
        after = re.sub(f"{mark[0]}{{3,}}", wide, after, count=1)
    body = text if not text or text.endswith("\n") else text + "\n"
    return f"{before}\n{body}{after}"


def _longest(mark: str, text: str) -> int:
    return max((len(run) for run in re.findall(f"{mark}+", text)), default=0)


def _visible(line: str) -> str:
    """A line whose trailing blanks can be seen."""
    bare = line.rstrip(" ")
    return bare + "␠" * (len(line) - len(bare))


def _padded(text: str) -> bool:
    """Markdown strips one space from both ends of a code span that has both."""
    return len(text) > 1 and text[0] == text[-1] == " " and bool(text.strip())
