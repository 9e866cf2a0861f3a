"""One mutant after the other meets its tests, each in a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from .channel import Channel
from .kill import CRASHED, Facts, Stage, Trial
from .loops import Turns
from .place import Copy
from .processes import children, end, end_others
from .processors import one  # type: ignore[import-untyped]
from .reading import TREE, VARIABLES, Reading
from .swap import Originals, Unswappable
from .waivers import found

IMPORTING = 60.0  # seconds more for a trial that imports all anew
SCRIPT = Path(__file__).with_name("__main__.py")
UNCHANGED = ("operator", "before", "after")
LATE = {"fate": "unknown", "said": "its tests did not end in time"}
UNTOLD = {"read": [TREE, VARIABLES]}  # its tests may have read anything
Known = dict[str, dict[str, int]]


@dataclass
class Process:
    """A trial that is running."""

    trial: Trial
    pid: int
    pipe: int
    ends: float
    said: bytes = b""


@dataclass(frozen=True)
class Ran:
    """What the run of all tests has left in this process."""

    items: Sequence[pytest.Item] = ()
    turns: Turns = field(default_factory=Turns)
    known: Known = field(default_factory=dict)
    reading: Reading | None = None


class Trials:
    """What is asked about mutants, one at a time, and what became of them."""

    def __init__(self, job: Facts, copy: Copy, ran: Ran | None = None) -> None:
        self.job, self.copy, self.ran = job, copy, ran or Ran()
        self.known = self.ran.known
        self.items = {item.nodeid: item for item in self.ran.items}
        self.waivers = list(found(self.ran.items))
        self.originals = Originals(job["subjects"] if self.ran.items else {})
        self.spared = children()

    def serve(self, channel: Channel) -> None:
        """Answer questions until nobody asks any more."""
        while (asked := channel.hear()) is not None:
            trial = self.asked(asked)
            if asked["known"] is not None:
                self.known = self.moved(asked["known"])
            fate = self.run(trial, channel)
            if fate["fate"] == "unswappable":
                trial = replace(trial, anew=True)
                fate = self.run(trial, channel)
            channel.tell({**fate, "anew": trial.anew})

    def asked(self, asked: Facts) -> Trial:
        """The trial that is asked for; its subject lies in the copy."""
        subject = dict(asked["subject"])
        subject["path"] = self.inside(subject["path"])
        subject["text"] = self.job["subjects"][subject["path"]]
        unchanged = {**dict.fromkeys(UNCHANGED, ""), "text": subject["text"]}
        mutant = asked["mutant"] or unchanged
        anew = asked["anew"] or not self.job["fork"]
        return Trial(subject, mutant, tuple(asked["tests"]), asked["seconds"], anew)

    def inside(self, path: str) -> str:
        """A place of the project, in the copy."""
        return f"{self.job['root']}{path.removeprefix(self.job['original'])}"

    def moved(self, known: Known) -> Known:
        return {
            test: {self.inside(key): turns for key, turns in counts.items()}
            for test, counts in known.items()
        }

    # -- one mutant -------------------------------------------------------------------

    def run(self, trial: Trial, channel: Channel) -> Facts:
        """The fate of a mutant; afterwards the copy is as it was."""
        if trial.anew:
            self.copy.as_copied()
        process = self.start_anew(trial) if trial.anew else self.start(trial, channel)
        try:
            if not self.heard(process, channel):
                sys.exit(143)
        finally:
            status = end(process.pid)
            os.close(process.pipe)
            end_others(self.spared)
        self.copy.restore()
        return self.fate(process, status)

    def heard(self, process: Process, channel: Channel) -> bool:
        """Wait for what a trial says; False where nobody wants to know any more."""
        while not process.said.endswith(b"\n"):
            left = process.ends - time.monotonic()
            if left <= 0:
                process.said = json.dumps(LATE).encode()
                return True
            ready, _, _ = select.select([process.pipe, channel.asked], [], [], left)
            if channel.asked in ready:  # no question comes before the answer
                return False
            if ready:
                data = os.read(process.pipe, 65536)
                process.said += data
                if not data:
                    return True
        return True

    def start(self, trial: Trial, channel: Channel) -> Process:
        """Begin a trial in a process of its own."""
        ends = time.monotonic() + trial.seconds
        reading, writing = os.pipe()
        with one():
            pid = os.fork()
        if pid:
            os.close(writing)
            return Process(trial, pid, reading, ends)
        try:
            os.setsid()
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            os.close(reading)
            channel.close()
            null = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(null, stream)
            self.copy.enter()
            items = [self.items[test] for test in trial.tests]
            turned = (self.ran.turns, self.known)
            stage = Stage(self.job, items, turned, self.waivers)
            stage.swapped(self.originals, trial, self.telling(writing))
        except Unswappable:
            _send(writing, {"fate": "unswappable"})
        except BaseException as error:
            _send(writing, broken(error))
        finally:
            os._exit(0)

    def telling(self, pipe: int) -> Callable[[Facts], None]:
        """How a trial says what became of it: with what its tests have read."""
        reading = self.ran.reading
        assert reading is not None
        reading.forget()
        return lambda fate: _send(pipe, {**fate, "read": reading.names()})

    def start_anew(self, trial: Trial) -> Process:
        """Begin a trial in an interpreter that imports the mutant from the start."""
        subject, names = trial.subject, ("subjects", "record")
        job = {key: value for key, value in self.job.items() if key not in names}
        job |= {
            "tests": trial.tests,
            "instead": {subject["path"]: trial.mutant["text"]},
            "known": {test: self.known.get(test, {}) for test in trial.tests},
            "subject": subject,
            "mutant": {**trial.mutant, "text": ""},
        }
        reading, writing = os.pipe()
        process = subprocess.Popen(
            [sys.executable, "-P", str(SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=writing,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd=self.job["root"],
            env={**os.environ, **self.copy.environment()},
        )
        os.close(writing)
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(json.dumps(job).encode() + b"\n")
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        process.returncode = 0  # it is waited for like the others
        ends = time.monotonic() + trial.seconds + IMPORTING
        return Process(trial, process.pid, reading, ends)

    def fate(self, process: Process, status: int) -> Facts:
        """What became of a mutant, now that its process has said all it will say."""
        if process.said:
            with contextlib.suppress(ValueError):
                fate: Facts = json.loads(process.said)
                return fate
        if os.WIFEXITED(status) and process.trial.anew:
            return CRASHED | {"said": "its tests cannot be imported"} | UNTOLD
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) != signal.SIGKILL:
            name = signal.Signals(os.WTERMSIG(status)).name
            return CRASHED | {"said": name} | UNTOLD
        return {"fate": "unknown", "said": "its process was ended from outside"}


def broken(error: BaseException) -> Facts:
    """The fate of a mutant that could not be tried."""
    return {"fate": "unknown", "said": f"{type(error).__name__}: {error}"}


def _send(pipe: int, fate: Facts) -> None:
    line = json.dumps(fate).encode() + b"\n"
    while line:
        line = line[os.write(pipe, line) :]
