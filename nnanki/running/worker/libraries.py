"""What a worker knows of the libraries that cards use; only pictures lie in `figure`.

Nothing is done for a library that nobody has imported, and nothing is imported here for
its own sake. Most entries are there for one of three reasons: the library has a
generator that code draws from without making one, so two runs must find it in two
states; its first use takes long, so it happens once before any card runs; or a fork
would hang.
"""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from zlib import crc32


def modules(*names: str) -> Any:
    """The first of some modules, if all of them are imported; None otherwise."""
    if any(sys.modules.get(name) is None for name in names):
        return None
    return sys.modules[names[0]]


# -- generators -----------------------------------------------------------------------


@dataclass(frozen=True)
class Generator:
    """A generator that a library holds for all: how it is read, seeded, judged."""

    modules: tuple[str, ...]  # the library, and what must be imported of it as well
    seed: Callable[[Any], object]  # from the system's entropy
    state: Callable[[Any], int]
    drew: Callable[[Any], bool]  # whether one that just came into being was drawn from

    @property
    def library(self) -> Any:
        return modules(*self.modules)


def numpy_state(numpy: Any) -> int:
    name, keys, *rest = numpy.random.get_state()
    return crc32(repr((name, rest)).encode(), crc32(keys))


def numpy_drew(numpy: Any) -> bool:
    # where a fresh Mersenne Twister stands, by the version of NumPy
    return numpy.random.get_state()[2] not in (623, 624)


def torch_drew(torch: Any) -> bool:
    alike = torch.Generator().manual_seed(torch.initial_seed())
    return not torch.equal(alike.get_state(), torch.get_rng_state())


# By the names that problems call them; without `numpy.random`, that is seeded anew.
GENERATORS = {
    "numpy.random": Generator(
        ("numpy", "numpy.random"),
        lambda numpy: numpy.random.seed(),
        numpy_state,
        numpy_drew,
    ),
    "torch": Generator(
        ("torch",),
        lambda torch: torch.default_generator.seed(),
        lambda torch: crc32(torch.get_rng_state().numpy()),
        torch_drew,
    ),
}


# -- the first use --------------------------------------------------------------------


def warm() -> None:
    """Let libraries that are imported draw and differentiate something.

    Nothing of it can be seen by a card: it fills what libraries keep for themselves.
    """
    for module, use in FIRST_USE.items():
        if module in sys.modules:
            with contextlib.suppress(Exception):  # whoever needs it will see
                use()


def figure() -> None:
    """A figure with the parts that most figures have."""
    matplotlib: Any = import_module("matplotlib")
    whole = import_module("matplotlib.figure").Figure(layout="constrained")
    left, right = whole.subplots(1, 2)
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
        whole.savefig(io.StringIO(), format="svg", metadata=nothing)


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


FIRST_USE = {"matplotlib.pyplot": figure, "sympy": formula, "torch": tensors}


# -- forks ----------------------------------------------------------------------------


def single_thread() -> None:
    """A fork hangs where torch has computed with several threads."""
    torch = modules("torch")
    if torch is not None:
        torch.set_num_threads(1)


# -- names ----------------------------------------------------------------------------

# Variables that steer libraries. A reader has none of these, so no card finds them;
# libraries find them in C, where they stay.
HIDDEN = frozenset(
    {b"ATEN_CPU_CAPABILITY", b"GLIBC_TUNABLES", b"OMP_NUM_THREADS"}
    | {b"OPENBLAS_CORETYPE", b"OPENBLAS_NUM_THREADS", b"PYTHONHASHSEED"}
)
# Modules whose functions make a value of what they are given: `torch.tensor(3)` is
# written out as much as `3` is, and a check may expect it.
MAKING = frozenset({"torch", "np", "numpy", "sympy", "math", "fractions", "pytest"})
# Files, beside Python's own, whose code draws entropy for whoever calls it.
DRAWING = ("/numpy/random/",)
# A generator of NumPy that draws before it looks at its seed.
SEEDED_LATE = "RandomState"


# -- formulas -------------------------------------------------------------------------


def symbolic(value: object) -> bool:
    """Whether a value is a formula of SymPy, or a list of such."""
    sympy = modules("sympy")
    if sympy is None:
        return False
    if isinstance(value, list | tuple):
        return any(symbolic(item) for item in value)
    return isinstance(value, sympy.Basic | sympy.MatrixBase)


def symbols(value: object) -> list[str]:
    """The names in a formula that stand for any number."""
    return sorted(map(str, getattr(value, "free_symbols", ())))
