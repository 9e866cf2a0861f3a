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
    root: Path, file: CardFile, card: Card, obligations: Sequence[Obligation]
) -> Program | None:
    """The steps of a card that must be run: its file's setup, then its own."""
    executed = [
        obligation for obligation in obligations if isinstance(obligation, Executed)
    ]
    steps = [step for obligation in executed for step in _steps(obligation)]
    if not steps:
        return None
    if file.setup.strip():
        steps.insert(0, {"do": "run", "code": file.setup, "line": file.setup_line})
    imports = (*_imports(file.setup), *_late(steps))
    given = "".join(
        obligation.stdin for obligation in obligations if isinstance(obligation, Run)
    )
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


def _steps(obligation: Executed) -> list[Result]:
    """One step for an obligation; for a session one for each of its examples."""
    if isinstance(obligation, Session):
        return [
            {"do": "entry", "code": example.code, "line": example.line}
            for example in obligation.examples
        ]
    return [_step(obligation)]


def _step(obligation: Step) -> Result:
    match obligation:
        case Run() | Answers():
            return _broken(
                obligation,
                {"do": "run", "code": obligation.code, "line": obligation.line},
            )
        case Raises():
            step = {"do": "raises", "code": obligation.code, "line": obligation.line}
            return _broken(obligation, step)
        case Figure():
            step = {"do": "figure", "code": obligation.code, "line": obligation.line}
            return {**step, "themes": list(obligation.themes)}
        case Trace():
            step = {"do": "trace", "code": obligation.code, "line": obligation.line}
            return {**step, "names": list(obligation.names)}
        case Check():
            return {"do": "check", "code": obligation.code, "line": obligation.line}
        case Holds():
            code = (
                obligation.expression
                if obligation.truth
                else f"not ({obligation.expression}\n)"
            )
            return {"do": "holds", "code": code, "line": obligation.place.line}
        case Shape():
            step = {"do": "shape", "code": obligation.code, "line": obligation.line}
            return {
                **step,
                "answer": obligation.answer,
                "sizes": list(obligation.sizes),
            }
        case Value():
            return {
                "do": "value",
                "code": obligation.span.expression,
                "line": obligation.place.line,
                "conversion": obligation.span.conversion,
                "format": obligation.span.format,
                "latex": obligation.golden.form == "math",
            }


def _broken(obligation: Run | Raises | Answers, step: Result) -> Result:
    """A step that runs while a definition has a bug."""
    if isinstance(obligation, Answers) or obligation.broken is None:
        return step
    names = ("module", "name", "text")
    return {
        **step,
        "broken": {name: getattr(obligation.broken, name) for name in names},
    }
