"""Where operators look: nodes that run, without docstrings, annotations, messages."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import TypeVar

from nnanki.proof.mutate.splice import Change, Module, Part, has_docstring

Node = TypeVar("Node", bound=ast.AST)
Item = TypeVar("Item")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def nodes(module: Module, kind: type[Node]) -> Iterator[Node]:
    """All nodes of a type that matter when the definition runs."""
    for node in _inside(module.node):
        if isinstance(node, kind):
            yield node


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    """A node and what it is made of, but nothing that is only read by people."""
    yield node
    # The places of what stands inside an f-string are those of the whole string before
    # Python 3.12, so no change could be put into the text.
    if isinstance(node, ast.JoinedStr):
        return
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        # What an error says is for people: a test that compares the words would only
        # repeat them. Its type counts, see `raise_another`.
        if isinstance(node, ast.Raise):
            continue
        children = value if isinstance(value, list) else [value]
        if field == "body" and has_docstring(node):
            children = children[1:]
        for child in children:
            if isinstance(child, ast.AST):
                yield from _inside(child)


def one(old: Part, new: Part) -> Change:
    """One node in the place of another."""
    return Change((old,), (new,))


def removed(statement: ast.stmt) -> Change:
    """Nothing in the place of a statement."""
    return one(statement, ast.Pass())


def callee(call: ast.AST) -> str:
    """The last name of what is called; empty where that is no name."""
    function = call.func if isinstance(call, ast.Call) else None
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def renamed(call: ast.Call, name: str) -> ast.Call:
    """The same call of another function, or method."""
    function: ast.expr = call.func
    if isinstance(function, ast.Attribute):
        function = ast.Attribute(function.value, name, ast.Load())
    else:
        function = ast.Name(name, ast.Load())
    return ast.Call(function, call.args, call.keywords)


def first_of(module: Module, call: ast.Call) -> ast.expr | None:
    """What a call works on: the object of a method, else the first argument."""
    function = call.func
    owner = function.value if isinstance(function, ast.Attribute) else None
    if owner is not None and getattr(owner, "id", "") not in module.imported:
        return owner
    plain = [arg for arg in call.args if not isinstance(arg, ast.Starred)]
    return plain[0] if plain else None


def parameters(function: Function) -> list[str]:
    """The names of a function's parameters, in order; `self` is none."""
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return [a.arg for a in every if a.arg not in ("self", "cls")]


def function_of(module: Module, node: ast.AST) -> Function | None:
    """The function that a node stands in."""
    return next((n for n in module.above(node) if isinstance(n, Function)), None)


def blocks(module: Module) -> Iterator[list[ast.stmt]]:
    """All lists of statements of the definition."""
    for node in _inside(module.node):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                documented = field == "body" and has_docstring(node)
                yield block[1:] if documented else block


def keyword_dropped(module: Module, names: tuple[str, ...]) -> Iterator[Change]:
    """Each call without one of some keywords."""
    for node in nodes(module, ast.Call):
        for n, keyword in enumerate(node.keywords):
            if keyword.arg in names:
                others = without(node.keywords, n)
                yield one(node, ast.Call(node.func, node.args, others))


def without(items: Sequence[Item], index: int) -> list[Item]:
    """A list without one of its items."""
    return [*items[:index], *items[index + 1 :]]
