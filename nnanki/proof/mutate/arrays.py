"""What people get wrong about arrays, NumPy's and torch's alike: products and axes."""

from __future__ import annotations

import ast
import re

from nnanki.proof.mutate.registry import Changes, operator
from nnanki.proof.mutate.sites import (
    callee,
    first_of,
    function_of,
    keyword_dropped,
    nodes,
    one,
    parameters,
    without,
)
from nnanki.proof.mutate.splice import Module

# Arrays also reach functions of modules that import neither library, so the imports of
# the whole package decide, see `Library.libraries`.
LIBRARIES = ("numpy", "torch")
AXES = ("dim", "axis")
KEEPING = ("keepdim", "keepdims")


# -- products -------------------------------------------------------------------------


@operator("The order of a matrix product matters: `a @ b` is not `b @ a`.", LIBRARIES)
def swap_matmul(module: Module) -> Changes:
    for node in nodes(module, ast.BinOp):
        if isinstance(node.op, ast.MatMult):
            yield one(node, ast.BinOp(node.right, node.op, node.left))


@operator("`*` multiplies elementwise; `@` is the matrix product.", LIBRARIES)
def multiply_elementwise(module: Module) -> Changes:
    for node in nodes(module, ast.BinOp):
        if isinstance(node.op, ast.MatMult):
            yield one(node, ast.BinOp(node.left, ast.Mult(), node.right))


@operator("Rows and columns are not alike: a transpose cannot be left out.", LIBRARIES)
def drop_transpose(module: Module) -> Changes:
    for node in nodes(module, ast.expr):
        if isinstance(node, ast.Attribute) and node.attr in ("T", "mT"):
            yield one(node, node.value)
        elif isinstance(node, ast.Call) and callee(node) in ("t", "transpose"):
            inner = first_of(module, node)
            if inner is not None:
                yield one(node, inner)


EQUATION = re.compile(r"[a-z]+(,[a-z]+)*->[a-z]*")


@operator(
    "The letters behind `->` say which axis of the result comes first.", LIBRARIES
)
def swap_einsum_output(module: Module) -> Changes:
    for node, equation in _equations(module):
        head, _, result = equation.partition("->")
        # What reads the same backwards is no change; `mutants` leaves that out.
        yield one(node, ast.Constant(f"{head}->{result[::-1]}"))


@operator(
    "Each letter names one axis: in `ik`, `i` is the row and `k` the column.", LIBRARIES
)
def swap_einsum_operand(module: Module) -> Changes:
    for node, equation in _equations(module):
        head, _, result = equation.partition("->")
        operands = head.split(",")
        for n, letters in enumerate(operands):
            swapped = [*operands[:n], letters[::-1], *operands[n + 1 :]]
            yield one(node, ast.Constant(f"{','.join(swapped)}->{result}"))


def _equations(module: Module) -> list[tuple[ast.Constant, str]]:
    return [
        (node, node.value)
        for node in nodes(module, ast.Constant)
        if isinstance(node.value, str) and EQUATION.fullmatch(node.value)
    ]


# -- shapes ---------------------------------------------------------------------------


@operator("Axis 0 runs down the rows, axis 1 along the columns.", LIBRARIES)
def flip_axis(module: Module) -> Changes:
    for node in nodes(module, ast.keyword):
        value = node.value
        if node.arg in AXES and isinstance(value, ast.Constant | ast.UnaryOp):
            flipped = 1 if isinstance(value, ast.Constant) and value.value == 0 else 0
            yield one(value, ast.Constant(flipped))


@operator("Without an axis everything is summed, not each row or column.", LIBRARIES)
def drop_axis(module: Module) -> Changes:
    yield from keyword_dropped(module, AXES)


@operator(
    "A sum drops its axis; `keepdim` keeps it, so that the shapes still match.",
    LIBRARIES,
)
def drop_keepdim(module: Module) -> Changes:
    yield from keyword_dropped(module, KEEPING)


@operator(
    "`None` in an index makes an axis of size 1, which broadcasting stretches.",
    LIBRARIES,
)
def drop_new_axis(module: Module) -> Changes:
    for node in nodes(module, ast.Subscript):
        items = node.slice.elts if isinstance(node.slice, ast.Tuple) else []
        for n, item in enumerate(items):
            if isinstance(item, ast.Constant) and item.value is None:
                others = ast.Tuple(without(items, n), ast.Load())
                yield one(node, ast.Subscript(node.value, others, node.ctx))


@operator(
    "A column minus a flat row broadcasts to a square; no error tells.", LIBRARIES
)
def add_squeeze(module: Module) -> Changes:
    # In a module that speaks of no library, what is subtracted are mostly numbers. They
    # have no `squeeze`, so that every test notices: such a mutant proves nothing.
    if not any(library in module.text for library in LIBRARIES):
        return
    for node in nodes(module, ast.BinOp):
        function = function_of(module, node)
        names = parameters(function) if function else []
        if isinstance(node.op, ast.Sub) and getattr(node.left, "id", "") in names:
            squeeze = ast.Attribute(node.left, "squeeze", ast.Load())
            yield one(node, ast.BinOp(ast.Call(squeeze, [], []), node.op, node.right))
