"""Why code on a card ended early, and what its author can do about it."""

from __future__ import annotations

import re

from nnanki.model import sessions
from nnanki.model.card import CardFile, Place
from nnanki.model.obligations import Check, Executed, Holds, Session, Value
from nnanki.model.problem import Problem
from nnanki.running.child.messages import Failure
from nnanki.running.stdin import waits
from nnanki.running.verdict.reasons import DIFFERENCES, REASONS

ASYNC = re.compile(r"'(await|async \w+)' outside|asynchronous comprehension outside")


def judge_failure(
    file: CardFile,
    ended: tuple[Executed, Place] | tuple[None, None],
    failure: Failure,
) -> Problem:
    """The problem with a step that failed; without an obligation it is the setup."""
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
    return Problem(place, what, hint, lines=_texts(failure))


def reason(failure: Failure, obligation: Executed | None) -> tuple[str, str]:
    if failure["kind"] == "raised":
        return _raised_reason(failure, obligation)
    if failure["kind"] == "differs":
        return DIFFERENCES[failure["detail"]]
    what, hint = REASONS[failure["kind"]]
    detail = str(failure.get("detail", ""))
    if failure["kind"] == "figure":
        detail, _, better = detail.partition("\n")
        hint = better or hint
    return what.format(detail=detail), hint


def _texts(failure: Failure) -> tuple[str, ...]:
    """What the code gave in its two runs, where they differ."""
    texts = enumerate(failure.get("texts", ()), start=1)
    return tuple(f"{n}. {_clip(text)}" for n, text in texts)


def _clip(text: str) -> str:
    first = text.strip().split("\n")[0]
    return first if len(first) <= 70 else first[:69] + "…"


def _raised_reason(failure: Failure, obligation: Executed | None) -> tuple[str, str]:
    name, message, text = failure["type"], failure["message"], error(failure)
    if (
        name == "AssertionError"
        and isinstance(obligation, Holds)
        and not obligation.truth
    ):
        what = "this option is not marked as right, but its check holds"
        return what, "mark it with `[x]`, or write a check that fails for it"
    if name == "AssertionError" and isinstance(obligation, Check | Holds):
        what = f"this check fails: {message}" if message else "this check fails"
        return what, "correct the claim or the code"
    if name == "NameError":
        hint = "define it in the file's `setup`, or in a fence of this card, above"
        return text, hint
    if waits(failure):
        hint = "give it lines to read, in a fence ```input right below the code"
        return text, hint
    if name == "MemoryError":
        hint = "use less, or raise `mebibytes` in [tool.nnanki]"
        return "this code needs too much memory", hint
    if name == "SyntaxError" and ASYNC.match(message):
        return text, "put it into `async def main()`, and call `asyncio.run(main())`"
    hint = "code on a card must run; if the error is intended, use `raises=TYPE`"
    return text, hint


def error(raised: Failure) -> str:
    """An exception as Python shows it."""
    name, message = raised["type"], raised["message"]
    return f"{name}: {message}" if message else str(name)
