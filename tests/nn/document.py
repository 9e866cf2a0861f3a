"""The document's own code, letter by letter, and what running it leaves behind."""

import contextlib
import functools
import io
import warnings
from typing import Any

import numpy as np

CODE = """
def f(x): return  3*x**2 + 2*x + 1

def quad(a, b, c, x): return a*x**2 + b*x + c

def noise(x, scale): return np.random.normal(scale=scale, size=x.shape)
def add_noise(x, mult, add): return x * (1+noise(x,mult)) + noise(x,add)

import numpy as np
import torch

np.random.seed(42)

x = torch.linspace(-2, 2, steps=20)[:,None]
y = add_noise(f(x), 0.15, 1.5)

from functools import partial

def mk_quad(a, b, c): return partial(quad, a, b, c)

def mae(pred, actual): return torch.abs(pred-actual).mean()

def quad_mae(params):
    f = mk_quad(*params)
    return mae(f(x), y)

import torch
abc = torch.Tensor([1.1, 1.1, 1.1])

abc.requires_grad_()

loss = quad_mae(abc)

for i in range(10):
    loss = quad_mae(abc)
    loss.backward()
    with torch.no_grad(): abc -= abc.grad*0.01
    print(f'step={i}; loss={loss:.2f}')
"""

TABLE = """\
step=0; loss=2.42
step=1; loss=2.40
step=2; loss=2.36
step=3; loss=2.30
step=4; loss=2.21
step=5; loss=2.11
step=6; loss=1.98
step=7; loss=1.85
step=8; loss=1.72
step=9; loss=1.58
"""


@functools.cache
def run() -> tuple[dict[str, Any], str]:
    """Run the code once; return its names and what it printed."""
    names: dict[str, Any] = {}
    printed = io.StringIO()
    state = np.random.get_state()
    with warnings.catch_warnings(), contextlib.redirect_stdout(printed):
        # The document multiplies a tensor by an array, which NumPy 2 frowns upon.
        warnings.filterwarnings("ignore", "__array_wrap__", DeprecationWarning)
        exec(CODE, names)
    np.random.set_state(state)
    return names, printed.getvalue()
