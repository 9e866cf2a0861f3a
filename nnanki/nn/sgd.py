"""p ← p - lr g; with momentum v ← β v + g, p ← p - lr v.

Parameters and velocities are changed in place, as an optimizer of torch does.
"""


def step(params, grads, lr):
    """Move every parameter once against its gradient.

    Shapes: two lists of equally shaped arrays.
    Units: lr is how far to move per unit of gradient.
    Errors: ValueError where the lists differ in length.
    Source: gradient descent.

    >>> import numpy as np
    >>> w = np.array([1.0, 2.0])
    >>> step([w], [np.array([10.0, 0.0])], lr=0.05)
    >>> w
    array([0.5, 2. ])
    """
    for p, g in zip(params, grads, strict=True):
        p -= lr * g


def momentum(params, grads, velocities, lr, beta):
    """Move every parameter along a fading sum of its gradients.

    Shapes: three lists of equally shaped arrays; velocities begin as zeros.
    Units: beta is the part of a velocity that is kept, from 0 (none, plain
    descent) to just below 1.
    Errors: ValueError where the lists differ in length.
    Source: Polyak, 1964; the form that torch.optim.SGD computes.

    >>> import numpy as np
    >>> w, v = np.array([1.0]), np.array([0.0])
    >>> for _ in range(2):
    ...     momentum([w], [np.array([1.0])], [v], lr=0.1, beta=0.5)
    >>> f"{w[0]:.2f}", f"{v[0]:.2f}"
    ('0.75', '1.50')
    """
    for p, g, v in zip(
        params, grads, velocities, strict=True
    ):
        v *= beta
        v += g
        p -= lr * v
