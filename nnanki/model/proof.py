"""What the tests prove of a symbol: its lines, and the fate of every mutant."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nnanki.model.card import Evidence, Place

FATES = ("killed", "waived", "survived", "unknown")


@dataclass(frozen=True, slots=True)
class Change:
    """What stands in a file instead of `before`; line and column count from 1."""

    line: int
    column: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of some other code when it met its tests.

    `how` is assertion, crash or diverged; `test` is the one that noticed, `message`
    what it said, `example` the input that hypothesis found; `exact` where the test
    rounds nothing; `asserting` are all tests whose assertions notice it, where all were
    tried.
    """

    fate: str
    how: str = ""
    test: str = ""
    message: str = ""
    example: str = ""
    exact: bool = False
    asserting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MutantTrial(Trial):
    """What became of a mutant; `digest` names what the definition means with it.

    `misconception` says what people get wrong who write it so.
    """

    operator: str
    change: Change
    digest: str
    misconception: str = ""


@dataclass(frozen=True)
class Proof:
    """Why a symbol's code may be shown; `line` is where it begins in its file.

    `covered` are the tests that run each line, `bare` the lines that no test runs.
    """

    symbol: str
    path: str
    line: int
    covered: Mapping[int, Sequence[str]] = field(default_factory=dict)
    bare: tuple[int, ...] = ()
    trials: tuple[MutantTrial, ...] = ()

    @property
    def level(self) -> str:
        """L1 where a line is not covered, up to L4 where exact tests alone suffice."""
        if self.bare:
            return "L1"
        killed = [trial for trial in self.trials if trial.fate == "killed"]
        open_ends = any(trial.fate not in ("killed", "waived") for trial in self.trials)
        # Mutants that only crash are noticed by any test that runs the code, also by
        # one that asserts nothing: without an assertion nothing is proved.
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


@dataclass(frozen=True, slots=True)
class Waiver:
    """What a waiver beside the tests says, and where it stands.

    It waives the change from `before` to `after` that an operator makes to a symbol,
    as long as the digest of the symbol's code is `code`.
    """

    symbol: str
    operator: str
    before: str
    after: str
    code: str
    reason: str
    path: str
    line: int


@dataclass(frozen=True)
class Suite:
    """What the project's tests prove, symbol by symbol.

    `waivers` are those that stand beside them; `variants` what became of the other
    fillers, orders and bugs of cards, under the keys that these are tried by.
    """

    proofs: Mapping[str, Proof] = field(default_factory=dict)
    waivers: Sequence[Waiver] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    variants: Mapping[str, Sequence[Trial]] = field(default_factory=dict)


def counts(proofs: Sequence[Proof]) -> dict[str, int]:
    """Mutants of several symbols, counted by fate."""
    fates = Counter(trial.fate for proof in proofs for trial in proof.trials)
    return {"made": fates.total()} | {fate: fates[fate] for fate in FATES}


def diff(change: Change, lines: Sequence[str]) -> tuple[str, ...]:
    """A change as whole lines of its file that go and come."""
    begin = change.line - 1
    last = begin + change.before.count("\n")
    old = list(lines[begin : last + 1])
    if not old:
        return ()
    margin = change.column - 1
    before, after = (
        textwrap.indent(text or "pass", " " * margin)[margin:]
        for text in (change.before, change.after)
    )
    whole = "\n".join(old)
    new = whole[:margin] + after + whole[margin + len(before) :]
    texts = textwrap.dedent("\n".join([*old, *new.split("\n")])).split("\n")
    minus, plus = texts[: len(old)], texts[len(old) :]
    return (*(f"- {line}" for line in minus), *(f"+ {line}" for line in plus))


def weakest(proofs: Sequence[Proof]) -> str:
    """The level of what rests on several symbols."""
    return min((proof.level for proof in proofs), default="L1")
