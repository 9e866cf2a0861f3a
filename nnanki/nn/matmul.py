"""c[i, j] = Σ a[i, k] b[k, j]: the matrix product, written five ways.

All five keep one contract: (n, k) times (k, m) gives (n, m). From top to bottom,
Python's loops give way to one operation on whole tensors.
"""

import torch


def sizes(a, b):
    """Return n, k, m of a product (n, k) times (k, m), or refuse it.

    Shapes: a is (n, k), b is (k, m); any size may be 0.
    Errors: ValueError where an operand is not 2-D or the inner sizes differ;
    TypeError where the dtypes differ.
    Source: the definition of the matrix product.

    >>> sizes(torch.zeros(2, 3), torch.zeros(3, 4))
    (2, 3, 4)
    >>> sizes(torch.zeros(2, 3), torch.zeros(2, 3))
    Traceback (most recent call last):
        ...
    ValueError: cannot multiply (2, 3) by (2, 3)
    """
    if a.dtype != b.dtype:
        raise TypeError(
            f"cannot multiply {a.dtype} by {b.dtype}"
        )
    left, right = tuple(a.shape), tuple(b.shape)
    match left, right:
        case (n, k), (rows, m) if rows == k:
            return n, k, m
    raise ValueError(f"cannot multiply {left} by {right}")


def loops(a, b):
    """Multiply matrices by the definition: one product of numbers at a time.

    Shapes: a is (n, k), b is (k, m), the result is (n, m), all of one dtype.
    Errors: those of `sizes`.
    Source: the definition, c[i, j] = Σ a[i, k] b[k, j].

    >>> a = torch.tensor([[1, 2], [3, 4]])
    >>> loops(a, torch.tensor([[5, 6], [7, 8]]))
    tensor([[19, 22],
            [43, 50]])
    """
    n, inner, m = sizes(a, b)
    c = torch.zeros(n, m, dtype=a.dtype)
    for i in range(n):
        for j in range(m):
            for k in range(inner):
                c[i, j] += a[i, k] * b[k, j]
    return c


def row_by_column(a, b):
    """Multiply matrices one entry at a time: row i of a dot column j of b.

    Shapes: a is (n, k), b is (k, m), the result is (n, m), all of one dtype.
    Errors: those of `sizes`.
    Source: the definition; the inner loop has become a sum of a vector.

    >>> a = torch.tensor([[1, 2], [3, 4]])
    >>> row_by_column(a, torch.tensor([[5, 6], [7, 8]]))
    tensor([[19, 22],
            [43, 50]])
    """
    n, _, m = sizes(a, b)
    c = torch.zeros(n, m, dtype=a.dtype)
    for i in range(n):
        for j in range(m):
            c[i, j] = (a[i, :] * b[:, j]).sum()
    return c


def broadcast(a, b):
    """Multiply matrices one row at a time: row i of a weighs the rows of b.

    Shapes: a is (n, k), b is (k, m), the result is (n, m), all of one dtype;
    inside, (k, 1) times (k, m) broadcasts to (k, m), and the sum leaves (m,).
    Errors: those of `sizes`.
    Source: the definition; only the loop over rows is left.

    >>> a = torch.tensor([[1, 2], [3, 4]])
    >>> broadcast(a, torch.tensor([[5, 6], [7, 8]]))
    tensor([[19, 22],
            [43, 50]])
    """
    n, _, m = sizes(a, b)
    c = torch.zeros(n, m, dtype=a.dtype)
    for i in range(n):
        c[i] = (a[i, :, None] * b).sum(dim=0)
    return c


def einsum(a, b):
    """Multiply matrices in Einstein's notation: k is summed, i and j stay.

    Shapes: a is (n, k), b is (k, m), the result is (n, m), all of one dtype.
    Errors: those of `sizes`.
    Source: the definition, whose indices are the program.

    >>> a = torch.tensor([[1, 2], [3, 4]])
    >>> einsum(a, torch.tensor([[5, 6], [7, 8]]))
    tensor([[19, 22],
            [43, 50]])
    """
    sizes(a, b)
    return torch.einsum("ik,kj->ij", a, b)


def operator(a, b):
    """Multiply matrices with Python's operator for it.

    Shapes: a is (n, k), b is (k, m), the result is (n, m), all of one dtype.
    Errors: those of `sizes`.
    Source: PEP 465; torch hands it to a compiled kernel.

    >>> a = torch.tensor([[1, 2], [3, 4]])
    >>> operator(a, torch.tensor([[5, 6], [7, 8]]))
    tensor([[19, 22],
            [43, 50]])
    """
    sizes(a, b)
    return a @ b
