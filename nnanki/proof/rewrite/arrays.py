"""Indexes that give the same, of NumPy's arrays and of torch's tensors."""

from __future__ import annotations

import ast

from nnanki.proof.mutate.registry import Changes, rewrite
from nnanki.proof.mutate.sites import nodes, one
from nnanki.proof.mutate.splice import Module

LIBRARIES = ("numpy", "torch")


@rewrite("Two indexes in one pair of brackets, or in two.", LIBRARIES)
def index_twice(module: Module) -> Changes:
    for node in nodes(module, ast.Subscript):
        if isinstance(node.slice, ast.Tuple) and len(node.slice.elts) == 2:
            first, second = node.slice.elts
            # Behind a slice the second index would count rows again: `a[:][k]`.
            if not isinstance(first, ast.Slice):
                inner = ast.Subscript(node.value, first, ast.Load())
                whole = isinstance(second, ast.Slice) and ast.unparse(second) == ":"
                if whole:
                    yield one(node, inner)
                else:
                    yield one(node, ast.Subscript(inner, second, node.ctx))
