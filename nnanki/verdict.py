"""What a card's code did, held against what was asked of it; the words of a refusal."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nnanki.card import (
    Card,
    CardFile,
    Check,
    Executed,
    Holds,
    Obligation,
    Place,
    Quote,
    Raises,
    Run,
    Shape,
    Value,
)
from nnanki.errors import Problem
from nnanki.golden import compare
from nnanki.reasons import error, reason, texts
from nnanki.server import Outcome, Program

Result = dict[str, Any]


def program(
    root: Path, file: CardFile, card: Card, duties: Sequence[Obligation]
) -> Program | None:
    """The steps of a card that must be run: its file's setup, then its own."""
    steps = [_step(duty) for duty in duties if not isinstance(duty, Quote)]
    if not steps:
        return None
    if file.setup.strip():
        steps.insert(0, {"do": "run", "code": file.setup, "line": file.setup_line})
    imports = [
        ast.unparse(node)
        for node in ast.parse(file.setup).body
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    return Program(card.id, str(root / file.path), tuple(steps), tuple(imports))


def _step(duty: Executed) -> Result:
    match duty:
        case Run():
            return {"do": "run", "code": duty.code, "line": duty.line}
        case Raises():
            return {"do": "raises", "code": duty.code, "line": duty.line}
        case Check():
            return {"do": "check", "code": duty.code, "line": duty.line}
        case Holds():
            return {"do": "holds", "code": duty.expression, "line": duty.place.line}
        case Shape():
            step = {"do": "shape", "code": duty.code, "line": duty.line}
            return {**step, "answer": duty.answer, "sizes": list(duty.sizes)}
        case Value():
            return {
                "do": "value",
                "code": duty.span.expression,
                "line": duty.place.line,
                "conversion": duty.span.conversion,
                "format": duty.span.format,
                "latex": duty.golden.form == "math",
            }


def first_place(card: Card, duties: Sequence[Obligation]) -> Place:
    """Where a card's code begins."""
    executed = [duty for duty in duties if not isinstance(duty, Quote)]
    return executed[0].place if executed else card.place


def verdict(
    file: CardFile,
    duties: Sequence[Obligation],
    outcome: Outcome,
    places: dict[str, Place],
) -> list[Problem]:
    """Problems with what a card's code did."""
    executed = [duty for duty in duties if not isinstance(duty, Quote)]
    setup = 1 if file.setup.strip() else 0
    problems: list[Problem] = []
    for duty, result in zip(executed, outcome.results[setup:], strict=False):
        problems += _judge(duty, result)
    if outcome.failure is not None:
        step = outcome.failure.get("step", setup) - setup
        duty_or_none = executed[step] if 0 <= step < len(executed) else None
        problems.append(_failed(file, duty_or_none, outcome.failure, places))
    return problems


def _judge(duty: Executed, result: Result) -> list[Problem]:
    match duty:
        case Run():
            return _printed(duty, result["printed"])
        case Raises():
            return _raised(duty, result["raised"])
        case Value():
            return _value(duty, result["text"])
        case Shape():
            return _shapes(duty, result["tries"])
        case Check() | Holds():
            return _asserts(duty, result["asserts"])


CONTROL = {chr(n) for n in range(32)} - {"\n", "\t"} | {"\x7f"}
SURROGATES = {chr(n) for n in range(0xD800, 0xE000)}


def _printed(duty: Run, text: str) -> list[Problem]:
    if duty.golden.text is None and not text and not duty.asked:
        return []
    if not text:
        hint = "end it with a `print`"
        return [Problem(duty.place, "this code prints nothing", hint)]
    odd = next((character for character in text if character in CONTROL), None)
    if odd is not None:
        what = f"this code prints the control character {odd!r}"
        return [Problem(duty.place, what, "print its `repr`")]
    whole = text if text.endswith("\n") else text + "\n"
    return compare(duty.golden, whole, "what the code prints")


def _raised(duty: Raises, raised: Result | None) -> list[Problem]:
    if raised is None:
        what = f"this code raises nothing, not {duty.type}"
        return [Problem(duty.place, what, "make it raise, or show it with `run`")]
    if raised["type"] != duty.type:
        what = f"this code does not raise {duty.type}, but {error(raised)}"
        hint = f"write `raises={raised['type']}`, if that is meant"
        return [Problem(duty.place, what, hint)]
    return compare(duty.golden, f"{error(raised)}\n", "the error that is raised")


def _value(duty: Value, text: str) -> list[Problem]:
    hint = "format it, or show it with `run` and its output"
    if not text.strip() or len(text.splitlines()) > 1:
        return [Problem(duty.place, "this value does not fit into a line", hint)]
    if (CONTROL | SURROGATES).intersection(text):
        return [Problem(duty.place, "this value holds what cannot be shown", hint)]
    if duty.golden.form == "math" and "$" in text:
        return [Problem(duty.place, "a dollar sign would end the formula", hint)]
    return compare(duty.golden, text, "the value")


def _shapes(duty: Shape, tries: list[Result]) -> list[Problem]:
    for attempt in tries:
        if attempt["shape"] is None:
            return [
                Problem(
                    duty.place,
                    "this expression has no shape",
                    "end in a tensor or array",
                )
            ]
        if attempt["shape"] != attempt["answer"]:
            sizes = ", ".join(
                f"{name} = {size}" for name, size in attempt["sizes"].items()
            )
            what = (
                f"for {sizes} the shape is {attempt['shape']}, not {attempt['answer']}"
            )
            return [
                Problem(duty.answered, what, "correct the answer or the expression")
            ]
    return []


def _asserts(duty: Check | Holds, asserts: list[Result]) -> list[Problem]:
    problems = []
    for item in asserts:
        place = duty.place
        if isinstance(duty, Check):
            place = Place(place.path, item["line"], item["column"], item["width"])
        if not item["reached"]:
            hint = (
                "a check that never runs shows nothing; move it to where the code gets"
            )
            problems.append(Problem(place, "this check is never reached", hint))
            continue
        for part in item["parts"]:
            if part["fixed"] or not part["decides"]:
                what = f"this check cannot fail: `{part['text']}` decides nothing"
                hint = "assert only what would be false if the card were wrong"
                problems.append(Problem(place, what, hint))
                break
            if part["idle"]:
                value = part["idle"][0]
                what = f"in `{part['text']}` any other value does as well as `{value}`"
                hint = "compare so closely that only the right value passes"
                problems.append(Problem(place, what, hint))
                break
    return problems


def _failed(
    file: CardFile, duty: Executed | None, failure: Result, places: dict[str, Place]
) -> Problem:
    place = duty.place if duty is not None else Place(file.path, file.setup_line)
    if failure["kind"] == "neighbour":
        return _leak(failure, places, place)
    if "line" in failure and not isinstance(duty, Value | Holds):
        column, width = failure.get("column", 1), failure.get("width", 1)
        if duty is None:
            column, width = 1, 1000
        place = Place(file.path, failure["line"], column, width)
    what, hint = reason(failure, duty)
    if duty is None and failure["kind"] == "raised":
        hint = "the `setup` of a file must run by itself"
    return Problem(place, what, hint, lines=texts(failure))


def _leak(failure: Result, places: dict[str, Place], reader: Place) -> Problem:
    """Point at the card that changes what another one reads."""
    culprit, other = failure["culprit"], failure["key"]
    if culprit not in places:
        hint = "it gives the same each time when it runs alone"
        return Problem(reader, "this code does something else among other cards", hint)
    what = f"this code changes something that card `{other}` then reads"
    hint = f"undo the change, or work on a copy; compare {reader.path}:{reader.line}"
    return Problem(places[culprit], what, hint)
