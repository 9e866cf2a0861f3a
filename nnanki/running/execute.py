"""Runs code twice, in unlike surroundings; outcomes that agree are remembered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from nnanki.model.disk.cache import Cache
from nnanki.model.project import Project
from nnanki.running.admission import admit
from nnanki.running.agreement import join
from nnanki.running.differences import explain, redated, reordered
from nnanki.running.hints import codes_of, hashes, tells_time
from nnanki.running.outcomes import from_record, run_key, stamps, to_record
from nnanki.running.pool import Pool
from nnanki.running.runner import (
    FIRST,
    SECOND,
    Outcomes,
    Program,
    Runner,
    Runs,
)

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Means:
    """What running takes: results of earlier runs, who hears how far it is, workers.

    `deep` says that every card runs in a fresh process as well.
    """

    cache: Cache
    progress: Progress
    workers: Pool = field(default_factory=Pool)
    deep: bool = False


def execute(
    project: Project,
    sources: dict[str, tuple[str, str]],
    programs: Sequence[Program],
    means: Means,
) -> tuple[Outcomes, dict[str, str]]:
    """Run every program in two interpreters; outcomes by key, and foreign modules.

    `sources` names the modules that cards quote, with file and digest.
    """
    cache = means.cache
    keys = {p.key: run_key(project, sources, p) for p in programs}
    runner = Runner(project, sources, means.workers)
    if means.workers.reuse:
        runner.deck = {FIRST: programs, SECOND: programs}
    records = {p.key: (p, cache.get(keys[p.key])) for p in programs}
    outcomes = {key: from_record(p, old) for key, (p, old) in records.items() if old}
    todo = [p for p in programs if p.key not in outcomes]
    if not todo:
        runner.prepare()
        return outcomes, {}
    fresh = _twice(runner, todo, means.progress)
    for program in todo:
        outcome = fresh[program.key]
        # A failure is never remembered: its cause may be the machine, or be mended
        # elsewhere than where the program looked. Nor is anything that was computed
        # with a module from elsewhere: the files that it came from are not the deck's.
        if outcome.failure is None and not runner.foreign:
            origin = stamps(cache, runner, program, outcome)
            cache.put(keys[program.key], to_record(program, outcome), origin)
    return outcomes | fresh, runner.foreign


def _twice(runner: Runner, programs: Sequence[Program], progress: Progress) -> Outcomes:
    """Both runs at once; then whatever differs, and what only more runs can show.

    The more runs are made only for the cards whose text hints at a need: two orders of
    sets or two dates may agree by chance, and every run of a deck takes its time.
    """
    count = 0

    def tick() -> None:
        nonlocal count
        count += 1
        progress("running cards", min(count // 2, len(programs)), len(programs))

    runs: Runs = {FIRST: programs, SECOND: programs}
    first, second = runner.run_each(runs, tick)
    both = {p.key: join(first[p.key], second[p.key]) for p in programs}
    outcomes = {key: outcome for key, outcome in both.items() if outcome is not None}
    doubtful = [p for p in programs if both[p.key] is None]
    outcomes |= explain(runner, doubtful, first, second)
    good = [p for p in programs if outcomes[p.key].failure is None]
    codes = {p.key: codes_of(runner.project, p, outcomes[p.key]) for p in good}
    hashing = [p for p in good if hashes(codes[p.key])]
    telling = [p for p in good if tells_time(codes[p.key])]
    outcomes |= dict(reordered(runner, hashing, first))
    outcomes |= dict(redated(runner, telling, first))
    return {p.key: admit(runner.project, p, outcomes[p.key]) for p in programs}
