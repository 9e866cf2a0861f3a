"""p ← p - lr · ∂loss/∂p: walk the parameters downhill, against the gradient.

`backward` adds to `.grad`, so a gradient that is never zeroed is the sum of all
gradients so far. The document never zeroes it: the losses that it prints, 2.42 down
to 1.58 in ten steps, are the output of this bug, and equal to gradient descent with
momentum 1. The correct loop differs in one line. It is only at 2.23 by then, but it
goes on down to 0.99, whereas the document's soon climbs back above 2. torch's
optimizer does the update and the zeroing of the correct loop in two calls.
"""

import torch

from nnanki.nn.data import sample
from nnanki.nn.loss import mae
from nnanki.nn.quadratic import quad


def step(params, loss, lr):
    """Move params once against the gradient of loss, in place; zero the gradient.

    Shapes: params is any leaf that requires a gradient; loss is a single number.
    Units: lr is how far to move per unit of gradient.
    Errors: RuntimeError where loss has no graph; TypeError where params has no
    part in it.
    Source: the document, the body of its loop, with the gradient zeroed.

    >>> x = torch.tensor(2.0, requires_grad=True)
    >>> step(x, x**2, lr=0.25)
    >>> x
    tensor(1., requires_grad=True)
    """
    loss.backward()
    with torch.no_grad():
        params -= lr * params.grad
    params.grad = None


def loop(steps=10, lr=0.01, criterion=mae):
    """Fit a parabola to the sample by gradient descent; return the losses.

    Units: each loss is measured before the update of its step; with `mae`, in
    the units of y.
    Source: the document, end to end, with the gradient zeroed.

    >>> print(*(f"{loss:.2f}" for loss in loop()))
    2.42 2.40 2.38 2.36 2.34 2.32 2.30 2.28 2.26 2.23
    """
    x, y = sample()
    abc = torch.tensor([1.1, 1.1, 1.1], requires_grad=True)
    losses = []
    for _ in range(steps):
        loss = criterion(quad(*abc, x), y)
        loss.backward()
        with torch.no_grad():
            abc -= lr * abc.grad
        abc.grad = None
        losses.append(loss.item())
    return losses


def with_optimizer(steps=10, lr=0.01, criterion=mae):
    """Do the same as `loop`, with torch's optimizer for the update and the zeroing.

    Units: those of `loop`.
    Source: `torch.optim.SGD`, without momentum.

    >>> print(*(f"{loss:.2f}" for loss in with_optimizer()))
    2.42 2.40 2.38 2.36 2.34 2.32 2.30 2.28 2.26 2.23
    """
    x, y = sample()
    abc = torch.tensor([1.1, 1.1, 1.1], requires_grad=True)
    sgd = torch.optim.SGD([abc], lr=lr)
    losses = []
    for _ in range(steps):
        loss = criterion(quad(*abc, x), y)
        loss.backward()
        sgd.step()
        sgd.zero_grad()
        losses.append(loss.item())
    return losses


def document(steps=10, lr=0.01, criterion=mae):
    """Do the same as the document does: never zero the gradient.

    Units: those of `loop`.
    Source: the document, end to end, as it stands.

    >>> print(*(f"{loss:.2f}" for loss in document()))
    2.42 2.40 2.36 2.30 2.21 2.11 1.98 1.85 1.72 1.58
    """
    x, y = sample()
    abc = torch.tensor([1.1, 1.1, 1.1], requires_grad=True)
    losses = []
    for _ in range(steps):
        loss = criterion(quad(*abc, x), y)
        loss.backward()
        with torch.no_grad():
            abc -= lr * abc.grad
        losses.append(loss.item())
    return losses
