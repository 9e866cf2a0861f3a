"""Orders of statements that cannot run: a name is read before anything is in it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence

Order = Sequence[int]
# What stands below these may be evaluated later, elsewhere, or never.
AWAY = (
    ast.BoolOp,
    ast.IfExp,
    ast.Lambda,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
)
# Around the statements: names that are not the function's own, errors that are caught.
ELSEWHERE = (ast.Global, ast.Nonlocal, ast.Try, ast.TryStar, ast.With, ast.AsyncWith)
SIMPLE = (ast.Expr, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return)


def doomed(function: ast.stmt, parts: Sequence[ast.stmt]) -> Callable[[Order], bool]:
    """Tell of an order of these statements whether it surely reads an empty name.

    >>> function = ast.parse("def f(x):\\n    y = x + 1\\n    return y").body[0]
    >>> fails = doomed(function, function.body)
    >>> fails((0, 1)), fails((1, 0))
    (False, True)
    """
    stores = [_stores(ast.walk(part)) for part in parts]
    within = {node for part in parts for node in ast.walk(part)}
    around = [node for node in ast.walk(function) if node not in within]
    own = _stores([node for part in parts for node in _here(part)])
    local = own - _stores(around)
    if any(isinstance(node, ELSEWHERE) for node in around):
        local = set()
    reads = [_reads(part) & local for part in parts]

    def fails(order: Order) -> bool:
        filled: set[str] = set()
        for number in order:
            if not reads[number] <= filled:
                return True
            filled |= stores[number]
        return False

    return fails


def _stores(nodes: Iterator[ast.AST] | Sequence[ast.AST]) -> set[str]:
    """Names that these nodes put something into, arguments among them."""
    names = set()
    for node in nodes:
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                names.add(name)
            case ast.alias(name=name, asname=other):
                names.add(other or name.partition(".")[0])
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                names.add(name)
    return names


def _reads(part: ast.stmt) -> set[str]:
    """Names that a statement surely reads, before it fills them itself."""
    match part:
        case ast.AugAssign(target=ast.Name(id=name)):
            return {name, *_loads(part)}
        case _ if isinstance(part, SIMPLE):
            return set(_loads(part))
    return set()


def _loads(node: ast.AST) -> Iterator[str]:
    for each in _here(node):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load):
            yield each.id


def _here(node: ast.AST) -> Iterator[ast.AST]:
    """A node and those below it, but for what is evaluated elsewhere, or perhaps."""
    yield node
    if not isinstance(node, AWAY):
        for child in ast.iter_child_nodes(node):
            yield from _here(child)
