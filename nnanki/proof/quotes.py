"""Quoted source, compared with the source as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import ndiff

from nnanki.cards.golden import Expected
from nnanki.model.card import Place
from nnanki.model.obligations import Compare, Obligation, Quote, Showing
from nnanki.model.problem import Problem, neighbour
from nnanki.proof.excerpt import Unquotable
from nnanki.proof.library import PARTS, Library


def quoted(
    library: Library, obligations: Sequence[Obligation]
) -> tuple[list[Expected], list[Problem]]:
    """What quoted source must be; problems with what is unknown or cannot be shown."""
    expected: list[Expected] = []
    problems: list[Problem] = []
    for obligation in obligations:
        if not isinstance(obligation, Showing):
            continue
        faults = [
            problem
            for symbol in symbols_of(obligation)
            for problem in _unknown(library, obligation, symbol)
        ]
        if not faults and isinstance(obligation, Quote | Compare):
            texts, faults = _texts(library, obligation)
            expected += [] if faults else [_expected(obligation, texts)]
        problems += faults
    return expected, list(dict.fromkeys(problems))


def _unknown(library: Library, obligation: Showing, symbol: str) -> Iterator[Problem]:
    """The problem with a symbol that does not exist, or a part that none has."""
    if symbol not in library.symbols:
        kind, word, words = "symbol", symbol, list(library.symbols)
    elif obligation.part not in PARTS:
        kind, word, words = "part", obligation.part, [part for part in PARTS if part]
    else:
        return
    hint = neighbour(word, words) or "`package` in [tool.nnanki] defines none"
    word = word if kind == "symbol" else f":{word}"
    yield Problem(_word(obligation, word), f"no {kind} `{word}`", hint)


def _texts(
    library: Library, obligation: Quote | Compare
) -> tuple[list[str], list[Problem]]:
    """The source of all that is shown; the problem with the first that cannot be."""
    texts = []
    for symbol in symbols_of(obligation):
        try:
            texts.append(library.source(symbol, obligation.part).text)
        except Unquotable as error:
            what = f"`{symbol}` cannot be quoted: {error}"
            hint = "change the code a little, or quote something else"
            return [], [Problem(_word(obligation, symbol), what, hint)]
    if isinstance(obligation, Compare) and not differing(*texts):
        what = f"`{obligation.symbols[0]}` and `{obligation.symbols[1]}` do not differ"
        return [], [Problem(obligation.place, what, "compare two that do")]
    return texts, []


def _expected(obligation: Quote | Compare, texts: Sequence[str]) -> Expected:
    if isinstance(obligation, Compare):
        return Expected(obligation.golden, differing(*texts), "how the two differ")
    source = f"the source of `{obligation.symbol}`"
    return Expected(obligation.golden, texts[0], source)


def differing(before: str, after: str) -> str:
    """What goes and comes, with all that stays around it."""
    lines = ndiff(before.splitlines(), after.splitlines())
    rows = [line.rstrip() for line in lines if not line.startswith("?")]
    alike = all(line[:1] not in ("-", "+") for line in rows)
    return "" if alike else "\n".join(rows) + "\n"


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
