"""What is done once before any card runs, because the first time takes long.

Nothing of it can be seen by a card: it fills what libraries keep for themselves.
"""

from __future__ import annotations

import contextlib
import io
import sys
from importlib import import_module
from typing import Any


def warm() -> None:
    """Let libraries that are imported draw and differentiate something."""
    for module, first in FIRST.items():
        if module in sys.modules:
            with contextlib.suppress(Exception):  # whoever needs it will see
                first()


def figure() -> None:
    """A figure with the parts that most figures have."""
    matplotlib: Any = import_module("matplotlib")
    drawn = import_module("matplotlib.figure").Figure(layout="constrained")
    left, right = drawn.subplots(1, 2)
    left.plot([0, 1], label="0")
    left.bar([0, 1], [1, 2])
    left.fill_between([0, 1], [0, 1])
    left.annotate("0", (0, 0), (1, 1), arrowprops={"arrowstyle": "->"})
    left.set_title("$x_1$")
    left.legend()
    right.imshow([[0, 1]])
    right.scatter([0], [1])
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with matplotlib.rc_context({"svg.fonttype": "path"}):
        drawn.savefig(io.StringIO(), format="svg", metadata=nothing)


def formula() -> None:
    """A slope, simplified and written as LaTeX."""
    sympy: Any = import_module("sympy")
    x, y = sympy.symbols("x y")
    slope = sympy.diff(sympy.exp(x * y) ** 2 / (1 + sympy.Max(x, 0)), x)
    sympy.latex(sympy.simplify(sympy.expand(slope.subs(y, 2))))
    sympy.Matrix([[x, 1], [0, y]]).det()


def tensors() -> None:
    """A product, as numbers and as text; a derivative would start threads."""
    torch: Any = import_module("torch")
    x = torch.ones(2, 2)
    product = x @ x.T
    repr((product, product.sum().item(), torch.arange(2), x.shape))


FIRST = {"matplotlib.pyplot": figure, "sympy": formula, "torch": tensors}
