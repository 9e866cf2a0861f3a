from __future__ import annotations
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from nnanki.mutants0.splice import Change, Module
Changes = Iterator[Change]
Make = Callable[[Module], Changes]
@dataclass(frozen=True, slots=True)
class Operator:
    name: str
    misconception: str
    make: Make
OPERATORS: dict[str, Operator] = {}
def operator(misconception: str = "") -> Callable[[Make], Make]:
    def registered(make: Make) -> Make:
        name = make.__name__.replace("_", "-")
        OPERATORS[name] = Operator(name, misconception, make)
        return make
    return registered
