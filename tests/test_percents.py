"""The percents of the deck: medians over five seeds, whatever the processor rounds."""

from statistics import median

import numpy as np
import pytest

from nnanki.nn import digits, reader

SEEDS = range(5)


def test_of_held_out_digits_98_percent_are_read() -> None:
    """The median of five shuffled splits is at least 97.5 %, and rounds to 98."""
    middle = median(reader.experiment(seed) for seed in SEEDS)

    assert middle >= 0.975
    assert round(100 * middle) == 98


def test_of_other_peoples_digits_92_percent_are_read() -> None:
    """Unshuffled, most of the last fifth has other writers: the median is 92 %."""
    middle = median(reader.experiment(seed, shuffle=False) for seed in SEEDS)

    assert round(100 * middle) == 92


@pytest.mark.parametrize("shuffle, percent", [(True, 98), (False, 92)])
def test_another_rounding_leaves_whole_percents(shuffle: bool, percent: int) -> None:
    """Pixels that are a millionth darker, worse than any rounding, end at the same."""
    x, y = digits.load()
    found = []
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        a, b = digits.shuffled(x, y, rng) if shuffle else (x, y)
        seen, held_out = digits.split(a * (1 + 1e-6), b)
        found.append(reader.judge(reader.learn(*seen, rng), *held_out))

    assert round(100 * median(found)) == percent
