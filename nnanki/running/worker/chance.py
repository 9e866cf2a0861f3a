"""The generators that a program may draw from without making one."""

from __future__ import annotations

import os
import random
from zlib import crc32

from .libraries import GENERATORS

States = dict[str, int]


def reseed() -> States:
    """Make unseeded randomness random, so that two runs tell it apart; the states.

    Python seeds `random` by itself in each process that is forked.
    """
    for generator in GENERATORS.values():
        if (library := generator.library) is not None:
            generator.seed(library)
    return states_of_libraries()


def states() -> States:
    """The states of the generators that a program may draw from without making one."""
    return {**state_of_python(), **states_of_libraries()}


def state_of_python() -> States:
    return {"random": crc32(repr(random.getstate()).encode())}


def states_of_libraries() -> States:
    return {
        name: generator.state(library)
        for name, generator in GENERATORS.items()
        if (library := generator.library) is not None
    }


def draws(before: States) -> States:
    """The generators that were used, and their states: alike if they were seeded."""
    try:
        now = states()
    except Exception:  # a card may have broken a library: then no two runs agree
        return {"unknown": os.getpid()}
    return {name: now[name] for name in now if _drew(name, now[name], before)}


def _drew(name: str, now: int, before: States) -> bool:
    """Whether a generator was used; also one that the card's code imported."""
    if name in before:
        return now != before[name]
    generator = GENERATORS[name]
    return generator.drew(generator.library)
