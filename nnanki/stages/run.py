"""Runs the tests and the cards of a project, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from threading import Event

from nnanki.model.card import Place
from nnanki.model.problem import Problem
from nnanki.model.project import Project
from nnanki.model.proof import Suite
from nnanki.proof.library import Library
from nnanki.running.execute import Means, Progress, execute
from nnanki.running.fresh import confirmed
from nnanki.running.outcomes import run_key
from nnanki.running.program import program
from nnanki.running.runner import Outcome
from nnanki.stages.cases import Case


@dataclass(frozen=True)
class Runs:
    """What came of it: an outcome for each card with code, and what the tests say.

    Where a test fails, nothing is proved: then `suite` is empty and not `sound`.
    """

    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    suite: Suite = field(default_factory=Suite)
    sound: bool = True


def run(
    project: Project, library: Library, cases: Sequence[Case], means: Means
) -> tuple[Runs, list[Problem]]:
    """Run both, each on cores that the other leaves; problems of neither's cards."""
    programs = {
        case.card.id: steps
        for case in cases
        if (steps := program(project.root, case.file, case.card, case.obligations))
    }
    sources = library.sources(project.root)
    queue = list(programs.values())
    tested = Event()
    with ThreadPoolExecutor(1) as pool:
        cards = pool.submit(execute, project, sources, queue, means)
        cards.add_done_callback(partial(_say_what_remains, tested, means.progress))
        # Only now: workers have begun to import, and coverage and pytest take a while.
        from nnanki.proof.prove import Request, prove

        try:
            varied = [each for case in cases for each in case.variants.values()]
            symbols = frozenset(name for case in cases for name in case.symbols)
            request = Request(symbols, varied)
            suite, failing = prove(
                project, library, request, means.cache, means.progress
            )
            tested.set()
            outcomes, foreign = cards.result()
            keys = {key: run_key(project, sources, p) for key, p in programs.items()}
            outcomes = confirmed(project, queue, outcomes, means, keys)
        except BaseException:  # an interruption ends both at once
            means.workers.stop()
            raise
    runs = Runs(outcomes, suite or Suite(), suite is not None)
    return runs, failing + _foreign(foreign)


def _foreign(modules: Mapping[str, str]) -> list[Problem]:
    """Modules that cards imported from elsewhere than the code that they quote."""
    return [
        Problem(
            Place("pyproject.toml"),
            f"`import {name}` finds {file}, not the folder that the cards quote",
            "remove the other copy, or build from where it lies",
        )
        for name, file in sorted(modules.items())
    ]


def _say_what_remains(tested: Event, progress: Progress, _: object) -> None:
    """Say what is still being done once the cards have run."""
    if not tested.is_set():
        progress("running tests", 0, 0)
