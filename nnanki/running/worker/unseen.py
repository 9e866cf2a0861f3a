"""Functions in the place of Python's own, of which no traceback tells."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from .files import HERE


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


def changed(name: str, change: Callable[[Any], Any]) -> None:
    """Let a function of `os` return what becomes of its result.

    What it can do, `os` tells by its being in some sets.
    """
    real = getattr(os, name)

    def whole(*arguments: Any, **options: Any) -> Any:
        return change(real(*arguments, **options))

    made = unseen(whole, real)
    for able in (
        getattr(os, known) for known in dir(os) if known.startswith("support")
    ):
        if isinstance(able, set) and real in able:
            able.add(made)
    setattr(os, name, made)
