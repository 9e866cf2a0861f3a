"""Every mutant meets the tests that cover it, each in a process of its own."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from .kill import CONTROL, CRASHED, Facts, Stage, Trial
from .loops import Turns
from .swap import Originals, Unswappable
from .waivers import found

SLOWER = 20  # how much longer than its tests a mutant may take
IMPORTING = 60.0  # and for importing all anew
SCRIPT = Path(__file__).with_name("__main__.py")


class Answer:
    """Where answers go, one line of JSON each; what tests print goes elsewhere."""

    def __init__(self) -> None:
        self.pipe = os.dup(1)
        self.stream = os.fdopen(self.pipe, "w", encoding="utf-8", closefd=False)
        os.dup2(2, 1)

    def tell(self, message: Facts) -> None:
        self.stream.write(json.dumps(message) + "\n")
        self.stream.flush()


@dataclass
class Process:
    """A trial that is running."""

    trial: Trial
    pid: int
    pipe: int
    ends: float
    said: bytes = b""


class Trials:
    """All mutants of a job."""

    def __init__(
        self,
        job: Facts,
        session: pytest.Session,
        suite: Facts,
        turned: tuple[Turns, dict[str, dict[str, int]]],
    ) -> None:
        self.job = job
        self.suite = suite
        self.turns, self.known = turned
        self.items = {item.nodeid: item for item in session.items}
        self.waivers = list(found(session.items))
        self.originals = Originals({s["path"]: s["text"] for s in job["subjects"]})

    def run(self, answer: Answer) -> None:
        """Try all mutants; tell the fate of each."""
        running: dict[int, Process] = {}
        gc.collect()
        gc.freeze()
        try:
            self.try_all(answer, running)
        finally:
            for process in running.values():
                _end(process.pid)

    def try_all(self, answer: Answer, running: dict[int, Process]) -> None:
        """Keep as many trials running as there are processors."""
        waiting = list(self.trials())[::-1]
        killed: dict[tuple[str, bool], set[str]] = defaultdict(set)
        with selectors.DefaultSelector() as ready:
            while waiting or running:
                while waiting and len(running) < self.job["jobs"]:
                    trial = waiting.pop()
                    if not trial.tests:
                        answer.tell(told(trial, {"fate": "untested"}))
                        continue
                    process = self.start(trial, answer)
                    running[process.pipe] = process
                    ready.register(process.pipe, selectors.EVENT_READ)
                for process in self.ended(running, ready):
                    ready.unregister(process.pipe)
                    del running[process.pipe]
                    fate, trial = self.fate(process), process.trial
                    key = trial.subject["key"]
                    if fate["fate"] == "unswappable":
                        waiting.append(replace(trial, anew=True))
                    elif trial.control:
                        answer.tell({"control": key, **fate})
                    else:
                        if fate.get("test"):
                            killed[key, trial.anew].add(fate["test"])
                        fate["exact"] = fate.get("test") in self.suite["exact"]
                        answer.tell(told(trial, fate))
                if not waiting and not running:
                    waiting = list(self.controls(killed))
                    killed.clear()

    def controls(self, killed: Mapping[tuple[str, bool], set[str]]) -> Iterator[Trial]:
        """All tests that noticed something, on the code as it is: none may fail."""
        for subject in self.job["subjects"]:
            for anew in (False, True):
                tests = killed.get((subject["key"], anew))
                if tests:
                    usual = self.covering(subject, subject["mutants"][0])
                    order = tuple(test for test in usual if test in tests)
                    seconds = self.seconds(order)
                    yield Trial(subject, CONTROL, order, seconds, anew)

    def ended(
        self, running: dict[int, Process], ready: selectors.BaseSelector
    ) -> Iterator[Process]:
        """Read what the processes say; those that are done or out of time."""
        for key, _ in ready.select(timeout=0.5):
            data = os.read(key.fd, 65536)
            running[key.fd].said += data
            if not data:
                yield running[key.fd]
        for process in list(running.values()):
            if time.monotonic() > process.ends:
                process.said = json.dumps(LATE).encode()
                yield process

    def trials(self) -> Iterator[Trial]:
        """In order of subjects, so that their fates come together."""
        for subject in self.job["subjects"]:
            for index, mutant in enumerate(subject["mutants"]):
                tests = tuple(self.covering(subject, mutant))
                anew = not self.job["fork"]
                yield Trial(subject, index, tests, self.seconds(tests), anew)

    def seconds(self, tests: Iterable[str]) -> float:
        """How long some tests may take, by any clock, before nobody waits longer."""
        usual: float = sum(self.suite["passed"][test] for test in tests)
        return max(float(self.job["seconds"]), SLOWER * usual)

    def covering(self, subject: Facts, mutant: Facts) -> list[str]:
        """Tests that run some line of a subject: exact ones first, then the quick.

        A variant is only right or wrong, so the quickest test comes first.
        """
        if "tests" in mutant:
            return list(mutant["tests"])
        passed, exact = self.suite["passed"], set(self.suite["exact"])
        if subject["lines"] is None:  # what runs at import, any test may depend on
            return sorted(passed, key=lambda test: (test not in exact, passed[test]))
        relative = Path(subject["path"]).relative_to(self.job["root"]).as_posix()
        lines = self.suite["lines"][relative]
        near = set(lines.get(mutant["line"], ()))
        tests = {test for line in subject["lines"] for test in lines.get(line, ())}
        if "every" in mutant:
            return sorted(tests.intersection(passed), key=lambda test: passed[test])
        return sorted(
            tests.intersection(passed),
            key=lambda test: (test not in exact, test not in near, passed[test]),
        )

    # -- one mutant -------------------------------------------------------------------

    def start(self, trial: Trial, answer: Answer) -> Process:
        """Begin a trial in a process of its own."""
        ends = time.monotonic() + trial.seconds
        if trial.anew:
            return self.start_anew(trial, ends + IMPORTING)
        reading, writing = os.pipe()
        pid = os.fork()
        if pid:
            os.close(writing)
            return Process(trial, pid, reading, ends)
        try:
            os.setsid()
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            os.close(answer.pipe)  # nobody shall wait for what is never said
            null = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(null, stream)
            items = [self.items[test] for test in trial.tests]
            stage = Stage(self.job, items, (self.turns, self.known), self.waivers)
            stage.swapped(self.originals, trial, lambda fate: _send(writing, fate))
        except Unswappable:
            _send(writing, {"fate": "unswappable"})
        except BaseException as error:
            _send(writing, broken(error))
        finally:
            os._exit(0)

    def start_anew(self, trial: Trial, ends: float) -> Process:
        """Begin a trial in an interpreter that imports the mutant from the start."""
        subject = trial.subject
        job = {key: self.job[key] for key in ("root", "paths", "files", "mebibytes")}
        job |= {
            "tests": trial.tests,
            "shrink": self.job["shrink"],
            "every": self.job["every"],
            "instead": {subject["path"]: trial.mutant["text"]},
            "known": {test: self.known[test] for test in trial.tests},
            "subject": {**subject, "mutants": [{**trial.mutant, "text": ""}]},
        }
        reading, writing = os.pipe()
        process = subprocess.Popen(
            [sys.executable, "-P", str(SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=writing,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(writing)
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(json.dumps(job).encode())
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        process.returncode = 0  # it is waited for like the others
        return Process(trial, process.pid, reading, ends)

    def fate(self, process: Process) -> Facts:
        """What became of a mutant, now that its process has said all it will say."""
        _end(process.pid)
        _, status = os.waitpid(process.pid, 0)
        os.close(process.pipe)
        if process.said:
            fate: Facts = json.loads(process.said)
            return fate
        if os.WIFEXITED(status) and process.trial.anew:
            return CRASHED | {"said": "its tests cannot be imported"}
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) != signal.SIGKILL:
            return CRASHED | {"said": signal.Signals(os.WTERMSIG(status)).name}
        return {"fate": "unknown", "said": "its process was ended from outside"}


LATE = {"fate": "unknown", "said": "its tests did not end in time"}


def told(trial: Trial, fate: Facts) -> Facts:
    """What became of a mutant, and which one it is."""
    return {"subject": trial.subject["key"], "mutant": trial.index, **fate}


def broken(error: BaseException) -> Facts:
    """The fate of a mutant that could not be tried."""
    return {"fate": "unknown", "said": f"{type(error).__name__}: {error}"}


def _send(pipe: int, fate: Facts) -> None:
    os.write(pipe, json.dumps(fate).encode())


def _end(pid: int) -> None:
    """End a process and all that it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
