"""What people get wrong about torch's gradients: when they are made, added, zeroed."""

from __future__ import annotations

import ast
from copy import copy

from nnanki.proof.mutate.registry import Changes, operator
from nnanki.proof.mutate.sites import (
    blocks,
    callee,
    first_of,
    function_of,
    keyword_dropped,
    nodes,
    one,
    parameters,
    removed,
)
from nnanki.proof.mutate.splice import Change, Module

TORCH = ("torch",)


@operator(
    "`backward` adds to `.grad`, so each step also repeats all earlier ones.", TORCH
)
def drop_zero_grad(module: Module) -> Changes:
    for node in nodes(module, ast.stmt):
        if _zeroes(node):
            yield removed(node)


@operator("A gradient that is zeroed before the update never moves anything.", TORCH)
def misplace_zero_grad(module: Module) -> Changes:
    for block in blocks(module):
        # Only where the order is right can it be made wrong: backward, update, zero.
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
    if call is not None and callee(call) == "zero_":
        return ".grad" in ast.unparse(call)
    return call is not None and callee(call) == "zero_grad"


@operator(
    "Only `backward` computes gradients, and for the loss of this very step.", TORCH
)
def drop_backward(module: Module) -> Changes:
    for node in nodes(module, ast.stmt):
        if _is_backward(node):
            yield removed(node)


@operator(
    "Each step needs a new gradient: one from before the loop points elsewhere.", TORCH
)
def hoist_backward(module: Module) -> Changes:
    for loop in nodes(module, ast.stmt):
        if not isinstance(loop, ast.For | ast.While):
            continue
        last = next((n for n, s in enumerate(loop.body) if _is_backward(s)), None)
        # What follows `backward` stays in the loop, else it would not loop at all.
        if last is not None and last + 1 < len(loop.body):
            rest = copy(loop)
            rest.body = loop.body[last + 1 :]
            yield Change((loop,), (*loop.body[: last + 1], rest))


def _is_backward(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and callee(node.value) == "backward"


@operator(
    "An update is no part of the model: outside `no_grad` autograd refuses it.", TORCH
)
def drop_no_grad(module: Module) -> Changes:
    for node in nodes(module, ast.With):
        if len(node.items) == 1 and callee(node.items[0].context_expr) == "no_grad":
            yield Change((node,), tuple(node.body))


@operator("`p -= …` changes the tensor itself; `p = p - …` makes another one.", TORCH)
def rebind_in_place(module: Module) -> Changes:
    for node in nodes(module, ast.AugAssign):
        function = function_of(module, node)
        names = parameters(function) if function else []
        # Elsewhere the name is a local one, and both ways to write it do the same.
        within = any("no_grad" in ast.unparse(w.items[0]) for w in _withs(module, node))
        if isinstance(node.target, ast.Name) and (within or node.target.id in names):
            name = ast.Name(node.target.id, ast.Load())
            new = ast.BinOp(name, node.op, node.value)
            yield one(node, ast.Assign([node.target], new, lineno=node.lineno))


def _withs(module: Module, node: ast.AST) -> list[ast.With]:
    return [outer for outer in module.above(node) if isinstance(outer, ast.With)]


@operator("Only a leaf that requires a gradient gets one.", TORCH)
def drop_requires_grad(module: Module) -> Changes:
    yield from keyword_dropped(module, ("requires_grad",))


@operator("`.item()` takes the number out; without it the whole graph is kept.", TORCH)
def drop_item(module: Module) -> Changes:
    for node in nodes(module, ast.Call):
        inner = first_of(module, node)
        if callee(node) == "item" and not node.args and inner is not None:
            yield one(node, inner)
