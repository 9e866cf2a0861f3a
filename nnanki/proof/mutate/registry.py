"""What an operator and a rewrite are, and the decorators that make them.

A decorated generator becomes a value of its module. Nothing is entered in a table from
afar, so a project's file that is loaded again replaces what it was before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import TypeVar

from nnanki.proof.mutate.splice import Change, Module

Changes = Iterator[Change]
Make = Callable[[Module], Changes]


@dataclass(frozen=True, slots=True)
class Generator:
    """A generator of changes. It is switched on by imports of one of its `libraries`.

    One that `replaces` takes the place of nnanki's own of that name.
    """

    name: str
    sentence: str
    make: Make
    libraries: tuple[str, ...] = ()
    replaces: bool = False


class Operator(Generator):
    """One kind of small change; its sentence says what people get wrong, if they do."""

    __slots__ = ()

    @property
    def misconception(self) -> str:
        return self.sentence


class Rewrite(Generator):
    """One way to say the same in other words."""

    __slots__ = ()


AnyGenerator = TypeVar("AnyGenerator", bound=Generator)


def operator(
    misconception: str = "", libraries: tuple[str, ...] = (), replaces: bool = False
) -> Callable[[Make], Operator]:
    """Make a generator of changes an operator of its own name, with hyphens."""
    return lambda make: Operator(_name(make), misconception, make, libraries, replaces)


def rewrite(
    sentence: str, libraries: tuple[str, ...] = (), replaces: bool = False
) -> Callable[[Make], Rewrite]:
    """Make a generator of changes a rewrite of its own name, with hyphens."""
    return lambda make: Rewrite(_name(make), sentence, make, libraries, replaces)


def _name(make: Make) -> str:
    return make.__name__.replace("_", "-")


def defined(
    modules: Iterable[ModuleType], kind: type[AnyGenerator]
) -> dict[str, AnyGenerator]:
    """The operators, or the rewrites, of some modules by name, in their order."""
    values = (value for module in modules for value in vars(module).values())
    return {value.name: value for value in values if isinstance(value, kind)}


def switched_on(
    generators: Mapping[str, AnyGenerator], libraries: frozenset[str]
) -> dict[str, AnyGenerator]:
    """Those that apply to code which imports these libraries."""
    return {
        name: generator
        for name, generator in generators.items()
        if not generator.libraries or libraries.intersection(generator.libraries)
    }
