"""Quoted source, compared with the source as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import ndiff

from nnanki.cards.golden import mismatches
from nnanki.model.card import Place
from nnanki.model.obligations import Compare, Obligation, Quote, Showing
from nnanki.model.problem import Problem, neighbour
from nnanki.proof.excerpt import Unquotable
from nnanki.proof.library import PARTS, Library


def misquoted(library: Library, obligations: Sequence[Obligation]) -> list[Problem]:
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
    rows = [line.rstrip() for line in lines if not line.startswith("?")]
    alike = all(line[:1] not in ("-", "+") for line in rows)
    return "" if alike else "\n".join(rows) + "\n"


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
