"""Pieces of code that rewrites put together."""

from __future__ import annotations

import ast
from copy import deepcopy


def name(identifier: str) -> ast.Name:
    """A name that is read."""
    return ast.Name(identifier, ast.Load())


def method_call(thing: ast.expr, method: str, *arguments: ast.expr) -> ast.Call:
    """A call of a method of something."""
    return ast.Call(ast.Attribute(thing, method, ast.Load()), [*arguments], [])


def loaded(node: ast.expr) -> ast.expr:
    """An expression that was assigned to, as one that is read."""
    # The tree that a module was parsed to stays as it is: other rewrites look at it.
    copy = deepcopy(node)
    if isinstance(copy, ast.Name | ast.Attribute | ast.Subscript):
        copy.ctx = ast.Load()
    return copy


def is_square(node: ast.BinOp) -> bool:
    """Whether an operation is `… ** 2`."""
    two = isinstance(node.right, ast.Constant) and node.right.value == 2
    return isinstance(node.op, ast.Pow) and two
