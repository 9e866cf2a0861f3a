"""`reader` against its parts, one by one; what it reads is in `test_percents`."""

from functools import cache

import numpy as np
import pytest

from nnanki.nn import cross_entropy, digits, mlp, reader, training


@cache
def by_parts(seed: int, shuffle: bool) -> float:
    """The accuracy of an experiment, step by step."""
    rng = np.random.default_rng(seed)
    x, y = digits.load()
    order = rng.permutation(1797) if shuffle else np.arange(1797)
    params = reader.learn(x[order[:1437]], y[order[:1437]], rng)
    scores, _ = mlp.forward(params, x[order[1437:]])
    return float((scores.argmax(axis=1) == y[order[1437:]]).sum() / 360)


@pytest.mark.parametrize("seed, options", [(0, {}), (2, {"shuffle": False})])
def test_an_experiment_is_its_parts(seed: int, options: dict[str, bool]) -> None:
    """Shuffled unless told otherwise, split, learned, and judged by what was kept."""
    expected = by_parts(seed, options.get("shuffle", True))
    assert reader.experiment(seed, **options) == expected


def test_a_reader_has_64_hidden_units_and_learns_20_epochs() -> None:
    """Learning is what `mlp` and `training` do with these numbers."""
    x, y = (values[:300] for values in digits.load())
    rng = np.random.default_rng(1)
    expected = mlp.initial(64, 64, 10, rng)
    training.train(expected, (x, y), cross_entropy, rng, epochs=20, lr=0.1)

    found = reader.learn(x, y, np.random.default_rng(1))
    assert all(map(np.array_equal, found, expected))
    assert len(found) == len(expected)


@pytest.mark.exact
def test_judging_is_counting() -> None:
    """A network that always says 2 is right where the label is 2."""
    says_two = [np.zeros((3, 1)), np.zeros(1), np.zeros((1, 4)), np.eye(4)[2]]

    labels = np.array([2, 0, 2, 3, 1])
    assert reader.judge(says_two, np.ones((5, 3)), labels) == 0.4
