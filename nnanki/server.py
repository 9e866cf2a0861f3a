"""Programs in, outcomes out: what workers are asked, and what they answer."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from nnanki.project import Project
from nnanki.workers import Start, Workers

OUTPUT_BYTES = 100_000
READY_SECONDS = 90
Result = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Program:
    """A card as steps to run. `imports` are statements worth running only once.

    `quotes` are texts of modules: a symbol of each does what its text says.
    """

    key: str
    file: str
    steps: tuple[Result, ...]
    imports: tuple[str, ...] = ()
    quotes: tuple[Result, ...] = ()

    def job(self) -> Result:
        job: Result = {"key": self.key, "file": self.file, "steps": list(self.steps)}
        return {**job, "quotes": list(self.quotes)} if self.quotes else job


@dataclass(frozen=True, slots=True)
class Outcome:
    """What each step did, and why the program ended early, if it did."""

    results: tuple[Result, ...] = ()
    failure: Result | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """An interpreter to run in: its hash seed and its path through the CPU."""

    seed: int
    portable: bool

    def environment(self) -> dict[str, str]:
        """A bare environment; libraries compute on one thread."""
        kept = ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP")
        variables = {name: os.environ[name] for name in kept if name in os.environ}
        variables |= {
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "PYTHONHASHSEED": str(self.seed),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUTF8": "1",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        }
        if self.portable:
            variables["ATEN_CPU_CAPABILITY"] = "default"
            if platform.machine() in ("x86_64", "AMD64"):
                variables["OPENBLAS_CORETYPE"] = "Nehalem"
        return variables


Outcomes = dict[str, "Outcome"]
LOST = Outcome(failure={"kind": "lost"})
Chunks = dict[Variant, Sequence[Sequence[Program]]]
FIRST, SECOND, REPEAT = Variant(0, False), Variant(1, True), Variant(1, False)


def forks() -> bool:
    """Whether processes are forked here; NNANKI_START=spawn says no."""
    return sys.platform == "linux" and os.environ.get("NNANKI_START") != "spawn"


@dataclass
class Server:
    """What workers do for one project; those that are kept serve its whole `deck`."""

    project: Project
    sources: dict[str, tuple[str, str]]
    workers: Workers = field(default_factory=Workers)
    deck: Chunks = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    foreign: dict[str, str] = field(default_factory=dict)
    preloads: bool = True

    def prepare(self) -> None:
        """Let workers start that may be needed soon, if they are kept."""
        for variant, chunks in self.deck.items():
            self.workers.prepare(self._start(variant, chunks))

    def run_each(self, chunks: Chunks, told: Callable[[], None]) -> list[Outcomes]:
        """Run chunks in several interpreters at once; an interruption ends them all."""
        with ThreadPoolExecutor(len(chunks)) as pool:
            runs = [pool.submit(self.run, v, chunks[v], told) for v in chunks]
            try:
                return [run.result() for run in runs]
            except BaseException:
                self.workers.stop()
                raise

    def run(
        self,
        variant: Variant,
        chunks: Sequence[Sequence[Program]],
        told: Callable[[], None],
    ) -> dict[str, Outcome]:
        """Run chunks of programs in one interpreter; an outcome for each of them."""
        if not chunks:
            return {}
        outcomes: dict[str, Outcome] = {}
        start = self._start(variant, chunks)
        if not self._talk(start, chunks, outcomes, told):
            self.preloads = False
            self._talk(self._start(variant, chunks), chunks, outcomes, told)
        for program in (p for chunk in chunks for p in chunk):
            lost = program.key not in outcomes  # it ended its worker
            if lost and not self.workers.stopped:
                again = start if self.preloads else self._start(variant, chunks)
                self._talk(again, [[program]], outcomes, told)
                outcomes.setdefault(program.key, LOST)
        return outcomes

    def _talk(
        self,
        start: Start,
        chunks: Sequence[Sequence[Program]],
        outcomes: dict[str, Outcome],
        told: Callable[[], None],
    ) -> bool:
        """Ask one worker; False where it never got ready."""
        if self.workers.stopped:
            return True
        worker = self.workers.take(start, READY_SECONDS)
        try:
            if self.workers.stopped:
                worker.kill()
            if not worker.ready(READY_SECONDS):
                return not self.preloads
            for message in worker.ask([[p.job() for p in chunk] for chunk in chunks]):
                self._hear(message, outcomes)
                told()
        finally:
            self.workers.give(worker)
        return True

    def _start(self, variant: Variant, chunks: Sequence[Sequence[Program]]) -> Start:
        """How a worker starts that imports what some chunks need, or what all do."""
        whole = self.deck.get(variant, chunks)
        programs = [program for chunk in whole for program in chunk]
        imports = dict.fromkeys(i for program in programs for i in program.imports)
        settings = {
            "start": "fork" if forks() else "spawn",
            "root": str(self.project.root),
            "paths": [str(path) for path in self.project.paths],
            "sources": self.sources,
            "imports": list(imports) if self.preloads else [],
            "seconds": self.project.seconds,
            "ready": READY_SECONDS,
            "memory": self.project.mebibytes * 1024 * 1024,
            "output": OUTPUT_BYTES,
        }
        environment = variant.environment().items()
        return Start(tuple(sorted(environment)), json.dumps(settings))

    def _hear(self, message: Result, outcomes: dict[str, Outcome]) -> None:
        root = self.project.root
        results = tuple(message.get("results", ()))
        outcome = Outcome(results, message.get("failure"))
        outcomes[message["key"]] = _placeless(outcome, str(root))
        self.files |= {os.path.relpath(file, root) for file in message.get("files", ())}
        self.foreign |= dict(message.get("foreign", ()))


def _placeless(outcome: Outcome, root: str) -> Outcome:
    """An outcome, unless it shows the folder that the project lies in."""
    for step, result in enumerate(outcome.results):
        if root in json.dumps(result, ensure_ascii=False):
            return Outcome(outcome.results[:step], {"kind": "path", "step": step})
    return outcome
