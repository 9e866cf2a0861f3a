"""Sessions with Python: what is typed behind `>>>`, and what each example gives."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

VERB = ">>>"  # of a fence that holds a session: its text makes it one, not its word
PROMPT, MORE = ">>>", "..."
MARGIN = len(PROMPT) + 1
STARTS = re.compile(r"\s*>>>(?!>)")
GLUED = re.compile(r"(>>>|\.\.\.)[^ ]")
# As doctest has it: the lines of a traceback differ from one machine to the next.
HEAD = "Traceback (most recent call last):\n  ...\n"


@dataclass(frozen=True, slots=True)
class Example:
    """One statement as it is typed; `line` is that of its prompt, in the file."""

    line: int
    lines: tuple[str, ...]

    @property
    def code(self) -> str:
        return "".join(f"{line[MARGIN:]}\n" for line in self.lines)


@dataclass(frozen=True, slots=True)
class SessionFault:
    """What is wrong with a session, and where."""

    line: int
    column: int
    what: str
    hint: str


def begins(text: str) -> bool:
    """Whether the first line with anything in it is a prompt."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    return STARTS.match(first) is not None


def examples(text: str, line: int = 1) -> tuple[Example, ...]:
    """The examples of a session whose first line has this number in its file."""
    result: list[Example] = []
    typed = False
    for number, row in enumerate(text.split("\n"), start=line):
        if _is(row, PROMPT):
            result.append(Example(number, (row,)))
            typed = True
        elif typed and _is(row, MORE):
            result[-1] = Example(result[-1].line, (*result[-1].lines, row))
        else:
            typed = False
    return tuple(result)


def outputs(text: str) -> str:
    """What a session shows between its examples."""
    typed = {
        number
        for example in examples(text, 0)
        for number in range(example.line, example.line + len(example.lines))
    }
    rows = enumerate(text.split("\n"))
    return "\n".join(row for number, row in rows if number not in typed)


def transcript(results: Sequence[tuple[Example, str]]) -> str:
    """A session as a terminal shows it: each example, and what it gave."""
    return "".join(
        "".join(f"{line}\n" for line in example.lines) + output
        for example, output in results
    )


def ambiguous(output: str) -> bool:
    """Whether some output would be read as something that was typed."""
    # Once it is written between examples, nothing tells it from what is typed.
    lines = output.split("\n")
    return lines[0].startswith(MORE) or any(row.startswith(PROMPT) for row in lines)


def faults(text: str, line: int) -> Iterator[SessionFault]:
    """What cannot be read as a session: prompts, and Python behind them."""
    begun, typed = False, False
    for number, row in enumerate(text.split("\n"), start=line):
        typed = _is(row, PROMPT) or (typed and row.startswith(MORE))
        if (typed or row.startswith(PROMPT)) and GLUED.match(row):
            hint = f"write `{row[:3]} {row[3:].strip()}`"
            yield SessionFault(number, 4, "a space is missing after this prompt", hint)
            return
        if not begun and not typed and row.strip():
            hint = "let it begin with `>>> `, at the left of the fence"
            yield SessionFault(number, 1, "a session begins with a prompt", hint)
            return
        begun = begun or typed
    if not begun:
        hint = "write what is typed behind `>>> `; the machine writes the rest"
        yield SessionFault(line - 1, 1, "a session without an example", hint)
    for example in examples(text, line):
        yield from _syntax(example)


def _is(row: str, prompt: str) -> bool:
    return row == prompt or row.startswith(f"{prompt} ")


def _syntax(example: Example) -> Iterator[SessionFault]:
    """The problem with an example that is no statement, or more than one."""
    if not example.code.strip():
        hint = "remove it, or write a statement after it"
        yield SessionFault(example.line, 1, "nothing follows this prompt", hint)
        return
    try:
        with warnings.catch_warnings():
            # A terminal would show the warning between the examples, where golden text
            # has no place for it.
            warnings.simplefilter("error")
            if ast.parse(example.code).body:  # a remark alone is fine, too
                ast.parse(example.code, mode="single")
    except (SyntaxError, ValueError) as error:
        inner = min(getattr(error, "lineno", None) or 1, len(example.lines))
        column = (getattr(error, "offset", None) or 1) + MARGIN
        what = f"not Python: {getattr(error, 'msg', error)}"
        hint = "write one statement after `>>>`, its further lines after `...`"
        yield SessionFault(example.line + inner - 1, column, what, hint)


def response(printed: str, raised: str) -> str:
    """What an example gave: what it printed, and the exception that ended it."""
    whole = printed if not printed or printed.endswith("\n") else f"{printed}\n"
    return f"{whole}{HEAD}{raised}" if raised else whole
