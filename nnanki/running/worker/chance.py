"""The generators that a program may draw from without making one."""

from __future__ import annotations

import os
import random
import sys
from typing import Any
from zlib import crc32

UNUSED = (623, 624)  # where a fresh Mersenne Twister stands, by the version of NumPy


def reseeded() -> dict[str, Any]:
    """Make unseeded randomness random, so that two runs tell it apart; the states.

    Python seeds `random` by itself in each process that is forked.
    """
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    if numpy is not None and "numpy.random" in sys.modules:  # else it is seeded anew
        numpy.random.seed()
    if torch is not None:
        torch.default_generator.seed()
    return states_of_libraries()


def states() -> dict[str, Any]:
    """The states of the generators that a program may draw from without making one."""
    return {**state_of_python(), **states_of_libraries()}


def state_of_python() -> dict[str, Any]:
    return {"random": crc32(repr(random.getstate()).encode())}


def states_of_libraries() -> dict[str, Any]:
    known: dict[str, Any] = {}
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    if numpy is not None and "numpy.random" in sys.modules:
        name, keys, *rest = numpy.random.get_state()
        known["numpy.random"] = crc32(repr((name, rest)).encode(), crc32(keys))
    if torch is not None:
        known["torch"] = crc32(torch.get_rng_state().numpy())
    return known


def drawings(before: dict[str, Any]) -> dict[str, int]:
    """The generators that were used, and their states: alike if they were seeded."""
    try:
        now = states()
    except Exception:
        return {"unknown": os.getpid()}
    used = [name for name in now if _used(name, now[name], before)]
    return {name: now[name] for name in used}


def _used(name: str, now: Any, before: dict[str, Any]) -> bool:
    """Whether a generator was used; also one that the card's code imported."""
    if name in before:
        return bool(now != before[name])
    if name == "numpy.random":
        return sys.modules["numpy"].random.get_state()[2] not in UNUSED
    torch = sys.modules["torch"]
    alike = torch.Generator().manual_seed(torch.initial_seed())
    return not torch.equal(alike.get_state(), torch.get_rng_state())


def single_thread() -> None:
    """A fork hangs where torch has computed with several threads."""
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)
