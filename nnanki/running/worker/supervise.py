"""One card's process from outside: forked, heard, timed, ended; what came of it.

Whatever the process says of itself stands in the memory that both share, and counts
only for the card that the process was made for. Its output is read from its streams.
"""

from __future__ import annotations

import _thread
import collections
import itertools
import operator
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .folders import Folders
from .hearing import Hearing
from .life import Life, live
from .processors import one  # type: ignore[import-untyped]
from .script import NAME
from .shared import Shared
from .streams import Streams
from .watch import Watch

if TYPE_CHECKING:
    from ..child.messages import CardStep, Conditions, Failure, Reply, Request
    from .modules import Modules


@dataclass
class Supervisor:
    """Runs programs one after the other, each in a process of its own."""

    conditions: Conditions
    watch: Watch
    wakeup: int
    modules: Modules
    shared: Shared = field(default_factory=Shared)

    def __post_init__(self) -> None:
        self.folders = Folders(self.conditions["runs"])

    def run(self, program: Request) -> Reply:
        """All that a program did; with a bug in place, what it does without as well."""
        last = max(
            (n for n, s in enumerate(program["steps"]) if "broken" in s), default=-1
        )
        if last < 0:
            return self.once(program)
        sound = [without_bug(step) for step in program["steps"][: last + 1]]
        # In a process of its own: nothing of it must be there when the bug is in place.
        before = self.once({**program, "steps": sound})
        whole = self.once(program)
        for number, step in enumerate(program["steps"]):
            if "broken" in step and number < len(whole["results"]):
                whole["results"][number]["sound"] = sound_result(
                    before, number, step["do"]
                )
        return whole

    def once(self, program: Request) -> Reply:
        """All that a program did in a process of its own.

        A process for each card: nothing that one does can be seen by another, be it a
        name, a seed or an open file. A fork gives it all the imports in a moment.
        """
        far = "folder" in program["factors"]
        places = self.folders.take(far)
        streams = Streams("terminal" in program["factors"])
        try:
            life = Life(self.conditions, program, places)
            self.shared.clear()
            places.remember()
            over = _thread.allocate_lock()
            over.acquire()
            calls = live(life, streams, self.shared, self.watch, self.modules)
            with one():
                pid = fork(calls, over)
            streams.detach()
            try:
                return Hearing(self, life, streams, pid).hear()
            finally:
                over.release()
        finally:
            streams.close()
            self.folders.give(places, far, NAME)


def without_bug(step: CardStep) -> CardStep:
    sound = step.copy()
    sound.pop("broken", None)
    return sound


def sound_result(before: Reply, number: int, do: str) -> str | Failure | None:
    """What a step did without the bug: what it printed, or raised."""
    if number >= len(before["results"]):
        return before.get("failure")
    result = before["results"][number]
    if do == "raises":
        return result["raised"]
    return result.get("merged", result.get("out"))


def fork(life: Iterator[Any], over: Any) -> int:
    """Fork from a thread that runs no Python code of its own; the child's number.

    The thread lives on until `over` is released: with it Linux would end the child.
    """
    results: collections.deque[Any] = collections.deque(maxlen=1)
    forked = _thread.allocate_lock()

    def calls() -> Iterator[Any]:
        yield (os.fork,)
        pid = results[-1]
        if pid:
            pids.append(pid)
            forked.release()
            yield (over.acquire,)
        else:
            yield from life

    pids: list[int] = []
    forked.acquire()
    batches = itertools.chain.from_iterable(calls())
    calling = map(results.append, map(operator.call, batches))
    _thread.start_new_thread(collections.deque, (calling, 0))
    forked.acquire()
    return pids[0]
