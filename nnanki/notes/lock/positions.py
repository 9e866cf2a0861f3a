"""Where each card stands in the queue: as few cards as can be change their places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from nnanki.model.sequences import longest_rising

# Anki shows new cards by their numbers, `due`. With room between two of them, a card
# that is put in the middle gets a number of its own and no other card moves.
GAP = 1000


def positions(names: Sequence[str], old: Mapping[str, int]) -> dict[str, int]:
    """Positions that rise with the curriculum; old ones stay wherever they can."""
    places = [(n, old[name]) for n, name in enumerate(names) if name in old]
    fixed = [(-1, 0), *_lasting(places)]
    last, position = fixed[-1]
    fixed.append((len(names), position + GAP * (len(names) - last)))
    result: dict[str, int] = {}
    for (start, low), (stop, high) in pairwise(fixed):
        for n in range(start + 1, stop):
            result[names[n]] = low + (high - low) * (n - start) // (stop - start)
        if stop < len(names):
            result[names[stop]] = high
    return result


def _lasting(places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """As many positions as can stay: they rise, with room for the cards in between.

    Anki never moves a card that a learner already has, so every card that gets
    another position is out of place there. Between two cards that stay, positions
    rise at least as fast as indexes do: `position - index` never falls.
    """
    fit = [(n, position) for n, position in places if position > n]
    chain = longest_rising([position - n for n, position in fit])
    return [fit[number] for number in chain]
