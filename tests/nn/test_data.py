"""`data` against NumPy's generator and the document's own run."""

from fractions import Fraction

import numpy as np
import pytest
import torch
from numpy.random import RandomState

from nnanki.nn.data import add_noise, noise, sample

from . import document, oracles


@pytest.mark.exact
def test_noise_is_scaled_standard_normal() -> None:
    """Each element is one standard normal draw times the scale, in reading order."""
    draws = noise(torch.zeros(2, 3), 0.5, RandomState(7))

    expected = 0.5 * RandomState(7).standard_normal(6).reshape(2, 3)
    assert draws.dtype == torch.float64
    assert np.array_equal(draws.numpy(), expected)


def test_noise_takes_from_the_callers_generator() -> None:
    """A second call goes on where the first one stopped."""
    rng = RandomState(7)
    draws = [*noise(torch.zeros(2), 1, rng), *noise(torch.zeros(3), 1, rng)]

    assert draws == list(RandomState(7).standard_normal(5))


@pytest.mark.parametrize("shape", [(), (0,), (4,), (20, 1), (2, 3, 4)])
def test_noise_has_the_shape_of_x(shape: tuple[int, ...]) -> None:
    """Noise fits any tensor; only the shape of the tensor matters."""
    draws = noise(torch.full(shape, 9.0), 1, RandomState(7))

    assert draws.shape == shape


def test_noise_refuses_a_negative_scale() -> None:
    """A standard deviation below 0 is a ValueError."""
    with pytest.raises(ValueError, match="scale < 0"):
        noise(torch.zeros(2), -1, RandomState(7))


@pytest.mark.exact
def test_add_noise_draws_the_factor_before_the_shift() -> None:
    """x is multiplied by 1 + the first draws, then moved by the second ones."""
    x = torch.tensor([[1.0, -2.0, 0.0], [8.0, 0.5, 4.0]])
    blurred = add_noise(x, 0.25, 2, RandomState(7))

    factor, shift = RandomState(7).standard_normal((2, 2, 3))
    expected = x.numpy() * (1 + 0.25 * factor) + 2 * shift
    assert blurred.dtype == torch.float64
    assert np.array_equal(blurred.numpy(), expected)


def test_no_noise_changes_nothing() -> None:
    """With both scales 0, x comes back."""
    x = torch.tensor([1.0, -2.0, 0.5])

    assert torch.equal(add_noise(x, 0, 0, RandomState(7)), x.double())


def test_sample_is_the_documents_data_bit_for_bit() -> None:
    """x and y are the tensors that the document's own code leaves behind."""
    x, y = sample()

    names, _ = document.run()
    assert (x.dtype, y.dtype) == (torch.float32, torch.float64)
    assert torch.equal(x, names["x"])
    assert torch.equal(y, names["y"])


@pytest.mark.exact
@pytest.mark.usefixtures("float64")
def test_sample_is_the_documents_data_without_rounding() -> None:
    """In float64, x and y are the exact grid and its exact blurred values."""
    x, y = sample()

    exact_x, exact_y = oracles.data(Fraction)
    assert x.shape == y.shape == (20, 1)
    assert x.flatten().tolist() == pytest.approx(exact_x.astype(float), rel=1e-9, abs=0)
    assert y.flatten().tolist() == pytest.approx(exact_y.astype(float), rel=1e-9, abs=0)


def test_sample_is_the_same_each_time() -> None:
    """Neither earlier calls nor global seeds change the sample."""
    _, first = sample()
    state = np.random.get_state()
    np.random.seed(0)
    _, second = sample()
    np.random.set_state(state)

    assert torch.equal(first, second)


def test_sample_touches_no_global_generator() -> None:
    """The generators of NumPy and torch stand after a sample where they stood.

    They are moved first: a sample that seeds one leaves it where the last one did.
    """
    np.random.random()
    torch.rand(1)
    numpy_before = np.random.get_state(legacy=False)
    torch_before = torch.get_rng_state()
    sample()

    np.testing.assert_equal(np.random.get_state(legacy=False), numpy_before)
    assert torch.equal(torch.get_rng_state(), torch_before)
