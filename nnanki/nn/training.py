"""Shuffle, take a batch, predict, compare, go backwards, step: epoch after epoch."""

import numpy as np

from nnanki.nn import mlp, sgd


def batches(x, y, size, rng):
    """Yield all examples once, shuffled, a few at a time.

    Shapes: x and y have as many rows; each batch has `size`, the last may have
    fewer.
    Source: mini-batch gradient descent.

    >>> x = np.arange(5)
    >>> [len(xb) for xb, _ in batches(x, x, 2, np.random.default_rng(0))]
    [2, 2, 1]
    """
    order = rng.permutation(len(x))
    for start in range(0, len(x), size):
        rows = order[start : start + size]
        yield x[rows], y[rows]


def train(params, data, loss, rng, epochs, lr=0.1):
    """Train an MLP in place: mini-batches of 32, momentum 0.9.

    Shapes: params as `mlp.initial` makes them; data is a pair x, y; `loss` is a
    module with `forward` and `backward`.
    Units: an epoch sees every example once; lr is how far to move per unit of
    velocity.
    Source: the document's loop, for a network, in batches.

    >>> from nnanki.nn import mse
    >>> rng = np.random.default_rng(0)
    >>> x = np.array([[-2.0], [-1.0], [1.0], [2.0]])
    >>> params = mlp.initial(1, 8, 1, rng)
    >>> train(params, (x, abs(x)), mse, rng, epochs=300)
    >>> pred, _ = mlp.forward(params, x)
    >>> bool(mse.forward(pred, abs(x)) < 0.001)
    True
    """
    velocities = [np.zeros_like(p) for p in params]
    for _ in range(epochs):
        for x, y in batches(*data, 32, rng):
            pred, seen = mlp.forward(params, x)
            dy = loss.backward(pred, y)
            grads = mlp.backward(params, dy, seen)
            sgd.momentum(params, grads, velocities, lr, 0.9)
