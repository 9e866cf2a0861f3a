"""Assignments and updates that do the same."""

from __future__ import annotations

import ast

from nnanki.proof.mutate.registry import Changes, rewrite
from nnanki.proof.mutate.sites import nodes, one
from nnanki.proof.mutate.splice import Module
from nnanki.proof.rewrite.making import loaded


@rewrite("An update in place can be written as an assignment.")
def unfold_update(module: Module) -> Changes:
    for node in nodes(module, ast.AugAssign):
        new = ast.BinOp(loaded(node.target), node.op, node.value)
        yield one(node, ast.Assign([node.target], new))


@rewrite("An assignment that adds to what is there is an update.")
def fold_update(module: Module) -> Changes:
    for node in nodes(module, ast.Assign):
        target, value = node.targets[0], node.value
        if isinstance(value, ast.BinOp) and isinstance(
            target, ast.Name | ast.Attribute | ast.Subscript
        ):
            # `ast.dump` also says that a target is stored to, which no value is.
            same = ast.dump(loaded(target)) == ast.dump(value.left)
            if same:
                yield one(node, ast.AugAssign(target, value.op, value.right))
