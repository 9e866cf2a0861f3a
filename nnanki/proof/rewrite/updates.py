"""Assignments and updates that do the same."""

from __future__ import annotations

import ast

from nnanki.proof.mutate.sites import called, nodes, one
from nnanki.proof.mutate.splice import Module
from nnanki.proof.rewrite.making import loaded, method_call, torch_call
from nnanki.proof.rewrite.registry import Changes, rewrite


@rewrite
def unfold_update(module: Module) -> Changes:
    """An update in place can be written as an assignment."""
    for node in nodes(module, ast.AugAssign):
        new = ast.BinOp(loaded(node.target), node.op, node.value)
        yield one(node, ast.Assign([node.target], new))


@rewrite
def fold_update(module: Module) -> Changes:
    """An assignment that adds to what is there is an update."""
    for node in nodes(module, ast.Assign):
        target, value = node.targets[0], node.value
        if isinstance(value, ast.BinOp) and isinstance(
            target, ast.Name | ast.Attribute | ast.Subscript
        ):
            same = ast.dump(loaded(target)) == ast.dump(value.left)
            if same:
                yield one(node, ast.AugAssign(target, value.op, value.right))


@rewrite
def step_by_method(module: Module) -> Changes:
    """A step against the gradient is a method that works in place, too."""
    for node in nodes(module, ast.AugAssign):
        if isinstance(node.op, ast.Sub):
            thing = loaded(node.target)
            yield one(node, ast.Expr(method_call(thing, "sub_", node.value)))
            if isinstance(node.value, ast.BinOp):
                left = ast.UnaryOp(ast.USub(), node.value.left)
                minus = ast.BinOp(left, node.value.op, node.value.right)
                yield one(node, ast.AugAssign(node.target, ast.Add(), minus))


@rewrite
def clear_gradient(module: Module) -> Changes:
    """A gradient is cleared by taking it away, or by setting it to zero."""
    for node in nodes(module, ast.Assign):
        target = node.targets[0]
        nothing = isinstance(node.value, ast.Constant) and node.value.value is None
        if isinstance(target, ast.Attribute) and target.attr == "grad" and nothing:
            yield one(node, ast.Expr(method_call(loaded(target), "zero_")))
            zeros = torch_call("zeros_like", target.value)
            yield one(node, ast.Assign([target], zeros))


@rewrite
def append_by_adding(module: Module) -> Changes:
    """To append is to add a list of one."""
    for node in nodes(module, ast.Expr):
        call = node.value
        if isinstance(call, ast.Call) and called(call) == "append":
            assert isinstance(call.func, ast.Attribute)
            item = ast.List(call.args, ast.Load())
            yield one(node, ast.AugAssign(_stored(call.func.value), ast.Add(), item))


def _stored(node: ast.expr) -> ast.Name:
    return ast.Name(node.id if isinstance(node, ast.Name) else "_", ast.Store())
