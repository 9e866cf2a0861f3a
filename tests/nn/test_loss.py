"""`loss` against fractions, symbols, torch and the document's own code."""

from collections.abc import Callable
from fractions import Fraction
from random import Random

import numpy as np
import pytest
import sympy
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

from nnanki.nn.data import sample
from nnanki.nn.loss import mae, mse, quad_mae
from nnanki.waiver import waive

from . import document, oracles
from .oracles import Loss

COST: dict[Loss, Callable[[Fraction], Fraction]] = {mae: abs, mse: lambda r: r * r}
SLOPE: dict[Loss, Callable[[Fraction], Fraction]] = {
    mae: lambda r: Fraction((r > 0) - (r < 0)),
    mse: lambda r: 2 * r,
}

both = pytest.mark.parametrize("loss", [mae, mse])
floats = st.integers(-(2**53), 2**53).map(lambda i: i / 2**40)
pairs = st.lists(st.tuples(floats, floats), min_size=1, max_size=9)


@pytest.mark.exact
@both
@given(pairs)
def test_the_loss_is_the_mean_of_the_costs(
    loss: Loss, pairs: list[tuple[float, float]]
) -> None:
    """Errors are averaged as their size (mae) or square (mse), up to rounding."""
    pred, actual = torch.tensor(pairs, dtype=torch.float64).unbind(dim=1)

    n = len(pairs)
    costs = [COST[loss](Fraction(p) - Fraction(a)) for p, a in pairs]
    roundings = n + 3  # at most n - 1 by sums, 3 in a square, 1 by the quotient
    gamma = Fraction(roundings, 2**53 - roundings)
    error = Fraction(loss(pred, actual).item()) - sum(costs) / n
    assert abs(error) <= gamma * sum(costs) / n


@pytest.mark.exact
@both
@given(pairs)
def test_the_slope_of_the_loss(loss: Loss, pairs: list[tuple[float, float]]) -> None:
    """By one prediction it is sign(error) / n (mae) or 2 error / n (mse)."""
    pred, actual = torch.tensor(pairs, dtype=torch.float64).unbind(dim=1)
    (grad,) = torch.autograd.grad(loss(pred.requires_grad_(), actual), pred)

    exact = [SLOPE[loss](Fraction(p) - Fraction(a)) / len(pairs) for p, a in pairs]
    assert grad.tolist() == pytest.approx([*map(float, exact)], rel=1e-9, abs=0)


@pytest.mark.exact
@pytest.mark.parametrize("loss, expected", [(mae, 4), (mse, 27)])
def test_an_outlier(loss: Loss, expected: int) -> None:
    """Errors of 1, -1, 5 and -9 cost 4 on average, and 27 when squared."""
    pred = torch.tensor([[3.0, 1.0], [7.0, -7.0]])
    value = loss(pred, torch.full((2, 2), 2.0))

    assert (value.shape, value.dtype) == ((), torch.float32)
    assert value == expected


@pytest.mark.exact
@both
def test_a_tie_has_no_slope(loss: Loss) -> None:
    """Where prediction and truth are equal, the gradient is 0, the kink included."""
    pred = torch.tensor([2.0, 3.0], requires_grad=True)
    loss(pred, torch.tensor([2.0, 3.0])).backward()

    assert pred.grad.tolist() == [0, 0]


@pytest.mark.exact
@both
def test_the_slope_of_the_loss_agrees_with_differences(loss: Loss) -> None:
    """Away from ties, autograd's gradient by both sides is the centred difference."""
    pred = torch.tensor([[1.0, -2.0, 4.0]], dtype=torch.float64, requires_grad=True)
    actual = torch.tensor([[0.5, 3.0, 0.0]], dtype=torch.float64, requires_grad=True)

    assert torch.autograd.gradcheck(loss, (pred, actual))


@pytest.mark.parametrize(
    "ours, theirs", [(mae, functional.l1_loss), (mse, functional.mse_loss)]
)
def test_the_loss_agrees_with_torch(ours: Loss, theirs: Loss) -> None:
    """torch's own loss gives the same number for the same tensors."""
    pred = torch.linspace(-3, 3, 35, dtype=torch.float64).reshape(5, 7)
    actual = 1 - 0.3 * pred.flip(0)

    expected = theirs(pred, actual)
    torch.testing.assert_close(ours(pred, actual), expected, rtol=1e-14, atol=0)


@pytest.mark.exact
@both
def test_shapes_that_merely_broadcast_average_every_pair(loss: Loss) -> None:
    """A column against a row is not refused: it costs the mean over all pairs."""
    column, row = torch.tensor([[0.0], [1.0]]), torch.tensor([0.0, 2.0, 3.0, 5.0])

    costs = [COST[loss](Fraction(p - a)) for p in (0, 1) for a in (0, 2, 3, 5)]
    assert loss(column, row).item() == sum(costs) / 8


