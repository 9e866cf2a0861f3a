"""Quoted source, compared with the source as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import ndiff

from nnanki.cards.golden import Demands, Expected
from nnanki.model.card import Place
from nnanki.model.obligations import Compare, Obligation, Quote, Showing
from nnanki.model.problem import Problem, neighbour
from nnanki.proof.excerpt import Unquotable
from nnanki.proof.library import PARTS, Library


def expected_quotes(library: Library, obligations: Sequence[Obligation]) -> Demands:
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
            texts, faults = _expected(library, obligation)
            expected += texts
        problems += faults
    return expected, list(dict.fromkeys(problems))


def _unknown(library: Library, obligation: Showing, symbol: str) -> Iterator[Problem]:
    """The problem with a symbol that does not exist, or a part that none has."""
    if symbol not in library.symbols:
        kind, mark, word, words = "symbol", "", symbol, list(library.symbols)
    elif obligation.part not in PARTS:
        kind, mark, word, words = (
            "part",
            ":",
            obligation.part,
            list(filter(None, PARTS)),
        )
    else:
        return
    hint = neighbour(word, words) or "`package` in [tool.nnanki] defines none"
    yield Problem(_word(obligation, mark + word), f"no {kind} `{mark}{word}`", hint)


def _expected(library: Library, obligation: Quote | Compare) -> Demands:
    """The source of what is shown; the problem with the first that cannot be."""
    texts = []
    for symbol in symbols_of(obligation):
        try:
            texts.append(library.source(symbol, obligation.part).text)
        except Unquotable as error:
            what = f"`{symbol}` cannot be quoted: {error}"
            hint = "change the code a little, or quote something else"
            return [], [Problem(_word(obligation, symbol), what, hint)]
    if isinstance(obligation, Quote):
        source = f"the source of `{obligation.symbol}`"
        return [Expected(obligation.golden, texts[0], source)], []
    lines = differing(*texts)
    if not lines:
        what = f"`{obligation.symbols[0]}` and `{obligation.symbols[1]}` do not differ"
        return [], [Problem(obligation.place, what, "compare two that do")]
    return [Expected(obligation.golden, lines, "how the two differ")], []


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
