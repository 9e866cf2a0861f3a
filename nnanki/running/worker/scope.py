"""The program that steps belong to, and the exceptions that end them."""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from .asserts import columns
from .script import HIDDEN, Caught, Script, Sink, calling, poured

if TYPE_CHECKING:
    from ..child.messages import CardStep, Failure, Position

Names = dict[str, Any]  # of a program: the values may be anything
Calls = Generator[Callable[[], Any], None, Any]

CONTROL = re.compile("[\0-\x1f\x7f-\x9f]")
MESSAGE_LETTERS = 300


class StepFault(Exception):
    """Something about a step that is not an exception of its code."""

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(kind)
        self.failure: Failure = {"kind": kind, "detail": detail}


class Ended(Exception):
    """Raised in a step when its code ended with an exception."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error


@dataclass
class Scope:
    """The program that steps belong to: its names, and what catches for it."""

    script: Script
    names: Names
    caught: Caught = field(default_factory=Caught)

    def execute(self, tree: Any, *objects: object, names: Any = None) -> Calls:
        """Execute a tree; what ended it is raised here."""
        code = self.script.compiled(tree, self.caught, *objects)
        yield partial(exec, code, self.names if names is None else names)
        self.check()

    def evaluate(self, step: CardStep, code: str, names: Any = None) -> Calls:
        """The value of an expression."""
        sink, tree = Sink(), poured(1, self.script.expression(step["line"], code))
        yield from self.execute(tree, sink, names=names)
        return sink.value

    def call(self, function: Callable[..., Any], *arguments: Any) -> Calls:
        """What a function returns; code of the card may run in it."""
        sink = Sink()
        code = calling(partial(function, *arguments), self.caught, sink)
        yield partial(exec, code, {})
        self.check()
        return sink.value

    def check(self) -> None:
        error = self.caught.take()
        if error is not None:
            raise Ended(error)


# -- exceptions -----------------------------------------------------------------------


def exception(error: BaseException, scope: Scope, step: CardStep) -> Calls:
    """Type, first line of the message, and where on the card it happened."""
    place: Position = {}
    trace = error.__traceback__
    while trace is not None:
        place = position(trace, scope.script, step) or place
        trace = trace.tb_next
    try:
        message = yield from scope.call(str, error)
    except Ended:
        message = ""
    if isinstance(error, SyntaxError) and not place:
        place, message = misspelled(error, scope.script, step), error.msg
    first = "".join(str(message).strip().splitlines()[:1])
    name = type(error).__name__
    return {"kind": "raised", "type": name, "message": visible(first), **place}


def misspelled(error: SyntaxError, script: Script, step: CardStep) -> Position:
    """Where code does not parse; code of its own stands where it was compiled."""
    line, column = error.lineno or 1, error.offset or 1
    owner = script.owner(line) if error.filename == script.path else None
    shifted = line if error.filename == HIDDEN else step["line"] + line - 1
    return {"line": owner[1] if owner else shifted, "column": column}


def position(trace: types.TracebackType, script: Script, step: CardStep) -> Position:
    """Line, column and width of the expression that was running, if a card has it."""
    file = trace.tb_frame.f_code.co_filename
    if file not in (script.path, HIDDEN):
        return {}
    positions = list(trace.tb_frame.f_code.co_positions())
    line, end, column, stop = positions[trace.tb_lasti // 2]
    line = line or trace.tb_lineno
    owner = script.owner(line) if file == script.path else (step, line)
    if owner is None:
        return {}
    owning, number = owner
    if column is None or stop is None:
        return {"line": number}
    return columns(owning, number, column, stop if line == end else None)


def visible(text: str) -> str:
    """A line without control characters or broken letters, and not without end."""
    text = text.encode("utf-8", "backslashreplace").decode()
    text = CONTROL.sub(lambda odd: f"\\x{ord(odd[0]):02x}", text)
    return text if len(text) <= MESSAGE_LETTERS else text[: MESSAGE_LETTERS - 1] + "…"
