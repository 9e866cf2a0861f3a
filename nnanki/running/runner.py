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

from nnanki.model.card import Place
from nnanki.model.problem import Problem, Refused
from nnanki.model.project import Project
from nnanki.running.memory import LARGE_PAGES
from nnanki.running.pool import Start, Workers

OUTPUT_BYTES = 100_000
READY_SECONDS = 90
SILENCE = 5  # times the seconds of a card, after which a worker is given up
Result = dict[str, Any]

# What the second run finds otherwise; the worker knows how. In the order in which they
# are tried, one by one, where two runs differ.
ANEW = "imports"  # the project's modules are imported by each card for itself
FACTORS = (
    ANEW,
    "clock",
    "time zone",
    "locale",
    "processors",
    "host",
    "user",
    "environment",
    "folder",
    "terminal",
    "stack",
    "listing",
    "memory",
    "network",
)


@dataclass(frozen=True, slots=True)
class Program:
    """A card as steps to run. `imports` are statements worth running only once.

    `quotes` are texts of modules: a symbol of each does what its text says. `stdin` is
    what the card gives to read.
    """

    key: str
    file: str
    steps: tuple[Result, ...]
    imports: tuple[str, ...] = ()
    quotes: tuple[Result, ...] = ()
    stdin: str = ""

    def job(self) -> Result:
        job: Result = {"key": self.key, "steps": list(self.steps), "stdin": self.stdin}
        job["imports"] = list(self.imports)
        return {**job, "quotes": list(self.quotes)} if self.quotes else job


@dataclass(frozen=True, slots=True)
class Outcome:
    """What each step did, why the program ended early, and what was noticed of it.

    `rest` is what it wrote after its last step, `status` what it ended with. `fresh`
    says that it is known to be the same in a process that imported nothing before.
    """

    results: tuple[Result, ...] = ()
    failure: Result | None = None
    status: int | None = None
    rest: Result = field(default_factory=dict)
    noticed: Result = field(default_factory=dict)
    fresh: bool = False

    @classmethod
    def of(cls, kept: Result) -> Outcome:
        """An outcome that was written as JSON."""
        return cls(**{**kept, "results": tuple(kept["results"])})


@dataclass(frozen=True, slots=True)
class Variant:
    """An interpreter to run in: its hash seed, its path through the CPU, its world."""

    seed: int
    portable: bool = False
    factors: tuple[str, ...] = ()

    def environment(self) -> dict[str, str]:
        """A bare environment; libraries compute on one thread."""
        kept = ("PATH", "TMPDIR")
        variables = {name: os.environ[name] for name in kept if name in os.environ}
        variables |= {
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "TERM": "dumb",
            "NO_COLOR": "1",
            "PYTHON_COLORS": "0",
            "PYTHONHASHSEED": str(self.seed),
            "PYTHONDONTWRITEBYTECODE": "1",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            **LARGE_PAGES,
        }
        if self.portable:
            variables["ATEN_CPU_CAPABILITY"] = "default"
            if platform.machine() in ("x86_64", "AMD64"):
                variables["OPENBLAS_CORETYPE"] = "Nehalem"
        return variables


Outcomes = dict[str, "Outcome"]
LOST = Outcome(failure={"kind": "lost"})
FIRST, SECOND = Variant(0), Variant(1, True, FACTORS)
TERMINAL = Variant(0, False, ("terminal",))  # where one stream is told from the other
Runs = dict[Variant, Sequence[Program]]


def forks() -> bool:
    """Whether cards share what they import; NNANKI_START=spawn says no."""
    return sys.platform == "linux" and os.environ.get("NNANKI_START") != "spawn"


