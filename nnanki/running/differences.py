"""Tells by what two runs of a program differ, and makes the runs that it takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from nnanki.running.agreement import first_difference, of_itself, same
from nnanki.running.child.messages import Failure
from nnanki.running.libraries import HEAVY
from nnanki.running.runner import (
    ANEW,
    FACTORS,
    FIRST,
    Interpreter,
    Outcome,
    Outcomes,
    Program,
    Runner,
    Runs,
)

# More orders of sets than two runs show: few where each costs an import of PyTorch.
SEEDS = tuple(Interpreter(seed, False, ("memory",)) for seed in (2, 3, 4, 5, 6, 7))
# In all months, on all weekdays, at all hours: other dates than two runs show.
CLOCKS = tuple(Interpreter(0, False, (ANEW, f"clock {n}")) for n in range(2, 26))
LATE = ("time", "process", "thread")  # by a hair they may happen in one run alone


def explain(
    runner: Runner, doubtful: Sequence[Program], first: Outcomes, second: Outcomes
) -> Outcomes:
    """What differs between two runs, and by which factor alone it does.

    The second run varied all factors at once, which is quick where nothing differs. An
    author needs to know which one it was, so now each is varied alone.
    """
    if not doubtful:
        return {}
    late = {p.key: o for p in doubtful if (o := _late(first[p.key], second[p.key]))}
    rest = [p for p in doubtful if p.key not in late]
    # The first run once more comes first: what differs then depends on chance, and
    # would seem to depend on any factor that is varied before.
    interpreters = {"chance": FIRST}
    interpreters |= {name: Interpreter(0, False, (ANEW, name)) for name in FACTORS}
    interpreters |= {"hash seed": Interpreter(1), "machine": Interpreter(0, True)}
    causes: Outcomes = {}
    deck = {**dict.fromkeys(interpreters.values(), rest), **runner.deck}
    alike = replace(runner, deck=deck)
    with runner.workers.reusing():  # most of them are one and the same worker's
        for name, interpreter in interpreters.items():
            todo = [p for p in rest if p.key not in causes]
            again = alike.run(interpreter, todo, lambda: None) if todo else {}
            for program in todo:
                one, other = first[program.key], again[program.key]
                if not same(one, other):
                    causes[program.key] = _refusal(name, one, other)
    for program in rest:
        one, other = first[program.key], second[program.key]
        causes.setdefault(program.key, _refusal("together", one, other))
    return late | causes


def _late(*outcomes: Outcome) -> Outcome | None:
    """One of two outcomes that took too long, or left something behind, if one did."""
    late = [o for o in outcomes if o.failure and o.failure["kind"] in LATE]
    return of_itself(late[0]) if late else None


def _refusal(name: str, one: Outcome, other: Outcome) -> Outcome:
    """Two outcomes that should be equal, with what makes them differ."""
    mine, theirs = (o.noticed.get("draws", {}) for o in (one, other))
    if name == "chance" and mine != theirs:
        alike = replace(other, noticed=one.noticed)
        if same(one, alike):
            step = max(0, len(one.results) - 1)
            detail = ", ".join(sorted({*mine, *theirs}))
            return Outcome(failure={"kind": "unseeded", "detail": detail, "step": step})
    step, texts = first_difference(one, other)
    failure: Failure = {"kind": "differs", "detail": name, "step": step, "texts": texts}
    return Outcome(failure=failure)


# -- what only more runs can show -----------------------------------------------------


def reordered(
    runner: Runner, programs: Sequence[Program], first: Outcomes
) -> Iterator[tuple[str, Outcome]]:
    """The programs that other hash seeds let do something else."""
    heavy = [p for p in programs if any(word in " ".join(p.imports) for word in HEAVY)]
    light = [p for p in programs if p not in heavy]
    runs: Runs = {i: light + (heavy if n < 1 else []) for n, i in enumerate(SEEDS)}
    runs = {interpreter: some for interpreter, some in runs.items() if some}
    if not runs:
        return
    for outcomes in runner.run_each(runs, lambda: None):
        for key, outcome in outcomes.items():
            if not same(first[key], outcome):
                yield key, _refusal("hash seed", first[key], outcome)


def redated(
    runner: Runner, programs: Sequence[Program], first: Outcomes
) -> Iterator[tuple[str, Outcome]]:
    """The programs that do something else at other times."""
    if not programs:
        return
    with runner.workers.reusing():
        runs = runner.run_each(dict.fromkeys(CLOCKS, programs), lambda: None)
    for outcomes in runs:
        for key, outcome in outcomes.items():
            if not same(first[key], outcome):
                yield key, _refusal("clock", first[key], outcome)
