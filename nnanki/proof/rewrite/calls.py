"""Calls and indexes that give the same."""

from __future__ import annotations

import ast

from nnanki.proof.mutate.sites import called, nodes, one, without
from nnanki.proof.mutate.splice import Module
from nnanki.proof.rewrite.making import is_torch_call, method_call, name, torch_call
from nnanki.proof.rewrite.registry import Changes, rewrite

TENSOR = {"abs", "exp", "log", "mean", "relu", "sigmoid", "sqrt", "square", "sum"}


@rewrite
def method_or_function(module: Module) -> Changes:
    """What a tensor can do is a method and a function of torch."""
    for node in nodes(module, ast.Call):
        if is_torch_call(node, *TENSOR) and node.args:
            thing, *rest = node.args
            made = method_call(thing, called(node), *rest)
            yield one(node, ast.Call(made.func, made.args, node.keywords))
            if called(node) == "abs":
                yield one(node, ast.Call(name("abs"), [thing], []))
        elif called(node) in TENSOR and isinstance(node.func, ast.Attribute):
            made = torch_call(called(node), node.func.value, *node.args)
            yield one(node, ast.Call(made.func, made.args, node.keywords))


@rewrite
def keyword_or_position(module: Module) -> Changes:
    """An axis may be given by its place, and under NumPy's name."""
    for node in nodes(module, ast.Call):
        if called(node) in TENSOR and len(node.keywords) == 1:
            word = node.keywords[0]
            if word.arg in ("dim", "axis"):
                yield one(node, ast.Call(node.func, [*node.args, word.value], []))
                other = {"dim": "axis", "axis": "dim"}[word.arg]
                again = ast.keyword(other, word.value)
                yield one(node, ast.Call(node.func, node.args, [again]))


@rewrite
def keep_axis(module: Module) -> Changes:
    """That an axis is kept may be said by its place, and as in NumPy."""
    for node in nodes(module, ast.Call):
        for n, word in enumerate(node.keywords):
            if word.arg == "keepdim":
                others = without(node.keywords, n)
                again = ast.keyword("keepdims", word.value)
                yield one(node, ast.Call(node.func, node.args, [*others, again]))
                if node.args and not others:
                    yield one(node, ast.Call(node.func, [*node.args, word.value], []))


@rewrite
def new_axis(module: Module) -> Changes:
    """The second axis is the last one of two, has a name, and is made by an index."""
    for node in nodes(module, ast.Call):
        if called(node) == "unsqueeze" and isinstance(node.func, ast.Attribute):
            place = [argument for argument in node.args if ast.unparse(argument) == "1"]
            for number in place:
                last = ast.UnaryOp(ast.USub(), number)
                index = ast.Tuple([ast.Slice(), ast.Constant(None)], ast.Load())
                yield one(node, ast.Call(node.func, [last], []))
                yield one(node, ast.Call(node.func, [], [ast.keyword("dim", number)]))
                yield one(node, ast.Subscript(node.func.value, index, ast.Load()))


@rewrite
def relu_by_name(module: Module) -> Changes:
    """To set what is negative to zero has many names."""
    for node in nodes(module, ast.Call):
        if is_torch_call(node, "where") and len(node.args) == 3:
            thing = node.args[2]
            yield one(node, torch_call("relu", thing))
            low = [ast.keyword("min", ast.Constant(0))]
            method = method_call(thing, "clamp")
            yield one(node, ast.Call(method.func, [], low))


@rewrite
def index_twice(module: Module) -> Changes:
    """Two indexes in one pair of brackets, or in two."""
    for node in nodes(module, ast.Subscript):
        if isinstance(node.slice, ast.Tuple) and len(node.slice.elts) == 2:
            first, second = node.slice.elts
            if not isinstance(first, ast.Slice):
                inner = ast.Subscript(node.value, first, ast.Load())
                whole = isinstance(second, ast.Slice) and ast.unparse(second) == ":"
                if whole:
                    yield one(node, inner)
                else:
                    yield one(node, ast.Subscript(inner, second, node.ctx))


@rewrite
def dot_product(module: Module) -> Changes:
    """The sum of a product is a dot product."""
    for node in nodes(module, ast.Call):
        plain = called(node) == "sum" and not (node.args or node.keywords)
        thing = node.func.value if isinstance(node.func, ast.Attribute) else None
        product = isinstance(thing, ast.BinOp) and isinstance(thing.op, ast.Mult)
        if plain and product:
            assert isinstance(thing, ast.BinOp)
            yield one(node, ast.BinOp(thing.left, ast.MatMult(), thing.right))
            yield one(node, torch_call("dot", thing.left, thing.right))
