"""f'(x) ≈ (f(x + h) - f(x - h)) / (2 h): slopes by differences, without calculus.

For a smooth f, the forward difference errs in proportion to h, the centred one in
proportion to h². Rounding sets a limit to both: it is divided by h.
"""

import numpy as np


def forward(f, x, h):
    """Estimate the slope of f at x from a step of h to the right.

    Shapes: whatever f takes; with arrays, elementwise.
    Numbers: whatever adds and divides, also fractions, symbols.
    Errors: ZeroDivisionError where x and h are Python's numbers and h is 0.
    Source: the definition of the derivative, before the limit.

    >>> forward(lambda x: x**2, 3, 0.5)
    6.5
    """
    return (f(x + h) - f(x)) / h


def centred(f, x, h):
    """Estimate the slope of f at x from steps of h to both sides.

    Shapes: whatever f takes; with arrays, elementwise.
    Numbers: whatever adds and divides, also fractions, symbols.
    Errors: ZeroDivisionError where x and h are Python's numbers and h is 0.
    Source: the symmetric difference quotient; exact for parabolas.

    >>> centred(lambda x: x**2, 3, 0.5)
    6.0
    """
    return (f(x + h) - f(x - h)) / (2 * h)


def numerical(f, x, h=1e-6):
    """Estimate the gradient of f at x by centred differences, one number at a time.

    Shapes: x is a NumPy array of any shape, f returns a single number; the result
    has the shape of x. x itself is not changed.
    Numbers: the result is float64, whatever x is; f is called twice per number.
    Source: the definition of the gradient, `centred` along each axis.

    >>> numerical(lambda x: (x**2).sum(), np.array([3.0, -1.0]), h=0.5)
    array([ 6., -2.])
    """
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = h
        grad[i] = (f(x + step) - f(x - step)) / (2 * h)
    return grad
