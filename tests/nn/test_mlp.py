"""`mlp` against fractions, exact differences, and torch's own layers."""

from fractions import Fraction

import numpy as np
import pytest
import torch

from nnanki.nn import mlp

from .slopes import Array, by_differences, fractions

X = fractions([[1, -2], [3, "1/2"], [0, 0]])
PARAMS = [
    fractions([[2, -1, "1/2"], [-3, 1, 4]]),
    fractions([1, "-1/3", "5/2"]),
    fractions([[1, 2], [-2, "1/2"], [3, -1]]),
    fractions([0, 7]),
]


def by_hand(
    x: Array, w1: Array, b1: Array, w2: Array, b2: Array
) -> list[list[Fraction]]:
    """The network, one number at a time."""
    rows = []
    for row in x.tolist():
        h = [
            max(Fraction(0), sum((p * q for p, q in zip(row, column, strict=True)), b))
            for column, b in zip(w1.T.tolist(), b1, strict=True)
        ]
        rows.append([
            sum((p * q for p, q in zip(h, column, strict=True)), b)
            for column, b in zip(w2.T.tolist(), b2, strict=True)
        ])  # fmt: skip
    return rows


@pytest.mark.exact
def test_two_layers_with_a_relu_between_them() -> None:
    """The output is what a pupil with a pencil gets, in fractions."""
    y, _ = mlp.forward(PARAMS, X)

    assert y.tolist() == by_hand(X, *PARAMS)


@pytest.mark.exact
def test_what_backward_needs_is_what_forward_saw() -> None:
    """Input, sums of the hidden layer, and their positive part."""
    _, (x, z, h) = mlp.forward(PARAMS, X)

    assert x is X
    assert (z[z <= 0].size, z[z > 0].size) == (4, 5)  # both sides of the kink
    assert h.tolist() == [[max(Fraction(0), v) for v in row] for row in z.tolist()]


@pytest.mark.exact
def test_the_slopes_of_a_network_are_its_differences() -> None:
    """Within a piece the output is linear in each parameter: no difference errs."""
    dy = fractions([[1, -2], [3, 5], [-1, "1/7"]])

    def loss(*params: Array) -> Fraction:
        total: Fraction = (mlp.forward(params, X)[0] * dy).sum()
        return total

    expected = by_differences(loss, PARAMS, Fraction(1, 1000))
    _, seen = mlp.forward(PARAMS, X)
    found = mlp.backward(PARAMS, dy, seen)
    assert [g.tolist() for g in found] == [g.tolist() for g in expected]


def test_the_slopes_of_a_network_are_those_of_torch() -> None:
    """Autograd on torch's own layers, with the same weights, finds the same slopes."""
    rng = np.random.default_rng(3)
    params = mlp.initial(5, 7, 4, rng)
    x, dy = rng.normal(size=(6, 5)), rng.normal(size=(6, 4))
    net = torch.nn.Sequential(
        torch.nn.Linear(5, 7), torch.nn.ReLU(), torch.nn.Linear(7, 4)
    ).double()
    with torch.no_grad():
        for theirs, ours in zip(net.parameters(), params, strict=True):
            theirs.copy_(torch.tensor(ours.T))
    y = net(torch.tensor(x))
    y.backward(torch.tensor(dy))

    ours, seen = mlp.forward(params, x)
    assert np.allclose(ours, y.detach().numpy(), rtol=1e-12, atol=1e-12)
    for grad, theirs in zip(
        mlp.backward(params, dy, seen), net.parameters(), strict=True
    ):
        assert np.allclose(grad, theirs.grad.numpy().T, rtol=1e-12, atol=1e-12)


@pytest.mark.exact
def test_first_weights_are_normal_draws_of_the_right_size() -> None:
    """Layer after layer: NumPy's own draws times sqrt(2 / inputs); biases are zero."""
    rng = np.random.default_rng(5)
    first, second = rng.normal(size=(8, 3)) / 2, rng.normal(size=(3, 2))

    w1, b1, w2, b2 = mlp.initial(8, 3, 2, np.random.default_rng(5))
    assert w1.tolist() == first.tolist()
    assert np.allclose(w2**2 * 3, second**2 * 2, rtol=1e-14, atol=0)
    assert ((w2 > 0) == (second > 0)).all()
    assert (b1.tolist(), b2.tolist()) == ([0, 0, 0], [0, 0])


def test_signals_keep_their_size_through_a_layer() -> None:
    """Unit inputs, 400 of them: after ReLU the mean square is about 1 again."""
    w1, b1, _, _ = mlp.initial(400, 300, 1, np.random.default_rng(0))
    x = np.random.default_rng(1).normal(size=(200, 400))

    h = np.maximum(0, x @ w1 + b1)
    assert (h**2).mean() == pytest.approx(1, abs=0.05)
