"""Asserts that hold, and still show nothing: each part must be able to fail."""

from __future__ import annotations

from nnanki.model.card import Place
from nnanki.model.obligations import Check, Holds
from nnanki.model.problem import Problem
from nnanki.running.child.messages import Assert


def judge_asserts(obligation: Check | Holds, asserts: list[Assert]) -> list[Problem]:
    """Problems with asserts that are not reached, or of which a part decides nothing.

    The worker ran each assert again with each of its parts negated, and with other
    values in the place of those that are written out: what it can do without shows
    nothing about the code.
    """
    problems = []
    for item in asserts:
        place = obligation.place
        if isinstance(obligation, Check):
            place = Place(place.path, item["line"], item["column"], item["width"])
        problems += _judge(place, item)
    return problems


def _judge(place: Place, item: Assert) -> list[Problem]:
    """The problem with one assert, if it has one."""
    if not item["reached"]:
        hint = "a check that never runs shows nothing; move it to where the code gets"
        return [Problem(place, "this check is never reached", hint)]
    for part in item["parts"]:
        if part["fixed"] or not part["decides"]:
            what = f"this check cannot fail: `{part['text']}` decides nothing"
            hint = "assert only what would be false if the card were wrong"
            return [Problem(place, what, hint)]
        if part["idle"]:
            value = part["idle"][0]
            what = f"in `{part['text']}` any other value does as well as `{value}`"
            hint = "compare so closely that only the right value passes"
            return [Problem(place, what, hint)]
    return []
