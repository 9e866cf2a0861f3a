"""Finds the waivers beside the tests, and runs their witnesses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import deepcopy
from pathlib import Path
from random import Random
from types import FunctionType
from typing import Any

import pytest

from .messages import Waiver

DRAWS = 1000
OPAQUE = "what may hide a difference"


def beside(items: Iterable[pytest.Item]) -> Iterator[Any]:
    """Every waiver in the modules of these tests, each once."""
    modules = {id(m): m for item in items if (m := getattr(item, "module", None))}
    for module in modules.values():
        for thing in list(vars(module).values()):
            if getattr(thing, "__module__", None) == module.__name__:
                yield from getattr(thing, "waivers", ())


def messages(items: Iterable[pytest.Item], root: Path) -> list[Waiver]:
    """What each waiver says, and where it stands."""
    return [_message(waiver, root) for waiver in beside(items)]


def _message(waiver: Any, root: Path) -> Waiver:
    code = waiver.observe.__code__
    return {
        "symbol": waiver.symbol,
        "operator": waiver.operator,
        "before": waiver.before,
        "after": waiver.after,
        "code": waiver.code,
        "reason": (waiver.observe.__doc__ or "").strip().split("\n")[0],
        "path": Path(code.co_filename).relative_to(root).as_posix(),
        "line": code.co_firstlineno,
    }


def differs(waiver: Any, original: FunctionType, mutant: FunctionType) -> str:
    """What is wrong with a witness; empty where it saw no difference."""
    if not waiver.edges:
        return "the waiver has no edges: name the inputs at which code like this breaks"
    inputs = [waiver.edges[n] for n in range(len(waiver.edges))]
    answers = set()
    for n in range(len(inputs) + DRAWS):
        views = []
        for function in (original, mutant):  # each gets an input of its own
            own = deepcopy(inputs[n]) if n < len(inputs) else waiver.draw(Random(n))
            views.append(_view(waiver.observe, function, own))
        if OPAQUE in views:
            return "its witness must return plain values, such as lists of numbers"
        if views[0] != views[1]:
            return f"its witness sees {views[0]} become {views[1]}"
        answers.add(views[0])
    # A witness that always says the same would waive any mutant whatsoever.
    if len(answers) < 2:
        return (
            f"its witness sees {answers.pop()} whatever the input: it observes nothing"
        )
    return ""


def _view(observe: Any, function: FunctionType, values: tuple[Any, ...]) -> str:
    try:
        observed = observe(function, *values)
        return repr(observed) if _plain(observed) else OPAQUE
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def _plain(value: object) -> bool:
    """Whether the text of a value is all of it."""
    if isinstance(value, dict):
        return all(map(_plain, [*value.keys(), *value.values()]))
    if isinstance(value, list | tuple | set | frozenset):
        return all(map(_plain, value))
    return type(value) in (bool, bytes, complex, float, int, str, type(None))
