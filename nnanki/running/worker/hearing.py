"""What one card's process says and writes, until it is over with all that it started.

Believed is only what this process sees for itself: the status, the streams, the time,
the processes left behind. What each step gave, the card's process must say itself, for
nobody else knows; it counts for that one card, and two runs must agree on it.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time
from typing import TYPE_CHECKING, Literal, cast

from .orphans import left_behind
from .streams import BOTH, ONE, Raw, Streams, by_name

if TYPE_CHECKING:
    from ..child.messages import (
        Ending,
        Failure,
        Noticed,
        Output,
        Reply,
        Result,
    )
    from .life import Life
    from .supervise import Supervisor

NOTICED: tuple[Literal["read", "listed", "questions", "kinds", "noted", "draws"], ...]
NOTICED = ("read", "listed", "questions", "kinds", "noted", "draws")
TICK = 0.5  # seconds after which a signal that was missed is looked for


class Hearing:
    """What one process says, step by step, until it ends or is ended."""

    def __init__(
        self, supervisor: Supervisor, life: Life, streams: Streams, pid: int
    ) -> None:
        self.conditions, self.shared = supervisor.conditions, supervisor.shared
        self.wakeup, self.asking = supervisor.wakeup, self.conditions["pipes"][0]
        self.life, self.streams, self.pid = life, streams, pid
        self.steps = len(life.program["steps"])
        self.results: list[Result] = []
        self.raw: list[Raw] = []  # for each result
        self.failure: Failure | None = None
        self.raw_last: Raw = {}  # by the step that failed
        self.last: Ending | None = None
        self.rest: Raw = {}
        self.number = 0
        self.status: int | None = None

    def hear(self) -> Reply:
        """Everything that the process did, until it is gone with all it started."""
        until = time.monotonic() + self.conditions["seconds"] + self.importing
        ready = select.poll()
        for source in (*self.streams.sources, self.wakeup, self.asking):
            ready.register(source, select.POLLIN)
        while self.status is None:
            left = until - time.monotonic()
            if left <= 0:
                self.fail("time", f"{self.conditions['seconds']:g}")
            elif self.streams.size > self.conditions["output"]:
                self.fail("output", f"{self.conditions['output']:,}")
            else:
                self.wait(ready, min(left, TICK))
        self.end()
        return self.reply()

    @property
    def importing(self) -> float:
        """More time for a program that must import what others share."""
        return self.conditions["importing"] if self.life.program["imports"] else 0

    def wait(self, ready: select.poll, seconds: float) -> None:
        """Read what there is, and see whether the process stopped or ended."""
        for source, _ in ready.poll(seconds * 1000):
            # what a signal wrote there says only that one came: `waitpid` tells which
            if source == self.wakeup:
                with contextlib.suppress(BlockingIOError):
                    os.read(self.wakeup, 4096)
            elif source == self.asking:
                self.stop()
                raise BrokenPipeError  # nobody asks before the answer: nobody is left
            elif not self.streams.drain(source):
                ready.unregister(source)
        pid, status = os.waitpid(self.pid, os.WNOHANG | os.WUNTRACED)
        if pid and os.WIFSTOPPED(status):
            self.stopped()
        elif pid:
            self.status = os.waitstatus_to_exitcode(status)

    def stopped(self) -> None:
        """The process has told something, or somebody stopped it."""
        report = self.shared.read(self.number + 1)
        if report is None:
            self.fail("signal", "SIGSTOP")
            return
        self.number += 1
        self.streams.drain_all()
        if self.streams.size > self.conditions["output"]:
            self.fail("output", f"{self.conditions['output']:,}")
            return
        raw = self.take()
        if "ended" in report:
            self.last, self.rest = report, raw
        elif "failure" in report:
            self.failure, self.raw_last = report["failure"], raw
        elif self.failure is None and len(self.results) < self.steps:
            self.results.append(report)
            self.raw.append(raw)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGCONT)

    def take(self) -> Raw:
        """What was written since, without the folder that the script lies in."""
        folder = (self.life.places["script"] + os.sep).encode()
        return by_name([data.replace(folder, b"") for data in self.streams.take()])

    def fail(self, kind: str, detail: str) -> None:
        """End the process for a reason."""
        self.failure = {"kind": kind, "detail": detail, "step": self.step}
        self.last, self.rest, self.raw_last = {}, {}, {}
        self.stop()

    @property
    def step(self) -> int:
        return min(len(self.results), max(0, self.steps - 1))

    def stop(self) -> None:
        for kill in (os.killpg, os.kill):
            with contextlib.suppress(OSError):
                kill(self.pid, signal.SIGKILL)
        _, status = os.waitpid(self.pid, 0)
        self.status = os.waitstatus_to_exitcode(status)

    def end(self) -> None:
        """See whether the process ended as it said, and end what it left behind."""
        self.streams.drain_all()
        if self.last is None and (self.failure is None or self.status != 0):
            self.failure = {**died(self.status or 0), "step": self.step}
            self.raw_last = self.take()
        # What is left behind may still write: it is ended before the streams are read.
        late = left_behind()
        self.streams.drain_all()
        if (late or self.streams.size) and self.failure is None:
            last = max(0, self.steps - 1)
            self.results, self.raw = [], []  # what they print may be the other's
            self.failure = {"kind": "process", "step": last}

    def reply(self) -> Reply:
        """The results as plain values, with all that was noticed."""
        last: Ending = self.last or {}
        noticed = {name: last[name] for name in NOTICED if name in last}
        rest = {name: data for name, data in self.rest.items() if data}
        reply: Reply = {
            "key": self.life.program["key"],
            "results": self.results,
            "foreign": last.get("foreign", []),
            "status": self.status,
            "rest": {},
            "noticed": cast("Noticed", noticed),
        }
        failure = self.failure or _of_threads(last)
        if failure is not None:
            reply["failure"] = failure
        return with_texts(reply, [*self.raw, self.raw_last, rest])


def _of_threads(last: Ending) -> Failure | None:
    """The failure of a program that ended while threads of it still ran."""
    if not last.get("threads"):
        return None
    return {"kind": "thread", "detail": last["threads"][0], "step": last["last"]}


def died(code: int) -> Failure:
    """Why a process ended before its time."""
    if code < 0:
        names = {number.value: number.name for number in signal.Signals}
        return {"kind": "signal", "detail": names.get(-code, f"signal {-code}")}
    return {"kind": "exit", "detail": str(code)}


# -- texts ----------------------------------------------------------------------------


def with_texts(reply: Reply, raw: list[Raw]) -> Reply:
    """A reply with what was written, as text; bytes that are none are the code's fault.

    What the process says that it wrote is replaced: only its streams are believed.
    """
    steps = len(reply["results"])
    failure: Output = reply.get("failure", {})
    parts: list[Output] = [*reply["results"], failure, reply["rest"]]
    for number, (part, streams) in enumerate(zip(parts, raw, strict=True)):
        for name in (*ONE, *BOTH):
            part.pop(name, None)
        for name, data in streams.items():
            try:
                part[name] = data.decode("utf-8")
            except UnicodeDecodeError as error:
                detail = f"0x{data[error.start]:02x}"
                step = min(number, steps - 1)
                return {
                    **reply,
                    "results": reply["results"][:number],
                    "failure": {"kind": "encoding", "detail": detail, "step": step},
                    "rest": {},
                }
    return reply
