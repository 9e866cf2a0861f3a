"""Code with a bug in the place of the code that cards import, for one step."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import warnings
from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import Any

from .quoted import bare, named
from .scope import Fault

Job = dict[str, Any]


@contextlib.contextmanager
def broken(bug: Job | None) -> Iterator[None]:
    """Let a definition do what its module's text with a bug says, and then no more."""
    if bug is None:
        yield
        return
    with contextlib.ExitStack() as undo:
        for function, code in swaps(bug):
            undo.callback(setattr, function, "__code__", function.__code__)
            function.__code__ = code
        yield


def swaps(bug: Job) -> Iterator[tuple[FunctionType, CodeType]]:
    """The functions of a definition whose code differs, and what they do instead."""
    module = importlib.import_module(bug["module"])
    path = bug["name"].split(".")
    file, whole = str(module.__file__), [inspect.getsource(module), bug["text"]]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        old, new = (
            list(named(compile(text, file, "exec", dont_inherit=True), path))
            for text in whole
        )
    changed = [
        (before, after)
        for before, after in zip(old, new, strict=False)
        if bare(before) != bare(after)
    ]
    if len(old) != len(new) or not changed:
        raise Fault("swap", "it changes more than the body of a function")
    for before, after in changed:
        function = found(module, path, before)
        if function.__code__.co_freevars != after.co_freevars:
            raise Fault("swap", "it changes what the function closes over")
        yield function, after


def found(module: Any, path: list[str], code: CodeType) -> FunctionType:
    """The function that runs some code."""
    thing = module
    for name in path:
        thing = getattr(thing, name)
    candidates = [thing, *vars(thing).values()] if isinstance(thing, type) else [thing]
    for candidate in map(inspect.unwrap, candidates):
        if type(candidate) is FunctionType and bare(candidate.__code__) == bare(code):
            return candidate
    raise Fault("swap", "its function is not what its module says")
