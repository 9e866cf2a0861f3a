"""How far a card gets: what it quotes, what it rests on, what it must reach."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from difflib import ndiff
from functools import lru_cache

from nnanki.cards.golden import mismatches
from nnanki.cards.kinds import Kind
from nnanki.model.card import Card, CardFile, Evidence, Place
from nnanki.model.notation import LEVELS
from nnanki.model.obligations import (
    Compare,
    Executed,
    Holds,
    Obligation,
    Quote,
    Showing,
    Value,
)
from nnanki.model.problem import Problem, neighbour
from nnanki.model.proof import Proof, weakest
from nnanki.proof.excerpt import Unquotable
from nnanki.proof.library import PARTS, Library


def quotes(library: Library, obligations: Sequence[Obligation]) -> list[Problem]:
    """Problems with quoted source: unknown, or out of date."""
    problems: list[Problem] = []
    for obligation in obligations:
        if not isinstance(obligation, Showing):
            continue
        unknown = [
            p for s in symbols_of(obligation) for p in _unknown(library, obligation, s)
        ]
        problems += unknown
        if not unknown and isinstance(obligation, Quote):
            problems += _quote(library, obligation)
        elif not unknown and isinstance(obligation, Compare):
            problems += _compare(library, obligation)
    return list(dict.fromkeys(problems))


def _unknown(library: Library, obligation: Showing, symbol: str) -> Iterator[Problem]:
    """The problem with a symbol that does not exist, or a part that none has."""
    if symbol not in library.symbols:
        hint = neighbour(symbol, library.symbols)
        hint = hint or "`package` in [tool.nnanki] defines none"
        yield Problem(_word(obligation, symbol), f"no symbol `{symbol}`", hint)
    elif obligation.part not in PARTS:
        hint = neighbour(obligation.part, [part for part in PARTS if part])
        where = _word(obligation, f":{obligation.part}")
        yield Problem(where, f"no part `:{obligation.part}`", hint)


def _quote(library: Library, obligation: Quote) -> list[Problem]:
    try:
        source = library.source(obligation.symbol, obligation.part)
    except Unquotable as error:
        return [unquotable(obligation, obligation.symbol, error)]
    return mismatches(
        obligation.golden, source.text, f"the source of `{obligation.symbol}`"
    )


def _compare(library: Library, obligation: Compare) -> list[Problem]:
    texts = []
    for symbol in obligation.symbols:
        try:
            texts.append(library.source(symbol, obligation.part).text)
        except Unquotable as error:
            return [unquotable(obligation, symbol, error)]
    lines = differing(*texts)
    if not lines:
        what = f"`{obligation.symbols[0]}` and `{obligation.symbols[1]}` do not differ"
        return [Problem(obligation.place, what, "compare two that do")]
    return mismatches(obligation.golden, lines, "how the two differ")


def differing(before: str, after: str) -> str:
    """What goes and comes, with all that stays around it."""
    lines = ndiff(before.splitlines(), after.splitlines())
    shown = [line.rstrip() for line in lines if not line.startswith("?")]
    changed = any(line[:1] in ("-", "+") for line in shown)
    return "\n".join(shown) + "\n" if changed else ""


def unquotable(obligation: Showing, symbol: str, error: Unquotable) -> Problem:
    """The problem with a definition, or a part of one, that cannot be shown."""
    hint = "change the code a little, or quote something else"
    return Problem(
        _word(obligation, symbol), f"`{symbol}` cannot be quoted: {error}", hint
    )


def _word(obligation: Showing, word: str) -> Place:
    """The place of the symbol, or of the part behind it, in a fence's first line."""
    place, names = obligation.place, ",".join(symbols_of(obligation))
    before = f"python {obligation.verb}="
    before += names if word.startswith(":") else names.partition(word)[0]
    return Place(place.path, place.line, place.column + len(before), len(word))


def symbols_of(obligation: Obligation) -> tuple[str, ...]:
    """The symbols whose source an obligation shows."""
    if isinstance(obligation, Compare):
        return obligation.symbols
    return (obligation.symbol,) if isinstance(obligation, Showing) else ()


# -- levels ---------------------------------------------------------------------------

SHOWING = "L3"  # what a card that quotes source must reach


def symbols(
    library: Library, file: CardFile, obligations: Sequence[Obligation]
) -> tuple[str, ...]:
    """The symbols that a card rests on: what it quotes, and what its code names."""
    quoted = {name for obligation in obligations for name in symbols_of(obligation)}
    known = quoted.intersection(library.symbols) - library.twice
    return tuple(sorted(known | _used(library, file, obligations)))


def least(
    kind: Kind, card: Card, obligations: Sequence[Obligation], used: Sequence[str]
) -> str:
    """The level that a card must reach, given the symbols that it rests on."""
    if not obligations:
        return "cited"
    quoting = any(isinstance(obligation, Showing) for obligation in obligations)
    level = SHOWING if quoting else kind.least if used else "L1"
    return max(level, card.options.get("level", "L0"))


def evidence(
    proofs: Mapping[str, Proof], names: Sequence[str], obligations: Sequence[Obligation]
) -> Evidence:
    """The level that a card has reached, and the symbols that it rests on."""
    if not obligations:
        return Evidence("cited")
    level = weakest([proofs[name] for name in names if name in proofs])
    return Evidence(level, tuple(names))


def reaches(card: Card, level: str, needed: str) -> list[Problem]:
    """The problem with a card that asks for more than its evidence has."""
    if level >= needed or level not in LEVELS:
        return []
    what = f"card `{card.id}` asks for level {needed} and reaches {level}"
    return [Problem(card.place, what, "let it use code of the project, tested so far")]


def cited_too_often(cards: Sequence[tuple[Card, Evidence]]) -> list[Problem]:
    """The problem with a deck that cites more than one card in twenty."""
    cited = [card for card, proof in cards if proof.level == "cited"]
    most = max(1, len(cards) // 20)
    if len(cited) <= most:
        return []
    what = f"{len(cited)} of {len(cards)} cards only cite; at most {most} may"
    hint = "show it by code, or hold it to account with a `check`"
    return [Problem(cited[most].place, what, hint)]


def _used(
    library: Library, file: CardFile, obligations: Sequence[Obligation]
) -> set[str]:
    """Functions and classes of the quoted package that a card's code names."""
    codes = [
        python(obligation).strip()
        for obligation in obligations
        if isinstance(obligation, Executed)
    ]
    imported = dict(name for code in (file.setup, *codes) for name in _imports(code))
    stars = [full for alias, full in imported.items() if alias.startswith("*")]
    named: set[str] = set()
    for name in (name for code in codes for name in _names(code)):
        head, dot, tail = name.partition(".")
        named.add(imported.get(head, head) + dot + tail)
        named |= {f"{star}.{name}" for star in stars}
    short = {name.removeprefix(f"{library.package}.") for name in named}
    return {
        n for n in short & set(library.symbols) if library.statements(n) is not None
    }


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
