"""`gradient` against fractions, symbols, torch and calculus."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy
import torch
from hypothesis import given
from hypothesis import strategies as st

from nnanki.nn.gradient import centred, forward, numerical

Difference = Callable[..., Any]
Array = np.ndarray[Any, Any]

x, h = sympy.symbols("x h")
fractions = st.fractions(max_denominator=1000)
steps = st.fractions(min_value=Fraction(1, 1000), max_denominator=1000)
both = pytest.mark.parametrize("difference", [forward, centred])


@pytest.mark.exact
@given(fractions, fractions, fractions, fractions, steps)
def test_differences_of_a_parabola(
    a: Fraction, b: Fraction, c: Fraction, x: Fraction, h: Fraction
) -> None:
    """The centred difference is the slope 2 a x + b; the forward one adds a h."""

    def parabola(x: Fraction) -> Fraction:
        return (a * x + b) * x + c

    assert centred(parabola, x, h) == 2 * a * x + b
    assert forward(parabola, x, h) == 2 * a * x + b + a * h


@pytest.mark.exact
@pytest.mark.parametrize(
    "difference, error", [(forward, 3 * x * h + h**2), (centred, h**2)]
)
def test_differences_of_a_cube(difference: Difference, error: sympy.Expr) -> None:
    """Of x³, the forward difference errs by 3 x h + h², the centred one by h²."""
    slope = difference(lambda t: t**3, x, h)

    assert sympy.expand(slope - 3 * x**2 - error) == 0


@pytest.mark.exact
@pytest.mark.parametrize("difference, error", [(forward, h / 2), (centred, h**2 / 6)])
def test_the_order_of_the_error(difference: Difference, error: sympy.Expr) -> None:
    """Of exp, relative errors begin with h / 2 (forward) and h² / 6 (centred)."""
    slope = sympy.expand(difference(sympy.exp, x, h) / sympy.exp(x))
    order = sympy.degree(error, h) + 1

    assert sympy.series(slope - 1, h, 0, order).removeO() == error


@pytest.mark.exact
@both
@pytest.mark.parametrize("function", [sympy.exp, sympy.log])
def test_the_limit_is_the_derivative(
    difference: Difference, function: Callable[..., Any]
) -> None:
    """As h goes to 0, both differences go to the derivative."""
    limit = sympy.limit(difference(function, x, h), h, 0)

    assert sympy.simplify(limit - sympy.diff(function(x), x)) == 0


@both
def test_arrays_are_treated_elementwise(difference: Difference) -> None:
    """Each number of an array gets the slope at its own place."""
    places = np.array([[0.0, 1.0], [-2.0, 3.0]])
    slopes = difference(np.sin, places, 1e-6)

    assert slopes.shape == (2, 2)
    np.testing.assert_allclose(slopes, np.cos(places), atol=2e-6)


@pytest.mark.exact
def test_the_gradient_of_a_quadratic_form() -> None:
    """Of x · A x it is (A + Aᵀ) x, without any rounding of these numbers."""
    matrix = np.array([[1.0, -2.0, 0.0], [4.0, 3.0, 5.0], [0.5, 0.0, -1.0]])
    place = np.array([2.0, -1.0, 0.25])
    grad = numerical(lambda x: x @ matrix @ x, place, h=0.125)

    assert grad.tolist() == ((matrix + matrix.T) @ place).tolist()


@pytest.mark.exact
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 1, 3), (0,), (2, 0)])
def test_the_gradient_has_the_shape_of_its_place(shape: tuple[int, ...]) -> None:
    """Of Σ k x_k², each number gets 2 k x_k in its own place; x stays as it was."""
    place = np.arange(6.0)[: int(np.prod(shape))].reshape(shape) - 2
    weights = 1 + np.arange(place.size, dtype=float).reshape(shape)
    before = place.copy()
    grad = numerical(lambda x: (weights * x**2).sum(), place, h=0.25)

    assert (grad.shape, grad.dtype) == (shape, np.float64)
    assert grad.tolist() == (2 * weights * place).tolist()
    assert place.tolist() == before.tolist()


@pytest.mark.exact
@pytest.mark.parametrize("dtype", [np.int64, np.float32, np.float16])
def test_narrow_numbers_get_a_full_step(dtype: type) -> None:
    """Integers and short floats are moved by h all the same: f sees float64."""
    seen: list[np.dtype[Any]] = []

    def squares(x: Array) -> float:
        seen.append(x.dtype)
        return float((x**2).sum())

    grad = numerical(squares, np.array([3, -1], dtype=dtype), h=2.0**-20)

    assert grad.tolist() == [6, -2]
    assert set(seen) == {np.dtype(np.float64)}


@pytest.mark.exact
def test_one_number_moves_at_a_time() -> None:
    """f is called twice per number: with h added to it, and with h taken away."""
    places: list[Array] = []

    def note(x: Array) -> float:
        places.append(x)
        return 0.0

    numerical(note, np.array([5.0, 7.0]), h=0.5)

    assert [p.tolist() for p in places] == [[5.5, 7], [4.5, 7], [5, 7.5], [5, 6.5]]


@pytest.mark.exact
def test_the_step_is_a_millionth_unless_told() -> None:
    """Without h, f is asked at a distance of 1e-6."""
    places: list[float] = []
    numerical(lambda x: places.append(x.item()) or 0.0, np.array([0.0]))

    assert places == [1e-6, -1e-6]


def test_the_gradient_agrees_with_torch() -> None:
    """A smooth function of a matrix has the gradient that autograd gives it."""
    place = np.linspace(-1, 1, 12).reshape(3, 4)

    def bumpy(x: Array) -> Any:
        return (np.sin(x) * x @ np.exp(x).T).sum()

    leaf = torch.from_numpy(place.copy()).requires_grad_()
    (torch.sin(leaf) * leaf @ torch.exp(leaf).T).sum().backward()

    np.testing.assert_allclose(
        numerical(bumpy, place), leaf.grad.numpy(), rtol=1e-7, atol=1e-7
    )


@pytest.mark.exact
@both
def test_a_step_of_nothing_is_refused(difference: Difference) -> None:
    """Python's numbers are not divided by 0."""
    with pytest.raises(ZeroDivisionError):
        difference(lambda x: x**2, 3, 0)
