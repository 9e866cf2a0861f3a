"""Functions in the place of Python's own, of which no traceback tells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .files import HERE


def unseen(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    """A function that is called by a name, and shows no frame of this worker.

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

    call.__name__ = call.__qualname__ = name
    return call
