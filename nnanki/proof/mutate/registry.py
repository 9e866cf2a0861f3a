"""The list of mutation operators, filled by the modules that define them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from nnanki.proof.mutate.splice import Change, Module

Changes = Iterator[Change]
Make = Callable[[Module], Changes]


@dataclass(frozen=True, slots=True)
class Operator:
    """One kind of small change; where people get it wrong, `misconception` says so."""

    name: str
    misconception: str
    make: Make


OPERATORS: dict[str, Operator] = {}


def operator(misconception: str = "") -> Callable[[Make], Make]:
    """Register a generator of changes under its own name, with hyphens."""

    def registered(make: Make) -> Make:
        name = make.__name__.replace("_", "-")
        OPERATORS[name] = Operator(name, misconception, make)
        return make

    return registered
