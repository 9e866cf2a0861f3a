"""Operators that say the same in other words."""

from __future__ import annotations

import ast

from nnanki.proof.mutate.registry import Changes, rewrite
from nnanki.proof.mutate.sites import nodes, one
from nnanki.proof.mutate.splice import Module
from nnanki.proof.rewrite.making import is_square

ORDER = (ast.Lt, ast.LtE, ast.Eq, ast.NotEq, ast.GtE, ast.Gt)
REVERSE = (ast.Gt, ast.GtE, ast.Eq, ast.NotEq, ast.LtE, ast.Lt)
MIRRORED = dict(zip(ORDER, REVERSE, strict=True))


@rewrite("Operands of a sum or a product stand in either order.")
def commute(module: Module) -> Changes:
    for node in nodes(module, ast.BinOp):
        if isinstance(node.op, ast.Add | ast.Mult):
            yield one(node, ast.BinOp(node.right, node.op, node.left))
    # A hidden place may be a whole update, of which the value is only a part.
    for statement in nodes(module, ast.AugAssign):
        value = statement.value
        if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add | ast.Mult):
            yield one(value, ast.BinOp(value.right, value.op, value.left))


@rewrite("A comparison may be read from the right.")
def mirror_comparison(module: Module) -> Changes:
    for node in nodes(module, ast.Compare):
        sign = MIRRORED.get(type(node.ops[0]))
        if len(node.ops) == 1 and sign is not None:
            yield one(node, ast.Compare(node.comparators[0], [sign()], [node.left]))


@rewrite("A square is a product.")
def power(module: Module) -> Changes:
    for node in nodes(module, ast.BinOp):
        # Of more than a name nobody writes the product: it would be computed twice.
        if is_square(node) and isinstance(node.left, ast.Name):
            yield one(node, ast.BinOp(node.left, ast.Mult(), node.left))
