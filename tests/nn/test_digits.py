"""`digits`: the data is what its source says, and counting is counting."""

import gzip
import hashlib
from collections import Counter

import numpy as np
import pytest

from nnanki.nn import digits

PER_DIGIT = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
"""How often each digit occurs, as the data set's own description counts them."""


@pytest.mark.exact
def test_every_image_and_label_is_read_as_the_file_has_it() -> None:
    """Line by line, split at commas: 64 pixels of sixteenths, then the digit."""
    with gzip.open(digits.FILE, "rt") as file:
        lines = [[int(word) for word in line.split(",")] for line in file]
    x, y = digits.load()

    assert [len(line) for line in lines] == [65] * 1797
    assert np.array_equal(16 * x, [line[:64] for line in lines])
    assert y.tolist() == [line[64] for line in lines]


@pytest.mark.exact
def test_the_data_is_the_data_set() -> None:
    """As many of each digit as its description says, pixels 0 to 16, one known text."""
    x, y = digits.load()
    text = gzip.decompress(digits.FILE.read_bytes())

    assert [Counter(y.tolist())[digit] for digit in range(10)] == PER_DIGIT
    assert (x.min(), x.max(), y.dtype.kind) == (0, 1, "i")
    assert hashlib.sha256(text).hexdigest()[:16] == "6ebb3d2fee246a4e"


@pytest.mark.exact
def test_the_labels_are_those_of_one_form_again_and_again() -> None:
    """The first 100 labels return in nine places: the file goes form by form."""
    _, y = digits.load()
    starts = [n for n in range(1, 1698) if (y[n : n + 100] == y[:100]).all()]

    assert starts == [256, 386, 516, 646, 776, 1157, 1287, 1415, 1667]


@pytest.mark.exact
@pytest.mark.parametrize("count", [0, 1, 4, 5, 9, 10])
def test_the_last_fifth_is_held_out(count: int) -> None:
    """Four fifths, rounded down, come first; the rest is kept; nothing is lost."""
    x = np.arange(count)
    (x1, y1), (x2, y2) = digits.split(x, -x)

    assert x1.tolist() + x2.tolist() == x.tolist()
    assert y1.tolist() + y2.tolist() == (-x).tolist()
    assert len(x1) == int(0.8 * count)


@pytest.mark.exact
def test_shuffling_keeps_pairs_and_loses_none() -> None:
    """Each image keeps its label; the order is the generator's permutation."""
    x = np.arange(40)
    mixed, labels = digits.shuffled(x, 3 * x, np.random.default_rng(4))

    assert mixed.tolist() == np.random.default_rng(4).permutation(40).tolist()
    assert labels.tolist() == (3 * mixed).tolist()


@pytest.mark.exact
def test_labels_without_an_image_are_left_out() -> None:
    """There are as many pairs as images, and the images say where to cut."""
    x, y = np.arange(5), np.arange(9)
    mixed, labels = digits.shuffled(x, y, np.random.default_rng(0))
    (_, y1), (_, y2) = digits.split(x, y)

    assert sorted(labels) == sorted(mixed) == x.tolist()
    assert (len(y1), len(y2)) == (4, 5)


@pytest.mark.exact
def test_accuracy_counts_rows_whose_highest_score_is_right() -> None:
    """Three of four rows, one of them a tie that its first score wins."""
    scores = np.array([[1, 5, 2], [7, 0, 1], [2, 2, 1], [0, 1, 9]])

    assert digits.accuracy(scores, np.array([1, 0, 0, 1])) == 0.75
    assert digits.accuracy(scores, np.array([2, 2, 2, 0])) == 0
    assert isinstance(digits.accuracy(scores, np.zeros(4)), float)


@pytest.mark.exact
def test_accuracy_of_a_single_image_or_class() -> None:
    """One row is right or wrong; with one class there is nothing to get wrong."""
    row = np.array([[1, 5, 2]])

    assert [digits.accuracy(row, np.array([n])) for n in range(3)] == [0, 1, 0]
    assert digits.accuracy(np.array([[3], [-1]]), np.array([0, 0])) == 1
