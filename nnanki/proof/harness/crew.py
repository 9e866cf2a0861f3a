"""The processes that run tests and mutants, each in its own copy of the project."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from nnanki.proof.harness.copies import Copies
from nnanki.proof.harness.schedule import Plan, Trial
from nnanki.running.memory import LARGE_PAGES

SUITE = Path(__file__).parents[1] / "suite" / "__main__.py"
SUITE_SECONDS = 1800
LEAVING_SECONDS = 5
WORTH_ONE = 25  # trials for which another process is worth its start
GIBIBYTE = 2**20  # in the unit of /proc/meminfo
AT_LENGTH = ("CI", "BUILD_NUMBER")  # where set, pytest spells out differences
LOST = {"fate": "unknown", "said": "its process was ended from outside"}
Result = dict[str, Any]


class Worker:
    """A process that runs all tests in its copy, then answers what it is asked."""

    def __init__(self, copies: Copies, number: int, job: Result, said: IO[str]) -> None:
        self.copies = copies
        copy = copies.make(number)
        self.process = subprocess.Popen(
            [sys.executable, "-P", str(SUITE)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            encoding="utf-8",
            cwd=copy.project,
            env=_environment(copy.environment(copies.root)),
            start_new_session=True,
        )
        self.serves = False
        files, paths = (
            [copy.moved(path, copies.root) for path in job[name]]
            for name in ("files", "paths")
        )
        places = {"root": copy.project, "folder": copy.folder, "origin": copy.origin}
        texts = job["subjects"].items()
        self.job = {
            **job,
            **{name: str(place) for name, place in places.items()},
            "original": str(copies.root),
            "files": files,
            "paths": paths,
            "subjects": {copy.moved(path, copies.root): text for path, text in texts},
            "record": number == 0,
        }

    def first(self) -> Result | None:
        """What it says when it has run all tests."""
        heard = self.ask(self.job)
        self.serves = heard is not None
        return heard

    def ask(self, question: Result) -> Result | None:
        """The answer to a question; None from a process that has ended."""
        assert self.process.stdin is not None and self.process.stdout is not None
        try:
            self.process.stdin.write(json.dumps(question) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
            answer: Result = json.loads(self.copies.told(line))
        except (OSError, ValueError):  # closed, or it wrote half a line and no more
            return None
        return answer

    def dismiss(self) -> None:
        """Let it go: one that waits for questions ends by itself."""
        assert self.process.stdin is not None
        with contextlib.suppress(OSError, ValueError):
            self.process.stdin.close()
        if not self.serves:
            self.process.terminate()

    def end(self) -> None:
        """Wait until it is gone, but not for long."""
        try:
            self.process.wait(LEAVING_SECONDS if self.serves else 1)
        except subprocess.TimeoutExpired:
            self.kill()
            self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()

    def kill(self) -> None:
        with contextlib.suppress(OSError):
            os.killpg(self.process.pid, signal.SIGKILL)


@dataclass
class Crew:
    """As many workers as run at the same time; the first tells what the tests do."""

    copies: Copies
    job: Result
    said: IO[str]
    number: int
    late: bool = False
    stopped: bool = False
    workers: list[Worker] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def run(
        self, plan_of: Callable[[Result], Plan], hear: Callable[[Result], None]
    ) -> None:
        """Run all tests, then try all that is planned; tell what becomes of it."""
        timer = threading.Timer(SUITE_SECONDS, self.expire)
        timer.start()
        with ThreadPoolExecutor(2 * self.number) as pool:
            try:
                started = [pool.submit(self.start, n) for n in range(self.number)]
                lead = started[0].result()
                first = lead and lead[1]
                if first is None:
                    return
                hear(first)
                if "suite" in first:
                    plan = plan_of(first["suite"])
                    turns = None if self.job["fork"] else first["turns"]
                    work = Work(plan, turns, hear, self.lock)
                    for trials in (plan.trials, plan.controls):
                        work.waiting.extend(trials())
                        done = [pool.submit(work.go_on, worker) for worker in started]
                        for each in done:
                            each.result()
            finally:
                timer.cancel()
                self.stop()

    def start(self, number: int) -> tuple[Worker, Result] | None:
        """A worker that is ready for questions, and what it said; None if it ended."""
        worker = Worker(self.copies, number, self.job, self.said)
        with self.lock:
            self.workers.append(worker)
        if self.stopped:
            worker.kill()
        first = worker.first()
        return (worker, first) if first is not None else None

    def expire(self) -> None:
        self.late = True
        self.stopped = True
        for worker in list(self.workers):
            worker.kill()

    def stop(self) -> None:
        """End them all."""
        self.stopped = True
        for worker in list(self.workers):
            worker.dismiss()
        for worker in list(self.workers):
            worker.end()


@dataclass
class Work:
    """Trials that wait for a worker that is free."""

    plan: Plan
    known: Result | None
    hear: Callable[[Result], None]
    lock: threading.Lock
    waiting: deque[Trial] = field(default_factory=deque)

    def go_on(self, started: Future[tuple[Worker, Result] | None]) -> None:
        """Let a worker try one after the other, until none is left or it ends."""
        ready = started.result()
        while ready is not None and (trial := self.next()) is not None:
            fate: Result | None = {"fate": "untested"}
            if trial.tests:
                fate = ready[0].ask(trial.question(self.known))
            with self.lock:
                self.hear(self.plan.judge(trial, dict(fate or LOST)))
            if fate is None:
                return

    def next(self) -> Trial | None:
        with self.lock:
            return self.waiting.popleft() if self.waiting else None


def crew_for(trials: int) -> int:
    """How many workers some trials are worth here; each may need a gibibyte."""
    number = min(os.cpu_count() or 1, 1 + trials // WORTH_ONE)
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
        free = next(line for line in lines if line.startswith("MemAvailable:"))
        number = min(number, int(free.split()[1]) // GIBIBYTE)
    return max(1, number)


def _environment(own: dict[str, str]) -> dict[str, str]:
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    fixed = {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    variables = {**LARGE_PAGES, **own, **fixed, **dict.fromkeys(threads, "1")}
    for name in ("PYTEST_ADDOPTS", *AT_LENGTH):
        variables.pop(name, None)
    return variables
