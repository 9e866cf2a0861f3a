"""What Python itself tells nobody: questions about files, variables that are read.

The functions of `os` that answer are replaced by ones that notice who calls them.
"""

from __future__ import annotations

import contextlib
import functools
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .questions import ASKING, list_as  # type: ignore[import-untyped]
from .reading import Reading

Tell = Callable[..., None]


class Noticed:
    """Stands for a function of Python; it is no method where a class holds it."""

    def __init__(self, function: Callable[..., Any], tell: Tell) -> None:
        functools.update_wrapper(self, function)
        self.function, self.tell = function, tell

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        self.tell(sys._getframe(1), arguments, options)
        return self.function(*arguments, **options)


def notice(reading: Reading) -> None:
    """From now on, notice what nobody is told of."""
    for name in ASKING:
        if hasattr(os, name):
            _replace(os, name, _asking(reading, reading.asks))
    _replace(os, "open", _asking(reading, reading.opens_within))
    with contextlib.suppress(ImportError):
        import _posixsubprocess  # what `multiprocessing` starts processes with

        _replace(_posixsubprocess, "fork_exec", _starting(reading))
    _notice_variables(reading)


def _asking(reading: Reading, function: Callable[..., None]) -> Tell:
    def tell(
        frame: Any, arguments: tuple[Any, ...], options: Mapping[str, Any]
    ) -> None:
        path = arguments[0] if arguments else options.get("path", options.get("fd"))
        if path is not None:
            reading.safely(function, frame, path, options.get("dir_fd"))

    return tell


def _starting(reading: Reading) -> Tell:
    return lambda frame, *_: reading.safely(reading.starts, frame)


def _replace(module: Any, name: str, tell: Tell) -> None:
    """Put a function in the place of another, also where `os` says what that can."""
    function = getattr(module, name)
    noticed = Noticed(function, tell)
    setattr(module, name, noticed)
    list_as(function, noticed)


def _notice_variables(reading: Reading) -> None:
    def tell(key: Any = b"") -> None:
        frame, name = sys._getframe(2), os.fsdecode(key)
        reading.safely(reading.reads, frame, name)

    class Variables(dict[Any, Any]):
        def __getitem__(self, key: Any) -> Any:
            tell(key)
            return super().__getitem__(key)

        def __delitem__(self, key: Any) -> None:
            tell(key)
            super().__delitem__(key)

        def __contains__(self, key: object) -> bool:
            tell(key)
            return super().__contains__(key)

        def __iter__(self) -> Iterator[Any]:
            tell()
            return super().__iter__()

        def __len__(self) -> int:
            tell()
            return super().__len__()

        def items(self) -> Any:
            tell()
            return super().items()

    variables = Variables(getattr(os.environ, "_data"))  # noqa: B009 -- no name for it
    for environment in (os.environ, getattr(os, "environb", None)):
        if environment is not None:
            setattr(environment, "_data", variables)  # noqa: B010
