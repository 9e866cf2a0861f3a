"""`unbound`: an order that it gives up is one that Python refuses, and no other."""

import ast
from collections.abc import Iterable
from itertools import permutations

import pytest

from nnanki.proof.unbound import doomed

# Bodies of a function of `x`, and what x is.
BODIES = {
    "each line needs the one before": ("y = x + 1; z = y * 2; return z", 3),
    "an argument may be read before it is changed": ("y = x; x = 3; x += y", 3),
    "what a block fills is there in it and afterwards": (
        "y = [x]\nwith open(x) as z: a = z, y\nb = a, z",
        __file__,
    ),
    "what is perhaps not evaluated is not counted": (
        "y = x or z; z = 1; w = lambda: y",
        3,
    ),
    "a comprehension has a variable of its own": (
        "y = [abs for abs in x]; z = abs(-1); return z, y",
        [1, 2],
    ),
    "names declared global are somewhere else": (
        "global abc; abc = 1; x = abc; y = x",
        3,
    ),
    "imports and functions fill, items are read": (
        "import os.path; y = os.path.join(x)\ndef z(): return 1\nx = y[0], z()",
        "a",
    ),
    "a loop fills names as it goes": (
        "for n in x: y = n\nz = [y, n]; y += z[0]",
        [1, 2],
    ),
}


def function(parts: Iterable[ast.stmt]) -> ast.FunctionDef:
    (made,) = ast.parse("def f(x): pass").body
    assert isinstance(made, ast.FunctionDef)
    made.body = list(parts)
    return made


def unbound(made: ast.FunctionDef, x: object) -> bool:
    """Whether a call of the function finds a name empty."""
    names: dict[str, object] = {"abc": 0}
    exec(compile(ast.unparse(made), "<order>", "exec"), names)
    try:
        names["f"](x)  # type: ignore[operator]
    except NameError:
        return True
    return False


@pytest.mark.parametrize("name", BODIES)
def test_an_order_that_is_given_up_reads_an_empty_name(name: str) -> None:
    """Every such order ends in a NameError when it is run."""
    text, x = BODIES[name]
    body = ast.parse(text).body
    head = [part for part in body if isinstance(part, ast.Global)]
    parts = body[len(head) :]
    fails = doomed(function(body), parts)

    assert not fails(range(len(parts)))
    for order in permutations(range(len(parts))):
        if fails(order):
            assert unbound(function([*head, *(parts[n] for n in order)]), x)


@pytest.mark.parametrize("text", ["try:\n {}\nexcept NameError: pass", "with x:\n {}"])
def test_where_an_error_may_be_caught_nothing_is_given_up(text: str) -> None:
    """Around the lines stands something that may swallow what an empty name raises."""
    (block,) = ast.parse(text.format("y = x; z = y")).body
    assert isinstance(block, ast.Try | ast.With)
    fails = doomed(function([block]), block.body)

    assert not fails((1, 0))
    assert doomed(function(block.body), block.body)((1, 0))


def test_of_a_chain_only_its_own_order_is_left() -> None:
    """Three lines that need each other can run in one order, and the rest is known."""
    parts = ast.parse(BODIES["each line needs the one before"][0]).body
    fails = doomed(function(parts), parts)

    left = [order for order in permutations(range(3)) if not fails(order)]
    assert left == [(0, 1, 2)]
