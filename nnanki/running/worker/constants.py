"""Whether the expected values of a check matter: each is changed, and it must fail.

A check that a wrong number would pass as well shows nothing: `loss < 100` of a loss
that is 0.3. No code of the card is run again for that: what it computed is compared
with other values.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from typing import Any

from .libraries import MAKING
from .script import mark

COMPARING = {"allclose", "array_equal", "equal", "is_close", "isclose", "approx_equal"}
BUILTINS = frozenset(dir(builtins))
UNLIKE = ast.NotEq | ast.IsNot | ast.NotIn  # they expect no value
NEAR = (1, -1, 1000, -1000)  # times the value's size; and for what is a bound
FAR = (*NEAR, 10**12, -(10**12))


def weighed(part: ast.expr, index: int) -> ast.expr:
    """A condition that is evaluated as it is, and once more for each changed constant.

    What the card computed is evaluated once; only what was expected is changed.
    """
    original, part = part, deepcopy(part)
    if isinstance(part, ast.Compare) and not any(
        isinstance(s, UNLIKE) for s in part.ops
    ):
        operands = [part.left, *part.comparators]
    elif isinstance(part, ast.Call) and _name(part.func) in COMPARING:
        operands = part.args
    else:
        return original
    ordered = isinstance(part, ast.Compare) and not any(
        isinstance(sign, ast.Eq | ast.Is | ast.In) for sign in part.ops
    )
    taker = _Taker()
    parts = [taker.operand(operand, ordered) for operand in operands]
    if not taker.computed or not taker.expected:
        return original
    if isinstance(part, ast.Compare):
        template: ast.expr = ast.Compare(parts[0], part.ops, parts[1:])
    else:
        template = ast.Call(part.func, parts, part.keywords)
    names = [ast.arg(name) for name in (*taker.computed, *taker.expected)]
    arguments = ast.arguments([], names, None, [], [], None, [])
    condition = ast.Tuple(
        [
            ast.Constant(index),
            ast.Lambda(arguments, template),
            ast.Tuple(list(taker.computed.values()), ast.Load()),
            ast.Tuple(list(taker.expected.values()), ast.Load()),
            ast.Tuple([ast.Constant(bound) for bound in taker.bounds], ast.Load()),
        ],
        ast.Load(),
    )
    return ast.BinOp(mark(2), ast.MatMult(), condition)


class _Taker:
    """Takes operands apart: names for what is computed, and for what is expected."""

    def __init__(self) -> None:
        self.computed: dict[str, ast.expr] = {}
        self.expected: dict[str, ast.expr] = {}
        self.bounds: list[bool] = []

    def operand(self, node: ast.expr, bound: bool = False) -> ast.expr:
        if _is_literal(node):
            rest: ast.expr = _Constants(self.expected).visit(node)
            self.bounds += [bound] * (len(self.expected) - len(self.bounds))
            return rest
        near = _distance(node)
        if near is not None:
            left, right = map(self.operand, (near.left, near.right))
            assert isinstance(node, ast.Call)
            return ast.Call(node.func, [ast.BinOp(left, near.op, right)], [])
        name = f"__computed_{len(self.computed)}__"
        self.computed[name] = node
        return ast.Name(name, ast.Load())


class _Constants(ast.NodeTransformer):
    """Puts names in the places of constants that say what is expected."""

    def __init__(self, constants: dict[str, ast.expr]) -> None:
        self.constants = constants

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if not isinstance(node.value, bool | int | float | complex | str | None):
            return node
        name = f"__expected_{len(self.constants)}__"
        self.constants[name] = node
        return ast.Name(name, ast.Load())

    def visit_keyword(self, node: ast.keyword) -> ast.keyword:
        return node  # `dim=0`, `dtype=…`: they say how, not what

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
        return node


def _is_literal(node: ast.expr) -> bool:
    """Whether an operand is written out: constants, and what they are put into."""
    if not any(isinstance(inner, ast.Constant) for inner in ast.walk(node)):
        return False
    calls = [inner for inner in ast.walk(node) if isinstance(inner, ast.Call)]
    callees = {id(name) for call in calls for name in ast.walk(call.func)}
    plain = all(
        id(inner) in callees or inner.id in BUILTINS
        for inner in ast.walk(node)
        if isinstance(inner, ast.Name)
    )
    return plain and not any(_is_method(call) for call in calls)


def _is_method(call: ast.Call) -> bool:
    """Whether something is asked of a value, rather than made: `losses.index(3)`."""
    function = call.func
    while isinstance(function, ast.Attribute):
        function = function.value
    name = function.id if isinstance(function, ast.Name) else ""
    constructor = name[:1].isupper() or name in BUILTINS or name in MAKING
    return not (constructor or name in ("approx", "tensor", "array"))


def _distance(node: ast.expr) -> ast.BinOp | None:
    """The difference in `abs(x - 3)`."""
    if isinstance(node, ast.Call) and _name(node.func) in ("abs", "fabs"):
        inner = node.args[0] if len(node.args) == 1 else None
        if isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Sub):
            return inner
    return None


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


# -- when it runs ---------------------------------------------------------------------


class Weigher:
    """Evaluates a condition by an operator: `weigher @ condition`."""

    def __init__(self, weigh: Callable[..., Any]) -> None:
        self.weigh = weigh

    def __matmul__(self, condition: tuple[Any, ...]) -> Any:
        return self.weigh(*condition)


def weigh(
    template: Callable[..., Any],
    computed: Sequence[Any],
    expected: Sequence[Any],
    bounds: Sequence[bool],
) -> tuple[Any, list[str]]:
    """What a condition gives, and the expected values that it does not mind."""
    result = template(*computed, *expected)
    if not bool(result):
        return result, []
    idle = [
        repr(value)
        for n, value in enumerate(expected)
        if not any(
            _fails(template, computed, [*expected[:n], other, *expected[n + 1 :]])
            for other in _others(value, FAR if bounds[n] else NEAR)
        )
    ]
    return result, idle


def _fails(
    template: Callable[..., Any], computed: Sequence[Any], expected: Sequence[Any]
) -> bool:
    try:
        return not bool(template(*computed, *expected))
    except Exception:
        return True


def _others(value: Any, steps: Sequence[int]) -> Iterator[Any]:
    """Values that are clearly not this one."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float | complex):
        size = int(abs(value)) + 1
        yield from (value + step * size for step in steps)
        yield -value
    elif isinstance(value, str):
        yield from (value + "?", "")
    else:
        yield 0
