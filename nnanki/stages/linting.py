"""The linter, and what else needs no evidence, while workers import their libraries."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from nnanki.cards.lint import lint
from nnanki.model.problem import Problem
from nnanki.running.pool import Pool
from nnanki.stages.deck import Source
from nnanki.stages.looks import Looks


@contextmanager
def linting(
    source: Source, looks: Looks, workers: Pool
) -> Iterator[Future[tuple[list[Problem], list[Problem]]]]:
    """Errors and warnings about the words, found out beside what is done meanwhile.

    A worker spends its first second in imports, and for that second a core is free.
    Whoever would lint first, and start workers then, would wait for both in turn.
    """

    def errors_and_warnings() -> tuple[list[Problem], list[Problem]]:
        workers.begun.wait()
        problems = lint(source.files, looks.style(), looks.project.terms, source.rules)
        looks.prepare(source.files)
        return problems

    with ThreadPoolExecutor(1) as beside:
        future = beside.submit(errors_and_warnings)
        try:
            yield future
        finally:
            workers.begun.set()  # also where no card needs a worker
