"""What can be said by adding."""

from __future__ import annotations

import ast

from nnanki.proof.mutate.registry import Changes, rewrite
from nnanki.proof.mutate.sites import nodes, one
from nnanki.proof.mutate.splice import Module


@rewrite("To take away is to add what is negative.")
def subtract_by_adding(module: Module) -> Changes:
    for node in nodes(module, ast.AugAssign):
        if isinstance(node.op, ast.Sub) and isinstance(node.value, ast.BinOp):
            left = ast.UnaryOp(ast.USub(), node.value.left)
            minus = ast.BinOp(left, node.value.op, node.value.right)
            yield one(node, ast.AugAssign(node.target, ast.Add(), minus))


@rewrite("To append is to add a list of one.")
def append_by_adding(module: Module) -> Changes:
    for node in nodes(module, ast.Expr):
        call = node.value
        function = call.func if isinstance(call, ast.Call) else None
        # Of `self.losses` the name alone would not do: only plain names are rewritten.
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
            name = ast.Name(function.value.id, ast.Store())
            if isinstance(call, ast.Call) and function.attr == "append":
                item = ast.List(call.args, ast.Load())
                yield one(node, ast.AugAssign(name, ast.Add(), item))
