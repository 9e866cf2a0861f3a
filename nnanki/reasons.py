"""Why code on a card ended early: the words, by the kind of the failure."""

from __future__ import annotations

import re
from typing import Any

from nnanki.obligations import Check, Executed, Holds

Result = dict[str, Any]
ASYNC = re.compile(r"'(await|async \w+)' outside|asynchronous comprehension outside")

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
        "this code shows where {detail} lies on this machine",
        "show a part that is the same everywhere, such as the file's name",
    ),
    "thread": (
        "a thread of this code still runs when the program is over: {detail}",
        "join it, or let it end",
    ),
    "status": (
        "this code ends with exit status {detail}",
        "let it run to its end, or ask for it: `raises=SystemExit`",
    ),
    "outside": (
        "this code asks for {detail}, which lies outside the project",
        "use a file of the project, or make one in the working directory",
    ),
    "writes": (
        "this code writes {detail}, a file of the project",
        "write into the working directory, which is empty for every card",
    ),
    "cards": (
        "this code reads {detail}, the text of a card",
        "compute what the card shows",
    ),
    "network": (
        "this code reaches for {detail} on the network",
        "let it talk to this machine alone",
    ),
    "entropy": (
        "this code draws from {detail}, which nobody can seed",
        "draw from a generator with a seed, such as `random.Random(0)`",
    ),
    "unseeded": (
        "this code draws from a generator that nobody seeded: {detail}",
        "seed it first",
    ),
    "variable": (
        "this code reads the environment's variable {detail}",
        "set it in the code, or do without: every reader has others",
    ),
    "fresh": (
        "this code does something else in a fresh Python, `python card.py`",
        "show what does not hang on what else was imported, or is watched",
    ),
    "hook": (
        "this code adds an audit hook",
        "the process of a card takes no hook that cannot be removed",
    ),
}

# What two runs differ by, and what to do about it.
DIFFERENCES = {
    "chance": (
        "this code does something else each time",
        "seed what is random; print no times, addresses or sets",
    ),
    "clock": (
        "this code hangs on the clock: the date, the weekday, or the time",
        "use a fixed date",
    ),
    "time zone": ("this code hangs on the time zone", "name the zone: `timezone.utc`"),
    "locale": ("this code hangs on the reader's locale", "name the locale"),
    "processors": (
        "this code hangs on the number of processors",
        "show what is the same on every machine",
    ),
    "host": (
        "this code hangs on the name or the system of the machine",
        "show what is the same on every machine",
    ),
    "user": ("this code hangs on the user who runs it", "show what all users see"),
    "environment": (
        "this code hangs on the environment's variables",
        "set in the code what it needs",
    ),
    "folder": (
        "this code hangs on the folder that it runs in",
        "show a part that is the same everywhere, such as the file's name",
    ),
    "terminal": (
        "this code does something else on a terminal",
        "show what it does without one, by `io.StringIO` for example",
    ),
    "stack": (
        "this code hangs on the depth of the stack",
        "recursion ends elsewhere in another interpreter: show that it ends",
    ),
    "network": ("this code hangs on the network", "let it do without"),
    "hash seed": (
        "this code hangs on the order of a set, or on a hash",
        "sort what is shown",
    ),
    "machine": (
        "this code differs between CPU paths",
        "show fewer digits: another CPU computes the last ones differently",
    ),
    "together": (
        "this code does something else in other surroundings",
        "let it depend on nothing but itself",
    ),
}


def reason(failure: Result, duty: Executed | None) -> tuple[str, str]:
    if failure["kind"] == "raised":
        return _raised_reason(failure, duty)
    if failure["kind"] == "differs":
        return DIFFERENCES[failure["detail"]]
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
    if name == "SyntaxError" and ASYNC.match(message):
        return said, "put it into `async def main()`, and call `asyncio.run(main())`"
    return said, "code on a card must run; an error that is meant is `raises=TYPE`"


def error(raised: Result) -> str:
    """An exception as Python shows it."""
    name, message = raised["type"], raised["message"]
    return f"{name}: {message}" if message else str(name)
