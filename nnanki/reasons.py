"""Why code on a card ended early: the words, by the kind of the failure."""

from __future__ import annotations

import builtins
from typing import Any

from nnanki.obligations import Check, Executed, Holds

Result = dict[str, Any]

# What happened, and what to do about it, by the kind of a failure.
REASONS = {
    "time": (
        "this code was stopped after {detail} s",
        "make it end sooner, or raise `seconds` in [tool.nnanki]",
    ),
    "output": ("this code prints more than {detail} bytes", "print less"),
    "encoding": (
        "this code prints the byte {detail}, which is not UTF-8",
        "print text",
    ),
    "answer": ("the answer is no shape: {detail}", "use the names of the sizes only"),
    "signal": (
        "this code was ended by {detail}",
        "run it alone in Python; too much memory is one reason",
    ),
    "exit": ("this code ended its process (exit {detail})", "let it run to its end"),
    "process": ("this code leaves a process behind", "wait for what it starts"),
    "lost": ("this code ended the process that runs it", "end only what it starts"),
    "quote": ("its source {detail}", "quote what the tests prove"),
    "turns": (
        "this loop turns more than {detail} times, too many for a table",
        "let it turn less often",
    ),
    "figure": ("this code {detail}", "draw one picture, with `matplotlib.pyplot`"),
    "swap": ("the bug cannot be put in place: {detail}", "choose another mutant"),
    "path": (
        "this code shows where the project lies on this machine",
        "show a part that is the same everywhere, such as the file's name",
    ),
    "random": (
        "this code does something else each time",
        "seed what is random; print no times, addresses or sets",
    ),
    "machine": (
        "this code differs between CPU paths",
        "show fewer digits: another CPU computes the last ones differently",
    ),
}


def reason(failure: Result, duty: Executed | None) -> tuple[str, str]:
    if failure["kind"] == "raised":
        return _raised_reason(failure, duty)
    what, hint = REASONS[failure["kind"]]
    detail = str(failure.get("detail", ""))
    if failure["kind"] == "figure":
        detail, _, better = detail.partition("\n")
        hint = better or hint
    return what.format(detail=detail), hint


def texts(failure: Result) -> tuple[str, ...]:
    """What the code gave in its two runs, where they differ."""
    texts = failure.get("texts", ())
    return tuple(f"{n}. {_clip(text)}" for n, text in enumerate(texts, start=1))


def _clip(text: str) -> str:
    first = text.strip().split("\n")[0]
    return first if len(first) <= 70 else first[:69] + "…"


def _raised_reason(failure: Result, duty: Executed | None) -> tuple[str, str]:
    name, message, said = failure["type"], failure["message"], error(failure)
    if name == "AssertionError" and isinstance(duty, Holds) and not duty.truth:
        what = "this option is not marked as right, but its check holds"
        return what, "mark it with `[x]`, or check what makes it wrong"
    if name == "AssertionError" and isinstance(duty, Check | Holds):
        what = f"this check fails: {message}" if message else "this check fails"
        return what, "correct the claim or the code"
    if name == "NameError":
        hint = "a card knows its file's `setup` and its own fences above this line"
        return said, hint
    if name == "MemoryError":
        return "this code needs too much memory", "make it smaller"
    if _is_warning(name):
        return said, "warnings are errors here: call it the way that does not warn"
    return said, "code on a card must run; an error that is meant is `raises=TYPE`"


def _is_warning(name: str) -> bool:
    found = getattr(builtins, name, None)
    return isinstance(found, type) and issubclass(found, Warning)


def error(raised: Result) -> str:
    """An exception as Python shows it."""
    name, message = raised["type"], raised["message"]
    return f"{name}: {message}" if message else str(name)
