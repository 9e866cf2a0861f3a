"""How far a card gets: what it quotes, what it rests on, what it must reach."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from nnanki.card import Card, CardFile, Evidence, Fence, Obligation, Place, Quote
from nnanki.errors import Problem, neighbour
from nnanki.excerpt import Unquotable
from nnanki.golden import compare
from nnanki.kinds import kind_of
from nnanki.notation import LEVELS
from nnanki.proof import Proof, weakest
from nnanki.resolve import PARTS, Library


def quotes(library: Library, duties: Sequence[Obligation]) -> list[Problem]:
    """Problems with quoted source: unknown, or out of date."""
    problems: list[Problem] = []
    for duty in duties:
        if isinstance(duty, Quote):
            problems += _quote(library, duty)
    return problems


def _quote(library: Library, duty: Quote) -> list[Problem]:
    if duty.part not in PARTS:
        hint = neighbour(duty.part, [part for part in PARTS if part])
        return [Problem(_word(duty, f":{duty.part}"), f"no part `:{duty.part}`", hint)]
    where = _word(duty, duty.symbol)
    if duty.symbol not in library.symbols:
        hint = neighbour(duty.symbol, library.symbols)
        hint = hint or "`package` in [tool.nnanki] defines none"
        return [Problem(where, f"no symbol `{duty.symbol}`", hint)]
    try:
        source = library.source(duty.symbol, duty.part)
    except Unquotable as error:
        hint = "change the code a little, or quote something else"
        what = f"`{duty.symbol}` cannot be quoted: {error}"
        return [Problem(where, what, hint)]
    return compare(duty.golden, source.text, f"the source of `{duty.symbol}`")


def _word(duty: Quote, word: str) -> Place:
    """The place of the symbol, or of the part behind it, in a fence's first line."""
    before = "python quote=" + (duty.symbol if word.startswith(":") else "")
    place = duty.place
    return Place(place.path, place.line, place.column + len(before), len(word))


# -- levels ---------------------------------------------------------------------------

SHOWING = "L3"  # what a card that quotes source must reach


def symbols(
    library: Library, file: CardFile, card: Card, duties: Sequence[Obligation]
) -> tuple[str, ...]:
    """The symbols that a card rests on: what it quotes, and what its code names."""
    quoted = {duty.symbol for duty in duties if isinstance(duty, Quote)}
    known = quoted.intersection(library.symbols) - library.twice
    return tuple(sorted(known | _used(library, file, card)))


def least(card: Card, duties: Sequence[Obligation], used: Sequence[str]) -> str:
    """The level that a card must reach, given the symbols that it rests on."""
    if not duties:
        return "cited"
    quoting = any(isinstance(duty, Quote) for duty in duties)
    kind, _ = kind_of(card)
    level = SHOWING if quoting else kind.least if used else "L1"
    return max(level, card.options.get("level", "L0"))


def evidence(
    proofs: Mapping[str, Proof], names: Sequence[str], duties: Sequence[Obligation]
) -> Evidence:
    """The level that a card has reached, and the symbols that it rests on."""
    if not duties:
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


def _used(library: Library, file: CardFile, card: Card) -> set[str]:
    """Functions and classes of the quoted package that a card's code names."""
    trees = [ast.parse(file.setup), *_trees(card)]
    imported = dict(name for tree in trees for name in _imports(tree))
    stars = [full for alias, full in imported.items() if alias.startswith("*")]
    named: set[str] = set()
    for node in (node for tree in trees[1:] for node in ast.walk(tree)):
        if isinstance(node, ast.Attribute | ast.Name):
            name = ast.unparse(node)
            head, dot, tail = name.partition(".")
            named.add(imported.get(head, head) + dot + tail)
            named |= {f"{star}.{name}" for star in stars}
    short = {name.removeprefix(f"{library.package}.") for name in named}
    return {
        n for n in short & set(library.symbols) if library.statements(n) is not None
    }


def _imports(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Names that imports bind, and what they stand for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((a.asname, a.name) for a in node.names if a.asname)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                if alias.name == "*":
                    yield f"*{node.module}", node.module
                else:
                    bound = alias.asname or alias.name
                    yield bound, f"{node.module}.{alias.name}"


def _trees(card: Card) -> Iterator[ast.AST]:
    """All the Python of a card, parsed; quoted source apart."""
    for block in card.blocks:
        if isinstance(block, Fence):
            codes = [block.code] if block.verb and block.verb != "quote" else []
        else:
            codes = [witness.expression for witness in block.witnesses]
        for code in codes:
            yield ast.parse(code.strip())
