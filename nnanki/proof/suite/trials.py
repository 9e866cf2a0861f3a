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
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from .channel import Channel
from .ending import end, end_others
from .kill import MutantRun, crash
from .loops import Turns
from .messages import AnewJob, Baselines, Fate, Job, Question
from .processes import children  # type: ignore[import-untyped]
from .processors import one  # type: ignore[import-untyped]
from .reading import TREE, VARIABLES, Reading
from .sandbox import Sandbox
from .swap import Originals, Unswappable
from .waivers import beside

IMPORTING = 60.0  # seconds more for a trial that imports all anew
SCRIPT = Path(__file__).with_name("__main__.py")
# Nobody can tell any more what its tests have read, so it may have been anything.
ANYTHING = [TREE, VARIABLES]


@dataclass
class RunningTrial:
    """A process that tries one change, and what it has said so far."""

    anew: bool
    pid: int
    pipe: int
    ends: float
    answer: bytes = b""


@dataclass(frozen=True)
class Ran:
    """What the run of all tests has left in this process."""

    items: Sequence[pytest.Item] = ()
    turns: Turns = field(default_factory=Turns)
    reading: Reading | None = None


class Trials:
    """What is asked about mutants, one at a time, and what became of them."""

    def __init__(self, job: Job, sandbox: Sandbox, ran: Ran | None = None) -> None:
        self.job, self.sandbox, self.ran = job, sandbox, ran or Ran()
        self.turns = self.ran.turns
        self.items = {item.nodeid: item for item in self.ran.items}
        self.waivers = list(beside(self.ran.items))
        self.originals = Originals(job["texts"] if self.ran.items else {})
        self.spared = children()

    def serve(self, channel: Channel) -> None:
        """Answer questions until nobody asks any more."""
        question: Question | None
        while (question := channel.hear()) is not None:
            question = self.in_copy(question)
            if question["baselines"] is not None:
                self.turns.usual = question["baselines"]
            fate = self.run(question, channel)
            if fate["fate"] == "unswappable":
                question["anew"] = True
                fate = self.run(question, channel)
            channel.tell({**fate, "anew": question["anew"]})

    def in_copy(self, question: Question) -> Question:
        """The same question about the copy."""
        path = self.inside(question["subject"]["path"])
        usual = question["baselines"]
        return {
            "subject": {**question["subject"], "path": path},
            "change": question["change"],
            "tests": question["tests"],
            "seconds": question["seconds"],
            "anew": question["anew"] or not self.job["fork"],
            "baselines": None if usual is None else self.moved(usual),
        }

    def inside(self, path: str) -> str:
        """A place of the project, in the copy."""
        return f"{self.job['root']}{path.removeprefix(self.job['original'])}"

    def moved(self, baselines: Baselines) -> Baselines:
        return {
            test: {self.inside(key): turns for key, turns in counts.items()}
            for test, counts in baselines.items()
        }

    # -- one mutant -------------------------------------------------------------------

    def run(self, question: Question, channel: Channel) -> Fate:
        """The fate of a mutant; afterwards the copy is as it was."""
        if question["anew"]:
            self.sandbox.as_copied()
            trial = self.start_anew(question)
        else:
            trial = self.start(question, channel)
        try:
            if not self.hear(trial, channel):
                sys.exit(143)
        finally:
            status = end(trial.pid)
            os.close(trial.pipe)
            end_others(self.spared)
        self.sandbox.restore()
        return self.fate(trial, status)

    def hear(self, trial: RunningTrial, channel: Channel) -> bool:
        """Wait for what a trial says; False where nobody wants to know any more."""
        while not trial.answer.endswith(b"\n"):
            left = trial.ends - time.monotonic()
            if left <= 0:  # not killed: a clock proves nothing of what was tried
                message = "its tests did not end in time"
                late: Fate = {"fate": "unknown", "message": message}
                trial.answer = json.dumps(late).encode()
                return True
            streams = [trial.pipe, channel.questions]
            ready, _, _ = select.select(streams, [], [], left)
            if channel.questions in ready:  # no question comes before the answer
                return False
            if ready:
                data = os.read(trial.pipe, 65536)
                trial.answer += data
                if not data:
                    return True
        return True

    def start(self, question: Question, channel: Channel) -> RunningTrial:
        """Begin a trial in a process of its own.

        A fork has all that the tests import, some of which takes seconds to import, and
        still nothing that one mutant does can reach the next.
        """
        ends = time.monotonic() + question["seconds"]
        reading, writing = os.pipe()
        with one():
            pid = os.fork()
        if pid:
            os.close(writing)
            return RunningTrial(question["anew"], pid, reading, ends)
        try:
            os.setsid()
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            os.close(reading)
            channel.close()
            null = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(null, stream)
            self.sandbox.enter()
            items = [self.items[test] for test in question["tests"]]
            run = MutantRun(self.job, items, self.turns, self.waivers)
            run.swapped(self.originals, question, self.telling(writing))
        except Unswappable:
            _send(writing, {"fate": "unswappable"})
        except BaseException as error:
            _send(writing, untried(error))
        finally:
            os._exit(0)

    def telling(self, pipe: int) -> Callable[[Fate], None]:
        """How a trial says what became of it: with what its tests have read."""
        reading = self.ran.reading
        assert reading is not None
        reading.forget()

        def tell(fate: Fate) -> None:
            fate["reads"] = reading.names()
            _send(pipe, fate)

        return tell

    def start_anew(self, question: Question) -> RunningTrial:
        """Begin a trial in an interpreter that imports the mutant from the start.

        What a module computed while it was imported, no swap of functions can change.
        """
        path = question["subject"]["path"]
        usual = {test: self.turns.usual.get(test, {}) for test in question["tests"]}
        job: AnewJob = {
            "job": {**self.job, "texts": {path: self.job["texts"][path]}},
            "question": {**question, "baselines": usual},
        }
        reading, writing = os.pipe()
        process = subprocess.Popen(
            [sys.executable, "-P", str(SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=writing,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd=self.job["root"],
            env={**os.environ, **self.sandbox.environment()},
        )
        os.close(writing)
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(json.dumps(job).encode() + b"\n")
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        process.returncode = 0  # it is waited for like the others
        ends = time.monotonic() + question["seconds"] + IMPORTING
        return RunningTrial(question["anew"], process.pid, reading, ends)

    def fate(self, trial: RunningTrial, status: int) -> Fate:
        """What became of a mutant, now that its process has said all it will say."""
        if trial.answer:
            with contextlib.suppress(ValueError):
                fate: Fate = json.loads(trial.answer)
                return fate
        if os.WIFEXITED(status) and trial.anew:
            return {**crash("its tests cannot be imported"), "reads": ANYTHING}
        # A signal that ends it is a crash of what was tried, as long as it was not the
        # one that the system sends where memory is short, or somebody by hand.
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) != signal.SIGKILL:
            name = signal.Signals(os.WTERMSIG(status)).name
            return {**crash(name), "reads": ANYTHING}
        return {"fate": "unknown", "message": "its process was ended from outside"}


def untried(error: BaseException) -> Fate:
    """The fate of a mutant that could not be tried."""
    return {"fate": "unknown", "message": f"{type(error).__name__}: {error}"}


def _send(pipe: int, fate: Fate) -> None:
    line = json.dumps(fate).encode() + b"\n"
    while line:
        line = line[os.write(pipe, line) :]
