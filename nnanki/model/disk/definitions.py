"""A module's top-level functions and classes, and what is left without them."""

from __future__ import annotations

import ast
import hashlib
from functools import lru_cache

REST = ""  # the name of what is no function and no class
Unit = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@lru_cache(maxsize=256)
def digests(text: str) -> dict[str, str]:
    """The digest of each unit's meaning, and of the rest: comments do not count."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return {REST: _digest(text)}
    units: dict[str, list[str]] = {}
    rest = []
    for node in tree.body:
        if isinstance(node, Unit):
            # Without positions: a definition means the same wherever it moves to.
            units.setdefault(node.name, []).append(ast.dump(node))
        # The rest depends on when a definition comes, and not on what it says.
        rest.append(node.name if isinstance(node, Unit) else ast.dump(node))
    by_name = {name: _digest(*dumps) for name, dumps in units.items()}
    return by_name | {REST: _digest(*rest)}


@lru_cache(maxsize=256)
def units_by_line(text: str) -> dict[int, str]:
    """The unit of each line; lines of the rest are not among them."""
    return {
        line: node.name
        for node in ast.parse(text).body
        if isinstance(node, Unit)
        for line in range(_first(node), (node.end_lineno or node.lineno) + 1)
    }


@lru_cache(maxsize=256)
def mentions(text: str) -> dict[str, frozenset[str]]:
    """All identifiers that each unit, and the rest, mention."""
    mentioned: dict[str, set[str]] = {}
    for node in ast.parse(text).body:
        unit = node.name if isinstance(node, Unit) else REST
        words = mentioned.setdefault(unit, set())
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name):
                words.add(inner.id)
            elif isinstance(inner, ast.Attribute):
                words.add(inner.attr)
    return {unit: frozenset(words) for unit, words in mentioned.items()}


def _first(node: Unit) -> int:
    return min([node.lineno, *(item.lineno for item in node.decorator_list)])


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
