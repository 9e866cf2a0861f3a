"""What a card's place could hold instead: other fillers, other orders, one bug.

Each variant is the text of a whole module. The tests decide which of them are right.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import permutations

from nnanki.model.card import Place
from nnanki.model.obligations import (
    Blank,
    Broken,
    Bug,
    Obligation,
    Order,
    Raises,
    Run,
    Tried,
)
from nnanki.model.plural import count
from nnanki.model.problem import Problem, neighbour
from nnanki.proof.excerpt import Unquotable, excerpt, statements
from nnanki.proof.library import Library, Module
from nnanki.proof.mutate import Mutant, Operator, mutants
from nnanki.proof.mutate.registry import Rewrite
from nnanki.proof.mutate.splice import find
from nnanki.proof.rewrite import Filler, fillers
from nnanki.proof.unbound import doomed

FEWEST, MOST = 3, 5  # statements that one is asked to put in order


class Unfit(Exception):
    """Raised where a card's place cannot be varied; `problem` says why."""

    def __init__(self, place: Place, what: str, hint: str) -> None:
        super().__init__(what)
        self.problem = Problem(place, what, hint)


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to write a symbol, `shown` on the card; `text` is its whole module."""

    name: str
    shown: str
    text: str
    line: int = 1
    misconception: str = ""


@dataclass(frozen=True)
class Varied:
    """All variants of what one obligation shows."""

    key: str
    symbol: str
    variants: tuple[Variant, ...]
    every: bool = False


def varied(
    library: Library, obligations: Sequence[Obligation]
) -> tuple[dict[Tried, Varied], list[Problem]]:
    """What is to be tried on the tests, and problems with what cannot be varied."""
    found, problems = {}, []
    for obligation in obligations:
        if isinstance(obligation, Tried) and obligation.symbol in library.symbols:
            try:
                made = tuple(variants(library, obligation))
            except Unfit as unfit:
                problems.append(unfit.problem)
            except Unquotable:
                pass  # its quote says so
            else:
                key = _digest(
                    obligation.verb, obligation.symbol, *(v.text for v in made)
                )
                found[obligation] = Varied(
                    key, obligation.symbol, made, isinstance(obligation, Bug)
                )
    return found, problems


def variants(library: Library, obligation: Tried) -> Iterator[Variant]:
    """The variants of one obligation; raises Unfit where there can be none."""
    if isinstance(obligation, Blank):
        yield from _fillers(library, obligation)
    elif isinstance(obligation, Order):
        yield from _orders(library, obligation)
    else:
        yield bug(library, obligation)


def resolved(
    library: Library, obligations: Sequence[Obligation]
) -> tuple[Obligation, ...]:
    """The same obligations; what runs with a bug gets the text that has it."""
    texts: dict[str, Broken] = {}
    for obligation in obligations:
        if isinstance(obligation, Bug) and obligation.symbol in library.symbols:
            try:
                text = bug(library, obligation).text
            except (Unfit, Unquotable):
                continue
            module, _ = library.symbols[obligation.symbol]
            name = library.inner_name(obligation.symbol)
            texts[obligation.symbol] = Broken(
                obligation.symbol, module.name, name, text
            )
    return tuple(
        replace(obligation, broken=texts.get(obligation.broken.symbol))
        if isinstance(obligation, Run | Raises) and obligation.broken is not None
        else obligation
        for obligation in obligations
    )


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _text(module: Module) -> str:
    return "\n".join(module.lines) + "\n"


# -- blank ----------------------------------------------------------------------------


def _fillers(library: Library, obligation: Blank) -> Iterator[Variant]:
    """What could stand at the hidden place; a change that was waived stands there."""
    start, stop, line = hidden(library, obligation)
    module, _ = library.symbols[obligation.symbol]
    text, name = _text(module), library.inner_name(obligation.symbol)
    rewrites = tuple(library.rewrites.values())
    for made in _rewritten(text, name, (start, stop), rewrites):
        yield Variant(made.rewrite, made.text, made.module, line)


@lru_cache(maxsize=256)
def _rewritten(
    text: str, name: str, span: tuple[int, int], rewrites: tuple[Rewrite, ...]
) -> tuple[Filler, ...]:
    return tuple(fillers(text, name, span, rewrites))


def hidden(library: Library, obligation: Blank) -> tuple[int, int, int]:
    """Where the answer begins and ends in its module, and on which line."""
    source = library.source(obligation.symbol, obligation.part)
    times = source.text.count(obligation.answer)
    if times != 1:
        often = f"{times} times" if times else "nowhere"
        what = f"`{obligation.answer}` stands {often} in `{obligation.symbol}`"
        hint = "the first code of the back is what is hidden: it must stand there once"
        raise Unfit(obligation.answered, what, hint)
    before = source.text[: source.text.index(obligation.answer)]
    number = source.lines[before.count("\n")]
    module, _ = library.symbols[obligation.symbol]
    column = module.lines[number - 1].index(obligation.answer)
    start = sum(len(line) + 1 for line in module.lines[: number - 1]) + column
    return start, start + len(obligation.answer), number


# -- order ----------------------------------------------------------------------------


def _orders(library: Library, obligation: Order) -> Iterator[Variant]:
    """Every other order of the statements that can run."""
    pieces = _pieces(library, obligation)
    _, node = library.symbols[obligation.symbol]
    usual = tuple(range(len(pieces)))
    seen = {_joined(pieces, usual)}
    fails = doomed(node, statements(node, obligation.part))
    for order in permutations(usual):
        text = _joined(pieces, order)
        if text not in seen and not fails(order):
            seen.add(text)
            whole = library.with_text(obligation.symbol, obligation.part, text)
            yield Variant(" ".join(map(str, order)), "", whole, node.lineno)


def _pieces(library: Library, obligation: Order) -> list[str]:
    """The statements of a symbol, as text at the left margin."""
    source = library.source(obligation.symbol, obligation.part)
    _, node = library.symbols[obligation.symbol]
    lines = dict(zip(source.lines, source.text.split("\n"), strict=False))
    spans = [
        range(item.lineno, (item.end_lineno or item.lineno) + 1)
        for item in statements(node, obligation.part)
    ]
    if not FEWEST <= len(spans) <= MOST:
        many = count(len(spans), "statement")
        what = f"`{obligation.symbol}:{obligation.part}` has {many}"
        hint = f"ask for the order of {FEWEST} to {MOST}"
        raise Unfit(obligation.place, what, hint)
    if [n for span in spans for n in span] != list(source.lines):
        what = f"between the statements of `{obligation.symbol}` stands something else"
        raise Unfit(
            obligation.place, what, "leave no comment or empty line between them"
        )
    return ["\n".join(lines[n] for n in span) for span in spans]


def _joined(pieces: Sequence[str], order: Sequence[int]) -> str:
    return "\n".join(pieces[n] for n in order) + "\n"


def shuffled(
    library: Library, obligation: Order, accepted: set[tuple[int, ...]]
) -> tuple[str, list[tuple[int, ...]]]:
    """The statements as the card shows them, and how each accepted order reads there.

    Orders read as the places at which the card shows what comes first, second, ….
    The seed alone decides; an order that works is never shown.
    """
    pieces = _pieces(library, obligation)
    usual = tuple(range(len(pieces)))
    orders = sorted(permutations(usual), key=lambda o: _digest(obligation.seed, str(o)))
    shown = next(order for order in orders if order not in {usual, *accepted})
    return _joined(pieces, shown), [
        tuple(shown.index(n) for n in order) for order in sorted(accepted)
    ]


# -- bug ------------------------------------------------------------------------------


def bug(library: Library, obligation: Bug) -> Variant:
    """The one mutant that a card names; `shown` is the source with it."""
    name, _, number = obligation.mutant.partition(":")
    operators = library.repertoire.operators.values()
    names = {operator.name for operator in operators if operator.misconception}
    if name not in names:
        what = f"`{name}` names no misconception"
        raise Unfit(obligation.place, what, neighbour(name, names))
    made = _named(library, obligation, name)
    if number.isdecimal() and 1 <= int(number) <= len(made):
        return made[int(number) - 1]
    if number or len(made) != 1:
        raise Unfit(obligation.place, *_which(library, obligation, name, made))
    return made[0]


def _which(
    library: Library, obligation: Bug, name: str, made: Sequence[Variant]
) -> tuple[str, str]:
    """Why a name does not tell one mutant, and those that would."""
    if made:
        hint = " or ".join(f"`mutant={name}:{n + 1}`" for n in range(len(made)))
        return (
            f"`{name}` finds {len(made)} places in `{obligation.symbol}`",
            f"write {hint}",
        )
    others = dict.fromkeys(m.operator for m in _misconceptions(library, obligation))
    hint = "these do: " + ", ".join(f"`{n}`" for n in others)
    return f"`{name}` finds nothing in `{obligation.symbol}`", hint


def _source(library: Library, obligation: Bug) -> tuple[str, str]:
    module, _ = library.symbols[obligation.symbol]
    return _text(module), library.inner_name(obligation.symbol)


def _misconceptions(library: Library, obligation: Bug) -> list[Mutant]:
    """The mutants of a symbol that stand for something misunderstood."""
    text, name = _source(library, obligation)
    mutants = _mutants(text, name, tuple(library.operators.values()))
    return [mutant for mutant in mutants if mutant.misconception]


@lru_cache(maxsize=256)
def _mutants(
    text: str, name: str, operators: tuple[Operator, ...]
) -> tuple[Mutant, ...]:
    return tuple(mutants(text, name, operators))


def _named(library: Library, obligation: Bug, name: str) -> list[Variant]:
    _, inner = _source(library, obligation)
    sound = library.source(obligation.symbol, obligation.part).text
    found = []
    for mutant in _misconceptions(library, obligation):
        if mutant.operator != name:
            continue
        whole = _without_pass(mutant.text, mutant.line, mutant.after)
        shown = _shown(whole, inner, obligation.part)
        if shown != sound:
            found.append(Variant(name, shown, whole, mutant.line, mutant.misconception))
    return found


def _without_pass(text: str, line: int, after: str) -> str:
    """A text without the `pass` that marks where something was, if it can go."""
    lines = text.split("\n")
    if after == "pass" and lines[line - 1].strip() == "pass":
        rest = [*lines[: line - 1], *lines[line:]]
        try:
            ast.parse("\n".join(rest))
        except SyntaxError:
            return text
        return "\n".join(rest)
    return text


@lru_cache(maxsize=256)
def _shown(text: str, name: str, part: str) -> str:
    lines = text.split("\n")
    return excerpt(lines, find(ast.parse(text), name), part)[1]
