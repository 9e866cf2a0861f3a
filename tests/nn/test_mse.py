"""`mse` against fractions, exact differences of a parabola, and torch."""

from fractions import Fraction

import numpy as np
import pytest
import torch

from nnanki.nn import mse

from .slopes import Array, by_differences, fractions

PRED = fractions([[3, "-1/2"], [0, 7], ["5/3", 2]])
ACTUAL = fractions([[1, 4], [0, "-2/7"], [2, 2]])

shapes = pytest.mark.parametrize(
    "pred, actual", [(PRED, ACTUAL), (PRED[:, :1], ACTUAL[:, :1])]
)


@pytest.mark.exact
@shapes
def test_the_mean_of_the_squares(pred: Array, actual: Array) -> None:
    """Every error is squared, then all are averaged, columns and rows alike."""
    squares = [(p - a) ** 2 for p, a in zip(pred.flat, actual.flat, strict=True)]

    assert mse.forward(pred, actual) == sum(squares) / len(squares)


@pytest.mark.exact
@shapes
def test_the_slope_of_a_parabola_is_its_difference(pred: Array, actual: Array) -> None:
    """Centred differences of a square have no error, whatever the step."""
    expected, _ = by_differences(mse.forward, (pred, actual), Fraction(3))

    assert mse.backward(pred, actual).tolist() == expected.tolist()


def test_loss_and_slope_are_those_of_torch() -> None:
    """torch's mse_loss and autograd give the same numbers."""
    pred, actual = PRED.astype(float), ACTUAL.astype(float)
    leaf = torch.tensor(pred, requires_grad=True)
    loss = torch.nn.functional.mse_loss(leaf, torch.tensor(actual))
    loss.backward()

    assert mse.forward(pred, actual) == pytest.approx(loss.item(), rel=1e-14)
    assert np.allclose(mse.backward(pred, actual), leaf.grad, rtol=1e-14, atol=0)
