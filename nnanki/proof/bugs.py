"""The one mutant that a card names: a misconception, in the source that it shows."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from nnanki.model.obligations import Bug
from nnanki.model.problem import neighbour
from nnanki.proof.excerpt import excerpt
from nnanki.proof.library import Library
from nnanki.proof.variants import Unfit, Variant

if TYPE_CHECKING:
    from nnanki.proof.mutate import Mutant
    from nnanki.proof.mutate.registry import Operator


def bug(library: Library, obligation: Bug) -> Variant:
    """The one mutant that a card names; its `code` is the source with it."""
    name, _, number = obligation.mutant.partition(":")
    operators = library.repertoire.operators.values()
    names = {operator.name for operator in operators if operator.misconception}
    if name not in names:
        what = f"`{name}` names no misconception"
        raise Unfit(obligation.place, what, neighbour(name, names))
    variants = _variants(library, obligation, name)
    if number.isdecimal() and 1 <= int(number) <= len(variants):
        return variants[int(number) - 1]
    if number or len(variants) != 1:
        raise Unfit(obligation.place, *_which(library, obligation, name, variants))
    return variants[0]


def _which(
    library: Library, obligation: Bug, name: str, variants: Sequence[Variant]
) -> tuple[str, str]:
    """Why a name does not tell one mutant, and those that would."""
    symbol = obligation.symbol
    if variants:
        hint = " or ".join(f"`mutant={name}:{n + 1}`" for n in range(len(variants)))
        return f"`{name}` finds {len(variants)} places in `{symbol}`", f"write {hint}"
    others = dict.fromkeys(m.operator for m in _misconceptions(library, symbol))
    hint = "these do: " + ", ".join(f"`{n}`" for n in others)
    return f"`{name}` finds nothing in `{symbol}`", hint


def _misconceptions(library: Library, symbol: str) -> list[Mutant]:
    """The mutants of a symbol that stand for something misunderstood."""
    module, _ = library.symbols[symbol]
    operators = tuple(library.operators.values())
    mutants = _mutants(module.text, library.inner_name(symbol), operators)
    return [mutant for mutant in mutants if mutant.misconception]


# The mutants of a symbol are looked for once for all cards about it, and once for a
# build, its package that is run again, and every save that a preview shows.
@lru_cache(maxsize=256)
def _mutants(
    text: str, name: str, operators: tuple[Operator, ...]
) -> tuple[Mutant, ...]:
    from nnanki.proof.mutate import mutants

    return tuple(mutants(text, name, operators))


def _variants(library: Library, obligation: Bug, name: str) -> list[Variant]:
    """The mutants of one operator, each where it changes what the card shows."""
    inner = library.inner_name(obligation.symbol)
    sound = library.source(obligation.symbol, obligation.part).text
    variants = []
    for mutant in _misconceptions(library, obligation.symbol):
        if mutant.operator != name:
            continue
        text = _without_pass(mutant.text, mutant.line, mutant.after)
        code = _excerpt(text, inner, obligation.part)
        if code != sound:
            variants.append(Variant(name, code, text, mutant.misconception))
    return variants


def _without_pass(text: str, line: int, after: str) -> str:
    """A text without the `pass` that marks where something was, if it can go.

    An operator that deletes a statement must leave one; a learner would not write it.
    """
    lines = text.split("\n")
    if after == "pass" and lines[line - 1].strip() == "pass":
        rest = [*lines[: line - 1], *lines[line:]]
        try:
            ast.parse("\n".join(rest))
        except SyntaxError:
            return text
        return "\n".join(rest)
    return text


def _excerpt(text: str, name: str, part: str) -> str:
    from nnanki.proof.mutate.splice import find

    return excerpt(text.split("\n"), find(ast.parse(text), name), part)[1]
