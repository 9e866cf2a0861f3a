"""What people get wrong about tables, be they lists of lists or arrays."""

from __future__ import annotations

import ast
from itertools import pairwise

from nnanki.proof.mutate.registry import Changes, operator
from nnanki.proof.mutate.sites import nodes, one
from nnanki.proof.mutate.splice import Module


@operator("The first index is the row, the second the column.")
def swap_indices(module: Module) -> Changes:
    for node in nodes(module, ast.Subscript):
        if not isinstance(node.slice, ast.Tuple):
            outer = node.value  # a[i][k]
            if isinstance(outer, ast.Subscript):
                inner = ast.Subscript(outer.value, node.slice, ast.Load())
                yield one(node, ast.Subscript(inner, outer.slice, node.ctx))
            continue
        for n, (left, right) in enumerate(pairwise(node.slice.elts)):
            items = [*node.slice.elts[:n], right, left, *node.slice.elts[n + 2 :]]
            swapped = ast.Tuple(items, ast.Load())
            yield one(node, ast.Subscript(node.value, swapped, node.ctx))
