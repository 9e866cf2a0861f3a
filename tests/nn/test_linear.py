"""`linear` against sums of fractions, their differences, and torch."""

from fractions import Fraction
from random import Random

import numpy as np
import pytest
import torch

from nnanki.nn import linear

from .slopes import Array, by_differences, fractions

SIZES = [(1, 1, 1), (2, 3, 4), (5, 2, 1), (3, 3, 3)]
sizes = pytest.mark.parametrize("n, k, m", SIZES)


def draw(*shape: int) -> Array:
    """Fractions from -9 to 9, the same ones for the same shape."""
    random = Random(str(shape))
    return fractions(
        [Fraction(random.randint(-18, 18), 2) for _ in range(np.prod(shape))]
    ).reshape(shape)


@pytest.mark.exact
@sizes
def test_each_output_is_a_weighted_sum_plus_a_bias(n: int, k: int, m: int) -> None:
    """y[i, j] = Σ x[i, k] w[k, j] + b[j], added up one product at a time."""
    x, w, b = draw(n, k), draw(k, m), draw(m)

    expected = [
        [sum((x[i, r] * w[r, j] for r in range(k)), b[j]) for j in range(m)]
        for i in range(n)
    ]
    assert linear.forward(x, w, b).tolist() == expected


@pytest.mark.exact
@sizes
def test_the_slopes_of_a_layer_are_its_differences(n: int, k: int, m: int) -> None:
    """A loss that weighs the outputs by dy is linear: differences are its slopes."""
    x, w, b, dy = draw(n, k), draw(k, m), draw(m), draw(n, m) + 1

    def loss(x: Array, w: Array, b: Array) -> Fraction:
        total: Fraction = (linear.forward(x, w, b) * dy).sum()
        return total

    expected = by_differences(loss, (x, w, b), Fraction(1))
    found = linear.backward(dy, x, w)
    assert [g.tolist() for g in found] == [g.tolist() for g in expected]


@sizes
def test_the_slopes_of_a_layer_are_those_of_torch(n: int, k: int, m: int) -> None:
    """Autograd, on torch's own layer, finds the same slopes."""
    x, w, b, dy = (draw(*s).astype(float) for s in ((n, k), (k, m), (m,), (n, m)))
    leaves = [torch.tensor(v, requires_grad=True) for v in (x, w, b)]
    torch.addmm(leaves[2], leaves[0], leaves[1]).backward(torch.tensor(dy))

    for ours, leaf in zip(linear.backward(dy, x, w), leaves, strict=True):
        assert np.allclose(ours, leaf.grad.numpy(), rtol=1e-12, atol=1e-12)


def test_sizes_that_do_not_fit_are_refused() -> None:
    """Three features do not go into a layer for two."""
    with pytest.raises(ValueError):
        linear.forward(np.ones((1, 3)), np.ones((2, 4)), np.ones(4))
