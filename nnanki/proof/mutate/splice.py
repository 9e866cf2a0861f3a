"""One change to a definition's tree, put into the text of its module.

libcst was measured for this: for the 1239 changes to nnanki/nn it took 12 s instead of
1.4 s, as it walks and writes the whole module for each, and 150 of them had no node of
its own to replace, so that nothing here would have become shorter.
"""

from __future__ import annotations

import ast
import hashlib
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Part = ast.expr | ast.stmt


@dataclass(frozen=True)
class Change:
    """Nodes that stand side by side, and what stands there instead.

    One expression (or slice, or argument), or statements of one block.
    """

    old: tuple[Part, ...]
    new: tuple[Part, ...]


@dataclass(frozen=True)
class Splice:
    """The text with a change in it, and the two excerpts that differ."""

    line: int
    column: int
    before: str
    after: str
    text: str
    node: ast.stmt


class Module:
    """The text of a module, and the definition in it that is changed."""

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name
        self.lines = text.split("\n")
        tree = ast.parse(text)
        self.node = find(tree, name)
        self.imported = imported(tree)
        self.parents: dict[ast.AST, tuple[ast.AST, str, int | None]] = {}
        for parent in ast.walk(self.node):
            for field, value in ast.iter_fields(parent):
                many = isinstance(value, list)
                for n, child in enumerate(value if many else [value]):
                    if isinstance(child, ast.AST):
                        self.parents[child] = (parent, field, n if many else None)

    def parent(self, node: ast.AST) -> ast.AST | None:
        """What a node stands in; None for the definition itself."""
        entry = self.parents.get(node)
        return entry[0] if entry else None

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """All that a node stands in, from the inside out."""
        parent = self.parent(node)
        while parent is not None:
            yield parent
            parent = self.parent(parent)

    def splice(self, change: Change) -> Splice | None:
        """The change as text, if its tree comes out of the text again."""
        for node in change.new:
            ast.fix_missing_locations(node)
        goal = self._goal(change)
        first = change.old[0]
        start, stop = self._span(first, change.old[-1])
        before = self.text[start:stop]
        column = len(self.lines[first.lineno - 1].encode()[: first.col_offset].decode())
        for after in self._texts(change):
            text = self.text[:start] + after + self.text[stop:]
            try:
                node = find(ast.parse(text), self.name)
            except (SyntaxError, KeyError):
                continue
            # Without brackets `-` may bind otherwise than the tree says, and the mutant
            # would be another one than its name tells.
            if ast.dump(node) == goal:
                old, new = (
                    textwrap.dedent(" " * column + part) for part in (before, after)
                )
                return Splice(first.lineno, column + 1, old, new, text, node)
        return None

    def _goal(self, change: Change) -> str:
        """The definition as it will be, in the form of `ast.dump`."""
        parent, field, number = self.parents[change.old[0]]
        if number is None:
            child = getattr(parent, field)
            setattr(parent, field, change.new[0])
            goal = ast.dump(self.node)
            setattr(parent, field, child)
            return goal
        siblings = getattr(parent, field)
        originals = list(siblings)
        siblings[number : number + len(change.old)] = change.new
        goal = ast.dump(self.node)
        siblings[:] = originals
        return goal

    def _texts(self, change: Change) -> Iterator[str]:
        """Ways to write a change: the first that gives the goal's tree is taken."""
        texts = [ast.unparse(node) for node in change.new]
        if isinstance(change.old[0], ast.stmt):
            margin = " " * change.old[0].col_offset
            # The second way is for a statement behind a colon or a semicolon.
            yield textwrap.indent("\n".join(texts), margin)[len(margin) :]
            yield "; ".join(texts)
        else:
            yield ", ".join(texts)
            yield f"({', '.join(texts)})"

    def _span(self, first: Part, last: Part) -> tuple[int, int]:
        end = (last.end_lineno or last.lineno, last.end_col_offset or 0)
        return self._offset(first.lineno, first.col_offset), self._offset(*end)

    def _offset(self, line: int, column: int) -> int:
        """Where a place of the tree, which counts bytes, lies in the text."""
        before = sum(len(text) + 1 for text in self.lines[: line - 1])
        return before + len(self.lines[line - 1].encode()[:column].decode())


def find(tree: ast.Module, name: str) -> ast.stmt:
    """The statement that defines a dotted name; KeyError if there is none."""
    body: Sequence[ast.AST] = tree.body
    definition: ast.stmt | None = None
    for part in name.split("."):
        definition = next((n for n in _flat(body) if part in _defines(n)), None)
        if definition is None:
            raise KeyError(name)
        body = getattr(definition, "body", [])
    assert definition is not None
    return definition


def imported(tree: ast.Module) -> frozenset[str]:
    """The names that stand for modules: what `import` binds.

    What `from` takes out of a package may be a function as well as a module. It counts
    as a module where the package itself is imported, too: `from torch import nn`.
    """
    packages: set[str] = set()
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            packages |= {alias.name.partition(".")[0] for alias in node.names}
            names |= {a.asname or a.name.partition(".")[0] for a in node.names}
    for node in ast.walk(tree):
        package = (node.module or "") if isinstance(node, ast.ImportFrom) else ""
        if isinstance(node, ast.ImportFrom) and package.partition(".")[0] in packages:
            names |= {alias.asname or alias.name for alias in node.names}
    return frozenset(names)


def _flat(body: Sequence[ast.AST]) -> Iterator[ast.stmt]:
    """Statements of a block, and of what decides about them, such as `if`."""
    # A card may quote what a module defines in two ways, by the version of a library.
    for node in body:
        if isinstance(node, ast.If | ast.Try | ast.With | ast.ExceptHandler):
            yield from _flat(list(ast.iter_child_nodes(node)))
        elif isinstance(node, ast.stmt):
            yield node


def _defines(node: ast.stmt) -> set[str]:
    if isinstance(node, Definition):
        return {node.name}
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return {target.id for target in targets if isinstance(target, ast.Name)}
    return set()


# -- meaning --------------------------------------------------------------------------


def meaning(node: ast.stmt) -> str:
    """The digest of a definition without its docstrings, comments and layout."""
    documented = (n for n in ast.walk(node) if has_docstring(n))
    docstrings = {id(getattr(inner, "body", [None])[0]) for inner in documented}
    return hashlib.sha256(_dump(node, docstrings).encode()).hexdigest()


def has_docstring(node: ast.AST) -> bool:
    """Whether a definition begins with a text about it."""
    if not isinstance(node, Definition):
        return False
    return ast.get_docstring(node, clean=False) is not None


def _dump(node: object, without: set[int]) -> str:
    if isinstance(node, list):
        items = (_dump(item, without) for item in node if id(item) not in without)
        return f"[{','.join(items)}]"
    if isinstance(node, ast.AST):
        inner = ",".join(_dump(value, without) for _, value in ast.iter_fields(node))
        return f"{type(node).__name__}({inner})"
    return repr(node)
