"""y = x W + b: every output is a weighted sum of all inputs, plus a bias.

Backwards, with dy the slope of the loss by y: dW = xᵀ dy, db sums dy over the
examples, dx = dy Wᵀ. Rows are examples throughout.
"""


def forward(x, w, b):
    """Multiply each example by the weights and add the biases.

    Shapes: x is (n, k), w is (k, m), b is (m,); the result is (n, m).
    Errors: ValueError where the sizes do not fit.
    Source: the document, inputs and parameters multiplied and added up.

    >>> import numpy as np
    >>> forward(np.array([[1, 2]]), np.array([[3], [4]]), np.array([5]))
    array([[16]])
    """
    return x @ w + b


def backward(dy, x, w):
    """Carry the slope of the loss from the outputs to x, w and b.

    Shapes: dy is (n, m), x is (n, k), w is (k, m); the results have the shapes
    of x, w and b.
    Units: each is the slope of the loss per unit of x, w and b.
    Source: the chain rule.

    >>> import numpy as np
    >>> x, w = np.array([[1, 2]]), np.array([[3], [4]])
    >>> backward(np.array([[10]]), x, w)
    (array([[30, 40]]), array([[10],
           [20]]), array([10]))
    """
    dx = dy @ w.T
    dw = x.T @ dy
    db = dy.sum(axis=0)
    return dx, dw, db
