"""What the tests prove of a symbol: its lines, and the fate of every mutant."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from nnanki.model.card import Evidence, Place

FATES = ("killed", "waived", "survived", "unknown")


@dataclass(frozen=True, slots=True)
class Trial:
    """One mutant and what became of it. `line` counts from the symbol's first.

    `how` is assertion, crash or diverged; `test` is the one that noticed, `said` what
    it said, `example` the input that hypothesis found; `exact` where the test rounds
    nothing. Of a waived mutant, `said` is the reason; `asserting` are all tests whose
    assertions notice it, where all were tried. `misconception` says what people get
    wrong who write it so.
    """

    operator: str
    line: int
    column: int
    before: str
    after: str
    digest: str
    fate: str
    how: str = ""
    test: str = ""
    said: str = ""
    example: str = ""
    exact: bool = False
    asserting: tuple[str, ...] = ()
    misconception: str = ""


@dataclass(frozen=True)
class Proof:
    """Why a symbol's code may be shown; `line` is where it begins in its file."""

    symbol: str
    path: str
    line: int
    covered: Mapping[int, Sequence[str]] = field(default_factory=dict)
    bare: tuple[int, ...] = ()
    trials: tuple[Trial, ...] = ()

    @property
    def level(self) -> str:
        """L1 where a line is not covered, up to L4 where exact tests alone suffice."""
        if self.bare:
            return "L1"
        killed = [trial for trial in self.trials if trial.fate == "killed"]
        open_ends = any(trial.fate not in ("killed", "waived") for trial in self.trials)
        if open_ends or not any(trial.how == "assertion" for trial in killed):
            return "L2"
        return "L4" if all(trial.exact for trial in killed) else "L3"

    @property
    def tests(self) -> list[str]:
        """All tests that run a line of it."""
        return sorted({test for tests in self.covered.values() for test in tests})

    def counts(self) -> dict[str, int]:
        """How many mutants were made, and what became of them."""
        return counts([self])


@dataclass(frozen=True)
class Proved:
    """One card and its evidence."""

    id: str
    kind: str
    concept: str
    place: Place
    evidence: Evidence
    source: str = ""


@dataclass(frozen=True)
class Suite:
    """What the project's tests showed. `waivers` are those that stand beside them."""

    proofs: Mapping[str, Proof] = field(default_factory=dict)
    waivers: Sequence[Mapping[str, Any]] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    tried: Mapping[str, Sequence[Trial]] = field(default_factory=dict)


def counts(proofs: Sequence[Proof]) -> dict[str, int]:
    """Mutants of several symbols, counted by fate."""
    fates = Counter(trial.fate for proof in proofs for trial in proof.trials)
    return {"made": fates.total()} | {fate: fates[fate] for fate in FATES}


def diff(trial: Trial, first: int, lines: Sequence[str]) -> tuple[str, ...]:
    """A change as whole lines that go and come; `first` is the symbol's first line."""
    begin = first + trial.line - 1
    last = begin + trial.before.count("\n")
    old = list(lines[begin : last + 1])
    if not old:
        return ()
    margin = trial.column - 1
    before, after = (
        textwrap.indent(text or "pass", " " * margin)[margin:]
        for text in (trial.before, trial.after)
    )
    whole = "\n".join(old)
    new = whole[:margin] + after + whole[margin + len(before) :]
    texts = textwrap.dedent("\n".join([*old, *new.split("\n")])).split("\n")
    gone, come = texts[: len(old)], texts[len(old) :]
    return (*(f"- {line}" for line in gone), *(f"+ {line}" for line in come))


def weakest(proofs: Sequence[Proof]) -> str:
    """The level of what rests on several symbols."""
    return min((proof.level for proof in proofs), default="L1")


def written(trials: Sequence[Trial]) -> list[dict[str, Any]]:
    """Trials as JSON can hold them."""
    return [asdict(trial) for trial in trials]


def read(records: Sequence[dict[str, Any]]) -> tuple[Trial, ...]:
    """Trials as they were written; whatever else is said of them is left out."""
    names = Trial.__slots__
    kept = ({name: r[name] for name in names if name in r} for r in records)
    return tuple(
        Trial(**k | {"asserting": tuple(k.get("asserting", ()))}) for k in kept
    )
