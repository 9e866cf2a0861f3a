"""The list of rewrites, filled by the modules that define them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from nnanki.proof.mutate.splice import Change, Module

Changes = Iterator[Change]
Make = Callable[[Module], Changes]


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One way to say the same in other words."""

    name: str
    sentence: str
    make: Make


REWRITES: dict[str, Rewrite] = {}


def rewrite(make: Make) -> Make:
    """Register a generator of changes under its own name, with hyphens."""
    name = make.__name__.replace("_", "-")
    sentence = (make.__doc__ or "").split("\n")[0]
    REWRITES[name] = Rewrite(name, sentence, make)
    return make
