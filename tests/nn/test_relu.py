"""`relu` against the definition of a maximum, its differences, and torch."""

import math
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nnanki.nn import relu

from .slopes import Array, by_differences, fractions

inf, nan = math.inf, math.nan


@pytest.mark.exact
@given(st.lists(st.fractions()))
def test_the_larger_of_zero_and_z(values: list[Fraction]) -> None:
    """Each element is max(0, z), exactly."""
    z = np.array(values, dtype=object)

    assert relu.forward(z).tolist() == [max(Fraction(0), value) for value in values]


def test_infinities_and_nan_stay_what_they_are() -> None:
    """Minus infinity becomes 0, infinity and nan stay, as in torch."""
    z = np.array([-inf, -0.5, inf, nan])

    expected = torch.relu(torch.tensor(z)).numpy()
    assert np.array_equal(relu.forward(z), expected, equal_nan=True)


@pytest.mark.exact
def test_slopes_pass_where_z_is_positive() -> None:
    """Away from the kink, the slope of Σ dh relu(z) by z is its difference."""
    z = fractions([[-3, "-1/2", "1/2"], [2, 5, -7]])
    dh = fractions([[1, -2, 3], [-4, 5, 6]])

    def loss(z: Array) -> Fraction:
        total: Fraction = (dh * relu.forward(z)).sum()
        return total

    [expected] = by_differences(loss, [z], Fraction(1, 4))
    assert relu.backward(dh, z).tolist() == expected.tolist()


@pytest.mark.exact
def test_at_the_kink_nothing_passes_as_in_torch() -> None:
    """The slope at exactly 0 counts as 0: our convention, and that of torch."""
    z = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    torch.relu(z).backward(torch.tensor([3.0, -3.0]))

    ours = relu.backward(np.array([3.0, -3.0]), np.zeros(2))
    assert ours.tolist() == z.grad.tolist() == [0, 0]
