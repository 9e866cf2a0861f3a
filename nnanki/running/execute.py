"""Runs code twice, in unlike surroundings, and tells why two runs differ."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from nnanki.model.disk.cache import Cache
from nnanki.model.project import Project
from nnanki.running.agreement import differing, joined, named, same
from nnanki.running.hints import asks_for_today, codes_of, hashes, tells_time
from nnanki.running.outcomes import placed, run_key, stamps, unplaced
from nnanki.running.pool import Workers
from nnanki.running.runner import (
    ANEW,
    FACTORS,
    FIRST,
    SECOND,
    Outcome,
    Outcomes,
    Program,
    Runs,
    Server,
    Variant,
)

Progress = Callable[[str, int, int], None]
Result = dict[str, Any]

# More orders of sets than two runs show: few where each costs an import of PyTorch.
SEEDS = tuple(Variant(seed, False, ("memory",)) for seed in (2, 3, 4, 5, 6, 7))
# In all months, on all weekdays, at all hours: other dates than two runs show.
CLOCKS = tuple(Variant(0, False, (ANEW, f"clock {n}")) for n in range(2, 26))
LATE = ("time", "process", "thread")  # by a hair they may happen in one run alone
HEAVY = ("torch", "tensorflow", "jax", "pandas", "sympy")


@dataclass(frozen=True, slots=True)
class Means:
    """What running takes: results that are kept, who hears how far it is, workers.

    `deep` says that every card runs in a fresh process as well.
    """

    cache: Cache
    progress: Progress
    workers: Workers = field(default_factory=Workers)
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
    server = Server(project, sources, means.workers)
    if means.workers.kept:
        server.deck = {FIRST: programs, SECOND: programs}
    known = {p.key: (p, cache.get(keys[p.key])) for p in programs}
    outcomes = {key: placed(p, kept) for key, (p, kept) in known.items() if kept}
    todo = [p for p in programs if p.key not in outcomes]
    if not todo:
        server.prepare()
        return outcomes, {}
    fresh = _twice(server, todo, means.progress)
    for program in todo:
        outcome = fresh[program.key]
        if outcome.failure is None and not server.foreign:
            came_from = stamps(cache, server, program, outcome)
            cache.put(keys[program.key], unplaced(program, outcome), came_from)
    return outcomes | fresh, server.foreign


# -- twice ----------------------------------------------------------------------------


def _twice(server: Server, programs: Sequence[Program], progress: Progress) -> Outcomes:
    """Both runs at once; then whatever differs, and what only more runs can show."""
    done = 0

    def told() -> None:
        nonlocal done
        done += 1
        progress("running cards", min(done // 2, len(programs)), len(programs))

    runs: Runs = {FIRST: programs, SECOND: programs}
    first, second = server.run_each(runs, told)
    both = {p.key: joined(first[p.key], second[p.key]) for p in programs}
    outcomes = {key: outcome for key, outcome in both.items() if outcome is not None}
    doubtful = [p for p in programs if both[p.key] is None]
    outcomes |= _explained(server, doubtful, first, second)
    good = [p for p in programs if outcomes[p.key].failure is None]
    codes = {p.key: codes_of(server.project, p, outcomes[p.key]) for p in good}
    hashing = [p for p in good if hashes(codes[p.key])]
    telling = [p for p in good if tells_time(codes[p.key])]
    outcomes |= dict(_reordered(server, hashing, first))
    outcomes |= dict(_redated(server, telling, first))
    return {p.key: _judged(server, p, outcomes[p.key]) for p in programs}


def _explained(
    server: Server, doubtful: Sequence[Program], first: Outcomes, second: Outcomes
) -> Outcomes:
    """What differs between two runs, and by which factor alone it does."""
    if not doubtful:
        return {}
    late = {p.key: o for p in doubtful if (o := _late(first[p.key], second[p.key]))}
    rest = [p for p in doubtful if p.key not in late]
    variants = {"chance": FIRST}
    variants |= {name: Variant(0, False, (ANEW, name)) for name in FACTORS}
    variants |= {"hash seed": Variant(1), "machine": Variant(0, True)}
    found: Outcomes = {}
    deck = {**dict.fromkeys(variants.values(), rest), **server.deck}
    alike = replace(server, deck=deck)
    with server.workers.reused():  # most variants are of one and the same worker
        for name, variant in variants.items():
            left = [p for p in rest if p.key not in found]
            again = alike.run(variant, left, lambda: None) if left else {}
            for program in left:
                one, other = first[program.key], again[program.key]
                if not same(one, other):
                    found[program.key] = _refused(name, one, other)
    for program in rest:
        one, other = first[program.key], second[program.key]
        found.setdefault(program.key, _refused("together", one, other))
    return late | found


def _late(*outcomes: Outcome) -> Outcome | None:
    """One of two outcomes that took too long, or left something behind, if one did."""
    late = [o for o in outcomes if o.failure and o.failure["kind"] in LATE]
    return named(late[0]) if late else None


def _refused(name: str, one: Outcome, other: Outcome) -> Outcome:
    """Two outcomes that should be equal, with what makes them differ."""
    if name == "chance" and one.noticed.get("drawn") != other.noticed.get("drawn"):
        drawn = sorted({*one.noticed.get("drawn", ()), *other.noticed.get("drawn", ())})
        alike = replace(other, noticed=one.noticed)
        if same(one, alike):
            step = max(0, len(one.results) - 1)
            failure = {"kind": "unseeded", "detail": ", ".join(drawn), "step": step}
            return Outcome(failure=failure)
    return Outcome(failure={"kind": "differs", "detail": name, **differing(one, other)})


# -- what only more runs can show -----------------------------------------------------


def _reordered(
    server: Server, programs: Sequence[Program], first: Outcomes
) -> Iterator[tuple[str, Outcome]]:
    """The programs that other hash seeds let do something else."""
    heavy = [p for p in programs if any(word in " ".join(p.imports) for word in HEAVY)]
    light = [p for p in programs if p not in heavy]
    runs: Runs = {v: light + (heavy if n < 1 else []) for n, v in enumerate(SEEDS)}
    runs = {variant: some for variant, some in runs.items() if some}
    if not runs:
        return
    for outcomes in server.run_each(runs, lambda: None):
        for key, outcome in outcomes.items():
            if not same(first[key], outcome):
                yield key, _refused("hash seed", first[key], outcome)


def _redated(
    server: Server, programs: Sequence[Program], first: Outcomes
) -> Iterator[tuple[str, Outcome]]:
    """The programs that do something else at other times."""
    if not programs:
        return
    with server.workers.reused():
        ran = server.run_each(dict.fromkeys(CLOCKS, programs), lambda: None)
    for outcomes in ran:
        for key, outcome in outcomes.items():
            if not same(first[key], outcome):
                yield key, _refused("clock", first[key], outcome)


# -- what was noticed -----------------------------------------------------------------


def _judged(server: Server, program: Program, outcome: Outcome) -> Outcome:
    """An outcome, unless what it did or shows must not stand on a card."""
    outcome = _left(program, outcome)
    if outcome.failure is not None and outcome.failure["kind"] != "raised":
        return outcome
    for step in asks_for_today(program):
        failure = {"kind": "differs", "detail": "clock", "step": step}
        return Outcome(outcome.results, failure, noticed=outcome.noticed)
    for kind, what in outcome.noticed.get("noted", {}).items():
        last = max(0, len(outcome.results) - 1)
        step = outcome.failure["step"] if outcome.failure else last
        failure = {"kind": kind, "detail": what[0], "step": step}
        return Outcome(outcome.results, failure, noticed=outcome.noticed)
    return _placeless(outcome, _places(server.project))


def _left(program: Program, outcome: Outcome) -> Outcome:
    """A program that ends by `sys.exit` is over; only its status may be wrong."""
    failure = outcome.failure or {}
    if failure.get("type") != "SystemExit" or failure.get("kind") != "raised":
        return outcome
    step = program.steps[failure["step"]]
    if step["do"] != "run" or failure["step"] < len(program.steps) - 1:
        return outcome
    if outcome.status:
        failure = {**failure, "kind": "status", "detail": str(outcome.status)}
        return replace(outcome, failure=failure)
    written = {name: failure.get(name, "") for name in ("merged", "printed", "stderr")}
    results = (*outcome.results, {"start": failure.get("start", 0), **written})
    return replace(outcome, results=results, failure=None)


@lru_cache(maxsize=8)
def _places(project: Project) -> tuple[tuple[str, str], ...]:
    """Folders of this machine that no card may show, and what they are."""
    import sys

    found = [(str(project.root), "the project")]
    prefixes = dict.fromkeys((sys.prefix, sys.base_prefix))
    found += [(p, "Python") for p in prefixes if p not in ("/", "/usr", "/usr/local")]
    found += [(os.path.dirname(os.__file__), "Python")]  # noqa: PTH120
    found += [(str(Path(__file__).parents[1]), "nnanki")]
    return tuple(found)


def _placeless(outcome: Outcome, places: Iterable[tuple[str, str]]) -> Outcome:
    """An outcome, unless it shows a folder of this machine."""
    for step, result in enumerate(outcome.results):
        shown = {k: v for k, v in result.items() if k != "drawn"}
        text = json.dumps(shown, ensure_ascii=False)
        for place, name in places:
            if place in text:
                failure = {"kind": "path", "step": step, "detail": name}
                return Outcome(outcome.results[:step], failure)
    return outcome
