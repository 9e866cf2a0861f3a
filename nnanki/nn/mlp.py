"""y = max(0, x W₁ + b₁) W₂ + b₂: two linear layers with a ReLU between them.

Backwards, the same layers in the opposite order, each with what it saw on the way
forward. The parameters are one list: w1, b1, w2, b2.
"""

import numpy as np

from nnanki.nn import linear, relu


def initial(inputs, hidden, outputs, rng):
    """Draw weights that differ, of a size that keeps the signal's size; no biases.

    Equal hidden units would get equal gradients, and stay equal for ever.

    Shapes: (inputs, hidden), (hidden,), (hidden, outputs), (outputs,).
    Units: the standard deviation is sqrt(2 / inputs of the layer), since ReLU
    lets half of the mean square through.
    Source: He et al., 2015, arXiv 1502.01852.

    >>> [p.shape for p in initial(64, 32, 10, np.random.default_rng(0))]
    [(64, 32), (32,), (32, 10), (10,)]
    """
    w1 = rng.normal(size=(inputs, hidden))
    w2 = rng.normal(size=(hidden, outputs))
    w1 *= np.sqrt(2 / inputs)
    w2 *= np.sqrt(2 / hidden)
    return [w1, np.zeros(hidden), w2, np.zeros(outputs)]


def forward(params, x):
    """Predict; return also what `backward` needs: x, z and h.

    Shapes: x is (n, inputs); y is (n, outputs); z and h are (n, hidden).
    Source: the document, its first two steps, layer upon layer.

    >>> w1, w2 = np.array([[1.0, -1.0]]), np.array([[1.0], [1.0]])
    >>> y, seen = forward([w1, np.zeros(2), w2, np.zeros(1)], np.array([[-3.0]]))
    >>> y
    array([[3.]])
    """
    w1, b1, w2, b2 = params
    z = linear.forward(x, w1, b1)
    h = relu.forward(z)
    y = linear.forward(h, w2, b2)
    return y, (x, z, h)


def backward(params, dy, seen):
    """Carry the slope of the loss from the outputs to all parameters.

    Shapes: dy is (n, outputs); `seen` is what `forward` returned; the results
    have the shapes of the parameters.
    Source: the chain rule, layer by layer from the back.

    >>> w1, w2 = np.array([[1.0, -1.0]]), np.array([[1.0], [1.0]])
    >>> params = [w1, np.zeros(2), w2, np.zeros(1)]
    >>> _, seen = forward(params, np.array([[-3.0]]))
    >>> [g.tolist() for g in backward(params, np.array([[1.0]]), seen)]
    [[[0.0, -3.0]], [0.0, 1.0], [[0.0], [3.0]], [1.0]]
    """
    x, z, h = seen
    dh, dw2, db2 = linear.backward(dy, h, params[2])
    dz = relu.backward(dh, z)
    dw1, db1 = x.T @ dz, dz.sum(axis=0)
    return [dw1, db1, dw2, db2]
