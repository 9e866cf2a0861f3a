"""How far a card gets: what it rests on, what it must reach, what it has reached."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from nnanki.cards.kinds import Kind
from nnanki.model.card import Card, CardFile, Evidence
from nnanki.model.notation import LEVELS
from nnanki.model.obligations import Executed, Holds, Obligation, Showing, Value
from nnanki.model.problem import Problem
from nnanki.model.proof import Proof, weakest
from nnanki.proof.library import Library
from nnanki.proof.quotes import symbols_of

# What a card that quotes source must reach: learners read every line of it, so what
# each line does counts, and not only that tests run it.
SHOWING = "L3"


def symbols(
    library: Library, file: CardFile, obligations: Sequence[Obligation]
) -> tuple[str, ...]:
    """The symbols that a card rests on: what it quotes, and what its code names."""
    quoted = {name for obligation in obligations for name in symbols_of(obligation)}
    quotable = quoted.intersection(library.symbols) - library.twice
    return tuple(sorted(quotable | _mentioned(library, file, obligations)))


def least(
    kind: Kind, card: Card, obligations: Sequence[Obligation], names: Sequence[str]
) -> str:
    """The level that a card must reach, given the symbols that it rests on."""
    if not obligations:
        return "cited"
    quoting = any(isinstance(obligation, Showing) for obligation in obligations)
    level = SHOWING if quoting else kind.least if names else "L1"
    return max(level, card.options.get("level", "L0"))


def evidence(
    proofs: Mapping[str, Proof], names: Sequence[str], obligations: Sequence[Obligation]
) -> Evidence:
    """The level that a card has reached, and the symbols that it rests on."""
    if not obligations:
        return Evidence("cited")
    level = weakest([proofs[name] for name in names if name in proofs])
    return Evidence(level, tuple(names))


def reaches(card: Card, level: str, least: str) -> list[Problem]:
    """The problem with a card that asks for more than its evidence has."""
    if level >= least or level not in LEVELS:
        return []
    what = f"card `{card.id}` asks for level {least} and reaches {level}"
    return [Problem(card.place, what, "let it use code of the project, tested so far")]


def cited_too_often(cards: Sequence[tuple[Card, Evidence]]) -> list[Problem]:
    """The problem with a deck that cites more than one card in twenty."""
    cited = [card for card, evidence in cards if evidence.level == "cited"]
    most = max(1, len(cards) // 20)
    if len(cited) <= most:
        return []
    what = f"{len(cited)} of {len(cards)} cards only cite; at most {most} may"
    hint = "show it by code, or hold it to account with a `check`"
    return [Problem(cited[most].place, what, hint)]


def _mentioned(
    library: Library, file: CardFile, obligations: Sequence[Obligation]
) -> set[str]:
    """Functions and classes of the quoted package that a card's code names."""
    codes = [
        python(obligation).strip()
        for obligation in obligations
        if isinstance(obligation, Executed)
    ]
    imported = dict(name for code in (file.setup, *codes) for name in _imports(code))
    stars = [module for alias, module in imported.items() if alias.startswith("*")]
    full: set[str] = set()
    for name in (name for code in codes for name in _names(code)):
        head, dot, tail = name.partition(".")
        full.add(imported.get(head, head) + dot + tail)
        full |= {f"{star}.{name}" for star in stars}
    short = {name.removeprefix(f"{library.package}.") for name in full}
    # A constant has no lines that run: no test covers it, and nothing of it is a proof.
    return {
        n for n in short & set(library.symbols) if library.statements(n) is not None
    }


# In a preview all cards are looked through at each save, and one of them has changed.
@lru_cache(maxsize=4096)
def _names(code: str) -> frozenset[str]:
    """The names in some code, with their attributes: `relu.relu`."""
    kinds = ast.Attribute | ast.Name
    nodes = (node for node in ast.walk(ast.parse(code)) if isinstance(node, kinds))
    return frozenset(map(ast.unparse, nodes))


@lru_cache(maxsize=4096)
def _imports(code: str) -> tuple[tuple[str, str], ...]:
    """Names that imports bind, and what they stand for."""
    return tuple(pair for node in ast.walk(ast.parse(code)) for pair in _bound(node))


def _bound(node: ast.AST) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Import):
        yield from ((a.asname, a.name) for a in node.names if a.asname)
    elif isinstance(node, ast.ImportFrom) and node.module:
        for alias in node.names:
            if alias.name == "*":
                yield f"*{node.module}", node.module
            else:
                bound = alias.asname or alias.name
                yield bound, f"{node.module}.{alias.name}"


def python(obligation: Executed) -> str:
    """The code that an obligation runs."""
    if isinstance(obligation, Value):
        return obligation.span.expression
    return obligation.expression if isinstance(obligation, Holds) else obligation.code
