"""The document's noisy parabola once more, without its formula: ReLUs find the bend.

Each hidden unit bends the curve once, at -b/w; training puts the bends where they
lower the error.
"""

from nnanki.nn import mlp, mse, training
from nnanki.nn.data import sample


def points():
    """Return the document's 20 points for NumPy, in double precision.

    Shapes: x and y are (20, 1).
    Source: `data.sample`.

    >>> x, y = points()
    >>> x.shape, y.dtype
    ((20, 1), dtype('float64'))
    """
    x, y = sample()
    return x.double().numpy(), y.numpy()


def fit(hidden, rng, epochs=500):
    """Fit an MLP to the points by their mean squared error; return its parameters.

    Shapes: those of `mlp.initial` for one input and one output.
    Units: lr is 0.01, less than for digits, since the errors are larger.
    Source: the document's loop, with ReLUs in the place of a x² + b x + c.

    >>> import numpy as np
    >>> x, y = points()
    >>> pred, _ = mlp.forward(fit(16, np.random.default_rng(0)), x)
    >>> bool(mse.forward(pred, y) < 1.5 < 16 < y.var())
    True
    """
    params = mlp.initial(1, hidden, 1, rng)
    training.train(
        params, points(), mse, rng, epochs, lr=0.01
    )
    return params
