"""Functions in the place of Python's own, of which no traceback tells."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from .files import HERE
from .questions import list_as  # type: ignore[import-untyped]


def unseen(
    function: Callable[..., Any], real: Callable[..., Any]
) -> Callable[..., Any]:
    """A function in the place of a real one, which shows no frame of this worker.

    A `raise` of what is being handled adds no frame to a traceback, so that the frames
    that are taken out here stay out.
    """

    def call(*arguments: Any, **options: Any) -> Any:
        try:
            return function(*arguments, **options)
        except BaseException as error:
            trace = error.__traceback__
            while trace and trace.tb_frame.f_code.co_filename.startswith(HERE):
                trace = trace.tb_next
            error.__traceback__ = trace
            raise

    return update_wrapper(call, real)


def change_result(name: str, change: Callable[[Any], Any]) -> None:
    """Let a function of `os` return what `change` makes of its result."""
    real = getattr(os, name)

    def whole(*arguments: Any, **options: Any) -> Any:
        return change(real(*arguments, **options))

    substitute = unseen(whole, real)
    list_as(real, substitute)
    setattr(os, name, substitute)
