"""relu(x) = max(0, x): negative values become zero, the rest passes.

Its slope is 0 left of zero and 1 right of it; at zero it has none in mathematics,
and 0 here, as in torch.
"""

import torch


def relu(x):
    """Set negative values to zero, elementwise.

    Shapes: any; the result has the shape and dtype of x.
    Numbers: nan stays nan, since nan <= 0 is false; the gradient at 0 is 0.
    Source: the document, f(x) = max(0, x).

    >>> relu(torch.tensor([-2.0, 0.0, 3.0]))
    tensor([0., 0., 3.])
    """
    return torch.where(x <= 0, 0, x)
