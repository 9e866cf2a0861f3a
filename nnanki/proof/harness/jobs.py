"""What is tried on the tests: every mutant of a symbol, and one that must die."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nnanki.model.card import Place
from nnanki.proof.library import Library
from nnanki.proof.mutate import Mutant, code_digest, mutants
from nnanki.proof.suite import messages
from nnanki.proof.variants import Varied

# Certainly wrong, so it must die. Where it survives, the tests import another copy of
# the code than the one that is broken, and all else that survives would mean nothing.
CANARY = "canary"


@dataclass(frozen=True)
class Target:
    """A definition, and all that is tried in its place; `text` is its whole module.

    `lines` are those that run when it is called: the tests that run one of them are the
    ones that each change meets. Without any, it runs when it is imported, and all tests
    may depend on it. With `killers`, a mutant meets the one test under its digest.
    """

    key: str
    subject: messages.Subject
    text: str
    lines: tuple[int, ...] | None
    changes: tuple[messages.Mutant | messages.Variant, ...]
    killers: Mapping[str, str] = field(default_factory=dict)


def targets(root: Path, library: Library, symbols: Iterable[str]) -> list[Target]:
    """Each symbol with its mutants."""
    return [_symbol(root, library, symbol) for symbol in symbols]


def variant_targets(
    root: Path, library: Library, varied: Iterable[Varied]
) -> list[Target]:
    """What cards show, with its variants."""
    return [_varied(root, library, each) for each in varied if each.variants]


def _symbol(root: Path, library: Library, symbol: str) -> Target:
    module, node = library.symbols[symbol]
    text, name = module.text, library.inner_name(symbol)
    operators = library.operators.values()
    changes = (_canary(text, node), *map(_message, mutants(text, name, operators)))
    subject = _subject(root, library, symbol, code_digest(text, name))
    return Target(symbol, subject, text, _lines(library, symbol), changes)


def _varied(root: Path, library: Library, varied: Varied) -> Target:
    module, _ = library.symbols[varied.symbol]
    changes = tuple(
        messages.Variant(kind="variant", text=each.text, all_tests=varied.all_tests)
        for each in varied.variants
    )
    subject = _subject(root, library, varied.symbol)  # nobody waives a variant
    lines = _lines(library, varied.symbol)
    return Target(varied.key, subject, module.text, lines, changes)


def _subject(
    root: Path, library: Library, symbol: str, code: str = ""
) -> messages.Subject:
    module, _ = library.symbols[symbol]
    return {
        "symbol": symbol,
        "path": str(root / module.path),
        "name": library.inner_name(symbol),
        "code": code,
    }


def _lines(library: Library, symbol: str) -> tuple[int, ...] | None:
    inside = library.statements(symbol)
    return tuple(inside[1]) if inside else None


def _message(mutant: Mutant) -> messages.Mutant:
    return {
        "kind": "mutant",
        "operator": mutant.operator,
        "line": mutant.line,
        "column": mutant.column,
        "before": mutant.before,
        "after": mutant.after,
        "digest": mutant.digest,
        "text": mutant.text,
    }


def _canary(text: str, node: ast.stmt) -> messages.Mutant:
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
    whole = "\n".join(lines)
    return _message(Mutant(CANARY, node.lineno, 1, "", "", whole, ""))


def _first(node: ast.stmt) -> Place:
    """Where the first statement of a function stands, or the value of a name."""
    if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
        return Place("", node.value.lineno, node.value.col_offset + 1)
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    functions: Iterator[ast.AST] = (n for n in ast.walk(node) if isinstance(n, kinds))
    function = next(functions, node)
    body: Sequence[ast.stmt] = getattr(function, "body", [node])
    has = isinstance(function, kinds) and ast.get_docstring(function) is not None
    first = body[1] if has and len(body) > 1 else body[0]
    return Place("", first.lineno, first.col_offset + 1)
