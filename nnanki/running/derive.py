"""Derivations: answers that are formulas, and the asserts that hold them to account."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from nnanki.model.card import Card, Prose
from nnanki.model.obligations import (
    Bug,
    Check,
    Compare,
    Executed,
    Figure,
    Obligation,
    Trace,
    Value,
)
from nnanki.model.problem import Problem
from nnanki.running.child.messages import Result

Results = Sequence[tuple[Executed, Result]]  # what each obligation's code did
BLOCKS: tuple[tuple[type[Obligation], str], ...] = (
    (Trace, "trace"),
    (Figure, "figure"),
    (Compare, "diff"),
    (Bug, "diff"),
)


def shows(
    card: Card, obligations: Sequence[Obligation], results: Results
) -> tuple[str, ...]:
    """The names of the blocks on a card that are worth a tag."""
    names = {
        name
        for obligation in obligations
        for kind, name in BLOCKS
        if isinstance(obligation, kind)
    }
    names |= {"derivation" for _ in derived(card, results)}
    return tuple(sorted(names))


def derived(card: Card, results: Results) -> Iterator[Value]:
    """Golden formulas in a card's answer that hold for more than one number."""
    back = [block for block in card.part("back") if isinstance(block, Prose)]
    answers = back[0].witnesses if back else ()
    for obligation, result in results:
        if (
            isinstance(obligation, Value)
            and obligation.span in answers
            and result.get("free")
        ):
            yield obligation


def underived(
    card: Card, results: Results, symbols: Sequence[str]
) -> Iterator[Problem]:
    """Problems with formulas that no assert compares with what code computes."""
    checks = [obligation for obligation, _ in results if isinstance(obligation, Check)]
    tested = {
        name for obligation in checks for name in _asserted(ast.parse(obligation.code))
    }
    for obligation in derived(card, results):
        free = _names(ast.parse(obligation.span.expression.strip()))
        if not free & tested or not symbols:
            what = (
                f"nothing holds the formula `{obligation.golden.text}` against numbers"
            )
            hint = "assert in a `check` that it gives what the project's code computes"
            yield Problem(obligation.place, what, hint)


def _asserted(tree: ast.AST) -> set[str]:
    """The names that asserts mention, and those from which they were computed."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert):
            names |= _names(node)
    for node in reversed([n for n in ast.walk(tree) if isinstance(n, ast.Assign)]):
        if any(_names(target) & names for target in node.targets):
            names |= _names(node.value)
    return names


def _names(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
