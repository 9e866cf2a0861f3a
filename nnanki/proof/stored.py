"""What is known of a project's tests from earlier runs, as the cache keeps it.

Lines of mutants are kept as they count from their definition: one that only moves in
its file need not be proved again. Everywhere else they count from the head of the file;
`_shifted` alone knows both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, TypedDict

from nnanki.model.disk.cache import PROOFS, Cache, digest, environment
from nnanki.model.disk.dependency import TREE
from nnanki.model.disk.form import NUMBER, one_of
from nnanki.model.disk.reader import Reader
from nnanki.model.project import Project
from nnanki.model.proof import FATES, Change, MutantTrial, Trial
from nnanki.proof.dependencies import conftests, surroundings
from nnanki.proof.harness.copies import Copies
from nnanki.proof.library import Library
from nnanki.proof.suite.messages import Recording
from nnanki.proof.variants import Varied

WAIVER = ("path", "symbol", "code", "operator", "before", "after", "reason")
SUITE = {
    "recording": {
        "passed": {str: NUMBER},
        "exact": [str],
        "lines": {str: {str: [str]}},
        "statements": {str: [int]},
        "reads": {str: [str]},
        "waivers": [{**dict.fromkeys(WAIVER, str), "line": int}],
    },
    "versions": {str: str},
}
TRIAL = {
    **dict.fromkeys(("test", "message", "example"), str),
    "fate": one_of(*FATES),
    "how": one_of("", "assertion", "crash", "diverged"),
    "exact": bool,
    "asserting": [str],
}
CHANGE = {**dict.fromkeys(("line", "column"), int), "before": str, "after": str}
MUTANT_TRIAL = {
    **TRIAL,
    **dict.fromkeys(("operator", "digest", "misconception"), str),
    "change": CHANGE,
}


class StoredSuite(TypedDict):
    """What the tests do, and the versions of all that took part."""

    recording: Recording
    versions: dict[str, str]


class ProofStore:
    """What is kept of a project's tests and mutants, and under which keys."""

    def __init__(self, project: Project, library: Library, cache: Cache) -> None:
        self.project = project
        self.library = library
        self.cache = cache
        self.files = sorted(module.path for module in library.modules.values())
        self.listing = sorted(
            name for test in project.tests for name in _files(project.reader, test)
        )
        inside = (path for test in project.tests for path in conftests(f"{test}/any"))
        self.around = {*surroundings(project, self.listing), *inside}
        for name in {*self.around, *self.listing}:  # as it is before the tests run
            project.reader.now(name)
        # What no file of the project says: another tool, Python, library or limit may
        # let other mutants survive, so what was proved with it has another key.
        limits = (project.tests, library.package, project.mebibytes)
        self.shared = [environment(*PROOFS), *limits]
        self.key = digest("tests", self.shared, self.files, self.listing)

    def key_of(self, key: str) -> str:
        # An import anywhere in the package may switch operators on for all of it.
        applied = list(self.library.operators) if key in self.library.symbols else []
        return digest("mutants", self.shared, key, applied)

    def before(self) -> None:
        """Look at all files before tests run: what reads unnoticed depends on them."""
        self.cache.reader.now(TREE)

    # -- what was kept ----------------------------------------------------------------

    def suite(self) -> StoredSuite | None:
        """What the tests do, unless something has changed that they depend on."""
        suite: StoredSuite | None = self.cache.get(self.key, SUITE)
        return suite

    def mutant_trials(self, symbol: str) -> list[MutantTrial] | None:
        """What became of a symbol's mutants, unless that has to be tried again."""
        records = self.cache.get(self.key_of(symbol), [MUTANT_TRIAL])
        if records is None:
            return None
        _, node = self.library.symbols[symbol]
        return [_shifted(_mutant_trial(each), node.lineno) for each in records]

    def variant_trials(self, varied: Varied) -> list[Trial] | None:
        """What became of each variant, unless that is not known of all."""
        records = self.cache.get(self.key_of(varied.key), [TRIAL])
        if records is None or len(records) != len(varied.variants):
            return None
        return [_trial(each) for each in records]

    # -- what is kept now -------------------------------------------------------------

    def keep_suite(self, suite: StoredSuite, copies: Copies | None) -> None:
        self.put(self.key, suite, self.dependencies(suite["recording"]), copies)

    def keep_mutants(
        self,
        symbol: str,
        trials: Sequence[MutantTrial],
        names: Sequence[str],
        copies: Copies | None,
    ) -> None:
        """Remember that all of a symbol's mutants are dead, as long as `names` stay.

        One with survivors is tried again next time: a new test may kill them, and no
        file that they depended on has to change for that.
        """
        if all(trial.fate in ("killed", "waived") for trial in trials):
            _, node = self.library.symbols[symbol]
            records = [asdict(_shifted(trial, -node.lineno)) for trial in trials]
            operators = self.library.repertoire.names
            self.put(self.key_of(symbol), records, [*names, *operators], copies)

    def keep_variants(
        self,
        key: str,
        trials: Sequence[Trial],
        names: Sequence[str],
        copies: Copies | None,
    ) -> None:
        """Remember which variants of a card are right; a survivor is an answer here."""
        if all(trial.fate in ("killed", "survived") for trial in trials):
            self.put(self.key_of(key), [asdict(each) for each in trials], names, copies)

    def dependencies(self, recording: Recording) -> list[str]:
        """All that the run of all tests depends on."""
        reads = {name for names in recording["reads"].values() for name in names}
        return sorted({*reads, *self.files, *self.listing, *self.around})

    def put(
        self, key: str, result: object, names: Sequence[str], copies: Copies | None
    ) -> None:
        """Keep a result with the digests of what was read, not of what is there now.

        Somebody may save a file while its tests run; they have met the copy of it.
        """
        before = copies.stamps(names) if copies is not None else {}
        # Operators were read and ran before the copies were made for the tests.
        operators = self.library.repertoire.stamps
        before |= {name: operators[name] for name in names if name in operators}
        others = self.cache.reader.settled(n for n in names if n not in before)
        stamps = None if others is None else {**others, **before}
        self.cache.put(key, result, stamps)


def _shifted(trial: MutantTrial, lines: int) -> MutantTrial:
    """The same trial of a definition that stands so many lines further down."""
    change = replace(trial.change, line=trial.change.line + lines)
    return replace(trial, change=change)


def _trial(record: Mapping[str, Any]) -> Trial:
    """A trial from the cache, where anybody may have added anything to it."""
    texts = {name: record[name] for name in TRIAL if name != "asserting"}
    return Trial(**texts, asserting=tuple(record["asserting"]))


def _mutant_trial(record: Mapping[str, Any]) -> MutantTrial:
    return MutantTrial(
        **asdict(_trial(record)),
        operator=record["operator"],
        change=Change(**{name: record["change"][name] for name in CHANGE}),
        digest=record["digest"],
        misconception=record["misconception"],
    )


def _files(reader: Reader, test: str) -> Iterator[str]:
    """All files of a folder, or the file itself; nothing that Python leaves there."""
    for path in (
        reader.glob(test, "**/*") if reader.is_folder(test) else [reader.root / test]
    ):
        if path.is_file():
            yield reader.name(path)
