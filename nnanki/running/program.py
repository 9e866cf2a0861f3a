"""A card's obligations as steps for a worker: data in, data out."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from nnanki.model.card import Card, CardFile
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
    Step,
    Trace,
    Value,
)
from nnanki.running.runner import Program
from nnanki.running.stdin import counted

Result = dict[str, Any]


def program(
    root: Path, file: CardFile, card: Card, duties: Sequence[Obligation]
) -> Program | None:
    """The steps of a card that must be run: its file's setup, then its own."""
    executed = [duty for duty in duties if isinstance(duty, Executed)]
    steps = [step for duty in executed for step in _steps(duty)]
    if not steps:
        return None
    if file.setup.strip():
        steps.insert(0, {"do": "run", "code": file.setup, "line": file.setup_line})
    imports = (*_imports(file.setup), *_late(steps))
    given = "".join(duty.given for duty in duties if isinstance(duty, Run))
    path = str(root / file.path)
    return Program(card.id, path, tuple(counted(steps, given)), imports, stdin=given)


@cache
def _imports(code: str) -> tuple[str, ...]:
    """The statements of some code that import something."""
    statements = ast.parse(code).body
    kinds = ast.Import | ast.ImportFrom
    return tuple(ast.unparse(node) for node in statements if isinstance(node, kinds))


def _late(steps: Sequence[Result]) -> Iterator[str]:
    """What is imported when a step runs, and takes so long that once is enough."""
    if any(step["do"] == "figure" for step in steps):
        yield "import matplotlib.pyplot"
    if any("torch.optim" in step["code"] for step in steps):
        yield "import torch._dynamo"  # as the first optimizer does


def _steps(duty: Executed) -> list[Result]:
    """One step for an obligation; for a session one for each of its examples."""
    if isinstance(duty, Session):
        return [
            {"do": "entry", "code": example.code, "line": example.line}
            for example in duty.examples
        ]
    return [_step(duty)]


def _step(duty: Step) -> Result:
    match duty:
        case Run() | Answers():
            return _broken(duty, {"do": "run", "code": duty.code, "line": duty.line})
        case Raises():
            step = {"do": "raises", "code": duty.code, "line": duty.line}
            return _broken(duty, step)
        case Figure():
            step = {"do": "figure", "code": duty.code, "line": duty.line}
            return {**step, "themes": list(duty.themes)}
        case Trace():
            step = {"do": "trace", "code": duty.code, "line": duty.line}
            return {**step, "names": list(duty.names)}
        case Check():
            return {"do": "check", "code": duty.code, "line": duty.line}
        case Holds():
            code = duty.expression if duty.truth else f"not ({duty.expression}\n)"
            return {"do": "holds", "code": code, "line": duty.place.line}
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


def _broken(duty: Run | Raises | Answers, step: Result) -> Result:
    """A step that runs while a definition has a bug."""
    if isinstance(duty, Answers) or duty.broken is None:
        return step
    names = ("module", "name", "text")
    return {**step, "broken": {name: getattr(duty.broken, name) for name in names}}
