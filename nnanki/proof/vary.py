"""Varies what cards ask about code: other fillers, other orders, one bug."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

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
from nnanki.model.problem import Problem
from nnanki.proof.bugs import bug
from nnanki.proof.excerpt import Unquotable
from nnanki.proof.fillers import fillers
from nnanki.proof.library import Library
from nnanki.proof.orders import orders
from nnanki.proof.variants import Unfit, Variant, Varied


def varied(
    library: Library, obligations: Sequence[Obligation]
) -> tuple[dict[Tried, Varied], list[Problem]]:
    """What is to be tried on the tests, and problems with what cannot be varied."""
    each: dict[Tried, Varied] = {}
    problems = []
    for obligation in obligations:
        if isinstance(obligation, Tried) and obligation.symbol in library.symbols:
            try:
                each[obligation] = _varied(library, obligation)
            except Unfit as unfit:
                problems.append(unfit.problem)
            except Unquotable:
                pass  # its quote says so
    return each, problems


def _varied(library: Library, obligation: Tried) -> Varied:
    variants = tuple(_variants(library, obligation))
    # In which card they stand does not matter: the same texts meet the same tests.
    parts = (obligation.verb, obligation.symbol, *(each.text for each in variants))
    key = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
    return Varied(key, obligation.symbol, variants, isinstance(obligation, Bug))


def _variants(library: Library, obligation: Tried) -> list[Variant]:
    if isinstance(obligation, Blank):
        return list(fillers(library, obligation))
    if isinstance(obligation, Order):
        return list(orders(library, obligation))
    return [bug(library, obligation)]


def resolved(
    library: Library,
    obligations: Sequence[Obligation],
    varied: Mapping[Tried, Varied],
) -> tuple[Obligation, ...]:
    """The same obligations; what runs with a bug gets the text that has it."""
    texts: dict[str, Broken] = {}
    for obligation in obligations:
        if isinstance(obligation, Bug) and obligation in varied:
            module, _ = library.symbols[obligation.symbol]
            name = library.inner_name(obligation.symbol)
            (variant,) = varied[obligation].variants
            texts[obligation.symbol] = Broken(
                obligation.symbol, module.name, name, variant.text
            )
    return tuple(
        replace(obligation, broken=texts.get(obligation.broken.symbol))
        if isinstance(obligation, Run | Raises) and obligation.broken is not None
        else obligation
        for obligation in obligations
    )
