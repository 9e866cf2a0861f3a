"""Slopes without calculus: centred differences of a loss, exact in fractions."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Loss = Callable[..., Any]


def fractions(rows: Any) -> Array:
    """An array of fractions, from numbers or nested lists of them."""
    return np.vectorize(Fraction, otypes=[object])(np.array(rows))


def by_differences(loss: Loss, arrays: Sequence[Array], h: Any) -> list[Array]:
    """The slope of loss(*arrays) by each element of each array.

    In fractions it has no error where the loss is quadratic between x - h and x + h.
    """
    found = []
    for n, array in enumerate(arrays):
        slope = np.zeros_like(array)
        for place in np.ndindex(array.shape):
            ends = []
            for shift in (h, -h):
                moved = array.copy()
                moved[place] += shift
                ends.append(loss(*arrays[:n], moved, *arrays[n + 1 :]))
            slope[place] = (ends[0] - ends[1]) / (2 * h)
        found.append(slope)
    return found
