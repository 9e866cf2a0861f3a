"""`sgd` against sums of fractions and torch's optimizer."""

from fractions import Fraction

import numpy as np
import pytest
import torch

from nnanki.nn import sgd

from .slopes import fractions


@pytest.mark.exact
def test_a_step_goes_against_every_gradient() -> None:
    """Each parameter loses lr times its own gradient, in place."""
    a, b = fractions([1, 2]), fractions([[5]])
    sgd.step([a, b], [fractions([3, -4]), fractions([[7]])], Fraction(1, 2))

    assert a.tolist() == [Fraction(-1, 2), 4]
    assert b.tolist() == [[Fraction(3, 2)]]


@pytest.mark.exact
def test_momentum_is_a_fading_sum_of_gradients() -> None:
    """After three steps the velocity is g₃ + β g₂ + β² g₁, and p lost all three."""
    beta, lr = Fraction(2, 3), Fraction(1, 10)
    grads = [Fraction(3), Fraction(-5), Fraction(7)]
    p, v = fractions([1, 0]), fractions([0, 0])
    for g in grads:
        sgd.momentum([p], [fractions([g, 2 * g])], [v], lr, beta)

    sums = [
        sum(beta ** (n - i) * grads[i] for i in range(n + 1)) for n in range(len(grads))
    ]
    assert v.tolist() == [sums[-1], 2 * sums[-1]]
    assert p.tolist() == [1 - lr * sum(sums), -2 * lr * sum(sums)]


@pytest.mark.parametrize("beta", [0.0, 0.9])
def test_the_path_is_that_of_torch(beta: float) -> None:
    """On a bowl with two curvatures, 20 steps end where torch.optim.SGD does."""
    steep = np.array([1.0, 10.0])
    p, v = np.array([3.0, -2.0]), np.zeros(2)
    leaf = torch.tensor(p, requires_grad=True)
    rule = torch.optim.SGD([leaf], lr=0.02, momentum=beta)
    for _ in range(20):
        sgd.momentum([p], [2 * steep * p], [v], 0.02, beta)
        rule.zero_grad()
        (torch.tensor(steep) * leaf**2).sum().backward()
        rule.step()

    assert np.allclose(p, leaf.detach().numpy(), rtol=1e-12, atol=0)


@pytest.mark.exact
def test_lists_of_different_length_are_refused() -> None:
    """A gradient that is missing is no reason to leave a parameter out."""
    one, two = [np.zeros(1)], [np.zeros(1), np.zeros(1)]

    for params, grads, velocities in (
        (two, one, two),
        (one, two, one),
        (two, two, one),
    ):
        with pytest.raises(ValueError):
            sgd.momentum(params, grads, velocities, 0.1, 0.9)
    for params, grads in ((two, one), (one, two)):
        with pytest.raises(ValueError):
            sgd.step(params, grads, 0.1)
