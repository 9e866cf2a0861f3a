"""h = max(0, z), and backwards dz = dh where z > 0, else 0.

`activation.relu` is the same function for torch; this one knows its own slope.
"""

import numpy as np


def forward(z):
    """Set negative values to zero, elementwise.

    Shapes: any; the result has the shape of z.
    Source: the document, f(x) = max(0, x).

    >>> forward(np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 3.])
    """
    return np.maximum(0, z)


def backward(dh, z):
    """Let the slope of the loss through where z is positive, and stop it elsewhere.

    Shapes: dh and z are alike; the result has their shape.
    Numbers: at z = 0 the slope counts as 0, as in torch.
    Source: the chain rule.

    >>> backward(np.array([5.0, 5.0, 5.0]), np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 5.])
    """
    return dh * (z > 0)
