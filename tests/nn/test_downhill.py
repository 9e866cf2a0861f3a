"""`downhill` against fractions, symbols, torch and closed forms."""

from fractions import Fraction

import numpy as np
import pytest
import sympy
import torch
from hypothesis import given
from hypothesis import strategies as st

from nnanki.nn.downhill import walk

fractions = st.fractions(max_denominator=1000)


@pytest.mark.exact
@given(fractions, fractions, fractions, st.integers(0, 6))
def test_a_walk_on_a_parabola(
    a: Fraction, start: Fraction, lr: Fraction, steps: int
) -> None:
    """On a x², the place after t steps is (1 - 2 a lr)^t times the start."""
    path = walk(lambda x: 2 * a * x, start, lr, steps)

    assert path == [(1 - 2 * a * lr) ** t * start for t in range(steps + 1)]


@pytest.mark.exact
def test_a_step_in_symbols() -> None:
    """Each place is the one before minus lr times the slope there, for any slope."""
    x, lr = sympy.symbols("x lr")
    slope = sympy.Function("g")
    first, second, third = walk(slope, x, lr, 2)

    assert first == x
    assert second == x - lr * slope(x)
    assert third == second - lr * slope(second)


@pytest.mark.exact
def test_places_are_kept_apart() -> None:
    """Of an array, each place is a new one: the start is not changed."""
    start = np.array([1.0, -2.0])
    path = walk(lambda x: x, start, 0.5, 2)

    assert [place.tolist() for place in path] == [[1, -2], [0.5, -1], [0.25, -0.5]]
    assert path[0] is start


def test_the_walk_is_torchs_gradient_descent() -> None:
    """SGD without momentum visits the same places on a curved function."""
    leaf = torch.tensor([0.3, -1.2], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([leaf], lr=0.2)
    places = [leaf.tolist()]
    for _ in range(8):
        optimizer.zero_grad()
        torch.sin(leaf).sum().backward()
        optimizer.step()
        places.append(leaf.tolist())

    path = walk(np.cos, np.array([0.3, -1.2]), 0.2, 8)
    np.testing.assert_allclose(path, places, rtol=1e-12)
