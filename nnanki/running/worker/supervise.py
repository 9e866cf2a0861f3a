"""One card's process from outside: forked, heard, timed, ended; what came of it.

Whatever the process says of itself stands in the memory that both share, and counts
only for the card that the process was made for. Its output is read from its streams.
"""

from __future__ import annotations

import _thread
import collections
import contextlib
import itertools
import operator
import os
import select
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .folders import Folders
from .life import Life, live
from .orphans import left_behind
from .processors import one  # type: ignore[import-untyped]
from .script import NAME
from .shared import Shared
from .streams import Streams, texts
from .watch import Watch

Job = dict[str, Any]
Message = dict[str, Any]

TICK = 0.5  # seconds after which a signal that was missed is looked for


@dataclass
class Supervisor:
    """Runs programs one after the other, each in a process of its own."""

    job: Job
    watch: Watch
    wakeup: int
    modules: Any
    shared: Shared = field(default_factory=Shared)

    def __post_init__(self) -> None:
        self.folders = Folders(self.job["runs"])

    def run(self, program: Job) -> Message:
        """All that a program did; with a bug in place, what it does without as well."""
        last = max(
            (n for n, s in enumerate(program["steps"]) if "broken" in s), default=-1
        )
        if last < 0:
            return self.once(program)
        sound = [without(step, "broken") for step in program["steps"][: last + 1]]
        before = self.once({**program, "steps": sound})
        whole = self.once(program)
        for number, step in enumerate(program["steps"]):
            if "broken" in step and number < len(whole["results"]):
                whole["results"][number]["sound"] = told(before, number, step["do"])
        return whole

    def once(self, program: Job) -> Message:
        far = "folder" in program["factors"]
        places = self.folders.take(far)
        streams = Streams("terminal" in program["factors"])
        try:
            life = Life(self.job, program, places)
            self.shared.clear()
            places.remember()
            gone = _thread.allocate_lock()
            gone.acquire()
            calls = live(life, streams, self.shared, self.watch, self.modules)
            with one():
                pid = fork(calls, gone)
            streams.detach()
            try:
                return Hearing(self, life, streams, pid).hear()
            finally:
                gone.release()
        finally:
            streams.close()
            self.folders.give(places, far, NAME)


def without(step: Job, key: str) -> Job:
    return {name: value for name, value in step.items() if name != key}


def told(before: Message, number: int, do: str) -> Any:
    """What a step did without the bug: what it printed, or raised."""
    if number >= len(before["results"]):
        return before.get("failure")
    result = before["results"][number]
    if do == "raises":
        return result["raised"]
    return result.get("merged", result.get("out"))


def fork(life: Iterator[Any], gone: Any) -> int:
    """Fork from a thread that runs no Python code of its own; the child's number.

    The thread lives on until `gone` is released: with it Linux would end the child.
    """
    results: collections.deque[Any] = collections.deque(maxlen=1)
    done = _thread.allocate_lock()

    def calls() -> Iterator[Any]:
        yield (os.fork,)
        pid = results[-1]
        if pid:
            forked.append(pid)
            done.release()
            yield (gone.acquire,)
        else:
            yield from life

    forked: list[int] = []
    done.acquire()
    batches = itertools.chain.from_iterable(calls())
    called = map(results.append, map(operator.call, batches))
    _thread.start_new_thread(collections.deque, (called, 0))
    done.acquire()
    return forked[0]


