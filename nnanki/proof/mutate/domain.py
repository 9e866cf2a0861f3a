"""What learners of neural networks get wrong: products, axes, gradients, updates."""

from __future__ import annotations

import ast
import re
from itertools import pairwise

from nnanki.proof.mutate.registry import Changes, operator
from nnanki.proof.mutate.sites import (
    called,
    first_of,
    function_of,
    keyword_dropped,
    nodes,
    one,
    parameters,
    renamed,
    without,
)
from nnanki.proof.mutate.splice import Module

AXES = ("dim", "axis")
KEEPING = ("keepdim", "keepdims")


# -- products -------------------------------------------------------------------------


@operator("The order of a matrix product matters: `a @ b` is not `b @ a`.")
def swap_matmul(module: Module) -> Changes:
    for node in nodes(module, ast.BinOp):
        if isinstance(node.op, ast.MatMult):
            yield one(node, ast.BinOp(node.right, node.op, node.left))


@operator("`*` multiplies elementwise; `@` is the matrix product.")
def multiply_elementwise(module: Module) -> Changes:
    for node in nodes(module, ast.BinOp):
        if isinstance(node.op, ast.MatMult):
            yield one(node, ast.BinOp(node.left, ast.Mult(), node.right))


@operator("Rows and columns are not alike: a transpose cannot be left out.")
def drop_transpose(module: Module) -> Changes:
    for node in nodes(module, ast.expr):
        if isinstance(node, ast.Attribute) and node.attr in ("T", "mT"):
            yield one(node, node.value)
        elif isinstance(node, ast.Call) and called(node) in ("t", "transpose"):
            inner = first_of(node)
            if inner is not None:
                yield one(node, inner)


@operator("The first index is the row, the second the column.")
def swap_indices(module: Module) -> Changes:
    for node in nodes(module, ast.Subscript):
        if not isinstance(node.slice, ast.Tuple):
            outer = node.value  # a[i][k]
            if isinstance(outer, ast.Subscript):
                inner = ast.Subscript(outer.value, node.slice, ast.Load())
                yield one(node, ast.Subscript(inner, outer.slice, node.ctx))
            continue
        for n, (left, right) in enumerate(pairwise(node.slice.elts)):
            items = [*node.slice.elts[:n], right, left, *node.slice.elts[n + 2 :]]
            swapped = ast.Tuple(items, ast.Load())
            yield one(node, ast.Subscript(node.value, swapped, node.ctx))


EQUATION = re.compile(r"[a-z]+(,[a-z]+)*->[a-z]*")


@operator("The letters behind `->` say which axis of the result comes first.")
def swap_einsum_output(module: Module) -> Changes:
    for node, equation in _equations(module):
        head, _, result = equation.partition("->")
        yield one(node, ast.Constant(f"{head}->{result[::-1]}"))


@operator("Each letter names one axis: in `ik`, `i` is the row and `k` the column.")
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


@operator("Axis 0 runs down the rows, axis 1 along the columns.")
def flip_axis(module: Module) -> Changes:
    for node in nodes(module, ast.keyword):
        value = node.value
        if node.arg in AXES and isinstance(value, ast.Constant | ast.UnaryOp):
            flipped = 1 if isinstance(value, ast.Constant) and value.value == 0 else 0
            yield one(value, ast.Constant(flipped))


@operator("Without an axis everything is summed, not each row or column.")
def drop_axis(module: Module) -> Changes:
    yield from keyword_dropped(module, AXES)


@operator("A sum drops its axis; `keepdim` keeps it, so that the shapes still match.")
def drop_keepdim(module: Module) -> Changes:
    yield from keyword_dropped(module, KEEPING)


@operator("`None` in an index makes an axis of size 1, which broadcasting stretches.")
def drop_new_axis(module: Module) -> Changes:
    for node in nodes(module, ast.Subscript):
        items = node.slice.elts if isinstance(node.slice, ast.Tuple) else []
        for n, item in enumerate(items):
            if isinstance(item, ast.Constant) and item.value is None:
                kept = ast.Tuple(without(items, n), ast.Load())
                yield one(node, ast.Subscript(node.value, kept, node.ctx))


@operator("A column minus a flat row broadcasts to a square; no error tells.")
def add_squeeze(module: Module) -> Changes:
    if "torch" not in module.text and "numpy" not in module.text:
        return
    for node in nodes(module, ast.BinOp):
        function = function_of(module, node)
        known = parameters(function) if function else []
        if isinstance(node.op, ast.Sub) and getattr(node.left, "id", "") in known:
            squeeze = ast.Attribute(node.left, "squeeze", ast.Load())
            yield one(node, ast.BinOp(ast.Call(squeeze, [], []), node.op, node.right))


# -- reductions and kinks -------------------------------------------------------------

PAIRS = {"sum": "mean", "mean": "sum", "max": "min", "min": "max"}
PAIRS |= {"maximum": "minimum", "minimum": "maximum", "argmax": "argmin"}
PAIRS |= {"argmin": "argmax", "all": "any", "any": "all", "zeros": "ones"}


@operator("A mean is a sum divided by how many there are.")
def swap_sum_and_mean(module: Module) -> Changes:
    yield from _swapped(module, ("sum", "mean"))


@operator("The larger of zero and x is ReLU; the smaller one keeps the negatives.")
def swap_max_and_min(module: Module) -> Changes:
    names = ("max", "min", "maximum", "minimum", "argmax", "argmin", "any", "all")
    yield from _swapped(module, names)


def _swapped(module: Module, names: tuple[str, ...]) -> Changes:
    for node in nodes(module, ast.Call):
        if called(node) in names:
            yield one(node, renamed(node, PAIRS[called(node)]))


@operator("Without the absolute value, errors of opposite sign cancel.")
def drop_abs(module: Module) -> Changes:
    for node in nodes(module, ast.Call):
        inner = first_of(node)
        if called(node) in ("abs", "absolute", "fabs") and inner is not None:
            yield one(node, inner)


@operator("The kink of ReLU lies at 0.")
def shift_threshold(module: Module) -> Changes:
    for node in nodes(module, ast.Compare):
        for limit in node.comparators:
            if isinstance(limit, ast.Constant) and limit.value in (0, 0.0):
                yield one(limit, ast.Constant(type(limit.value)(1)))


# -- terms and factors ----------------------------------------------------------------


@operator("Every factor of a product counts.")
def drop_factor(module: Module) -> Changes:
    for node in nodes(module, ast.BinOp):
        if isinstance(node.op, ast.Mult | ast.Div):
            yield one(node, node.left)
        if isinstance(node.op, ast.Mult):
            yield one(node, node.right)


@operator("Every term of a sum counts.")
def drop_term(module: Module) -> Changes:
    for node in nodes(module, ast.BinOp):
        if isinstance(node.op, ast.Add | ast.Sub):
            yield one(node, node.left)
        if isinstance(node.op, ast.Add):
            yield one(node, node.right)
