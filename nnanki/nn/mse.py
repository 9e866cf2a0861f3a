"""mse = Σ (pred - actual)² / n, and backwards 2 (pred - actual) / n.

n counts numbers, not examples: a (4, 2) prediction has n = 8.
"""


def forward(pred, actual):
    """Average the squares of the errors.

    Shapes: both the same; the result is a single number.
    Units: those of actual, squared.
    Source: the mean squared error of statistics.

    >>> import numpy as np
    >>> float(forward(np.array([[3.0], [1.0]]), np.array([[1.0], [1.0]])))
    2.0
    """
    return ((pred - actual) ** 2).mean()


def backward(pred, actual):
    """Return the slope of the loss by each prediction.

    Shapes: both the same; the result has their shape.
    Source: the derivative of the square.

    >>> import numpy as np
    >>> backward(np.array([[3.0], [1.0]]), np.array([[1.0], [1.0]]))
    array([[2.],
           [0.]])
    """
    errors = pred - actual
    return 2 * errors / errors.size
