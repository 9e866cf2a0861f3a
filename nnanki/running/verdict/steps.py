"""What one obligation's code did, held against what the card shows of it."""

from __future__ import annotations

from nnanki.cards import fitting
from nnanki.cards.golden import mismatches
from nnanki.model import conflict_marks, sessions
from nnanki.model.card import Place
from nnanki.model.obligations import (
    Answers,
    Check,
    Executed,
    Figure,
    Holds,
    Raises,
    Run,
    Session,
    Shape,
    Trace,
    Value,
)
from nnanki.model.problem import Problem
from nnanki.model.table import tabular
from nnanki.running import stdin
from nnanki.running.child.messages import Failure, Result
from nnanki.running.figures import picture_mismatches
from nnanki.running.verdict.answers import judge_options, judge_shapes
from nnanki.running.verdict.asserts import judge_asserts
from nnanki.running.verdict.failures import error
from nnanki.running.verdict.stderr import unexpected


def places_of(obligation: Executed) -> list[Place]:
    """Where each of the steps of an obligation stands."""
    if not isinstance(obligation, Session):
        return [obligation.place]
    return [
        Place(obligation.place.path, each.line, 1, 3) for each in obligation.examples
    ]


def judge(obligation: Executed, result: Result) -> list[Problem]:
    """Problems with what the code of one obligation did."""
    match obligation:
        case Run():
            wrong = _printed(obligation, result["printed"]) + _errors(
                obligation, result
            )
            return wrong or _harmless(obligation, result)
        case Raises():
            return _raised(obligation, result["raised"]) or _harmless(
                obligation, result
            )
        case Figure():
            return picture_mismatches(obligation, result["pictures"])
        case Trace():
            return _traced(obligation, result["rows"])
        case Session():
            return _entered(obligation, result["entries"])
        case Answers():
            return judge_options(obligation, result["printed"])
        case Value():
            return _value(obligation, result["text"])
        case Shape():
            return judge_shapes(obligation, result["tries"])
        case Check() | Holds():
            return judge_asserts(obligation, result["asserts"])


MERGED = "this code prints what looks like a merge that Git left unfinished"
APART = "print it with a blank before each line, or only a part of it"
CONTROL = {chr(n) for n in range(32)} - {"\n", "\t"} | {"\x7f"}


def _printed(obligation: Run, text: str) -> list[Problem]:
    expected = obligation.asks and obligation.errors is None
    if obligation.golden.text is None and not text and not expected:
        return []
    if not text:
        hint = "end it with a `print`"
        return [Problem(obligation.place, "this code prints nothing", hint)]
    if odd := _unshown(obligation.place, text):
        return odd
    whole = text if text.endswith("\n") else text + "\n"
    return mismatches(obligation.golden, whole, "what the code prints")


def _errors(obligation: Run, result: Result) -> list[Problem]:
    """The problem with what code writes to standard error."""
    text = result["stderr"]
    if obligation.errors is not None:
        if odd := _unshown(obligation.place, text):
            return odd
        if not text:
            what = "this code writes nothing to stderr"
            return [Problem(obligation.errors.place, what, "take this fence out")]
        whole = text if text.endswith("\n") else text + "\n"
        return mismatches(obligation.errors, whole, "what the code writes to stderr")
    return unexpected(obligation.place, result, obligation.line, True) if text else []


def _unshown(place: Place, text: str) -> list[Problem]:
    """The problem with what is printed, and cannot stand on a card."""
    odd = next((character for character in text if character in CONTROL), None)
    if odd is not None:
        what = f"this code prints the control character {odd!r}"
        return [Problem(place, what, "print its `repr`")]
    return [Problem(place, MERGED, APART)] if conflict_marks.printed(text) else []


def _entered(obligation: Session, entries: list[Result]) -> list[Problem]:
    """The problem with a session that is not what a terminal shows."""
    for each, place in zip(entries, places_of(obligation), strict=True):
        if each["raised"] and stdin.waits(each["raised"]):
            hint = "nobody types here: show it with `python run`, and ```input below it"
            return [Problem(place, error(each["raised"]), hint)]
    texts = [sessions.response(each["printed"], each["traceback"]) for each in entries]
    for text, place in zip(texts, places_of(obligation), strict=True):
        if odd := _unshown(place, text):
            return odd
        if sessions.ambiguous(text):
            what = "what this example shows would be read as something that is typed"
            hint = "show it with `python run` and its output"
            return [Problem(place, what, hint)]
    if not any(texts):
        hint = "end it with an expression that has a value"
        return [Problem(obligation.place, "this session shows nothing", hint)]
    whole = sessions.transcript(list(zip(obligation.examples, texts, strict=True)))
    return mismatches(obligation.golden, whole, "what this session shows")


def _harmless(obligation: Run | Raises, result: Result) -> list[Problem]:
    """The problem with a bug that does what the sound code does."""
    if obligation.broken is None:
        return []
    did = result["merged"] if isinstance(obligation, Run) else result["raised"]
    if did != result["sound"]:
        return []
    what = "with the bug or without, this code does the same"
    return [Problem(obligation.place, what, "show what goes wrong")]


def _traced(obligation: Trace, rows: list[list[str]]) -> list[Problem]:
    if not rows:
        hint = "write a loop that turns at least once"
        return [Problem(obligation.place, "no loop turns in this code", hint)]
    text = tabular([[name.partition(":")[0] for name in obligation.names], *rows])
    return mismatches(obligation.golden, text, "what the loop does")


def _raised(obligation: Raises, raised: Failure | None) -> list[Problem]:
    if raised is None:
        what = f"this code raises nothing, not {obligation.type}"
        return [Problem(obligation.place, what, "make it raise, or show it with `run`")]
    if raised["type"] != obligation.type:
        what = f"this code does not raise {obligation.type}, but {error(raised)}"
        hint = f"write `raises={raised['type']}`, if that is meant"
        return [Problem(obligation.place, what, hint)]
    text = f"{error(raised)}\n"
    if conflict_marks.printed(text):
        return [Problem(obligation.place, MERGED, APART)]
    return mismatches(obligation.golden, text, "the error that is raised")


def _value(obligation: Value, text: str) -> list[Problem]:
    text = fitting.trimmed(obligation.golden, text)
    if why := fitting.misfit(obligation.golden, text):
        return [Problem(obligation.place, *why)]
    return mismatches(obligation.golden, text, "the value")
