"""unit(x) = max(0, w x + b): one number in, one number out.

A layer is many of them side by side; written for all at once, their sums are a
matrix product.
"""


def unit(x, w, b):
    """Weigh the input, add the bias, let no negative result through.

    Numbers: whatever multiplies, adds and compares, also fractions.
    Source: the document, its definition of a network in three steps.

    >>> unit(2, 3, 1), unit(2, -3, 1)
    (7, 0)
    """
    return max(0, x * w + b)
