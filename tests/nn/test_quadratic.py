"""`quadratic` against symbols, fractions and differences."""

from fractions import Fraction
from functools import partial

import numpy as np
import pytest
import sympy
import torch
from hypothesis import given
from hypothesis import strategies as st

from nnanki.nn.quadratic import f, mk_quad, quad

a, b, c, x = sympy.symbols("a b c x")
fractions = st.fractions(max_denominator=1000)


@pytest.mark.exact
def test_f_is_the_documents_polynomial() -> None:
    """f has the coefficients 3, 2, 1."""
    assert sympy.Poly(f(x), x).all_coeffs() == [3, 2, 1]


@pytest.mark.exact
def test_the_slope_of_f() -> None:
    """The derivative of f is 6x + 2."""
    assert sympy.expand(sympy.diff(f(x), x)) == 6 * x + 2


@pytest.mark.exact
@given(fractions)
def test_f_of_fractions(number: Fraction) -> None:
    """f equals the nested form of its polynomial, exactly."""
    assert f(number) == (3 * number + 2) * number + 1


@pytest.mark.exact
def test_quad_multiplies_each_parameter_by_its_power() -> None:
    """quad is a polynomial in x with the coefficients a, b, c, in this order."""
    assert sympy.Poly(quad(a, b, c, x), x).all_coeffs() == [a, b, c]


@pytest.mark.exact
def test_the_slopes_of_quad_by_its_parameters() -> None:
    """By a, b, c the slopes are x², x and 1: quad is linear in its parameters."""
    slopes = [sympy.diff(quad(a, b, c, x), p) for p in (a, b, c)]

    assert slopes == [x**2, x, 1]


@pytest.mark.exact
@given(fractions, fractions, fractions, fractions)
def test_quad_of_fractions(a: Fraction, b: Fraction, c: Fraction, x: Fraction) -> None:
    """quad equals the nested form of its polynomial, exactly."""
    assert quad(a, b, c, x) == (a * x + b) * x + c


@pytest.mark.exact
@given(fractions, st.fractions(min_value=Fraction(1, 1000), max_denominator=1000))
def test_the_centred_difference_of_a_parabola_is_its_slope(
    x: Fraction, h: Fraction
) -> None:
    """For f, the centred difference is 6x + 2 whatever the step."""
    assert (f(x + h) - f(x - h)) / (2 * h) == 6 * x + 2


@pytest.mark.exact
def test_the_gradients_of_quad() -> None:
    """Autograd's gradients by parameters and input agree with differences."""
    inputs = [
        torch.tensor(values, dtype=torch.float64, requires_grad=True)
        for values in (3.0, 2.0, 1.0, [-2.0, 0.5, 3.0])
    ]

    assert torch.autograd.gradcheck(quad, inputs)


@pytest.mark.exact
def test_mk_quad_keeps_the_order_of_the_parameters() -> None:
    """A fixed parabola is quad with a, b, c in their places, waiting for x."""
    parabola = mk_quad(a, b, c)

    assert isinstance(parabola, partial)
    assert sympy.expand(parabola(x) - (a * x**2 + b * x + c)) == 0


@pytest.mark.exact
def test_parabolas_do_not_share_parameters() -> None:
    """Making a second parabola leaves the first one as it was."""
    first, second = mk_quad(3, 2, 1), mk_quad(0, 0, 7)

    assert [first(2), second(2)] == [17, 7]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.int64])
def test_tensors_are_treated_elementwise(dtype: torch.dtype) -> None:
    """A tensor keeps its shape and dtype; each element gets its own value."""
    x = torch.tensor([[-1, 0, 1], [2, 3, 4]], dtype=dtype)
    expected = torch.from_numpy(np.array([[2, 1, 6], [17, 34, 57]])).to(dtype)

    for result in (f(x), quad(3, 2, 1, x), mk_quad(3, 2, 1)(x)):
        assert result.dtype == dtype
        assert torch.equal(result, expected)
