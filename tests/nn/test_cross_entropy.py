"""`cross_entropy` against 50 digits, symbols, differences, and torch."""

import warnings

import mpmath
import numpy as np
import pytest
import sympy
import torch
from torch.nn import functional

from nnanki.nn import cross_entropy

from .slopes import Array, by_differences

LOGITS = np.array([[2.0, -1.0, 0.5], [0.0, 0.0, 3.0], [-4.0, 5.0, 1.0], [1, 1, 1]])
LABELS = np.array([0, 1, 1, 2])
HUGE = np.array([[1000.0, 999.0, 0.0], [-1000.0, 0.0, -999.0]])


def precise(row: Array) -> list[mpmath.mpf]:
    """The softmax of one row, with 50 digits and no trick."""
    with mpmath.workdps(50):
        raised = [mpmath.exp(mpmath.mpf(float(score))) for score in row]
        return [value / mpmath.fsum(raised) for value in raised]


@pytest.mark.exact
@pytest.mark.parametrize("logits", [LOGITS, HUGE, LOGITS[:1, :2]])
def test_softmax_to_the_last_digit(logits: Array) -> None:
    """Each probability is exp(z) / Σ exp(z), for huge scores too, without a warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = cross_entropy.softmax(logits)

    for row, ours in zip(logits, found, strict=True):
        assert ours.tolist() == pytest.approx(
            [float(p) for p in precise(row)], rel=1e-14, abs=1e-300
        )


@pytest.mark.exact
@pytest.mark.parametrize("logits", [LOGITS, HUGE])
def test_the_loss_to_the_last_digit(logits: Array) -> None:
    """The mean of -log p of the right class, where p itself may underflow."""
    labels = LABELS[: len(logits)]
    with mpmath.workdps(50):
        costs = [
            -mpmath.log(precise(row)[label])
            for row, label in zip(logits, labels, strict=True)
        ]
        expected = float(mpmath.fsum(costs) / len(costs))

    assert cross_entropy.forward(logits, labels) == pytest.approx(expected, rel=1e-14)


@pytest.mark.exact
def test_huge_scores_are_numbers_where_no_warning_is_raised() -> None:
    """With NumPy's warnings off, a score of 1000 still ends as no nan."""
    with np.errstate(all="ignore"):
        found = cross_entropy.softmax(HUGE)
        loss = cross_entropy.forward(HUGE, np.array([0, 1]))

    e = float(mpmath.e)
    assert found[0].tolist() == pytest.approx([e / (e + 1), 1 / (e + 1), 0], rel=1e-14)
    assert found[1].tolist() == [0, 1, 0]
    assert loss == pytest.approx((np.log(e + 1) - 1) / 2, rel=1e-14)


@pytest.mark.exact
def test_equal_scores_cost_the_logarithm_of_the_number_of_classes() -> None:
    """Ten equal scores cost log 10, whichever label is right."""
    logits = np.full((3, 10), 7.0)

    loss = cross_entropy.forward(logits, np.array([3, 3, 9]))
    assert loss == pytest.approx(float(sympy.log(10)), rel=1e-15)


@pytest.mark.exact
def test_the_slope_is_probability_minus_truth_by_symbols() -> None:
    """SymPy differentiates log Σ exp(z) - z[1] of one row of three scores."""
    z = sympy.symbols("z0:3")
    cost = sympy.log(sum(sympy.exp(s) for s in z)) - z[1]
    at = dict(zip(z, LOGITS[2], strict=True))
    exact = [float(sympy.diff(cost, s).subs(at).evalf(30)) for s in z]

    [ours] = cross_entropy.backward(LOGITS[2:3], LABELS[2:3]).tolist()
    assert ours == pytest.approx(exact, rel=1e-12)


@pytest.mark.exact
def test_the_slopes_of_a_batch_are_its_differences() -> None:
    """In double precision, centred differences agree in every score."""

    def loss(logits: Array) -> float:
        return float(cross_entropy.forward(logits, LABELS))

    [expected] = by_differences(loss, [LOGITS], 1e-5)
    assert np.allclose(
        cross_entropy.backward(LOGITS, LABELS), expected, rtol=0, atol=1e-9
    )


@pytest.mark.exact
def test_a_single_class_is_certain() -> None:
    """With one score per row, its probability is 1, and nothing is to be learned."""
    logits, labels = np.array([[3.0], [-2.0]]), np.array([0, 0])

    assert cross_entropy.softmax(logits).tolist() == [[1], [1]]
    assert cross_entropy.forward(logits, labels) == 0
    assert cross_entropy.backward(logits, labels).tolist() == [[0], [0]]


@pytest.mark.exact
def test_each_row_needs_its_label() -> None:
    """Two labels for four rows are refused, by the loss and by its slope."""
    for function in (cross_entropy.forward, cross_entropy.backward):
        with pytest.raises(IndexError):
            function(LOGITS, LABELS[:2])


@pytest.mark.exact
def test_one_label_serves_all_rows() -> None:
    """As NumPy pairs one index with many, a single label is every row's."""
    one, many = np.array([2]), np.array([2, 2, 2, 2])

    for function in (cross_entropy.forward, cross_entropy.backward):
        assert np.array_equal(function(LOGITS, one), function(LOGITS, many))


def test_loss_and_slope_are_those_of_torch() -> None:
    """torch's cross_entropy and autograd give the same numbers."""
    leaf = torch.tensor(LOGITS, requires_grad=True)
    loss = functional.cross_entropy(leaf, torch.tensor(LABELS))
    loss.backward()

    assert cross_entropy.forward(LOGITS, LABELS) == pytest.approx(
        loss.item(), rel=1e-14
    )
    assert np.allclose(
        cross_entropy.backward(LOGITS, LABELS), leaf.grad, rtol=0, atol=1e-15
    )


def test_the_scores_stay_as_they_were() -> None:
    """Neither softmax nor the slope writes into its argument."""
    logits = LOGITS.copy()
    cross_entropy.softmax(logits)
    cross_entropy.backward(logits, LABELS)

    assert np.array_equal(logits, LOGITS)
