"""One change to a definition's tree, put into the text of its module."""

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
        self.node = find(ast.parse(text), name)
        self.parents: dict[ast.AST, tuple[ast.AST, str, int | None]] = {}
        for parent in ast.walk(self.node):
            for field, value in ast.iter_fields(parent):
                many = isinstance(value, list)
                for n, child in enumerate(value if many else [value]):
                    if isinstance(child, ast.AST):
                        self.parents[child] = (parent, field, n if many else None)

    def parent(self, node: ast.AST) -> ast.AST | None:
        """What a node stands in; None for the definition itself."""
        found = self.parents.get(node)
        return found[0] if found else None

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
        wanted = self._wanted(change)
        first = change.old[0]
        start, stop = self._span(first, change.old[-1])
        before = self.text[start:stop]
        column = len(self.lines[first.lineno - 1].encode()[: first.col_offset].decode())
        for after in self._texts(change):
            text = self.text[:start] + after + self.text[stop:]
            try:
                found = find(ast.parse(text), self.name)
            except (SyntaxError, KeyError):
                continue
            if ast.dump(found) == wanted:
                shown = [
                    textwrap.dedent(" " * column + part) for part in (before, after)
                ]
                return Splice(first.lineno, column + 1, shown[0], shown[1], text, found)
        return None

    def _wanted(self, change: Change) -> str:
        """The definition as it will be, in the form of `ast.dump`."""
        parent, field, number = self.parents[change.old[0]]
        if number is None:
            kept = getattr(parent, field)
            setattr(parent, field, change.new[0])
            wanted = ast.dump(self.node)
            setattr(parent, field, kept)
            return wanted
        siblings = getattr(parent, field)
        kept = list(siblings)
        siblings[number : number + len(change.old)] = change.new
        wanted = ast.dump(self.node)
        siblings[:] = kept
        return wanted

    def _texts(self, change: Change) -> Iterator[str]:
        """Ways to write a change: the one that gives the wanted tree is taken."""
        written = [ast.unparse(node) for node in change.new]
        if isinstance(change.old[0], ast.stmt):
            margin = " " * change.old[0].col_offset
            yield textwrap.indent("\n".join(written), margin)[len(margin) :]
            yield "; ".join(written)
        else:
            yield ", ".join(written)
            yield f"({', '.join(written)})"

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
    found: ast.stmt | None = None
    for part in name.split("."):
        found = next((node for node in _flat(body) if part in _defines(node)), None)
        if found is None:
            raise KeyError(name)
        body = getattr(found, "body", [])
    assert found is not None
    return found


def _flat(body: Sequence[ast.AST]) -> Iterator[ast.stmt]:
    """Statements of a block, and of what decides about them, such as `if`."""
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
        kept = (_dump(item, without) for item in node if id(item) not in without)
        return f"[{','.join(kept)}]"
    if isinstance(node, ast.AST):
        inner = ",".join(_dump(value, without) for _, value in ast.iter_fields(node))
        return f"{type(node).__name__}({inner})"
    return repr(node)
