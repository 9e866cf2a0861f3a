"""`unit` against fractions, symbols and torch."""

from fractions import Fraction

import pytest
import sympy
import torch
from hypothesis import given
from hypothesis import strategies as st

from nnanki.nn.unit import unit

fractions = st.fractions(max_denominator=1000)


@pytest.mark.exact
@given(fractions, fractions, fractions)
def test_a_unit_of_fractions(x: Fraction, w: Fraction, b: Fraction) -> None:
    """The sum where it is positive, else 0, exactly."""
    z = x * w + b

    assert unit(x, w, b) == (z + abs(z)) / 2


@pytest.mark.exact
@pytest.mark.parametrize(
    "x, w, b, result",
    [(2, 3, 1, 7), (-2, -3, 1, 7), (0, 5, 2, 2), (2, 1, -2, 0), (-1, 2, 1, 0)],
)
def test_units_that_were_done_by_hand(x: int, w: int, b: int, result: int) -> None:
    """Only the sum is held against 0, not the input nor the weight."""
    assert unit(x, w, b) == result


@pytest.mark.exact
def test_the_slope_of_a_unit_is_its_weight_or_nothing() -> None:
    """Right of the kink it is w, left of it 0."""
    x = sympy.symbols("x")

    for at, slope in (2, 3), (-2, 0):
        z = sympy.Max(0, x * 3 + 1)
        assert sympy.diff(z, x).subs(x, at) == slope
        assert unit(at + 1, 3, 1) - unit(at, 3, 1) == slope


def test_a_unit_is_what_torch_makes_of_a_layer_of_one() -> None:
    """A linear layer with one input and one output, then ReLU."""
    layer = torch.nn.Linear(1, 1)
    with torch.no_grad():
        layer.weight.fill_(-3)
        layer.bias.fill_(1)
        seen = torch.relu(layer(torch.tensor([[-2.0], [0.0], [2.0]])))

    assert seen[:, 0].tolist() == [unit(x, -3, 1) for x in (-2, 0, 2)]
