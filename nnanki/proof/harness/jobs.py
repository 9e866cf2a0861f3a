"""What is tried on the tests: every mutant of a symbol, and one that must die."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from nnanki.model.card import Place
from nnanki.proof.library import Library, Module
from nnanki.proof.mutate import Mutant, code_digest, mutants
from nnanki.proof.variants import Varied

Subject = dict[str, Any]
CANARY = "canary"  # certainly wrong: it must die, or the gate is dead


def subjects(root: Path, library: Library, symbols: Iterable[str]) -> list[Subject]:
    """Each symbol with its mutants, as the suite wants them."""
    made = []
    operators = library.operators.values()
    for symbol in symbols:
        module, node = library.symbols[symbol]
        text, name = _text(module), library.inner_name(symbol)
        tried = [_canary(text, node), *map(_fields, mutants(text, name, operators))]
        inside = library.statements(symbol)
        made.append(
            {
                "key": symbol,
                "symbol": symbol,
                "path": str(root / module.path),
                "name": name,
                "lines": inside[1] if inside else None,
                "code": code_digest(text, name),
                "text": text,
                "mutants": tried,
            }
        )
    return made


def variants(root: Path, library: Library, tried: Iterable[Varied]) -> list[Subject]:
    """The variants of what cards show, in the form of mutants."""
    return [_varied(root, library, each) for each in tried if each.variants]


def _varied(root: Path, library: Library, varied: Varied) -> Subject:
    module, _ = library.symbols[varied.symbol]
    inside = library.statements(varied.symbol)
    facts: Subject = dict.fromkeys(("before", "digest"), "")
    facts |= {"column": 1, "every": varied.every}
    return {
        "key": varied.key,
        "symbol": varied.symbol,
        "path": str(root / module.path),
        "name": library.inner_name(varied.symbol),
        "lines": inside[1] if inside else None,
        "code": "",
        "text": _text(module),
        "mutants": [
            {
                **facts,
                "operator": variant.name,
                "line": variant.line,
                "after": variant.shown,
                "text": variant.text,
            }
            for variant in varied.variants
        ],
    }


def _text(module: Module) -> str:
    return "\n".join(module.lines) + "\n"


def _fields(mutant: Mutant) -> Subject:
    return {name: getattr(mutant, name) for name in Mutant.__slots__}


def _canary(text: str, node: ast.stmt) -> Subject:
    """The same text, where the first thing that a symbol does is to give up."""
    lines = text.split("\n")
    place = _first(node)
    line = lines[place.line - 1].encode()
    before, after = line[: place.column - 1].decode(), line[place.column - 1 :].decode()
    if isinstance(node, ast.Assign | ast.AnnAssign):
        lines[place.line - 1] = f"{before}... or {after}"
    else:
        between = f"\n{before}" if not before.strip() else "; "
        lines[place.line - 1] = f"{before}raise RuntimeError('canary'){between}{after}"
    facts = {"operator": CANARY, "before": "", "after": "", "digest": ""}
    return {**facts, "line": node.lineno, "column": 1, "text": "\n".join(lines)}


def _first(node: ast.stmt) -> Place:
    """Where the first statement of a function stands, or the value of a name."""
    if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
        return Place("", node.value.lineno, node.value.col_offset + 1)
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    found: Iterator[ast.AST] = (n for n in ast.walk(node) if isinstance(n, functions))
    function = next(found, node)
    body: Sequence[ast.stmt] = getattr(function, "body", [node])
    has = isinstance(function, functions) and ast.get_docstring(function) is not None
    first = body[1] if has and len(body) > 1 else body[0]
    return Place("", first.lineno, first.col_offset + 1)
