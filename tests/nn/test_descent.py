"""`descent`: whole trajectories against torch's optimiser, NumPy and fractions.

That the loss goes down proves nothing: the document's bug passes that, and a single
step too. With mae even twenty steps are a weak oracle, since the gradient does not
change before some prediction crosses its point; hence sixty steps, and mse.
"""

import ast
import difflib
import itertools
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from nnanki.nn import descent
from nnanki.nn.data import sample
from nnanki.nn.loss import mae, mse, quad_mae

from . import document, oracles
from .oracles import Loss

STEPS = 60
LOSSES: dict[str, tuple[Loss, Loss]] = {
    "mae": (mae, functional.l1_loss),
    "mse": (mse, functional.mse_loss),
}

either_loss = pytest.mark.parametrize("name", LOSSES)
either_loop = pytest.mark.parametrize(
    "run, zeroed",
    [(descent.loop, True), (descent.with_optimizer, True), (descent.document, False)],
)
either_run = pytest.mark.parametrize(
    "run", [descent.loop, descent.with_optimizer, descent.document]
)
either_number = pytest.mark.parametrize(
    "number", [float, pytest.param(Fraction, marks=pytest.mark.exact)]
)


def same(expected: object) -> object:
    """Expect these numbers up to the rounding of float64."""
    return pytest.approx(expected, rel=1e-9, abs=0)


def optimise(loss: Loss, momentum: float) -> list[float]:
    """Descend with torch's own optimiser, which zeroes the gradient."""
    x, y = sample()
    abc = torch.full((3,), 1.1, requires_grad=True)
    sgd = torch.optim.SGD([abc], lr=0.01, momentum=momentum)
    losses = []
    for _ in range(STEPS):
        sgd.zero_grad()
        value = loss(torch.cat([x**2, x, x**0], dim=1) @ abc[:, None], y)
        value.backward()
        sgd.step()
        losses.append(value.item())
    return losses


# step


@pytest.mark.exact
def test_a_step_goes_against_the_gradient() -> None:
    """On x², from x, a step of lr leads to x - lr 2x."""
    x = torch.tensor([3.0, -5.0], requires_grad=True)
    descent.step(x, (x**2).sum(), lr=0.125)

    assert x.tolist() == [2.25, -3.75]


@pytest.mark.exact
def test_steps_follow_the_closed_form() -> None:
    """On x², each step multiplies x by 1 - 2 lr: nothing is left of older gradients."""
    x = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
    path = []
    for _ in range(10):
        descent.step(x, x**2, lr=0.125)
        path.append(x.item())

    assert path == [Fraction(3, 4) ** t for t in range(1, 11)]


@pytest.mark.exact
def test_a_step_changes_the_very_tensor() -> None:
    """The parameters are updated in place, and go on requiring a gradient."""
    x = torch.tensor([3.0], requires_grad=True)
    address = x.data_ptr()
    result = descent.step(x, (x**2).sum(), lr=0.5)

    assert result is None
    assert x.item() == 0
    assert x.data_ptr() == address
    assert x.requires_grad and x.is_leaf


@pytest.mark.exact
def test_a_step_zeroes_the_gradient() -> None:
    """After a step, no gradient is left to be added to."""
    x = torch.tensor([3.0], requires_grad=True)
    descent.step(x, (x**2).sum(), lr=0.5)

    assert x.grad is None


def test_a_step_leaves_recording_on() -> None:
    """The update alone is unrecorded: what follows has a gradient again."""
    x = torch.tensor([3.0], requires_grad=True)
    descent.step(x, (x**2).sum(), lr=0.5)

    assert torch.is_grad_enabled()
    assert (2 * x).requires_grad


def test_a_step_needs_a_loss_with_a_graph() -> None:
    """A loss that nothing was recorded for has no gradient to give."""
    with pytest.raises(RuntimeError, match="does not require grad"):
        descent.step(torch.ones(1, requires_grad=True), torch.tensor(1.0), lr=0.5)


def test_a_step_needs_its_parameters_in_the_loss() -> None:
    """Parameters that the loss does not depend on have no gradient."""
    other = torch.ones(1, requires_grad=True)

    with pytest.raises(TypeError, match="NoneType"):
        descent.step(torch.ones(1, requires_grad=True), other.sum(), lr=0.5)


@pytest.mark.exact
@pytest.mark.usefixtures("float64")
def test_steps_on_the_sample() -> None:
    """Sixty steps on the document's loss follow the path that fractions give."""
    x, y = sample()
    abc = torch.tensor([1.1, 1.1, 1.1], requires_grad=True)
    path = []
    for _ in range(STEPS):
        path.append(abc.tolist())
        descent.step(abc, quad_mae(abc, x, y), lr=0.01)

    _, expected = oracles.descend(STEPS, "0.01", "mae", Fraction, zeroed=True)
    assert path == [same(abc) for abc in expected]


# loop, with_optimizer and document


def test_the_documents_table() -> None:
    """`document` prints what the document prints, and its own code printed."""
    _, printed = document.run()
    table = "".join(
        f"step={i}; loss={loss:.2f}\n" for i, loss in enumerate(descent.document())
    )

    assert table == printed == document.TABLE


def test_the_corrected_table() -> None:
    """With the gradient zeroed, the ten losses fall evenly."""
    table = " ".join(f"{loss:.2f}" for loss in descent.loop())

    assert table == "2.42 2.40 2.38 2.36 2.34 2.32 2.30 2.28 2.26 2.23"