class Hearing:
    """What one process says, step by step, until it ends or is ended."""

    def __init__(
        self, supervisor: Supervisor, life: Life, streams: Streams, pid: int
    ) -> None:
        self.job, self.shared = supervisor.job, supervisor.shared
        self.wakeup, self.asking = supervisor.wakeup, supervisor.job["pipes"][0]
        self.life, self.streams, self.pid = life, streams, pid
        self.steps = len(life.program["steps"])
        self.results: list[Message] = []
        self.failure: Message | None = None
        self.last: Message | None = None
        self.number = 0
        self.status: int | None = None

    def hear(self) -> Message:
        """Everything that the process did, until it is gone with all it started."""
        until = time.monotonic() + self.job["seconds"] + self.importing
        ready = select.poll()
        for source in (*self.streams.sources, self.wakeup, self.asking):
            ready.register(source, select.POLLIN)
        while self.status is None:
            left = until - time.monotonic()
            if left <= 0:
                self.fail("time", f"{self.job['seconds']:g}")
            elif self.streams.size > self.job["output"]:
                self.fail("output", f"{self.job['output']:,}")
            else:
                self.wait(ready, min(left, TICK))
        self.end()
        return self.message()

    @property
    def importing(self) -> float:
        """More time for a program that must import what others share."""
        return self.job["importing"] if self.life.program["imports"] else 0

    def wait(self, ready: select.poll, seconds: float) -> None:
        """Read what there is, and see whether the process stopped or ended."""
        for source, _ in ready.poll(seconds * 1000):
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
        message = self.shared.read(self.number + 1)
        if message is None:
            self.fail("signal", "SIGSTOP")
            return
        self.number += 1
        self.streams.drain_all()
        if self.streams.size > self.job["output"]:
            self.fail("output", f"{self.job['output']:,}")
            return
        written = self.texts()
        if "ended" in message:
            self.last = {**message, **written}
        elif "failure" in message:
            self.failure = {**message["failure"], **written}
        elif self.failure is None and len(self.results) < self.steps:
            self.results.append({**message, **written})
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGCONT)

    def texts(self) -> Message:
        """What was written, without the folder that the script lies in."""
        folder = (self.life.places["script"] + os.sep).encode()
        taken = [data.replace(folder, b"") for data in self.streams.take()]
        return texts(taken)

    def fail(self, kind: str, detail: str) -> None:
        """End the process for a reason."""
        self.failure = {"kind": kind, "detail": detail, "step": self.step}
        self.last = {}
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
            self.failure = {**died(self.status or 0), "step": self.step, **self.texts()}
        late = left_behind()
        self.streams.drain_all()
        if (late or self.streams.size) and self.failure is None:
            last = max(0, self.steps - 1)
            self.results = []  # what they print may be the other's
            self.failure = {"kind": "process", "step": last}

    def message(self) -> Message:
        """The results as plain values, with all that was noticed."""
        last = self.last or {}
        message: Message = {"key": self.life.program["key"], "results": self.results}
        if last.get("threads") and self.failure is None:
            name = last["threads"][0]
            self.failure = {"kind": "thread", "detail": name, "step": last["last"]}
        if self.failure is not None:
            message["failure"] = self.failure
        known = ("read", "listed", "asked", "kinds", "noted", "drawn")
        noticed = {name: last[name] for name in known if name in last}
        rest = {name: last.get(name, b"") for name in ("merged", "out", "err")}
        return decoded(
            {
                **message,
                "foreign": last.get("foreign", []),
                "status": self.status,
                "rest": {name: text for name, text in rest.items() if text},
                "noticed": noticed,
            }
        )


def died(code: int) -> Message:
    """Why a process ended before its time."""
    if code < 0:
        names = {number.value: number.name for number in signal.Signals}
        return {"kind": "signal", "detail": names.get(-code, f"signal {-code}")}
    return {"kind": "exit", "detail": str(code)}


# -- texts ----------------------------------------------------------------------------


def decoded(message: Message) -> Message:
    """A message whose output is text; bytes that are none are the code's fault."""
    steps = [*message["results"], message.get("failure") or {}, message["rest"]]
    for number, result in enumerate(steps):
        for name in ("merged", "out", "err"):
            data = result.get(name)
            if isinstance(data, bytes):
                try:
                    result[name] = data.decode("utf-8")
                except UnicodeDecodeError as error:
                    detail = f"0x{data[error.start]:02x}"
                    step = min(number, len(message["results"]) - 1)
                    failure = {"kind": "encoding", "detail": detail, "step": step}
                    return {
                        **message,
                        "results": decodable(message["results"][:number]),
                        "failure": failure,
                        "rest": {},
                    }
    return message


def decodable(results: list[Message]) -> list[Message]:
    return [r for r in results if not any(isinstance(v, bytes) for v in r.values())]
