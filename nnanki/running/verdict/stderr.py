"""What code writes to standard error although no card shows it: warnings, above all."""

from __future__ import annotations

import re

from nnanki.model.card import Place
from nnanki.model.problem import Problem
from nnanki.running.child.messages import Result


def unexpected(
    place: Place, result: Result, line: int, showing: bool = False
) -> list[Problem]:
    """The problem with words on standard error that no card shows.

    Code that is `showing` what it writes, with `python run`, can show these, too.
    """
    warning, show = WARNING.search(result["stderr"]), _show(result, showing)
    if warning is not None:
        what = f"{warning['type']}: {warning['message']}"
        hint = f"change the code so that it does not warn, or {show}"
    else:
        lines = result["stderr"].strip().splitlines() or [""]
        what = f"this code writes to stderr, unseen on the card: {lines[-1]}"
        hint = f"let it write nothing there, or {show}"
    return [Problem(_where(place, result, line), what, hint)]


def _where(place: Place, result: Result, line: int) -> Place:
    """The line of the card that warns, if it is one; else the place of its code."""
    warning = WARNING.search(result["stderr"])
    if warning is None or warning["file"] != "card.py" or not result.get("start"):
        return place
    return Place(place.path, line + int(warning["line"]) - result["start"], 1, 1000)


def _show(result: Result, showing: bool) -> str:
    """How an author can show what code writes to standard error."""
    if not showing:
        return "show it with a `python run`"
    where = "the output" if result.get("printed") else "the code"
    return f"show it: write an empty ```stderr fence below {where}"


# A warning as Python shows it: where, which, and what it says.
WARNING = re.compile(
    r"^(?P<file>.*?):(?P<line>\d+): (?P<type>\w*Warning): (?P<message>.*)", re.MULTILINE
)
