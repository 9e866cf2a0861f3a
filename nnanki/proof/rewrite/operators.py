"""Operators and patterns that say the same in other words."""

from __future__ import annotations

import ast

from nnanki.proof.mutate.sites import nodes, one
from nnanki.proof.mutate.splice import Module
from nnanki.proof.rewrite.making import is_torch_call, method_call, torch_call
from nnanki.proof.rewrite.registry import Changes, rewrite

EINSUM = "ik,kj->ij"  # what `@` does
PATTERNS = ("ij,jk->ik", "ik,kj", "ij,jk", "ki,ij")  # the last one is its transpose
ORDER = (ast.Lt, ast.LtE, ast.Eq, ast.NotEq, ast.GtE, ast.Gt)
TURNED = (ast.Gt, ast.GtE, ast.Eq, ast.NotEq, ast.LtE, ast.Lt)
MIRRORED = dict(zip(ORDER, TURNED, strict=True))


@rewrite
def commute(module: Module) -> Changes:
    """Operands of a sum or a product stand in either order."""
    for node in nodes(module, ast.BinOp):
        if isinstance(node.op, ast.Add | ast.Mult):
            yield one(node, ast.BinOp(node.right, node.op, node.left))
    for statement in nodes(module, ast.AugAssign):
        value = statement.value
        if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add | ast.Mult):
            turned = ast.BinOp(value.right, value.op, value.left)
            yield one(value, turned)


@rewrite
def mirror_comparison(module: Module) -> Changes:
    """A comparison may be read from the right."""
    for node in nodes(module, ast.Compare):
        turned = MIRRORED.get(type(node.ops[0]))
        if len(node.ops) == 1 and turned is not None:
            yield one(node, ast.Compare(node.comparators[0], [turned()], [node.left]))


@rewrite
def power(module: Module) -> Changes:
    """A square is a product, and a method, too."""
    for node in nodes(module, ast.BinOp):
        two = isinstance(node.right, ast.Constant) and node.right.value == 2
        if isinstance(node.op, ast.Pow) and two:
            if isinstance(node.left, ast.Name):
                yield one(node, ast.BinOp(node.left, ast.Mult(), node.left))
            yield one(node, method_call(node.left, "pow", ast.Constant(2)))
            yield one(node, method_call(node.left, "square"))
            yield one(node, torch_call("square", node.left))


@rewrite
def spell_matmul(module: Module) -> Changes:
    """The operator of the matrix product is a function, a method and a pattern."""
    for node in nodes(module, ast.BinOp):
        if isinstance(node.op, ast.MatMult):
            a, b = node.left, node.right
            yield one(node, torch_call("matmul", a, b))
            yield one(node, method_call(a, "matmul", b))
            yield one(node, torch_call("einsum", ast.Constant(EINSUM), a, b))
    for call in nodes(module, ast.Call):
        if is_torch_call(call, "einsum") and len(call.args) == 3:
            yield one(call, ast.BinOp(call.args[1], ast.MatMult(), call.args[2]))
            yield one(call, torch_call("matmul", *call.args[1:]))


@rewrite
def other_letters(module: Module) -> Changes:
    """A pattern has letters of any names, and its result may go without saying."""
    for node in nodes(module, ast.Constant):
        if node.value == EINSUM:
            for pattern in PATTERNS:
                yield one(node, ast.Constant(pattern))
