"""outer[i, j] = a[i] b[j], centre[i, j] = x[i, j] - Σ x[i, j] / m: axes of size 1.

Both need an axis of size 1 that broadcasting stretches: one is made, one is kept.
"""


def outer(a, b):
    """Multiply every number of a by every number of b.

    Shapes: a is (n,), b is (m,), the result is (n, m).
    Source: the outer product of linear algebra.

    >>> import torch
    >>> outer(torch.tensor([1, 2]), torch.tensor([3, 4, 5]))
    tensor([[ 3,  4,  5],
            [ 6,  8, 10]])
    """
    return a.unsqueeze(1) * b


def centre(x):
    """Subtract from each row its mean.

    Shapes: x is (n, m), and so is the result.
    Numbers: floats; the rows of the result sum to 0, up to rounding.
    Errors: RuntimeError where x holds integers, of which torch takes no mean.
    Source: centring, as statistics does it.

    >>> import torch
    >>> centre(torch.tensor([[1.0, 2.0, 6.0], [4.0, 4.0, 4.0]]))
    tensor([[-2., -1.,  3.],
            [ 0.,  0.,  0.]])
    """
    return x - x.mean(dim=1, keepdim=True)
