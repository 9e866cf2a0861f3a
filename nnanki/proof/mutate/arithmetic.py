"""What people get wrong when they compute: order, extremes, signs, what counts.

The sentences name no subject; a project that has a better one for its own replaces the
operator, as the deck of this repository does in `operators/`.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from nnanki.proof.mutate.registry import Changes, operator
from nnanki.proof.mutate.sites import callee, first_of, nodes, one, renamed
from nnanki.proof.mutate.splice import Module

OPPOSITES = {"sum": "mean", "mean": "sum", "max": "min", "min": "max"}
OPPOSITES |= {"maximum": "minimum", "minimum": "maximum", "argmax": "argmin"}
OPPOSITES |= {"argmin": "argmax", "all": "any", "any": "all"}
TOTALS = ("sum", "mean")


@operator("A mean is a sum divided by how many there are.")
def swap_sum_and_mean(module: Module) -> Changes:
    yield from _swapped(module, TOTALS)


@operator("The largest is not the smallest, and `all` is not `any`.")
def swap_max_and_min(module: Module) -> Changes:
    yield from _swapped(module, [name for name in OPPOSITES if name not in TOTALS])


def _swapped(module: Module, names: Sequence[str]) -> Changes:
    for node in nodes(module, ast.Call):
        if callee(node) in names:
            yield one(node, renamed(node, OPPOSITES[callee(node)]))


@operator("Without the absolute value, errors of opposite sign cancel.")
def drop_abs(module: Module) -> Changes:
    for node in nodes(module, ast.Call):
        inner = first_of(module, node)
        if callee(node) in ("abs", "absolute", "fabs") and inner is not None:
            yield one(node, inner)


@operator("A comparison with 0 asks for the sign; one with 1 does not.")
def shift_threshold(module: Module) -> Changes:
    for node in nodes(module, ast.Compare):
        for limit in node.comparators:
            # The type stays: 0.0 becomes 1.0, so that only the number can be noticed.
            if isinstance(limit, ast.Constant) and limit.value in (0, 0.0):
                yield one(limit, ast.Constant(type(limit.value)(1)))


@operator("Every factor of a product counts.")
def drop_factor(module: Module) -> Changes:
    for node in nodes(module, ast.BinOp):
        # Of a quotient the left side alone remains: nobody forgets what is divided.
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


@operator("What is to be taken away must not be added: `-=` is not `+=`.")
def flip_step(module: Module) -> Changes:
    for node in nodes(module, ast.AugAssign):
        if isinstance(node.op, ast.Sub):
            yield one(node, ast.AugAssign(node.target, ast.Add(), node.value))


@operator("Whoever goes backwards begins with the last one.")
def drop_reversed(module: Module) -> Changes:
    for node in nodes(module, ast.Call):
        if callee(node) == "reversed" and node.args:
            yield one(node, node.args[0])