@dataclass
class Server:
    """What workers do for one project; those that are kept serve its whole `deck`."""

    project: Project
    sources: dict[str, tuple[str, str]]
    workers: Workers = field(default_factory=Workers)
    deck: Runs = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)
    foreign: dict[str, str] = field(default_factory=dict)
    unfit: set[str] = field(default_factory=set)

    def prepare(self) -> None:
        """Let workers start that may be needed soon, if they are kept."""
        for variant, programs in self.deck.items():
            self.workers.prepare(self._start(variant, self._imports(programs)))

    def run_each(self, runs: Runs, told: Callable[[], None]) -> list[Outcomes]:
        """Run programs in several interpreters at once; an interruption ends them."""
        with ThreadPoolExecutor(2) as pool:
            asked = [pool.submit(self.run, v, runs[v], told) for v in runs]
            try:
                return [run.result() for run in asked]
            except BaseException:
                self.workers.stop()
                raise

    def run(
        self, variant: Variant, programs: Sequence[Program], told: Callable[[], None]
    ) -> Outcomes:
        """Run programs in one interpreter; an outcome for each of them.

        A program that ends its worker is the first that it did not answer for.
        """
        outcomes: Outcomes = {}
        todo = list(programs)
        while todo and not self.workers.stopped:
            self._talk(variant, todo, outcomes, told)
            todo = [p for p in todo if p.key not in outcomes]
            if todo and not self.workers.stopped:
                lost, *todo = todo
                self._talk(variant, [lost], outcomes, told)
                outcomes.setdefault(lost.key, LOST)
        return outcomes

    def _talk(
        self,
        variant: Variant,
        programs: Sequence[Program],
        outcomes: Outcomes,
        told: Callable[[], None],
    ) -> None:
        """Ask one worker; one that cannot import something quietly is not asked."""
        for _ in range(3):
            imports = self._imports(self.deck.get(variant, programs))
            start = self._start(variant, imports)
            worker = self.workers.take(start, READY_SECONDS)
            try:
                if self.workers.stopped:
                    worker.kill()
                if not worker.ready(READY_SECONDS):
                    self._unstarted(imports)
                    continue
                if set(worker.noisy) - self.unfit:
                    self.unfit |= set(worker.noisy)
                    continue
                jobs = [{**p.job(), "factors": variant.factors} for p in programs]
                seconds = SILENCE * self.project.seconds + READY_SECONDS
                for message in worker.ask(jobs, seconds):
                    self._hear(message, outcomes)
                    told()
                return
            finally:
                self.workers.give(worker)

    def _unstarted(self, imports: Sequence[str]) -> None:
        """Blame what a worker imports; raise Refused where it imports nothing."""
        if not imports and not self.workers.stopped:
            hint = "what it said about that stands above"
            what = "the process that runs the cards does not start"
            raise Refused(Problem(Place("cards", 0), what, hint))
        self.unfit |= set(imports)

    def _imports(self, programs: Sequence[Program]) -> list[str]:
        """What some programs import quietly, where they can share it."""
        if not forks():
            return []
        named = dict.fromkeys(i for program in programs for i in program.imports)
        return [statement for statement in named if statement not in self.unfit]

    def _start(self, variant: Variant, imports: Sequence[str]) -> Start:
        """How a worker starts that imports something before it is asked."""
        settings = {
            "root": str(self.project.root),
            "cards": str(self.project.cards),
            "paths": [str(path) for path in self.project.paths],
            "sources": self.sources,
            "imports": imports,
            "anew": ANEW in variant.factors,
            # its worker serves no other variant
            "factors": variant.factors if variant == SECOND else (),
            "seconds": self.project.seconds,
            "importing": 0 if forks() else READY_SECONDS,
            "memory": self.project.mebibytes * 1024 * 1024,
            "output": OUTPUT_BYTES,
        }
        environment = variant.environment().items()
        return Start(tuple(sorted(environment)), json.dumps(settings))

    def _hear(self, message: Result, outcomes: Outcomes) -> None:
        outcomes[message["key"]] = Outcome(
            tuple(message["results"]),
            message.get("failure"),
            message["status"],
            message["rest"],
            message["noticed"],
        )
        self.modules |= message.get("modules", {})
        self.foreign |= dict(message.get("foreign", ()))
