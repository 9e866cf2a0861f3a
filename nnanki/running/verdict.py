"""What a card's code did, held against what was asked of it; the words of a refusal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from nnanki.cards import fitting
from nnanki.cards.golden import mismatches
from nnanki.model import conflict_marks, sessions
from nnanki.model.card import CardFile, Place
from nnanki.model.obligations import (
    Answers,
    Check,
    Executed,
    Figure,
    Holds,
    Obligation,
    Raises,
    Run,
    Session,
    Shape,
    Trace,
    Value,
)
from nnanki.model.problem import Problem
from nnanki.model.table import tabular
from nnanki.running import figures, stdin
from nnanki.running.answers import answered, shapes
from nnanki.running.reasons import error, reason, texts
from nnanki.running.runner import Outcome
from nnanki.running.stderr import unexpected

Result = dict[str, Any]


def told_by(
    file: CardFile, obligations: Sequence[Obligation], outcome: Outcome
) -> list[tuple[Executed, Result]]:
    """What each obligation's code did, as far as it got."""
    results = list(outcome.results[1 if file.setup.strip() else 0 :])
    told: list[tuple[Executed, Result]] = []
    for obligation in (
        obligation for obligation in obligations if isinstance(obligation, Executed)
    ):
        many = len(_places(obligation))
        mine, results = results[:many], results[many:]
        if len(mine) < many:
            break
        told.append(
            (
                obligation,
                {"entries": mine} if isinstance(obligation, Session) else mine[0],
            )
        )
    return _at_last(told, outcome)


def _at_last(
    told: list[tuple[Executed, Result]], outcome: Outcome
) -> list[tuple[Executed, Result]]:
    """What a program writes when it is over belongs to the code that runs last."""
    runs = [
        n
        for n, (obligation, _) in enumerate(told)
        if isinstance(obligation, Run | Answers)
    ]
    if runs and outcome.rest and outcome.failure is None:
        obligation, result = told[runs[-1]]
        names = ("printed", "stderr", "merged")
        late = {name: result[name] + outcome.rest.get(name, "") for name in names}
        told[runs[-1]] = (obligation, {**result, **late})
    return told


def _places(obligation: Executed) -> list[Place]:
    """Where each of the steps of an obligation stands."""
    if not isinstance(obligation, Session):
        return [obligation.place]
    return [
        Place(obligation.place.path, each.line, 1, 3) for each in obligation.examples
    ]


def verdict(
    file: CardFile,
    obligations: Sequence[Obligation],
    outcome: Outcome,
) -> list[Problem]:
    """Problems with what a card's code did."""
    executed = [
        obligation for obligation in obligations if isinstance(obligation, Executed)
    ]
    steps = [
        (obligation, place) for obligation in executed for place in _places(obligation)
    ]
    setup = 1 if file.setup.strip() else 0
    problems: list[Problem] = list(_setting_up(file, outcome)) if setup else []
    options: list[Problem] = []
    for obligation, result in told_by(file, obligations, outcome):
        found = _judge(obligation, result) or _quiet(obligation, result)
        if isinstance(obligation, Answers):
            options += found
        else:
            problems += found
    problems += [] if problems else stdin.unread(obligations, outcome)
    problems = problems or options  # options are compared as they will be written
    if outcome.failure is not None:
        step = min(outcome.failure.get("step", setup) - setup, len(steps) - 1)
        ended = steps[step] if 0 <= step < len(steps) else (None, None)
        problems.append(_failed(file, ended, outcome.failure))
    return problems


def _judge(obligation: Executed, result: Result) -> list[Problem]:
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
            return figures.picture_mismatches(obligation, result["drawn"])
        case Trace():
            return _traced(obligation, result["rows"])
        case Session():
            return _entered(obligation, result["entries"])
        case Answers():
            return answered(obligation, result["printed"])
        case Value():
            return _value(obligation, result["text"])
        case Shape():
            return shapes(obligation, result["tries"])
        case Check() | Holds():
            return _asserts(obligation, result["asserts"])


MERGED = "this code prints what looks like a merge that Git left unfinished"
APART = "print it with a blank before each line, or only a part of it"
CONTROL = {chr(n) for n in range(32)} - {"\n", "\t"} | {"\x7f"}