@pytest.mark.usefixtures("float64")
@either_loss
def test_loop_is_torchs_gradient_descent(name: str) -> None:
    """Sixty losses equal those of torch's SGD without momentum."""
    ours, theirs = LOSSES[name]

    assert descent.loop(STEPS, criterion=ours) == same(optimise(theirs, momentum=0))


@pytest.mark.usefixtures("float64")
@either_loss
def test_the_optimizer_does_what_loop_spells_out(name: str) -> None:
    """Sixty losses of torch's optimizer equal those of the update by hand."""
    criterion, _ = LOSSES[name]

    by_hand = descent.loop(STEPS, criterion=criterion)
    assert descent.with_optimizer(STEPS, criterion=criterion) == same(by_hand)


@pytest.mark.usefixtures("float64")
@either_loss
def test_document_is_torchs_descent_with_momentum(name: str) -> None:
    """Never zeroing is SGD with momentum 1, whose gradient is zeroed."""
    ours, theirs = LOSSES[name]

    assert descent.document(STEPS, criterion=ours) == same(optimise(theirs, momentum=1))


@pytest.mark.usefixtures("float64")
@either_number
@either_loop
@either_loss
def test_losses_are_those_of_descent_by_hand(
    name: str,
    run: Callable[..., list[float]],
    zeroed: bool,
    number: oracles.Number,
) -> None:
    """Sixty losses equal those of descent in NumPy, rounded or in fractions."""
    criterion, _ = LOSSES[name]

    losses, _ = oracles.descend(STEPS, "0.01", name, number, zeroed=zeroed)
    assert run(STEPS, criterion=criterion) == same(losses)


@pytest.mark.exact
@pytest.mark.usefixtures("float64")
@either_loop
def test_the_learning_rate_is_the_callers(
    run: Callable[..., list[float]], zeroed: bool
) -> None:
    """Another learning rate gives the losses that fractions give for it."""
    losses, _ = oracles.descend(STEPS, "0.003", "mse", Fraction, zeroed=zeroed)

    assert run(STEPS, 0.003, mse) == same(losses)


@pytest.mark.exact
@pytest.mark.usefixtures("float64")
@either_loop
@either_loss
def test_parameters_are_those_of_descent_by_hand(
    name: str, run: Callable[..., list[float]], zeroed: bool
) -> None:
    """Step by step, the prediction is the parabola whose a, b, c fractions give."""
    seen: list[tuple[Tensor, Tensor]] = []

    def record(pred: Tensor, actual: Tensor) -> Tensor:
        seen.append((pred.detach(), actual))
        return LOSSES[name][0](pred, actual)

    run(STEPS, criterion=record)

    x, y = sample()
    powers = torch.cat([x**2, x, x**0], dim=1).numpy()
    path = [np.linalg.lstsq(powers, pred.numpy())[0].flatten() for pred, _ in seen]
    _, expected = oracles.descend(STEPS, "0.01", name, Fraction, zeroed=zeroed)
    assert [abc.tolist() for abc in path] == [same(abc) for abc in expected]
    assert all(torch.equal(actual, y) for _, actual in seen)


@pytest.mark.exact
@either_loop
def test_ten_steps_of_one_hundredth_with_mae_unless_told(
    run: Callable[..., list[float]], zeroed: bool
) -> None:
    """The defaults are the document's; float32 rounds them by a millionth at most."""
    losses, _ = oracles.descend(10, "0.01", "mae", Fraction, zeroed=zeroed)

    assert run() == pytest.approx(losses, rel=1e-6, abs=0)


@pytest.mark.exact
@either_run
def test_losses_are_plain_numbers(run: Callable[..., list[float]]) -> None:
    """Losses come as floats, one per step, so that no graph is kept alive."""
    losses = run(3)

    assert [type(loss) for loss in losses] == [float] * 3
    assert run(0) == []


@either_run
def test_a_run_does_not_change_the_next(run: Callable[..., list[float]]) -> None:
    """Two runs return the same losses: each starts anew."""
    assert run(STEPS) == run(STEPS)


def test_loop_is_step_repeated() -> None:
    """The loop that spells everything out does what `step` does, bit for bit."""
    x, y = sample()
    abc = torch.tensor([1.1, 1.1, 1.1], requires_grad=True)
    losses = []
    for _ in range(STEPS):
        loss = quad_mae(abc, x, y)
        losses.append(loss.item())
        descent.step(abc, loss, lr=0.01)

    assert descent.loop(STEPS) == losses


def test_the_two_loops_differ_in_one_line() -> None:
    """All that the document lacks is the line that zeroes the gradient."""
    functions = {
        node.name: node
        for node in ast.parse(Path(descent.__file__).read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }
    ours, theirs = (
        ast.unparse(functions[name].body[1:]).splitlines()
        for name in ("loop", "document")
    )
    changes = [line for line in difflib.ndiff(ours, theirs) if line[0] != " "]

    assert changes == ["-     abc.grad = None"]


def test_the_correct_loss_falls_while_the_documents_climbs_again() -> None:
    """In sixty steps the loop falls at each; the document's climbs back above 2."""
    ours, theirs = descent.loop(STEPS), descent.document(STEPS)

    assert all(after < before for before, after in itertools.pairwise(ours))
    assert max(theirs[theirs.index(min(theirs[:20])) :]) > 2
