"""`matmul`: five functions, one product, held against fractions and NumPy."""

from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from nnanki.nn import matmul

Pair = tuple[Tensor, Tensor]
DTYPES = [torch.float32, torch.float64, torch.int64]

five_ways = pytest.mark.parametrize(
    "multiply",
    [
        matmul.loops,
        matmul.row_by_column,
        matmul.broadcast,
        matmul.einsum,
        matmul.operator,
    ],
)


@st.composite
def pairs(draw: st.DrawFn, numbers: st.SearchStrategy[Any], dtype: torch.dtype) -> Pair:
    """Draw operands that fit, of sizes 0 to 4."""
    n, k, m = (draw(st.integers(0, 4)) for _ in range(3))
    a = draw(st.lists(numbers, min_size=n * k, max_size=n * k))
    b = draw(st.lists(numbers, min_size=k * m, max_size=k * m))
    return (
        torch.tensor(a, dtype=dtype).reshape(n, k),
        torch.tensor(b, dtype=dtype).reshape(k, m),
    )


def exactly(a: Tensor, b: Tensor) -> list[list[Fraction]]:
    """Multiply by the definition, in fractions, column by column."""
    columns = [[Fraction(q) for q in column] for column in b.T.tolist()]
    return [
        [sum((Fraction(p) * q for p, q in zip(row, column, strict=True)), Fraction(0))
         for column in columns]
        for row in a.tolist()
    ]  # fmt: skip


@pytest.mark.exact
@five_ways
@given(pairs(st.integers(-1000, 1000), torch.int64))
def test_integers_multiply_exactly(
    multiply: Callable[[Tensor, Tensor], Tensor], pair: Pair
) -> None:
    """On integers the product is the definition's, to the last digit."""
    assert multiply(*pair).tolist() == exactly(*pair)


@pytest.mark.exact
@five_ways
@given(pairs(st.integers(-(2**53), 2**53).map(lambda i: i / 2**40), torch.float64))
def test_floats_multiply_within_the_rounding_bound(
    multiply: Callable[[Tensor, Tensor], Tensor], pair: Pair
) -> None:
    """|fl(AB) - AB| <= gamma_k |A||B|, in whichever order the k terms are added."""
    a, b = pair
    k = a.shape[1]
    gamma = Fraction(k, 2**53 - k)

    got, wanted = multiply(a, b).tolist(), exactly(a, b)
    bound = exactly(a.abs(), b.abs())
    for i, j in product(range(a.shape[0]), range(b.shape[1])):
        assert abs(Fraction(got[i][j]) - wanted[i][j]) <= gamma * bound[i][j]


@five_ways
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n, k, m", [*product((0, 1, 3), (0, 1, 2), (0, 1, 4))])
def test_every_size_and_dtype_agrees_with_numpy(
    multiply: Callable[[Tensor, Tensor], Tensor],
    dtype: torch.dtype,
    n: int,
    k: int,
    m: int,
) -> None:
    """Empty, thin and oblong operands give NumPy's product, in their own dtype."""
    a = torch.arange(1, n * k + 1, dtype=dtype).reshape(n, k)
    b = torch.arange(k * m, dtype=dtype).reshape(k, m) - 3

    c = multiply(a, b)
    assert (c.shape, c.dtype) == ((n, m), dtype)
    assert np.array_equal(c.numpy(), a.numpy() @ b.numpy())


@pytest.mark.exact
@five_ways
def test_an_asymmetric_product(multiply: Callable[[Tensor, Tensor], Tensor]) -> None:
    """Neither operand may be transposed, nor the two be swapped."""
    a, b = torch.tensor([[1, 2], [3, 4]]), torch.tensor([[5, 6], [7, 8]])

    assert multiply(a, b).tolist() == [[19, 22], [43, 50]]


@five_ways
def test_operands_stay_as_they_were(
    multiply: Callable[[Tensor, Tensor], Tensor],
) -> None:
    """Multiplying changes neither operand."""
    a, b = torch.ones(2, 3), torch.full((3, 4), 2.0)
    multiply(a, b)

    assert torch.equal(a, torch.ones(2, 3))
    assert torch.equal(b, torch.full((3, 4), 2.0))


@pytest.mark.exact
@five_ways
def test_gradients_flow_through_the_product(
    multiply: Callable[[Tensor, Tensor], Tensor],
) -> None:
    """Autograd's gradients by both operands agree with differences."""
    a = torch.tensor([[1.0, -2, 3], [0.5, 0, 4]], dtype=torch.float64)
    b = torch.tensor([[2.0, 1], [-1, 3], [0.25, 5]], dtype=torch.float64)

    assert torch.autograd.gradcheck(multiply, (a.requires_grad_(), b.requires_grad_()))


@pytest.mark.exact
def test_sizes_are_rows_inner_size_and_columns() -> None:
    """Sizes come as n, k, m."""
    assert matmul.sizes(torch.zeros(2, 3), torch.zeros(3, 4)) == (2, 3, 4)


@pytest.mark.exact
@five_ways
@pytest.mark.parametrize(
    "left, right",
    [
        ((2, 3), (2, 3)),
        ((2, 3), (4, 3)),
        ((2, 1), (3, 4)),
        ((2, 3), (1, 4)),
        ((2, 0), (1, 4)),
        ((3,), (3, 4)),
        ((2, 3), (3,)),
        ((3,), (3,)),
        ((), (3, 4)),
        ((2, 3), ()),
        ((2, 2, 2), (2, 2)),
        ((2, 2), (2, 2, 2)),
    ],
)
def test_shapes_that_do_not_fit_are_refused(
    multiply: Callable[[Tensor, Tensor], Tensor],
    left: tuple[int, ...],
    right: tuple[int, ...],
) -> None:
    """Operands that are not 2-D, or differ in the inner size, are named."""
    with pytest.raises(ValueError) as refusal:
        multiply(torch.ones(left), torch.ones(right))

    assert str(refusal.value) == f"cannot multiply {left} by {right}"


@pytest.mark.exact
@five_ways
def test_dtypes_that_differ_are_refused(
    multiply: Callable[[Tensor, Tensor], Tensor],
) -> None:
    """Nothing is converted silently: the two dtypes are named."""
    with pytest.raises(TypeError) as refusal:
        multiply(torch.ones(2, 3), torch.ones(3, 4, dtype=torch.int64))

    assert str(refusal.value) == "cannot multiply torch.float32 by torch.int64"
