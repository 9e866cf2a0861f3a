"""`training` against torch's own training, step by step, and what batches must be."""

import numpy as np
import pytest
import torch

from nnanki.nn import cross_entropy, mlp, mse, training


@pytest.mark.exact
@pytest.mark.parametrize("count, size", [(10, 3), (10, 5), (7, 32), (1, 1), (0, 4)])
def test_an_epoch_is_every_example_once_with_its_own_target(
    count: int, size: int
) -> None:
    """Batches are full but for the last; together they are all pairs."""
    x = np.arange(count)
    found = list(training.batches(x, 10 * x, size, np.random.default_rng(1)))

    sizes = [len(xb) for xb, _ in found]
    assert sizes == [size] * (count // size) + [count % size] * (count % size > 0)
    assert sorted(v for xb, _ in found for v in xb) == x.tolist()
    assert all((10 * xb == yb).all() for xb, yb in found)


@pytest.mark.exact
def test_targets_without_an_input_are_left_out() -> None:
    """There are as many pairs as inputs, each once."""
    x, y = np.arange(5), np.arange(9)
    found = list(training.batches(x, y, 2, np.random.default_rng(0)))

    assert [len(xb) for xb, _ in found] == [2, 2, 1]
    assert sorted(v for _, yb in found for v in yb) == x.tolist()


@pytest.mark.exact
def test_batches_are_the_generators_order_cut_from_the_front() -> None:
    """The permutation that the generator draws, three rows at a time."""
    order = np.random.default_rng(5).permutation(8)
    x, y = np.arange(16).reshape(8, 2), np.arange(8)
    found = list(training.batches(x, y, 3, np.random.default_rng(5)))

    cut = [order[:3], order[3:6], order[6:]]
    assert [xb.tolist() for xb, _ in found] == [x[rows].tolist() for rows in cut]
    assert [yb.tolist() for _, yb in found] == [y[rows].tolist() for rows in cut]


@pytest.mark.exact
def test_epochs_come_in_different_orders() -> None:
    """Examples are shuffled by the generator, anew each time."""
    rng, x = np.random.default_rng(2), np.arange(50)
    first, second = (
        [int(v) for xb, _ in training.batches(x, x, 8, rng) for v in xb] for _ in "12"
    )

    assert first != second
    assert x.tolist() not in (first, second)


@pytest.mark.parametrize("ours, theirs", [
    (mse, torch.nn.functional.mse_loss),
    (cross_entropy, torch.nn.functional.cross_entropy),
])  # fmt: skip
def test_training_is_that_of_torch_parameter_by_parameter(
    ours: object, theirs: object
) -> None:
    """The same start, batches, loss and momentum lead to the same parameters."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(70, 3))
    y = (
        rng.integers(0, 2, size=70)
        if ours is cross_entropy
        else rng.normal(size=(70, 2))
    )
    params = mlp.initial(3, 5, 2, rng)
    leaves = [torch.tensor(p, requires_grad=True) for p in params]
    rule = torch.optim.SGD(leaves, lr=0.05, momentum=0.9)
    order = np.random.default_rng(9)
    for _ in range(3):
        rows = order.permutation(70)
        for part in np.split(rows, [32, 64]):
            xb, yb = torch.tensor(x[part]), torch.tensor(y[part])
            pred = (xb @ leaves[0] + leaves[1]).relu() @ leaves[2] + leaves[3]
            rule.zero_grad()
            theirs(pred, yb).backward()  # type: ignore[operator]
            rule.step()
    training.train(params, (x, y), ours, np.random.default_rng(9), epochs=3, lr=0.05)

    for p, leaf in zip(params, leaves, strict=True):
        assert np.allclose(p, leaf.detach().numpy(), rtol=1e-9, atol=1e-12)


def test_the_learning_rate_is_a_tenth_unless_told() -> None:
    """Training without a learning rate is training with 0.1."""
    x = np.linspace(-1, 1, 9)[:, None]
    ends = []
    for lr in ({}, {"lr": 0.1}):
        params = mlp.initial(1, 4, 1, np.random.default_rng(0))
        training.train(params, (x, x), mse, np.random.default_rng(0), epochs=2, **lr)
        ends.append([p.tolist() for p in params])

    assert ends[0] == ends[1]
