"""Slips in what is handed over: arguments, items, indices, names."""

from __future__ import annotations

import ast
from itertools import pairwise

from nnanki.proof.mutate.registry import Changes, operator
from nnanki.proof.mutate.sites import (
    Function,
    callee,
    first_of,
    function_of,
    nodes,
    one,
    parameters,
    without,
)
from nnanki.proof.mutate.splice import Module

# Functions that do not care which of two arguments comes first: such a mutant would
# stay alive for ever.
SYMMETRIC = {"add", "allclose", "equal", "gcd", "isclose", "max", "maximum", "min"} | {
    "minimum",
    "mul",
    "print",
}


@operator()
def skip_call(module: Module) -> Changes:
    for node in nodes(module, ast.Call):
        inner = first_of(module, node)
        # Whose result nobody takes is called for what it does; `drop_statement` has it.
        if inner is not None and not isinstance(module.parent(node), ast.Expr):
            yield one(node, inner)


@operator()
def swap_arguments(module: Module) -> Changes:
    for node in nodes(module, ast.Call):
        if callee(node) in SYMMETRIC:
            continue
        for n, (left, right) in enumerate(pairwise(node.args)):
            if not isinstance(left, ast.Starred) and not isinstance(right, ast.Starred):
                arguments = [*node.args[:n], right, left, *node.args[n + 2 :]]
                yield one(node, ast.Call(node.func, arguments, node.keywords))


@operator()
def drop_argument(module: Module) -> Changes:
    for node in nodes(module, ast.Call):
        # Without its only argument a call mostly fails at once, which proves little.
        for n in range(len(node.args) if len(node.args) > 1 else 0):
            yield one(node, ast.Call(node.func, without(node.args, n), node.keywords))
        for n in range(len(node.keywords)):
            others = without(node.keywords, n)
            yield one(node, ast.Call(node.func, node.args, others))


@operator()
def drop_star(module: Module) -> Changes:
    for node in nodes(module, ast.Starred):
        if isinstance(module.parent(node), ast.Call):
            yield one(node, node.value)


@operator()
def swap_items(module: Module) -> Changes:
    for node in nodes(module, ast.stmt):
        pair = node.value if isinstance(node, ast.Return) else None
        pair = node.targets[0] if isinstance(node, ast.Assign) else pair
        if isinstance(pair, ast.Tuple):
            for n, (left, right) in enumerate(pairwise(pair.elts)):
                items = [*pair.elts[:n], right, left, *pair.elts[n + 2 :]]
                yield one(pair, ast.Tuple(items, pair.ctx))


@operator()
def drop_bound(module: Module) -> Changes:
    for node in nodes(module, ast.Slice):
        if node.lower is not None:
            yield one(node, ast.Slice(None, node.upper, node.step))
        if node.upper is not None:
            yield one(node, ast.Slice(node.lower, None, node.step))


@operator("Counting begins at 0, so the one before the first is the last.")
def shift_index(module: Module) -> Changes:
    for node in nodes(module, ast.Subscript):
        if isinstance(node.slice, ast.Name):
            less = ast.BinOp(node.slice, ast.Sub(), ast.Constant(1))
            yield one(node, ast.Subscript(node.value, less, node.ctx))


@operator()
def confuse_parameters(module: Module) -> Changes:
    for node in nodes(module, ast.Name):
        function = function_of(module, node)
        names = parameters(function) if isinstance(function, Function) else []
        outer = getattr(module.parent(node), "attr", "")
        # What operands have in common is the same whichever is asked for it.
        if outer in ("dtype", "device"):
            continue
        if node.id in names and len(names) > 1 and isinstance(node.ctx, ast.Load):
            other = names[(names.index(node.id) + 1) % len(names)]
            yield one(node, ast.Name(other, ast.Load()))
