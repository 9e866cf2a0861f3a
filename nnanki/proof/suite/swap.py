"""Puts a mutant in the place of the code that everybody has imported."""

from __future__ import annotations

import ast
import gc
from collections.abc import Iterator
from functools import _lru_cache_wrapper
from types import CodeType, FunctionType

from .loops import codes, compiled

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Unswappable(Exception):
    """A mutant of what ran at import: only importing it anew shows what it does."""


class Originals:
    """The functions of some files as they were imported."""

    def __init__(self, files: dict[str, str]) -> None:
        self.trees = {path: ast.parse(text) for path, text in files.items()}
        self.codes = {
            path: dict(codes(compiled(ast.parse(text), path)))
            for path, text in files.items()
        }
        self.functions: dict[CodeType, list[FunctionType]] = {}
        self.caches: list[_lru_cache_wrapper[object]] = []
        # Functions may be anywhere: in tables, in closures, in other modules.
        for thing in gc.get_objects():
            if type(thing) is FunctionType and thing.__code__.co_filename in files:
                self.functions.setdefault(thing.__code__, []).append(thing)
            elif type(thing) is _lru_cache_wrapper:
                code = getattr(getattr(thing, "__wrapped__", None), "__code__", None)
                if code is not None and code.co_filename in files:
                    self.caches.append(thing)

    def function(self, path: str, name: str) -> FunctionType | None:
        """A function of a file, by its dotted name; None if it is none, or several."""
        code = self.codes[path].get(name)
        functions = self.functions.get(code, []) if code is not None else []
        return functions[0] if len(functions) == 1 else None

    def swap(self, path: str, name: str, text: str) -> None:
        """Let the definition `name` of a file do what it does in `text`."""
        top = name.partition(".")[0]
        before, after = (
            _statement(t, top) for t in (self.trees[path], ast.parse(text))
        )
        differing = list(_differing(before, after))
        new = dict(codes(compiled(ast.Module([after], []), path)))
        for place, node, same_defaults in differing:
            old_code, code = self.codes[path].get(place), new.get(place)
            # Of two functions with one name nobody can tell which code is whose.
            twins = f"{place}#2" in new
            if twins or old_code is None or code is None:
                raise Unswappable(place)
            if old_code.co_freevars != code.co_freevars:
                raise Unswappable(place)
            # Whoever has imported the function holds the object, not its name, so the
            # object stays and only its code is exchanged.
            for function in self.functions.get(old_code, []):
                function.__code__ = code
                if not same_defaults:
                    _set_defaults(function, node)
        for cache in self.caches:  # they remember what the old code gave
            cache.cache_clear()


def _statement(tree: ast.Module, name: str) -> ast.stmt:
    """The one statement at the top of a module that defines a name."""
    nodes = [node for node in tree.body if getattr(node, "name", "") == name]
    if len(nodes) != 1:
        raise Unswappable(name)
    return nodes[0]


def _differing(
    before: ast.AST, after: ast.AST, prefix: str = ""
) -> Iterator[tuple[str, Function, bool]]:
    """Functions that differ, and whether their defaults are the same.

    Raises Unswappable where anything differs outside of functions.
    """
    if isinstance(before, Function) and isinstance(after, Function):
        if ast.dump(_shell(before)) != ast.dump(_shell(after)):
            raise Unswappable(prefix)
        if ast.dump(before) != ast.dump(after):
            same = ast.dump(_defaults(before)) == ast.dump(_defaults(after))
            yield prefix + before.name, after, same
        return
    old, new = list(ast.iter_child_nodes(before)), list(ast.iter_child_nodes(after))
    if type(before) is not type(after) or len(old) != len(new):
        raise Unswappable(prefix)
    if not any(isinstance(node, Function) for node in ast.walk(before)):
        if ast.dump(before) != ast.dump(after):
            raise Unswappable(prefix)
        return
    inner = f"{prefix}{before.name}." if isinstance(before, ast.ClassDef) else prefix
    for one, other in zip(old, new, strict=True):
        yield from _differing(one, other, inner)


def _shell(node: Function) -> ast.AST:
    """A function without what a swap can change."""
    plain = [ast.arg(a.arg) for a in ast.walk(node.args) if isinstance(a, ast.arg)]
    arguments = ast.arguments([], plain, None, [], [], None, [])
    return type(node)(node.name, arguments, [], node.decorator_list, None)


def _defaults(node: Function) -> ast.AST:
    keywords = [item or ast.Constant(None) for item in node.args.kw_defaults]
    return ast.Tuple([*node.args.defaults, *keywords], ast.Load())


def _set_defaults(function: FunctionType, node: Function) -> None:
    """Evaluate a function's defaults as its `def` did."""

    def value(expression: ast.expr) -> object:
        code = compile(ast.Expression(expression), "<default>", "eval")
        return eval(code, function.__globals__)

    function.__defaults__ = tuple(map(value, node.args.defaults)) or None
    pairs = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    keywords = {name.arg: value(item) for name, item in pairs if item is not None}
    function.__kwdefaults__ = keywords or None


def clone(function: FunctionType) -> FunctionType:
    """A function that stays as it is when the original is swapped."""
    twin = FunctionType(
        function.__code__,
        function.__globals__,
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    twin.__kwdefaults__ = function.__kwdefaults__
    return twin
