"""`reader`: digits that it never saw are read as well as the deck says."""

from statistics import median

import numpy as np
import pytest

from nnanki.nn import digits, mlp, reader

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
    """Weights that begin a millionth away, as after another sum, end at the same."""
    x, y = digits.load()
    found = []
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        a, b = digits.shuffled(x, y, rng) if shuffle else (x, y)
        seen, held_out = digits.split(a * (1 + 1e-6), b)
        found.append(reader.judge(reader.learn(*seen, rng), *held_out))

    assert round(100 * median(found)) == percent


def test_the_same_seed_reads_the_same() -> None:
    """Nothing but the seed decides, and shuffling is what happens unless told."""
    assert len({reader.experiment(seed) for seed in SEEDS}) > 1
    assert reader.experiment(3) == reader.experiment(3, shuffle=True)
    assert reader.experiment(3) != reader.experiment(3, shuffle=False)


def test_a_reader_has_64_hidden_units_and_learns_20_epochs() -> None:
    """Learning is what `mlp` and `training` do with these numbers."""
    from nnanki.nn import cross_entropy, training

    x, y = (values[:300] for values in digits.load())
    rng = np.random.default_rng(1)
    expected = mlp.initial(64, 64, 10, rng)
    training.train(expected, (x, y), cross_entropy, rng, epochs=20, lr=0.1)

    found = reader.learn(x, y, np.random.default_rng(1))
    assert [p.tolist() for p in found] == [p.tolist() for p in expected]


@pytest.mark.exact
def test_judging_is_counting() -> None:
    """A network that always says 2 is right where the label is 2."""
    says_two = [np.zeros((3, 1)), np.zeros(1), np.zeros((1, 4)), np.eye(4)[2]]

    labels = np.array([2, 0, 2, 3, 1])
    assert reader.judge(says_two, np.ones((5, 3)), labels) == 0.4
