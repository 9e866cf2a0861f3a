"""What code writes to standard error although no card shows it: warnings, above all."""

from __future__ import annotations

import re
from typing import Any

from nnanki.card import Place
from nnanki.errors import Problem

Result = dict[str, Any]


def unexpected(place: Place, result: Result, line: int) -> list[Problem]:
    """The problem with words on standard error that no card shows."""
    text = result["stderr"]
    warned = WARNED.search(text)
    if warned is not None:
        what = f"{warned['type']}: {warned['said']}"
        hint = (
            "call it the way that does not warn, or show the warning: write an empty "
            "fence ```stderr below the output"
        )
    else:
        lines = text.strip().splitlines() or [""]
        what = f"this code writes to stderr: {lines[-1]}"
        hint = "show it: write an empty fence ```stderr below the output"
    if warned is not None and warned["file"] == "card.py" and result.get("start"):
        shown = line + int(warned["line"]) - result["start"]
        place = Place(place.path, shown, 1, 1000)
    return [Problem(place, what, hint)]


# A warning as Python shows it: where, which, and what it says.
WARNED = re.compile(
    r"^(?P<file>.*?):(?P<line>\d+): (?P<type>\w*Warning): (?P<said>.*)", re.MULTILINE
)
