"""A card's obligations as steps for a worker: data in, data out."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import cast

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
from nnanki.running.child.messages import CardStep, Definition, Theme
from nnanki.running.libraries import late_imports
from nnanki.running.runner import Program
from nnanki.running.stdin import counted


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
    imports = (*_imports(file.setup), *late_imports(steps))
    stdin = "".join(
        obligation.stdin for obligation in obligations if isinstance(obligation, Run)
    )
    path = str(root / file.path)
    return Program(card.id, path, tuple(counted(steps, stdin)), imports, stdin=stdin)


@cache
def _imports(code: str) -> tuple[str, ...]:
    """The statements of some code that import something."""
    statements = ast.parse(code).body
    kinds = ast.Import | ast.ImportFrom
    return tuple(ast.unparse(node) for node in statements if isinstance(node, kinds))


def _steps(obligation: Executed) -> list[CardStep]:
    """One step for an obligation; for a session one for each of its examples."""
    if isinstance(obligation, Session):
        return [
            {"do": "entry", "code": example.code, "line": example.line}
            for example in obligation.examples
        ]
    return [_step(obligation)]


def _step(obligation: Step) -> CardStep:
    match obligation:
        case Run() | Answers():
            return _broken(obligation, _code("run", obligation))
        case Raises():
            return _broken(obligation, _code("raises", obligation))
        case Figure():
            themes = cast("list[Theme]", list(obligation.themes))
            return {**_code("figure", obligation), "themes": themes}
        case Trace():
            return {**_code("trace", obligation), "names": list(obligation.names)}
        case Check():
            return _code("check", obligation)
        case Holds():
            code = (
                obligation.expression
                if obligation.truth
                else f"not ({obligation.expression}\n)"
            )
            return {"do": "holds", "code": code, "line": obligation.place.line}
        case Shape():
            return {
                **_code("shape", obligation),
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


def _code(
    do: str, obligation: Run | Answers | Raises | Figure | Trace | Check | Shape
) -> CardStep:
    """A step of which the code is all that there is to say."""
    return {"do": do, "code": obligation.code, "line": obligation.line}


def _broken(obligation: Run | Raises | Answers, step: CardStep) -> CardStep:
    """A step that runs while a definition has a bug."""
    if isinstance(obligation, Answers) or obligation.broken is None:
        return step
    bug = obligation.broken
    broken: Definition = {"module": bug.module, "name": bug.name, "text": bug.text}
    return {**step, "broken": broken}
