"""Programs in, outcomes out: what workers are asked, and what they answer.

A worker is an interpreter, started in an environment of its own: the order of sets and
the path of numbers through the CPU are settled when Python starts, so two runs that
shall differ in these need two interpreters.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from nnanki.model.card import Place
from nnanki.model.problem import Problem, Refused
from nnanki.model.project import Project
from nnanki.running.child.messages import (
    CardStep,
    Definition,
    Failure,
    Noticed,
    OutcomeRecord,
    Output,
    Reply,
    Request,
    Result,
    Settings,
)
from nnanki.running.memory import LARGE_PAGES
from nnanki.running.pool import Pool, Start

OUTPUT_BYTES = 100_000
READY_SECONDS = 90
SILENCE = 5  # times the seconds of a card, after which a worker is given up

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
    steps: tuple[CardStep, ...]
    imports: tuple[str, ...] = ()
    quotes: tuple[Definition, ...] = ()
    stdin: str = ""

    def request(self, factors: Sequence[str] = ()) -> Request:
        """What a worker is asked, in surroundings that differ by some factors."""
        request: Request = {
            "key": self.key,
            "steps": list(self.steps),
            "stdin": self.stdin,
            "imports": list(self.imports),
            "factors": factors,
        }
        if self.quotes:
            request["quotes"] = list(self.quotes)
        return request


@dataclass(frozen=True, slots=True)
class Outcome:
    """What each step did, why the program ended early, and what was noticed of it.

    `rest` is what it wrote after its last step, `status` what it ended with. `fresh`
    says that it is known to be the same in a process that imported nothing before.
    """

    results: tuple[Result, ...] = ()
    failure: Failure | None = None
    status: int | None = None
    rest: Output = field(default_factory=Output)
    noticed: Noticed = field(default_factory=Noticed)
    fresh: bool = False

    @classmethod
    def of(cls, record: OutcomeRecord) -> Outcome:
        """The outcome that a record was made of."""
        results = tuple(record["results"])
        rest, noticed = record["rest"], record["noticed"]
        failure, status = record["failure"], record["status"]
        return cls(results, failure, status, rest, noticed, record["fresh"])

    def record(self) -> OutcomeRecord:
        return {
            "results": list(self.results),
            "failure": self.failure,
            "status": self.status,
            "rest": self.rest,
            "noticed": self.noticed,
            "fresh": self.fresh,
        }


@dataclass(frozen=True, slots=True)
class Interpreter:
    """An interpreter to run in: its hash seed, its path through the CPU, its world."""

    seed: int
    portable: bool = False
    factors: tuple[str, ...] = ()

    def environment(self) -> dict[str, str]:
        """A bare environment; libraries compute on one thread."""
        # Each variable that a card could read would be one more thing to vary.
        own = ("PATH", "TMPDIR")
        variables = {name: os.environ[name] for name in own if name in os.environ}
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
NO_ANSWER = Outcome(failure={"kind": "lost"})
# Both runs of every card. `portable` takes the path through the CPU that all machines
# have: sums are rounded otherwise there, so no last digit is shown that others lack.
FIRST, SECOND = Interpreter(0), Interpreter(1, True, FACTORS)
TERMINAL = Interpreter(
    0, False, ("terminal",)
)  # where one stream is told from the other
Runs = dict[Interpreter, Sequence[Program]]


def forks() -> bool:
    """Whether cards share what they import; NNANKI_START=spawn says no."""
    return sys.platform == "linux" and os.environ.get("NNANKI_START") != "spawn"


@dataclass
class Runner:
    """Runs programs of one project; workers that wait for it serve its whole `deck`."""

    project: Project
    sources: dict[str, tuple[str, str]]
    workers: Pool = field(default_factory=Pool)
    deck: Runs = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)
    foreign: dict[str, str] = field(default_factory=dict)
    unfit: set[str] = field(default_factory=set)

    def prepare(self) -> None:
        """Let workers start that may be needed soon, if they are kept."""
        for interpreter, programs in self.deck.items():
            self.workers.prepare(self._start(interpreter, self._imports(programs)))

    def run_each(self, runs: Runs, tick: Callable[[], None]) -> list[Outcomes]:
        """Run programs in several interpreters at once; an interruption ends them."""
        # A worker runs one card at a time, so two keep two processors busy; with more
        # at once a card could reach its limit of seconds because others are slow.
        with ThreadPoolExecutor(2) as pool:
            futures = [pool.submit(self.run, i, some, tick) for i, some in runs.items()]
            try:
                return [future.result() for future in futures]
            except BaseException:
                self.workers.stop()
                raise

    def run(
        self,
        interpreter: Interpreter,
        programs: Sequence[Program],
        tick: Callable[[], None],
    ) -> Outcomes:
        """Run programs in one interpreter; an outcome for each of them.

        A program that ends its worker is the first that it did not answer for. It gets
        another worker for itself: that one was ended may have been chance, or the
        doing of the card before it.
        """
        outcomes: Outcomes = {}
        todo = list(programs)
        while todo and not self.workers.stopped:
            self._talk(interpreter, todo, outcomes, tick)
            todo = [p for p in todo if p.key not in outcomes]
            if todo and not self.workers.stopped:
                suspect, *todo = todo
                self._talk(interpreter, [suspect], outcomes, tick)
                outcomes.setdefault(suspect.key, NO_ANSWER)
        return outcomes

    def _talk(
        self,
        interpreter: Interpreter,
        programs: Sequence[Program],
        outcomes: Outcomes,
        tick: Callable[[], None],
    ) -> None:
        """Ask one worker; one that cannot import something quietly is not asked."""
        for _ in range(3):
            imports = self._imports(self.deck.get(interpreter, programs))
            start = self._start(interpreter, imports)
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
                requests = [p.request(interpreter.factors) for p in programs]
                seconds = SILENCE * self.project.seconds + READY_SECONDS
                for reply in worker.ask(requests, seconds):
                    self._hear(reply, outcomes)
                    tick()
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
        statements = dict.fromkeys(i for p in programs for i in p.imports)
        return [statement for statement in statements if statement not in self.unfit]

    def _start(self, interpreter: Interpreter, imports: Sequence[str]) -> Start:
        """How a worker starts that imports something before it is asked."""
        settings: Settings = {
            "root": str(self.project.root),
            "cards": str(self.project.cards),
            "paths": [str(path) for path in self.project.paths],
            "sources": self.sources,
            "imports": imports,
            "anew": ANEW in interpreter.factors,
            # this one's worker serves no other interpreter, so they are varied once
            "factors": interpreter.factors if interpreter == SECOND else (),
            "seconds": self.project.seconds,
            "importing": 0 if forks() else READY_SECONDS,
            "memory": self.project.mebibytes * 1024 * 1024,
            "output": OUTPUT_BYTES,
        }
        environment = interpreter.environment().items()
        return Start(tuple(sorted(environment)), json.dumps(settings))

    def _hear(self, reply: Reply, outcomes: Outcomes) -> None:
        outcomes[reply["key"]] = Outcome(
            tuple(reply["results"]),
            reply.get("failure"),
            reply["status"],
            reply["rest"],
            reply["noticed"],
        )
        self.modules |= reply.get("modules", {})
        self.foreign |= dict(reply["foreign"])
