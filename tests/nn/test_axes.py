"""`axes` against NumPy and sums of integers."""

from itertools import product

import numpy as np
import pytest
import torch

from nnanki.nn.axes import centre, outer

SIZES = [*product((0, 1, 2, 3), (0, 1, 3, 4))]


@pytest.mark.exact
@pytest.mark.parametrize("n, m", SIZES)
def test_outer_is_numpys_outer_product(n: int, m: int) -> None:
    """Every number of one meets every number of the other, in their order."""
    a, b = torch.arange(n) + 2, torch.arange(m) - 5

    result = outer(a, b)
    assert result.shape == (n, m)
    assert np.array_equal(result.numpy(), np.outer(a.numpy(), b.numpy()))


@pytest.mark.exact
def test_outer_of_two_vectors_of_one_size_is_a_table() -> None:
    """Equal sizes are not multiplied place by place."""
    assert outer(torch.tensor([1, 2]), torch.tensor([3, 5])).tolist() == [
        [3, 5],
        [6, 10],
    ]


@pytest.mark.exact
@pytest.mark.parametrize("n, m", [(1, 4), (2, 2), (2, 4), (4, 4), (3, 1), (0, 2)])
def test_centring_subtracts_the_mean_of_each_row(n: int, m: int) -> None:
    """In multiples of m nothing is rounded, so the means are whole numbers."""
    x = (torch.arange(n * m).reshape(n, m) ** 2 % 7 * m).double()
    means = [sum(row) // m for row in x.int().tolist()]

    result = centre(x)
    assert result.shape == (n, m)
    assert result.tolist() == [
        [value - mean for value in row]
        for row, mean in zip(x.tolist(), means, strict=True)
    ]


def test_centring_agrees_with_numpy() -> None:
    """On numbers that are rounded, too, and without changing them."""
    x = torch.tensor([[0.1, 0.2, 0.4], [3.0, -1.5, 0.3], [7.7, 0.0, 1e-3]])
    before = x.clone()

    expected = x.numpy() - x.numpy().mean(axis=1, keepdims=True)
    assert torch.allclose(centre(x), torch.from_numpy(expected), atol=1e-6)
    assert torch.equal(x, before)


@pytest.mark.exact
def test_integers_have_no_mean_in_torch() -> None:
    """Nothing is converted silently."""
    with pytest.raises(RuntimeError):
        centre(torch.tensor([[1, 2], [3, 4]]))
