"""What else could stand at a hidden place of code.

A rewrite is hopeful: the tests decide whether it is right where it stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nnanki.proof.mutate.registry import Rewrite
from nnanki.proof.mutate.splice import Module
from nnanki.proof.rewrite.builtin import REWRITES


@dataclass(frozen=True, slots=True)
class Filler:
    """What could stand at a hidden place, and the whole module with it."""

    rewrite: str
    text: str
    module: str


def fillers(
    text: str,
    name: str,
    span: tuple[int, int],
    rewrites: Iterable[Rewrite] = tuple(REWRITES.values()),
) -> list[Filler]:
    """All that rewrites put at a span of a module's text, each once.

    `name` is the definition in which the span lies.

    >>> code = "def f(a, b):\\n    return a + b\\n"
    >>> [filler.text for filler in fillers(code, "f", (24, 29))]
    ['b + a']
    """
    start, stop = span
    module = Module(text, name)
    texts = {_bare(text[start:stop])}
    fillers = []
    for rewrite in rewrites:
        for change in rewrite.make(module):
            splice = module.splice(change)
            after = splice.text if splice is not None else ""
            end = len(after) - (len(text) - stop)
            # A rewrite knows nothing of the hidden place. What it changes elsewhere, or
            # beyond the place, a learner could not write there.
            if after[:start] != text[:start] or after[end:] != text[stop:]:
                continue
            filler = after[start:end]
            if end > start and _bare(filler) not in texts:
                texts.add(_bare(filler))
                fillers.append(Filler(rewrite.name, filler, after))
    return fillers


def _bare(text: str) -> str:
    return "".join(text.split())