def test_quad_mae_is_the_documents_loss_bit_for_bit() -> None:
    """On the document's data, its own function returns the same number."""
    params = torch.tensor([1.1, -0.7, 2.5])

    names, _ = document.run()
    assert torch.equal(quad_mae(params, *sample()), names["quad_mae"](params))


@pytest.mark.exact
def test_quad_mae_keeps_the_order_of_its_arguments() -> None:
    """Parameters are a, b, c; the parabola is drawn over x, and held against y."""
    x, y = torch.tensor([[1.0], [3.0]]), torch.tensor([[0.0], [50.0]])

    # 2 + 4 + 8 - 0 = 14, and 2 * 9 + 4 * 3 + 8 - 50 = -12
    assert quad_mae(torch.tensor([2.0, 4.0, 8.0]), x, y) == 13


@pytest.mark.exact
@pytest.mark.usefixtures("float64")
def test_the_first_gradient_of_the_document() -> None:
    """At 1.1, 1.1, 1.1 it is exactly (-2442/1805, -3/95, -1/2).

    The grid is rational, and the noisy y decide only signs, so the symbolic
    gradient has no rounding at all.
    """
    a, b, c = sympy.symbols("a b c", real=True)
    cost = sum(
        sympy.Abs(a * u**2 + b * u + c - v) / 20
        for u, v in zip(*map(sympy.sympify, oracles.data(Fraction)), strict=True)
    )
    start = dict.fromkeys((a, b, c), sympy.Rational("1.1"))
    exact = [sympy.diff(cost, p).subs(start) for p in (a, b, c)]
    params = torch.tensor([1.1, 1.1, 1.1], requires_grad=True)
    quad_mae(params, *sample()).backward()

    assert exact == [
        sympy.Rational(-2442, 1805),
        sympy.Rational(-3, 95),
        sympy.Rational(-1, 2),
    ]
    assert params.grad.tolist() == pytest.approx([*map(float, exact)], rel=1e-9, abs=0)


@pytest.mark.exact
@pytest.mark.usefixtures("float64")
def test_quad_mae_without_rounding() -> None:
    """In float64, loss and gradient are those that fractions give."""
    params = torch.tensor([2.5, -1.0, 0.25], requires_grad=True)
    loss = quad_mae(params, *sample())
    loss.backward()

    point = np.array([Fraction(5, 2), Fraction(-1), Fraction(1, 4)])
    exact_loss, exact_grad = oracles.gradient(point, "mae", Fraction)
    assert loss.item() == pytest.approx(float(exact_loss), rel=1e-9, abs=0)
    assert params.grad.tolist() == pytest.approx(
        [*map(float, exact_grad)], rel=1e-9, abs=0
    )


@pytest.mark.parametrize("count", [2, 4])
def test_quad_mae_needs_three_parameters(count: int) -> None:
    """A parabola with fewer or more than three parameters is a TypeError."""
    with pytest.raises(TypeError):
        quad_mae(torch.ones(count), *sample())


def draw_parabola(random: Random) -> tuple[list[float], list[float], list[float]]:
    """Draw a, b, c and up to six points."""
    count = random.randint(1, 6)
    sizes = (3, count, count)
    return tuple([random.uniform(-9, 9) for _ in range(size)] for size in sizes)


@waive(
    "loss.quad_mae",
    "swap-arguments",
    "mae(model(x), y)",
    "mae(y, model(x))",
    code="ec84a65e80a7",
    draw=draw_parabola,
    edges=[
        ([1.0, 2.0, 3.0], [0.0, 1.0], [3.0, 6.0]),  # on the parabola: the kink
        ([0.0, 0.0, 0.0], [0.0], [-0.0]),
        ([1.0, 0.0, 0.0], [float("inf"), 1.0], [0.0, float("nan")]),
        ([1.0, 0.0, 0.0], [], []),
    ],
)
def an_error_is_as_large_from_either_side(
    quad_mae: Callable[..., torch.Tensor],
    params: list[float],
    x: list[float],
    y: list[float],
) -> tuple[float, list[float]]:
    """|p - y| and |y - p| are equal, and so are their slopes by p."""
    abc = torch.tensor(params, dtype=torch.float64, requires_grad=True)
    loss = quad_mae(abc, *(torch.tensor(v, dtype=torch.float64) for v in (x, y)))
    loss.backward()
    return loss.item(), [slope + 0.0 for slope in abc.grad.tolist()]  # -0.0 is 0.0
