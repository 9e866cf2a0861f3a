"""The document's data and gradient descent without torch, in floats or fractions.

The same NumPy code is rounded or exact: `number` is float or Fraction.
"""

import functools
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
from torch import Tensor

Array = np.ndarray[Any, Any]
Number = type[float] | type[Fraction]
Loss = Callable[[Tensor, Tensor], Tensor]
Elementwise = Callable[[Array], Array]

STEEPNESS: dict[str, tuple[Elementwise, Elementwise]] = {
    "mae": (np.abs, np.sign),
    "mse": (np.square, lambda error: 2 * error),
}
"""What one error costs, and the slope of that cost."""


@functools.cache  # it is the same for every planted fault
def data(number: Number) -> tuple[Array, Array]:
    """Return the 20 inputs and outputs: both flat."""
    rng = np.random.RandomState(42)
    factor = [number(draw) for draw in rng.normal(scale=0.15, size=20)]
    shift = [number(draw) for draw in rng.normal(scale=1.5, size=20)]
    x = np.array([number(4 * i) / 19 - 2 for i in range(20)])
    y = (3 * x * x + 2 * x + 1) * (1 + np.array(factor)) + np.array(shift)
    return x, y


def gradient(abc: Array, loss: str, number: Number) -> tuple[Any, Array]:
    """Return the loss of a parabola on the data, and its slope by a, b, c."""
    x, y = data(number)
    powers = np.stack([x * x, x, x**0], axis=1)
    cost, slope = STEEPNESS[loss]
    error = powers @ abc - y
    return cost(error).sum() / 20, powers.T @ slope(error) / 20


@functools.cache
def descend(
    steps: int, lr: str, loss: str, number: Number, *, zeroed: bool
) -> tuple[list[float], list[list[float]]]:
    """Return the loss and the parameters before each update."""
    abc = np.array([number("1.1")] * 3)
    kept = np.array([number(0)] * 3)
    losses, path = [], []
    for _ in range(steps):
        value, fresh = gradient(abc, loss, number)
        losses.append(float(value))
        path.append([float(p) for p in abc])
        kept = fresh if zeroed else kept + fresh
        abc = abc - number(lr) * kept
    return losses, path
