"""What a card shows of a definition: all, without docstring, its body, its loop."""

from __future__ import annotations

import ast
import tokenize
from collections.abc import Iterator, Sequence
from functools import lru_cache

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Token = tokenize.TokenInfo
TEXT = {tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}


class Unquotable(Exception):
    """A part of a definition that cannot be cut out of its lines."""


def excerpt(
    lines: Sequence[str], node: ast.stmt, part: str
) -> tuple[tuple[int, ...], str]:
    """The line numbers that a part shows, and their text at the left margin."""
    return _excerpt(tuple(lines), node, part)


# The same part is cut out to be quoted, varied, rendered and run again.
@lru_cache(maxsize=256)
def _excerpt(
    lines: tuple[str, ...], node: ast.stmt, part: str
) -> tuple[tuple[int, ...], str]:
    numbers = list(_numbers(lines, node, part))
    while numbers and not lines[numbers[0] - 1].strip():
        numbers.pop(0)
    if not numbers:
        raise Unquotable("nothing is left of it; quote more")
    first = next(iter(statements(node, part)), node)
    own_line = _starts(lines, first)
    # A line that begins inside a string keeps its margin, which is part of the value.
    inside = _inside_strings(lines)
    indent = first.col_offset if own_line else 0
    text = [
        lines[n - 1] if n in inside else _cut(lines[n - 1], indent) for n in numbers
    ]
    if not own_line:  # `def f(x): return x`
        text[0] = text[0].encode()[first.col_offset :].decode()
    return tuple(numbers), "\n".join(text) + "\n"


def put_back(lines: Sequence[str], node: ast.stmt, part: str, text: str) -> list[str]:
    """The lines of a file with another text where a part of a definition stands.

    What `excerpt` left out is there: the margin, and the `def` above a body. The text
    has as many lines as the part.
    """
    numbers, old = excerpt(lines, node, part)
    whole = list(lines)
    parts = old.removesuffix("\n").split("\n")
    new = text.removesuffix("\n").split("\n")
    for number, before, after in zip(numbers, parts, new, strict=True):
        whole[number - 1] = lines[number - 1].removesuffix(before) + after
    return whole


def inner_lines(node: ast.stmt) -> list[int] | None:
    """The lines that run when a definition is called; None where nothing is called."""
    if isinstance(node, ast.ClassDef):
        functions = (n for n in node.body if isinstance(n, Definition))
        return [line for function in functions for line in inner_lines(function) or ()]
    if isinstance(node, Definition):
        return [line for item in _without_docstring(node) for line in _span(item)]
    if any(isinstance(inner, ast.Lambda) for inner in ast.walk(node)):
        return list(_span(node))
    return None


def _numbers(lines: Sequence[str], node: ast.stmt, part: str) -> Iterator[int]:
    if part == "loop":
        inside = statements(node, part)
        yield from range(_span(inside[0]).start, _span(inside[-1]).stop)
        return
    if not isinstance(node, Definition) or not part:
        yield from _span(node)
        return
    head = _head_end(tuple(lines), node)
    docstring = _docstring(lines, node, head)
    one_line = node.body[0].lineno == head
    for line in _span(node):
        below = line >= head if one_line else line > head
        if line not in docstring and (part == "code" or below):
            yield line


def _span(node: ast.stmt | ast.expr) -> range:
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(item.lineno for item in decorators)])
    return range(first, (node.end_lineno or node.lineno) + 1)


def statements(node: ast.stmt, part: str) -> list[ast.stmt]:
    """The statements that a part shows: a body, what a loop repeats, or all as one.

    Of loops within loops the innermost counts; raises Unquotable where none is.
    """
    if part == "body" and isinstance(node, Definition):
        return _without_docstring(node)
    if part != "loop":
        return [node]
    loop, inside = None, node
    while len(loops := _loops(inside)) == 1:
        loop = inside = loops[0]
    if loop is None or loops:
        raise Unquotable("it does not have one loop")
    return list(loop.body)


Loop = ast.For | ast.AsyncFor | ast.While


def _loops(node: ast.AST) -> list[Loop]:
    """The loops in a statement, without those inside of them."""
    loops: list[Loop] = []
    for child in ast.iter_child_nodes(node):
        loops += [child] if isinstance(child, Loop) else _loops(child)
    return loops


def _without_docstring(node: Definition) -> list[ast.stmt]:
    has = ast.get_docstring(node, clean=False) is not None
    return node.body[1:] if has else node.body


def _docstring(lines: Sequence[str], node: Definition, head: int) -> range:
    """The lines of a docstring, which must stand on lines of its own."""
    if ast.get_docstring(node, clean=False) is None:
        return range(0)
    item = node.body[0]
    last = item.end_lineno or item.lineno
    after = lines[last - 1].encode()[item.end_col_offset or 0 :].decode().strip()
    if item.lineno == head or (after and not after.startswith("#")):
        raise Unquotable("other code stands on the line of its docstring")
    return range(item.lineno, last + 1)


def _starts(lines: Sequence[str], node: ast.stmt) -> bool:
    """Whether a statement is the first on its line."""
    return not lines[node.lineno - 1].encode()[: node.col_offset].strip()


def _cut(line: str, indent: int) -> str:
    return line[indent:] if not line[:indent].strip() else line


@lru_cache(maxsize=64)
def _tokens(lines: tuple[str, ...]) -> tuple[Token, ...]:
    source = iter([f"{line}\n" for line in lines])
    return tuple(tokenize.generate_tokens(lambda: next(source, "")))


def _head_end(lines: tuple[str, ...], node: Definition) -> int:
    """The line of the colon that ends `def …` or `class …`."""
    depth = 0
    for token in _tokens(lines):
        if token.start < (node.lineno, node.col_offset) or token.type != tokenize.OP:
            continue
        depth += (token.string in "([{") - (token.string in ")]}")
        if token.string == ":" and depth == 0:
            return token.start[0]
    return node.lineno


def _inside_strings(lines: tuple[str, ...]) -> set[int]:
    """The lines that begin inside a string, where every blank counts."""
    return {
        line
        for token in _tokens(lines)
        if token.type in TEXT
        for line in range(token.start[0] + 1, token.end[0] + 1)
    }
