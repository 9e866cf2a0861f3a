"""Runs code twice, in unlike interpreters, and tells why two runs differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from nnanki.cache import Cache, digest, environment
from nnanki.project import Project
from nnanki.server import (
    FIRST,
    REPEAT,
    SECOND,
    Chunks,
    Outcome,
    Program,
    Server,
    forks,
)
from nnanki.workers import Workers

Progress = Callable[[str, int, int], None]
Groups = Sequence[Sequence[Program]]


@dataclass(frozen=True, slots=True)
class Means:
    """What running takes: results that are kept, who hears how far it is, workers."""

    cache: Cache
    progress: Progress
    workers: Workers = field(default_factory=Workers)


def execute(
    project: Project,
    sources: dict[str, tuple[str, str]],
    programs: Sequence[Program],
    means: Means,
) -> tuple[dict[str, Outcome], dict[str, str]]:
    """Run every program in two interpreters; outcomes by key, and foreign modules.

    `sources` names the modules that cards quote, with file and digest.
    """
    cache = means.cache
    groups = {
        digest("run", environment(), forks(), project.mebibytes, _jobs(group)): group
        for group in _groups(programs)
    }
    server = Server(project, sources, means.workers)
    if means.workers.kept:
        server.deck = _orders(list(groups.values()))
    outcomes: dict[str, Outcome] = {}
    todo: dict[str, Sequence[Program]] = {}
    for key, group in groups.items():
        known = cache.get(key, {str: [{}]})
        if known is None:
            todo[key] = group
        else:
            outcomes |= {name: Outcome(tuple(done)) for name, done in known.items()}
    if not todo:
        server.prepare()
        return outcomes, {}
    fresh = _twice(server, list(todo.values()), means.progress)
    for key, group in todo.items():
        done = {p.key: fresh[p.key].results for p in group}
        good = all(fresh[p.key].failure is None for p in group)
        if good and not server.foreign:
            cache.keep(key, done, sorted(server.files))
    return outcomes | fresh, server.foreign


def _jobs(group: Sequence[Program]) -> list[Any]:
    return [program.job() for program in group]


def _groups(programs: Sequence[Program]) -> list[Sequence[Program]]:
    """The cards of one file run in one process, and their results are kept together.

    So a card that changes what another one reads is found whichever of them is new.
    """
    files = dict.fromkeys(program.file for program in programs)
    return [[p for p in programs if p.file == file] for file in files]


def _orders(groups: Groups) -> Chunks:
    """What each of the two interpreters runs: the same, in opposite orders."""
    return {FIRST: groups, SECOND: [group[::-1] for group in reversed(groups)]}


def _twice(server: Server, groups: Groups, progress: Progress) -> dict[str, Outcome]:
    """Both interpreters at once, in opposite orders; then whatever differs."""
    done, programs = 0, [program for group in groups for program in group]

    def told() -> None:
        nonlocal done
        done += 1
        progress("running cards", min(done // 2, len(programs)), len(programs))

    chunks = _orders(groups)
    first, second = server.run_each(chunks, told)
    outcomes: dict[str, Outcome] = {}
    doubtful: list[Program] = []
    for program in programs:
        one, other = first[program.key], second[program.key]
        if one.failure is None and one == other:
            outcomes[program.key] = one
        else:
            doubtful.append(program)
    return outcomes | _alone(server, doubtful, chunks)


def _alone(
    server: Server,
    doubtful: Sequence[Program],
    chunks: Chunks,
) -> dict[str, Outcome]:
    """Run again, each by itself, what failed or differed, and say why it did."""
    single = [[program] for program in doubtful]
    alone: Chunks = {FIRST: single, SECOND: single}
    first, second = server.run_each(alone, lambda: None)
    outcomes: dict[str, Outcome] = {}
    for program in doubtful:
        one, other = first[program.key], second[program.key]
        late = [o for o in (one, other) if o.failure and o.failure["kind"] == "time"]
        if late:
            outcomes[program.key] = late[0]
        elif not _same(one, other):
            again = server.run(REPEAT, [[program]], lambda: None)[program.key]
            kind = "machine" if _same(one, again) else "random"
            outcomes[program.key] = _differing(
                kind, one, again if kind == "random" else other
            )
        elif one.failure is not None:
            outcomes[program.key] = one
        else:
            culprit = _culprit(server, program, one, chunks)
            failure = {"kind": "neighbour", "culprit": culprit, "key": program.key}
            outcomes[program.key] = Outcome(failure=failure)
    return outcomes


def _culprit(
    server: Server,
    program: Program,
    alone: Outcome,
    chunks: Chunks,
) -> str:
    """The card after which a card no longer does what it does alone."""
    for variant, groups in chunks.items():
        group = next(group for group in groups if program in group)
        for earlier in group[: group.index(program)]:
            pair = [[earlier, program]]
            twice = [server.run(variant, pair, lambda: None) for _ in range(2)]
            if not any(_same(run[program.key], alone) for run in twice):
                return earlier.key
    return ""


def _same(one: Outcome, other: Outcome) -> bool:
    if one.failure is None or other.failure is None:
        return one == other
    facts = ("kind", "type", "step", "line")
    return all(one.failure.get(fact) == other.failure.get(fact) for fact in facts)


def _differing(kind: str, one: Outcome, other: Outcome) -> Outcome:
    """Two outcomes that should be equal, at the first step and line that are not."""
    pairs = zip(one.results, other.results, strict=False)
    step = next((n for n, (a, b) in enumerate(pairs) if a != b), None)
    if step is None:
        step = min(len(one.results), len(other.results))
    lines = zip_longest(*(_lines(outcome, step) for outcome in (one, other)))
    texts = next((pair for pair in lines if pair[0] != pair[1]), ())
    failure = {"kind": kind, "step": step, "texts": [text or "" for text in texts]}
    return Outcome(failure=failure)


def _lines(outcome: Outcome, step: int) -> list[str]:
    """What a step gave, as text."""
    result = outcome.results[step] if step < len(outcome.results) else None
    raised = outcome.failure if result is None else result.get("raised")
    if raised is not None:
        name = raised.get("type", raised.get("kind"))
        return [f"{name}: {raised.get('message', raised.get('detail', ''))}"]
    facts = ("text", "printed", "tries")
    text = next((result[fact] for fact in facts if result and result.get(fact)), "")
    return str(text).splitlines()
