"""The lines that code on a card is given, and those of them that nothing reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nnanki.model.card import Place
from nnanki.model.obligations import Obligation, Run
from nnanki.model.plural import count
from nnanki.model.problem import Problem
from nnanki.running.child.messages import CardStep, Failure
from nnanki.running.runner import Outcome

# Counts the lines that are left. Their file has no name; code may have closed it, as
# `open(0)` does, and its number may be another file's by now. What is read here is put
# back: the program is not over.
REST = """\
import os, sys
left = 0
try:
    if not os.fstat(0).st_nlink:
        rest = sys.__stdin__.read()
        left = len(rest.splitlines())
        os.lseek(0, -len(rest.encode()), os.SEEK_CUR)
except (OSError, ValueError):
    pass
"""
# The last step of a program that is given lines.
COUNTING: CardStep = {
    "do": "value",
    "code": f"(lambda names: exec({REST!r}, names) or names['left'])({{}})",
    "conversion": "",
    "format": "",
    "latex": False,
    "line": 0,
}


def counted(steps: Sequence[CardStep], stdin: str) -> list[CardStep]:
    """The steps of a program, with one that counts the lines that are left of some."""
    return [*steps, {**COUNTING, "line": steps[-1]["line"]}] if stdin else [*steps]


def unread(obligations: Sequence[Obligation], outcome: Outcome) -> Iterator[Problem]:
    """The problem with lines that are given, and that nothing reads."""
    runs = [
        obligation
        for obligation in obligations
        if isinstance(obligation, Run) and obligation.stdin
    ]
    place = runs[-1].stdin_place if runs else None
    if place is None or outcome.failure is not None:
        return
    number, lines = int(outcome.results[-1]["text"]), runs[-1].stdin.splitlines()
    if number:
        if number <= len(lines):
            line = place.line + 1 + len(lines) - number
            place = Place(place.path, line, 1, max(1, len(lines[-number])))
        what = f"{count(number, 'line')} of `input` that no code reads"
        hint = "take out what is not read, or let the code read to the end"
        yield Problem(place, what, hint)


def waits(raised: Failure) -> bool:
    """Whether some code would wait for lines that nobody types."""
    message = raised["message"]
    return raised["type"] == "EOFError" and message.startswith("EOF when reading")
