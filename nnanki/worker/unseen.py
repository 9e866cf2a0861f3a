"""Functions in the place of Python's own, of which no traceback tells."""

from __future__ import annotations

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


def through(
    then: Callable[[Any], Any], function: Any, /, *given: Any, **more: Any
) -> Any:
    return then(function(*given, **more))
