"""Other ways to write the same: what else could stand at a hidden place of code.

A rewrite is hopeful: the tests decide whether it is right where it stands.
"""

from __future__ import annotations

from dataclasses import dataclass

from nnanki.proof.mutate.splice import Module
from nnanki.proof.rewrite import calls, operators, registry, updates
from nnanki.proof.rewrite.registry import Rewrite

__all__ = ["REWRITES", "Filler", "Rewrite", "fillers"]

ORDER = [module.__name__ for module in (operators, updates, calls)]
REWRITES = {
    found.name: found
    for found in sorted(
        registry.REWRITES.values(), key=lambda r: ORDER.index(r.make.__module__)
    )
}


@dataclass(frozen=True, slots=True)
class Filler:
    """What could stand at a hidden place, and the whole module with it."""

    rewrite: str
    text: str
    module: str


def fillers(text: str, name: str, start: int, stop: int) -> list[Filler]:
    """All that rewrites put at `start:stop` of a module's text, each once.

    `name` is the definition in which the place lies.

    >>> code = "def f(a, b):\\n    return a + b\\n"
    >>> [filler.text for filler in fillers(code, "f", 24, 29)]
    ['b + a']
    """
    module = Module(text, name)
    seen = {_bare(text[start:stop])}
    found = []
    for rule in REWRITES.values():
        for change in rule.make(module):
            made = module.splice(change)
            after = made.text if made is not None else ""
            there = len(after) - (len(text) - stop)
            if after[:start] != text[:start] or after[there:] != text[stop:]:
                continue
            filler = after[start:there]
            if there > start and _bare(filler) not in seen:
                seen.add(_bare(filler))
                found.append(Filler(rule.name, filler, after))
    return found


def _bare(text: str) -> str:
    return "".join(text.split())
