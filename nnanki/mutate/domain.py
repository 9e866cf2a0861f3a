"""What learners of neural networks get wrong: products, axes, gradients, updates."""

from __future__ import annotations

import ast
import re
from copy import copy
from itertools import pairwise

from nnanki.mutate.registry import Changes, operator
from nnanki.mutate.sites import (
    blocks,
    called,
    first_of,
    function_of,
    nodes,
    one,
    parameters,
    removed,
    renamed,
    without,
)
from nnanki.mutate.splice import Change, Module

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
    yield from _keyword_dropped(module, AXES)


@operator("A sum drops its axis; `keepdim` keeps it, so that the shapes still match.")
def drop_keepdim(module: Module) -> Changes:
    yield from _keyword_dropped(module, KEEPING)


def _keyword_dropped(module: Module, names: tuple[str, ...]) -> Changes:
    for node in nodes(module, ast.Call):
        for n, keyword in enumerate(node.keywords):
            if keyword.arg in names:
                kept = without(node.keywords, n)
                yield one(node, ast.Call(node.func, node.args, kept))


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


@operator("Every factor counts: the learning rate, the 2 of a square, the 1/n.")
def drop_factor(module: Module) -> Changes:
    for node in nodes(module, ast.BinOp):
        if isinstance(node.op, ast.Mult | ast.Div):
            yield one(node, node.left)
        if isinstance(node.op, ast.Mult):
            yield one(node, node.right)


@operator("Every term counts, the bias, too.")
def drop_term(module: Module) -> Changes:
    for node in nodes(module, ast.BinOp):
        if isinstance(node.op, ast.Add | ast.Sub):
            yield one(node, node.left)
        if isinstance(node.op, ast.Add):
            yield one(node, node.right)


# -- gradients ------------------------------------------------------------------------


@operator("The gradient points uphill, so a step that adds it makes the loss grow.")
def flip_step(module: Module) -> Changes:
    for node in nodes(module, ast.AugAssign):
        if isinstance(node.op, ast.Sub):
            yield one(node, ast.AugAssign(node.target, ast.Add(), node.value))


@operator("`backward` adds to `.grad`, so each step also repeats all earlier ones.")
def drop_zero_grad(module: Module) -> Changes:
    for node in nodes(module, ast.stmt):
        if _zeroes(node):
            yield removed(node)


@operator("A gradient that is zeroed before the update never moves anything.")
def misplace_zero_grad(module: Module) -> Changes:
    for block in blocks(module):
        zero = next((n for n, s in enumerate(block) if _zeroes(s)), None)
        back = next((n for n, s in enumerate(block) if _is_backward(s)), None)
        if zero is not None and back is not None and back + 1 < zero:
            old = block[back + 1 : zero + 1]
            yield Change(tuple(old), (old[-1], *old[:-1]))


def _zeroes(node: ast.stmt) -> bool:
    """`p.grad = None`, `p.grad.zero_()`, `optimizer.zero_grad()`."""
    if isinstance(node, ast.Assign):
        target, value = node.targets[0], node.value
        nothing = isinstance(value, ast.Constant) and value.value in (None, 0)
        return isinstance(target, ast.Attribute) and target.attr == "grad" and nothing
    call = node.value if isinstance(node, ast.Expr) else None
    if call is not None and called(call) == "zero_":
        return ".grad" in ast.unparse(call)
    return call is not None and called(call) == "zero_grad"


@operator("Only `backward` computes gradients, and for the loss of this very step.")
def drop_backward(module: Module) -> Changes:
    for node in nodes(module, ast.stmt):
        if _is_backward(node):
            yield removed(node)


@operator("Each step needs a new gradient: one from before the loop points elsewhere.")
def hoist_backward(module: Module) -> Changes:
    for loop in nodes(module, ast.stmt):
        if not isinstance(loop, ast.For | ast.While):
            continue
        last = next((n for n, s in enumerate(loop.body) if _is_backward(s)), None)
        if last is not None and last + 1 < len(loop.body):
            kept, rest = copy(loop), loop.body[last + 1 :]
            kept.body = rest
            yield Change((loop,), (*loop.body[: last + 1], kept))


def _is_backward(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and called(node.value) == "backward"


@operator("An update is no part of the model: outside `no_grad` autograd refuses it.")
def drop_no_grad(module: Module) -> Changes:
    for node in nodes(module, ast.With):
        if len(node.items) == 1 and called(node.items[0].context_expr) == "no_grad":
            yield Change((node,), tuple(node.body))


@operator("`p -= …` changes the tensor itself; `p = p - …` makes another one.")
def rebind_in_place(module: Module) -> Changes:
    for node in nodes(module, ast.AugAssign):
        function = function_of(module, node)
        known = parameters(function) if function else []
        within = any("no_grad" in ast.unparse(w.items[0]) for w in _withs(module, node))
        if isinstance(node.target, ast.Name) and (within or node.target.id in known):
            name = ast.Name(node.target.id, ast.Load())
            new = ast.BinOp(name, node.op, node.value)
            yield one(node, ast.Assign([node.target], new, lineno=node.lineno))


def _withs(module: Module, node: ast.AST) -> list[ast.With]:
    return [outer for outer in module.above(node) if isinstance(outer, ast.With)]


@operator("Only a leaf that requires a gradient gets one.")
def drop_requires_grad(module: Module) -> Changes:
    yield from _keyword_dropped(module, ("requires_grad",))


@operator("`.item()` takes the number out; without it the whole graph is kept.")
def drop_item(module: Module) -> Changes:
    for node in nodes(module, ast.Call):
        inner = first_of(node)
        if called(node) == "item" and not node.args and inner is not None:
            yield one(node, inner)


@operator("Gradients flow from the loss back: the last operation comes first.")
def drop_reversed(module: Module) -> Changes:
    for node in nodes(module, ast.Call):
        if called(node) == "reversed" and node.args:
            yield one(node, node.args[0])
