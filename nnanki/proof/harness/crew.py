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
from nnanki.proof.harness.schedule import Schedule, Task
from nnanki.proof.suite.messages import Baselines, Fate, First, Job, Order, Question
from nnanki.running.memory import LARGE_PAGES

SUITE = Path(__file__).parents[1] / "suite" / "__main__.py"
SUITE_SECONDS = 1800
LEAVING_SECONDS = 5
WORTH_ONE = 25  # tasks for which another process is worth its start
GIBIBYTE = 2**20  # in the unit of /proc/meminfo
AT_LENGTH = ("CI", "BUILD_NUMBER")  # where set, pytest spells out differences


class SuiteProcess:
    """A process that runs all tests in its copy, then answers what it is asked."""

    def __init__(self, copies: Copies, number: int, order: Order, log: IO[str]) -> None:
        self.copies = copies
        copy = copies.make(number)
        self.process = subprocess.Popen(
            [sys.executable, "-P", str(SUITE)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            encoding="utf-8",
            cwd=copy.project,
            env=_environment(copy.environment(copies.root)),
            start_new_session=True,
        )
        self.serves = False

        def moved(path: str) -> str:
            return copy.moved(path, copies.root)

        self.job: Job = {
            **order,
            "paths": [moved(path) for path in order["paths"]],
            "files": [moved(path) for path in order["files"]],
            "texts": {moved(path): text for path, text in order["texts"].items()},
            "root": str(copy.project),
            "folder": str(copy.folder),
            "origin": str(copy.origin),
            "original": str(copies.root),
            "record": number == 0,
        }

    def first(self) -> First | None:
        """What it says when it has run all tests."""
        first: First | None = self.ask(self.job)
        self.serves = first is not None
        return first

    def ask(self, message: Job | Question) -> Any:
        """The answer, of a form in `messages`; None from a process that has ended."""
        assert self.process.stdin is not None and self.process.stdout is not None
        try:
            self.process.stdin.write(json.dumps(message) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
            return json.loads(self.copies.in_project(line))
        except (OSError, ValueError):  # closed, or it wrote half a line and no more
            return None

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
    """As many processes as run at the same time; the first tells what the tests do."""

    copies: Copies
    order: Order
    log: IO[str]
    number: int
    late: bool = False
    stopped: bool = False
    processes: list[SuiteProcess] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def run(
        self,
        schedule_after: Callable[[First], Schedule | None],
        hear: Callable[[Task, Fate], None],
    ) -> None:
        """Run all tests, then try all that is scheduled; tell what becomes of it."""
        timer = threading.Timer(SUITE_SECONDS, self.expire)
        timer.start()
        with ThreadPoolExecutor(2 * self.number) as pool:
            try:
                starts = [pool.submit(self.start, n) for n in range(self.number)]
                lead = starts[0].result()
                schedule = schedule_after(lead[1]) if lead else None
                if lead and schedule and "recording" in lead[1]:
                    fork = self.order["fork"]
                    baselines = None if fork else lead[1]["baselines"]
                    work = Work(schedule, baselines, hear, self.lock)
                    # Controls come last: only now it is clear which tests noticed.
                    for tasks in (schedule.tasks, schedule.controls):
                        work.waiting.extend(tasks())
                        ends = [pool.submit(work.go_on, start) for start in starts]
                        for end in ends:
                            end.result()
            finally:
                timer.cancel()
                self.stop()

    def start(self, number: int) -> tuple[SuiteProcess, First] | None:
        """A process ready for questions, and what it said; None if it ended."""
        process = SuiteProcess(self.copies, number, self.order, self.log)
        with self.lock:
            self.processes.append(process)
        if self.stopped:
            process.kill()
        first = process.first()
        return (process, first) if first is not None else None

    def expire(self) -> None:
        self.late = True
        self.stopped = True
        for process in list(self.processes):
            process.kill()

    def stop(self) -> None:
        """End them all."""
        self.stopped = True
        for process in list(self.processes):
            process.dismiss()
        for process in list(self.processes):
            process.end()


@dataclass
class Work:
    """Tasks that wait for a process that is free."""

    schedule: Schedule
    baselines: Baselines | None
    hear: Callable[[Task, Fate], None]
    lock: threading.Lock
    waiting: deque[Task] = field(default_factory=deque)

    def go_on(self, start: Future[tuple[SuiteProcess, First] | None]) -> None:
        """Let a process try one after the other, until none is left or it ends."""
        ready = start.result()
        while ready is not None and (task := self.next()) is not None:
            answer: Fate | None = {"fate": "untested"}
            if task.tests:
                answer = ready[0].ask(task.question(self.baselines))
            message = "its process was ended from outside"
            fate = answer or Fate(fate="unknown", message=message)
            with self.lock:
                self.schedule.note(task, fate)
                self.hear(task, fate)
            if answer is None:
                return

    def next(self) -> Task | None:
        with self.lock:
            return self.waiting.popleft() if self.waiting else None


def crew_for(tasks: int) -> int:
    """How many processes some tasks are worth here; each may need a gibibyte."""
    number = min(os.cpu_count() or 1, 1 + tasks // WORTH_ONE)
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
        free = next(line for line in lines if line.startswith("MemAvailable:"))
        number = min(number, int(free.split()[1]) // GIBIBYTE)
    return max(1, number)


def _environment(own: dict[str, str]) -> dict[str, str]:
    # One thread each: as many processes as there are cores share these already, and the
    # order in which threads add numbers changes the last digits from run to run.
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    fixed = {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    variables = {**LARGE_PAGES, **own, **fixed, **dict.fromkeys(threads, "1")}
    for name in ("PYTEST_ADDOPTS", *AT_LENGTH):
        variables.pop(name, None)
    return variables
