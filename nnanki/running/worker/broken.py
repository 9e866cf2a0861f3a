"""Code with a bug in the place of the code that cards import, for one step."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import warnings
from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

from .quoted import bare, codes_at
from .scope import StepFault

if TYPE_CHECKING:
    from ..child.messages import Definition


@contextlib.contextmanager
def broken(bug: Definition | None) -> Iterator[None]:
    """Let a definition do what its module's text with a bug says, and then no more."""
    if bug is None:
        yield
        return
    with contextlib.ExitStack() as undo:
        for function, code in swaps(bug):
            undo.callback(setattr, function, "__code__", function.__code__)
            function.__code__ = code
        yield


def swaps(bug: Definition) -> Iterator[tuple[FunctionType, CodeType]]:
    """The functions of a definition whose code differs, and what they do instead."""
    module = importlib.import_module(bug["module"])
    path = bug["name"].split(".")
    file, whole = str(module.__file__), [inspect.getsource(module), bug["text"]]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        old, new = (
            list(codes_at(compile(text, file, "exec", dont_inherit=True), path))
            for text in whole
        )
    pairs = [
        (before, after)
        for before, after in zip(old, new, strict=False)
        if bare(before) != bare(after)
    ]
    if len(old) != len(new) or not pairs:
        raise StepFault("swap", "it changes more than the body of a function")
    for before, after in pairs:
        function = function_of(module, path, before)
        if function.__code__.co_freevars != after.co_freevars:
            raise StepFault("swap", "it changes what the function closes over")
        yield function, after


def function_of(module: Any, path: list[str], code: CodeType) -> FunctionType:
    """The function that runs some code."""
    thing = module
    for name in path:
        thing = getattr(thing, name)
    candidates = [thing, *vars(thing).values()] if isinstance(thing, type) else [thing]
    for candidate in map(inspect.unwrap, candidates):
        if type(candidate) is FunctionType and bare(candidate.__code__) == bare(code):
            return candidate
    raise StepFault("swap", "its function is not what its module says")
