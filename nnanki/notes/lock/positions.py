"""Where each card stands in the queue: as few cards as can be change their places."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import pairwise

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
    rise at least as fast as indexes do: `position - index` never falls. The longest
    such subsequence is found by patience sorting.
    """
    fit = [(n, position) for n, position in places if position > n]
    tops: list[int] = []
    piles: list[int] = []
    before: list[int] = []
    for number, (n, position) in enumerate(fit):
        pile = bisect_right(tops, position - n)
        tops[pile : pile + 1] = [position - n]
        before.append(piles[pile - 1] if pile else -1)
        piles[pile : pile + 1] = [number]
    chain = []
    number = piles[-1] if piles else -1
    while number >= 0:
        chain.append(fit[number])
        number = before[number]
    return chain[::-1]
