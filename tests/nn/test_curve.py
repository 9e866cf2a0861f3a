"""`curve`: ReLUs fit the document's points at least as well as its formula does."""

from statistics import median

import numpy as np
import pytest

from nnanki.nn import curve, mlp, mse, training
from nnanki.nn.data import sample


@pytest.mark.exact
def test_the_points_are_the_documents() -> None:
    """Both columns in double precision, the numbers unchanged."""
    x, y = curve.points()

    assert (x.dtype, y.dtype, x.shape, y.shape) == ("f8", "f8", (20, 1), (20, 1))
    assert [x.tolist(), y.tolist()] == [t.tolist() for t in sample()]


def test_relus_fit_the_points_at_least_as_well_as_a_parabola() -> None:
    """Sixteen units, ten starts: the median error is below the best parabola's."""
    x, y = curve.points()
    rows = np.hstack([x**2, x, np.ones_like(x)])
    best, *_ = np.linalg.lstsq(rows, y)
    fits = [curve.fit(16, np.random.default_rng(seed)) for seed in range(10)]

    errors = [mse.forward(mlp.forward(params, x)[0], y) for params in fits]
    assert median(errors) < mse.forward(rows @ best, y)


@pytest.mark.parametrize("epochs", [{}, {"epochs": 3}])
def test_fitting_is_training(epochs: dict[str, int]) -> None:
    """As many hidden units as asked, mean squared error, rate 0.01, 500 epochs."""
    rng = np.random.default_rng(7)
    expected = mlp.initial(1, 3, 1, rng)
    count = epochs.get("epochs", 500)
    training.train(expected, curve.points(), mse, rng, epochs=count, lr=0.01)

    found = curve.fit(3, np.random.default_rng(7), **epochs)
    assert [p.tolist() for p in found] == [p.tolist() for p in expected]
