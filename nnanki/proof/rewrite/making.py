"""Pieces of code that rewrites put together."""

from __future__ import annotations

import ast
from copy import deepcopy

from nnanki.proof.mutate.sites import called


def name(identifier: str) -> ast.Name:
    """A name that is read."""
    return ast.Name(identifier, ast.Load())


def torch_call(function: str, *arguments: ast.expr) -> ast.Call:
    """A call of `torch.FUNCTION`."""
    return method_call(name("torch"), function, *arguments)


def method_call(thing: ast.expr, method: str, *arguments: ast.expr) -> ast.Call:
    """A call of a method of something."""
    return ast.Call(ast.Attribute(thing, method, ast.Load()), [*arguments], [])


def loaded(node: ast.expr) -> ast.expr:
    """An expression that was assigned to, as one that is read."""
    copy = deepcopy(node)
    if isinstance(copy, ast.Name | ast.Attribute | ast.Subscript):
        copy.ctx = ast.Load()
    return copy


def is_torch_call(call: ast.Call, *names: str) -> bool:
    """Whether something is called as `torch.NAME(…)`, with one of these names."""
    function = call.func
    if not isinstance(function, ast.Attribute):
        return False
    owner = function.value
    ours = isinstance(owner, ast.Name) and owner.id == "torch"
    return ours and called(call) in names