def _printed(obligation: Run, text: str) -> list[Problem]:
    asked = obligation.asks and obligation.errors is None
    if obligation.golden.text is None and not text and not asked:
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


def _quiet(obligation: Executed, result: Result) -> list[Problem]:
    """The problem with code that is not asked for what it writes, and writes it."""
    if isinstance(obligation, Run):
        return []
    each = result.get("entries", [result])
    pairs = zip(each, _places(obligation), strict=True)
    loud = [(one, place) for one, place in pairs if one.get("stderr")]
    for one, place in loud[:1]:
        line = getattr(obligation, "line", place.line)
        return unexpected(place, one, line)
    return []


def _setting_up(file: CardFile, outcome: Outcome) -> Iterator[Problem]:
    """The problem with a `setup` that warns."""
    for result in outcome.results[:1]:
        if result.get("stderr"):
            place = Place(file.path, file.setup_line)
            yield from unexpected(place, result, file.setup_line)


def _unshown(place: Place, text: str) -> list[Problem]:
    """The problem with what is printed, and cannot stand on a card."""
    odd = next((character for character in text if character in CONTROL), None)
    if odd is not None:
        what = f"this code prints the control character {odd!r}"
        return [Problem(place, what, "print its `repr`")]
    return [Problem(place, MERGED, APART)] if conflict_marks.printed(text) else []


def _entered(obligation: Session, entries: list[Result]) -> list[Problem]:
    """The problem with a session that is not what a terminal shows."""
    for each, place in zip(entries, _places(obligation), strict=True):
        if each["raised"] and stdin.waits(each["raised"]):
            hint = "nobody types here: show it with `python run`, and ```input below it"
            return [Problem(place, error(each["raised"]), hint)]
    told = [sessions.response(each["printed"], each["shown"]) for each in entries]
    for text, place in zip(told, _places(obligation), strict=True):
        if odd := _unshown(place, text):
            return odd
        if sessions.ambiguous(text):
            what = "what this example shows would be read as something that is typed"
            hint = "show it with `python run` and its output"
            return [Problem(place, what, hint)]
    if not any(told):
        hint = "end it with an expression that has a value"
        return [Problem(obligation.place, "this session shows nothing", hint)]
    whole = sessions.transcript(list(zip(obligation.examples, told, strict=True)))
    return mismatches(obligation.golden, whole, "what this session shows")


def _harmless(obligation: Run | Raises, result: Result) -> list[Problem]:
    """The problem with a bug that does what the sound code does."""
    if obligation.broken is None:
        return []
    told = result["merged"] if isinstance(obligation, Run) else result["raised"]
    if told != result["sound"]:
        return []
    what = "with the bug or without, this code does the same"
    return [Problem(obligation.place, what, "show what goes wrong")]


def _traced(obligation: Trace, rows: list[list[str]]) -> list[Problem]:
    if not rows:
        hint = "write a loop that turns at least once"
        return [Problem(obligation.place, "no loop turns in this code", hint)]
    text = tabular([[name.partition(":")[0] for name in obligation.names], *rows])
    return mismatches(obligation.golden, text, "what the loop does")


def _raised(obligation: Raises, raised: Result | None) -> list[Problem]:
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
    shown = fitting.trimmed(obligation.golden, text)
    if why := fitting.misfit(obligation.golden, shown):
        return [Problem(obligation.place, *why)]
    return mismatches(obligation.golden, shown, "the value")


def _asserts(obligation: Check | Holds, asserts: list[Result]) -> list[Problem]:
    problems = []
    for item in asserts:
        place = obligation.place
        if isinstance(obligation, Check):
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
    file: CardFile,
    ended: tuple[Executed, Place] | tuple[None, None],
    failure: Result,
) -> Problem:
    """Why a step failed; `ended` is its obligation, and none where the setup did."""
    obligation, place = ended[0], ended[1] or Place(file.path, file.setup_line)
    if "line" in failure and not isinstance(obligation, Value | Holds):
        column, width = failure.get("column", 1), failure.get("width", 1)
        column += sessions.MARGIN if isinstance(obligation, Session) else 0
        if obligation is None:
            column, width = 1, 1000
        place = Place(file.path, failure["line"], column, width)
    what, hint = reason(failure, obligation)
    if obligation is None and failure["kind"] == "raised":
        hint = "the `setup` of a file must run by itself"
    return Problem(place, what, hint, lines=texts(failure))
