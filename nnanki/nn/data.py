"""y = f(x) (1 + e) + d: samples of a known parabola, blurred by noise.

The factor e and the shift d are normal draws, from a generator that the caller
owns: no global state is read or changed.
"""

import numpy as np
import torch

from nnanki.nn.quadratic import f


def noise(x, scale, rng):
    """Draw one normal number of mean 0 for each element of x.

    Shapes: any; the result has the shape of x and is float64, as NumPy draws.
    Units: scale is the standard deviation, in the units of the result.
    Errors: ValueError where scale is negative.
    Source: the document, `noise`; the conversion from NumPy made explicit.

    >>> noise(torch.zeros(2, 3), 0.5, np.random.RandomState(42)).shape
    torch.Size([2, 3])
    """
    draws = rng.normal(scale=scale, size=x.shape)
    return torch.from_numpy(draws)


def add_noise(x, mult, add, rng):
    """Blur x by a factor near 1, then by a shift near 0, drawn in this order.

    Shapes: any; the result has the shape of x and is float64.
    Units: mult is a fraction of x, add has the units of x.
    Errors: ValueError where mult or add is negative.
    Source: the document, `add_noise`.

    >>> x = torch.tensor([1.0, 2.0])
    >>> add_noise(x, 0, 0, np.random.RandomState(42))
    tensor([1., 2.], dtype=torch.float64)
    """
    factor = 1 + noise(x, mult, rng)
    return x * factor + noise(x, add, rng)


def sample():
    """Return the document's 20 points: inputs x and noisy outputs y.

    Shapes: x is (20, 1), float32; y is (20, 1), float64.
    Source: the document; the same numbers as its `np.random.seed(42)`.

    >>> x, y = sample()
    >>> x.shape, y.shape
    (torch.Size([20, 1]), torch.Size([20, 1]))
    """
    rng = np.random.RandomState(42)
    x = torch.linspace(-2, 2, steps=20)[:, None]
    y = add_noise(f(x), 0.15, 1.5, rng)
    return x, y
