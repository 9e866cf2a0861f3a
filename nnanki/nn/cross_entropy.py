"""p = exp(z) / Σ exp(z), loss = -mean log p[label], and backwards (p - onehot) / n.

The largest score of each row is taken off before `exp`: it cancels, and without it
a score of 1000 would overflow.
"""

import numpy as np


def softmax(logits):
    """Turn each row of scores into probabilities that add up to 1.

    Shapes: logits is (n, classes); so is the result.
    Numbers: scores of any size, as long as they are finite.
    Source: Bridle, 1990, doi 10.1007/978-3-642-76153-9_28.

    >>> softmax(np.array([[0.0, 0.0, 0.0, 0.0]]))
    array([[0.25, 0.25, 0.25, 0.25]])
    """
    top = logits.max(axis=1, keepdims=True)
    raised = np.exp(logits - top)
    return raised / raised.sum(axis=1, keepdims=True)


def forward(logits, labels):
    """Average how surprising the right labels are: -log of their probability.

    Shapes: logits is (n, classes), labels is (n,), whole numbers from 0 on; the
    result is a single number.
    Errors: IndexError where several labels are fewer or more than the rows; a single
    one serves all rows.
    Units: nats; 0 for certainty, log(classes) where all scores are equal.
    Source: the definition, with the logarithm of the sum taken at once, since a
    probability may be too small for a float.

    >>> f"{forward(np.zeros((1, 10)), np.array([3])):.3f}"
    '2.303'
    """
    top = logits.max(axis=1, keepdims=True)
    shifted = logits - top
    total = np.log(np.exp(shifted).sum(axis=1))
    rows = np.arange(len(logits))
    right = shifted[rows, labels]
    return (total - right).mean()


def backward(logits, labels):
    """Return the slope of the loss by each score: probability minus truth.

    Shapes: those of `forward`; the result is (n, classes).
    Numbers: each row adds up to 0.
    Source: the derivative of log Σ exp(z) - z[label].

    >>> backward(np.array([[0.0, 0.0]]), np.array([1]))
    array([[ 0.5, -0.5]])
    """
    p = softmax(logits)
    p[np.arange(len(p)), labels] -= 1
    return p / len(p)
