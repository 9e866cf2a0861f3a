"""Why code on a card ended early: the words, by the kind of the failure."""

from __future__ import annotations

import re
from typing import Any

from nnanki.model.obligations import Check, Executed, Holds
from nnanki.running.stdin import waits

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
        "print text, not raw bytes",
    ),
    "answer": (
        "the answer is not a shape: {detail}",
        "use only the names of the sizes, as in `(n, m)`",
    ),
    "signal": (
        "this code was ended by {detail}",
        "run it by itself in Python to see why; it may need too much memory",
    ),
    "exit": ("this code ended its process (exit {detail})", "let it run to its end"),
    "process": (
        "this code leaves a process behind",
        "wait for every process that it starts",
    ),
    "lost": (
        "this code ended the process that was running it",
        "end only processes that it started",
    ),
    "quote": (
        "the quoted source {detail}",
        "quote code that the tests run just as it is written",
    ),
    "turns": (
        "this loop runs more than {detail} times, too many for a table",
        "make it run fewer times",
    ),
    "figure": ("this code {detail}", "draw one picture, with `matplotlib.pyplot`"),
    "swap": ("the bug cannot be put in place: {detail}", "choose another mutant"),
    "path": (
        "this code shows where {detail} is on this machine",
        "show a part that is the same everywhere, such as the file's name",
    ),
    "thread": (
        "a thread of this code is still running when the program ends: {detail}",
        "join it, or make sure that it ends",
    ),
    "status": (
        "this code ends with exit status {detail}",
        "let it run to its end, or ask about the exit: `raises=SystemExit`",
    ),
    "outside": (
        "this code asks for {detail}, which is outside the project",
        "use a file of the project, or create one in the working directory",
    ),
    "writes": (
        "this code changes {detail}, which belongs to the project",
        "write to the working directory instead, which is empty for every card",
    ),
    "cards": (
        "this code reads {detail}, the text of a card",
        "compute what the card shows instead of reading it",
    ),
    "network": (
        "this code tries to reach {detail} over the network",
        "let it connect only to this machine, `localhost`",
    ),
    "entropy": (
        "this code gets randomness from the system, through {detail}",
        "use a generator with a seed instead, such as `random.Random(0)`",
    ),
    "unseeded": (
        "this code uses a random generator without a seed: {detail}",
        "seed it first; a new layer or a `DataLoader` draws from it, too",
    ),
    "variable": (
        "this code reads the environment variable {detail}",
        "set it in the code, or do without it: other readers have other values",
    ),
    "fresh": (
        "this code does something different in a fresh Python, `python card.py`",
        "show nothing that depends on other imports, or on the code being watched",
    ),
    "hook": (
        "this code adds an audit hook",
        "take it out: such a hook can never be removed, so no card may add one",
    ),
}

# What two runs differ by, and what to do about it.
DIFFERENCES = {
    "chance": (
        "this code does something different each time",
        "seed its random numbers, and print no times, memory addresses or sets",
    ),
    "imports": (
        "this code does something different where the project is imported once more",
        "let its modules change nothing while they are imported, and draw no numbers",
    ),
    "clock": (
        "this code depends on the clock: the date, the weekday, or the time",
        "write a fixed date or time into the code",
    ),
    "time zone": (
        "this code depends on the time zone",
        "name one in the code, such as `timezone.utc`",
    ),
    "locale": (
        "this code depends on the reader's locale",
        "name a locale in the code",
    ),
    "processors": (
        "this code depends on the number of processors",
        "show only what is the same on every machine",
    ),
    "host": (
        "this code depends on the machine's name or operating system",
        "show only what is the same on every machine",
    ),
    "user": (
        "this code depends on the user who runs it",
        "show only what is the same for every user",
    ),
    "environment": (
        "this code depends on environment variables",
        "set the ones that it needs in the code itself",
    ),
    "folder": (
        "this code depends on the folder that it runs in",
        "show a part that is the same everywhere, such as the file's name",
    ),
    "terminal": (
        "this code does something different in a terminal",
        "show what it does without one, for example by writing to `io.StringIO`",
    ),
    "stack": (
        "this code depends on the depth of the call stack",
        "recursion stops elsewhere in another interpreter: show that it stops, not "
        "where",
    ),
    "listing": (
        "this code depends on the order in which a folder is listed",
        "sort the names: another file system has them in another order",
    ),
    "memory": (
        "this code depends on where objects lie in memory",
        "show no addresses, and sort sets of classes, functions, tasks and the like",
    ),
    "network": (
        "this code depends on the network",
        "make it work without the network",
    ),
    "hash seed": (
        "this code depends on the order of a set, or on a hash",
        "sort a set before you show it, and show no hash",
    ),
    "machine": (
        "this code gives different results on different CPUs",
        "show fewer digits: the last ones differ from one CPU to another",
    ),
    "together": (
        "this code does something different in other surroundings",
        "make it depend on nothing but itself",
    ),
}


def reason(failure: Result, obligation: Executed | None) -> tuple[str, str]:
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


def texts(failure: Result) -> tuple[str, ...]:
    """What the code gave in its two runs, where they differ."""
    texts = failure.get("texts", ())
    return tuple(f"{n}. {_clip(text)}" for n, text in enumerate(texts, start=1))


def _clip(text: str) -> str:
    first = text.strip().split("\n")[0]
    return first if len(first) <= 70 else first[:69] + "…"


def _raised_reason(failure: Result, obligation: Executed | None) -> tuple[str, str]:
    name, message, said = failure["type"], failure["message"], error(failure)
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
        return said, hint
    if waits(failure):
        hint = "give it lines to read, in a fence ```input right below the code"
        return said, hint
    if name == "MemoryError":
        hint = "use less, or raise `mebibytes` in [tool.nnanki]"
        return "this code needs too much memory", hint
    if name == "SyntaxError" and ASYNC.match(message):
        return said, "put it into `async def main()`, and call `asyncio.run(main())`"
    hint = "code on a card must run; if the error is intended, use `raises=TYPE`"
    return said, hint


def error(raised: Result) -> str:
    """An exception as Python shows it."""
    name, message = raised["type"], raised["message"]
    return f"{name}: {message}" if message else str(name)
