"""mae = Σ |pred - actual| / n, mse = Σ (pred - actual)² / n: how wrong, in one number.

Their slopes by one prediction are sign(pred - actual) / n and
2 (pred - actual) / n; at a tie both are 0.
"""

import torch

from nnanki.nn.quadratic import mk_quad


def mae(pred, actual):
    """Average how far predictions are off: the mean absolute error.

    Shapes: both the same; the result is a single number, shape (). Shapes that
    merely broadcast are averaged over the broadcast shape, which is seldom meant.
    Units: those of actual.
    Source: the document, `mae`.

    >>> mae(torch.tensor([1.0, 2.0, 6.0]), torch.tensor([2.0, 2.0, 2.0]))
    tensor(1.6667)
    """
    return torch.abs(pred - actual).mean()


def mse(pred, actual):
    """Average the squares of the errors: the mean squared error.

    Shapes: both the same; the result is a single number, shape (). Shapes that
    merely broadcast are averaged over the broadcast shape, which is seldom meant.
    Units: those of actual, squared.
    Source: the mean squared error of statistics.

    >>> mse(torch.tensor([1.0, 2.0, 6.0]), torch.tensor([2.0, 2.0, 2.0]))
    tensor(5.6667)
    """
    return ((pred - actual) ** 2).mean()


def quad_mae(params, x, y):
    """Score a parabola: the mean absolute error of a x² + b x + c against y.

    Shapes: params is (3,), namely a, b, c; x and y have the same shape; the
    result is a single number, shape ().
    Units: those of y.
    Errors: TypeError where params does not hold three numbers.
    Source: the document, `quad_mae`; its globals x and y are arguments here.

    >>> x = torch.tensor([0.0, 1.0, 2.0])
    >>> quad_mae(torch.tensor([3.0, 2.0, 1.0]), x, torch.tensor([1.0, 6.0, 14.0]))
    tensor(1.)
    """
    model = mk_quad(*params)
    return mae(model(x), y)
