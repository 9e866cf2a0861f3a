"""`activation` against torch, symbols and the definition of a maximum."""

import math

import pytest
import sympy
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

from nnanki.nn.activation import relu

inf, nan, tiny = math.inf, math.nan, 5e-324
EDGES = [-inf, -1.5, -tiny, -0.0, 0.0, tiny, 0.5, 1.5, inf, nan]


@pytest.mark.exact
@given(st.lists(st.floats(allow_nan=False)))
def test_relu_is_the_larger_of_zero_and_x(values: list[float]) -> None:
    """Each element is max(0, x), exactly."""
    x = torch.tensor(values, dtype=torch.float64)

    assert relu(x).tolist() == [max(0.0, value) for value in values]


def test_relu_agrees_with_torch_at_the_edges() -> None:
    """Infinities, both zeros and nan give what torch's own ReLU gives."""
    x = torch.tensor(EDGES, dtype=torch.float64)

    torch.testing.assert_close(
        relu(x), functional.relu(x), rtol=0, atol=0, equal_nan=True
    )


@pytest.mark.exact
def test_relu_keeps_nan() -> None:
    """What is not a number stays so: it is no zero."""
    assert math.isnan(relu(torch.tensor(nan)))


@pytest.mark.exact
@pytest.mark.parametrize(
    "dtype", [torch.int32, torch.int64, torch.float32, torch.float64]
)
def test_relu_keeps_shape_and_dtype(dtype: torch.dtype) -> None:
    """A tensor of integers stays one, and rows stay rows."""
    result = relu(torch.tensor([[-2, -1, 0], [1, 2, 3]], dtype=dtype))

    assert result.dtype == dtype
    assert result.tolist() == [[0, 0, 0], [1, 2, 3]]


@pytest.mark.exact
@pytest.mark.parametrize("value, slope", [*zip(EDGES, [0] * 5 + [1] * 5, strict=True)])
def test_the_slope_of_relu(value: float, slope: int) -> None:
    """The gradient is 0 up to and at zero, and 1 above."""
    x = torch.tensor(value, dtype=torch.float64, requires_grad=True)
    relu(x).backward()

    assert x.grad == slope


def test_the_slope_of_relu_agrees_with_torch() -> None:
    """At every edge, and at zero, the gradient is that of torch's own ReLU."""
    x = torch.tensor(EDGES, dtype=torch.float64, requires_grad=True)
    (ours,) = torch.autograd.grad(relu(x).sum(), x)
    (theirs,) = torch.autograd.grad(functional.relu(x).sum(), x)

    assert torch.equal(ours, theirs)


@pytest.mark.exact
def test_the_slope_of_relu_agrees_with_symbols() -> None:
    """Away from zero, the gradient is the derivative of max(0, x)."""
    s = sympy.Symbol("s", real=True)
    slope = sympy.diff(sympy.Max(0, s), s)
    x = torch.tensor([-3.0, -0.5, 0.5, 3.0], requires_grad=True)
    relu(x).sum().backward()

    expected = [float(slope.subs(s, value)) for value in x.tolist()]
    assert x.grad.tolist() == expected


@pytest.mark.exact
def test_the_slope_of_relu_agrees_with_differences() -> None:
    """Away from zero, autograd's gradient is the centred difference."""
    x = torch.tensor([-2.0, -0.25, 0.25, 2.0], dtype=torch.float64)

    assert torch.autograd.gradcheck(relu, x.requires_grad_())
