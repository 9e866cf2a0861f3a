"""1,797 handwritten digits, 8 by 8 pixels each, and what share of them is read right.

The data is the test part of `Optical Recognition of Handwritten Digits`, by
E. Alpaydin and C. Kaynak, UCI Machine Learning Repository, 1998, doi 10.24432/C50P49,
CC BY 4.0. It lies beside this file: one line per image, 64 pixels from 0 (blank) to
16, then the digit. Its 13 writers are not told apart, but its labels return in the same
order every 130 lines or so, as if all had filled in one form. So the last images are
mostly by people who did not write the first.
"""

from pathlib import Path

import numpy as np

FILE = Path(__file__).with_name("digits.csv.gz")


def load():
    """Read all images and what they show.

    Shapes: x is (1797, 64), y is (1797,), whole numbers from 0 to 9.
    Units: pixels from 0, blank, to 1, full of ink.
    Source: the data set above, unchanged but for this scale.

    >>> x, y = load()
    >>> x.shape, y[:10].tolist()
    ((1797, 64), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    """
    rows = np.loadtxt(FILE, delimiter=",", dtype=int)
    return rows[:, :-1] / 16, rows[:, -1]


def split(x, y):
    """Keep the last fifth apart, to be judged by.

    Shapes: two pairs: x and y to learn from, x and y held out.
    Source: hold-out validation.

    >>> train, held_out = split(*load())
    >>> len(train[0]), len(held_out[0])
    (1437, 360)
    """
    cut = len(x) * 4 // 5
    return (x[:cut], y[:cut]), (x[cut:], y[cut:])


def shuffled(x, y, rng):
    """Bring examples into random order, each with its own label.

    Shapes: x and y have as many rows; so have the results.
    Source: Fisher and Yates, by NumPy.

    >>> x, y = shuffled(np.arange(4), np.arange(4), np.random.default_rng(0))
    >>> bool((x == y).all()), sorted(x.tolist())
    (True, [0, 1, 2, 3])
    """
    order = rng.permutation(len(x))
    return x[order], y[order]


def accuracy(scores, labels):
    """Return the share of rows whose highest score stands at the label.

    Shapes: scores is (n, classes), labels is (n,).
    Units: from 0, none, to 1, all; of equal scores the first counts.
    Source: the definition.

    >>> accuracy(np.array([[1.0, 2.0], [3.0, 0.0]]), np.array([1, 1]))
    0.5
    """
    return float((scores.argmax(axis=1) == labels).mean())
