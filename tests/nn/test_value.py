"""`value` against fractions, exact differences, symbols, and torch."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
import sympy
import torch
from hypothesis import given
from hypothesis import strategies as st

from nnanki.nn.value import Value, order

halves = st.integers(-8, 8).map(lambda n: Fraction(n, 2))


def diamond(a: Any, b: Any) -> Any:
    """`a` and `b` are used several times, at different depths."""
    c = a * b
    return c * (c + a) + (a + b) * b


def chain(a: Any, b: Any) -> Any:
    """A product of products."""
    return a * a * a * b


def layers(a: Any, b: Any) -> Any:
    """Two units, one of them used twice."""
    h = (a * b + a).relu()
    return (h * b + h * h).relu() + a


@pytest.mark.exact
@pytest.mark.parametrize("function", [diamond, chain])
@given(halves, halves)
def test_polynomials_by_symbols(
    function: Callable[..., Any], at_a: Fraction, at_b: Fraction
) -> None:
    """Value and slopes of a polynomial are those that SymPy finds."""
    a, b = Value(at_a), Value(at_b)
    result = function(a, b)
    result.backward()

    symbols = sympy.symbols("a b")
    formula = function(*symbols)
    at = dict(zip(symbols, map(sympy.Rational, (at_a, at_b)), strict=True))
    exact = [formula.subs(at), *(sympy.diff(formula, s).subs(at) for s in symbols)]
    assert [sympy.Rational(v) for v in (result.data, a.grad, b.grad)] == exact


@pytest.mark.exact
@given(halves, halves)
def test_units_as_in_torch(at_a: Fraction, at_b: Fraction) -> None:
    """With ReLUs, on halves, torch's autograd in float64 is exact, kinks included."""
    a, b = Value(float(at_a)), Value(float(at_b))
    result = layers(a, b)
    result.backward()
    leaves = [
        torch.tensor(v.data, dtype=torch.float64, requires_grad=True) for v in (a, b)
    ]
    theirs = layers(*leaves)
    theirs.backward()

    assert result.data == theirs.item()
    assert [a.grad, b.grad] == [
        leaf.grad.item() if leaf.grad is not None else 0 for leaf in leaves
    ]


@pytest.mark.exact
def test_a_result_is_its_own_slope_one() -> None:
    """The slope of a number by itself is 1; of a stranger, nothing is known: 0."""
    a, stranger = Value(2.0), Value(5.0)
    a.backward()

    assert (a.grad, stranger.grad) == (1, 0)


@pytest.mark.exact
def test_slopes_of_several_results_add_up() -> None:
    """A second graph adds to the slopes that the first one left, as in torch."""
    a = Value(3.0)
    (a * a).backward()
    (a + a).backward()

    assert a.grad == 8


@pytest.mark.exact
def test_backward_adds_to_the_result_too() -> None:
    """Called twice on a lone value, its slope by itself is counted twice."""
    a = Value(2)
    a.backward()
    a.backward()

    assert a.grad == 2


@pytest.mark.exact
def test_an_input_without_a_slope_is_refused() -> None:
    """Nothing flows back by halves: each input has one slope."""
    with pytest.raises(ValueError):
        Value(2, (Value(1), Value(1)), (1,)).backward()


@pytest.mark.exact
def test_every_value_stands_behind_its_inputs() -> None:
    """The order holds each value once, inputs first, whatever the paths."""
    a, b = Value(1.0), Value(2.0)
    top = diamond(a, b)
    found = order(top)

    assert found[-1] is top
    assert len(found) == len(set(found)) == 8
    for n, value in enumerate(found):
        assert all(source in found[:n] for source in value.inputs)


@pytest.mark.exact
def test_nodes_remember_inputs_and_slopes() -> None:
    """Each operation notes what it was made of, and the slope by each part."""
    a, b = Value(2.0), Value(-3.0)

    assert ((a + b).inputs, (a + b).slopes) == ((a, b), (1, 1))
    assert ((a * b).inputs, (a * b).slopes) == ((a, b), (-3, 2))
    assert (b.relu().inputs, b.relu().slopes, b.relu().data) == ((b,), (0,), 0)
    assert (a.inputs, a.slopes, a.grad) == ((), (), 0)
