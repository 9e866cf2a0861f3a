"""Runs the project's tests, and tries every mutant of what its cards show on them."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import metadata
from typing import TYPE_CHECKING

from nnanki.model.disk.cache import Cache, digest
from nnanki.model.problem import Problem
from nnanki.model.project import Project
from nnanki.model.proof import MutantTrial, Proof, Suite, Trial, Waiver
from nnanki.proof.dependencies import Dependencies, imported_names
from nnanki.proof.harness.session import Progress, Session
from nnanki.proof.library import Library
from nnanki.proof.stored import ProofStore
from nnanki.proof.suite import messages
from nnanki.proof.suite.messages import Recording
from nnanki.proof.variants import Varied

if TYPE_CHECKING:
    from nnanki.proof.harness.jobs import Target

UNTESTED: Recording = {
    "passed": {},
    "exact": [],
    "lines": {},
    "statements": {},
    "reads": {},
    "waivers": [],
}


@dataclass(frozen=True)
class Trials:
    """What became of the mutants of symbols, and of the variants of cards."""

    mutants: Mapping[str, Sequence[MutantTrial]]
    variants: Mapping[str, Sequence[Trial]]


@dataclass(frozen=True)
class Request:
    """What a build has to know: of symbols all mutants, of cards all variants."""

    symbols: frozenset[str]
    varied: Sequence[Varied] = ()

    def stored(self, store: ProofStore) -> Trials:
        """What is known of it from earlier runs."""
        mutants = {name: store.mutant_trials(name) for name in sorted(self.symbols)}
        variants = {v.key: store.variant_trials(v) for v in self.varied if v.variants}
        return Trials(
            {name: each for name, each in mutants.items() if each is not None},
            {key: each for key, each in variants.items() if each is not None},
        )

    def without(self, trials: Trials) -> Request:
        """What of it has to be tried still; of equal cards, one."""
        varied = {each.key: each for each in self.varied if each.variants}
        return Request(
            self.symbols - trials.mutants.keys(),
            [varied[key] for key in varied if key not in trials.variants],
        )


def prove(
    project: Project,
    library: Library,
    request: Request,
    cache: Cache,
    progress: Progress,
) -> tuple[Suite | None, list[Problem]]:
    """Run the tests that prove the quoted code; None where one fails."""
    symbols = sorted(request.symbols)
    if not project.tests or not library.modules:
        return Suite({n: _proof(library, UNTESTED, n, ()) for n in symbols}), []
    store = ProofStore(project, library, cache)
    suite, trials = store.suite(), request.stored(store)
    missing = request.without(trials)
    if suite is None or missing.symbols or missing.varied:
        # Also where no mutant is left to be tried: what tests cover has to be recorded.
        store.before()
        session = Session(project, library, progress)
        targets = targets_of(project, library, missing)
        recording, problems = session.run(targets)
        if recording is None or problems:
            return None, problems
        files = [*store.files, *store.listing]
        suite = {"recording": recording, "versions": versions(files, project)}
        new = _outcomes(session, targets, missing)
        store.keep_suite(suite, session.copies)
        _keep(store, session, targets, new)
        trials = Trials(
            {**trials.mutants, **new.mutants}, {**trials.variants, **new.variants}
        )
    recording = suite["recording"]
    proofs = {n: _proof(library, recording, n, trials.mutants[n]) for n in symbols}
    waivers = [_waiver(each) for each in recording["waivers"]]
    return Suite(proofs, waivers, suite["versions"], trials.variants), []


def targets_of(project: Project, library: Library, request: Request) -> list[Target]:
    """What the suite tries; operators are only loaded where there is something."""
    if not request.symbols and not request.varied:
        return []
    from nnanki.proof.harness.jobs import targets, variant_targets

    root = project.root
    return [
        *targets(root, library, sorted(request.symbols)),
        *variant_targets(root, library, request.varied),
    ]


def _outcomes(session: Session, targets: Sequence[Target], request: Request) -> Trials:
    """What became of all that was tried."""
    symbols = [target for target in targets if target.key in request.symbols]
    cards = [target for target in targets if target.key not in request.symbols]
    return Trials(
        {target.key: session.mutant_trials(target) for target in symbols},
        {target.key: session.variant_trials(target) for target in cards},
    )


def _keep(
    store: ProofStore, session: Session, targets: Sequence[Target], trials: Trials
) -> None:
    """Remember what holds, with the names of all that it depends on."""
    assert session.recording is not None
    library, recording, copies = store.library, session.recording, session.copies
    dependencies = Dependencies(store.project, library, recording)
    for target in targets:
        key, symbol = target.key, target.subject["symbol"]
        tests = {
            t for each in _tests_of(library, recording, symbol).values() for t in each
        }
        names = [*dependencies.stamps(symbol, tests), *session.reads[key]]
        if key in trials.mutants:
            store.keep_mutants(key, trials.mutants[key], names, copies)
        else:
            store.keep_variants(key, trials.variants[key], names, copies)


def versions(files: Sequence[str], project: Project) -> dict[str, str]:
    """The versions of Python and of all packages that some files import by name."""
    heads = {
        name.partition(".")[0]
        for file in files
        for name in imported_names(project.reader, file)
    }
    owners = metadata.packages_distributions()
    names = {name for head in heads | {"pytest"} for name in owners.get(head, ())}
    numbers = {name: metadata.version(name) for name in sorted(names)}
    return {"Python": platform.python_version(), **numbers}


# -- a symbol's proof -----------------------------------------------------------------


def _tests_of(
    library: Library, recording: Recording, symbol: str
) -> dict[int, list[str]]:
    """The tests that run each line of a symbol."""
    inside = library.statements(symbol)
    if inside is None:
        return {}
    module, numbers = inside
    lines = recording["lines"].get(module.path, {})
    passed = recording["passed"]
    return {
        line: [test for test in lines.get(str(line), ()) if test in passed]
        for line in numbers
    }


def _proof(
    library: Library, recording: Recording, symbol: str, trials: Sequence[MutantTrial]
) -> Proof:
    module, node = library.symbols[symbol]
    tests = _tests_of(library, recording, symbol)
    starts = recording["statements"].get(module.path, sorted(tests))
    ends = [*starts[1:], (starts[-1] if starts else 0) + 1000]
    # A statement over several lines is run where any of its lines is: which of them
    # coverage names, depends on the version of Python.
    bare = tuple(
        start
        for start, end in zip(starts, ends, strict=True)
        if start in tests and not any(tests.get(n) for n in range(start, end))
    )
    covered = {line: names for line, names in tests.items() if names}
    return Proof(symbol, module.path, node.lineno, covered, bare, tuple(trials))


def _waiver(message: messages.Waiver) -> Waiver:
    return Waiver(
        message["symbol"],
        message["operator"],
        message["before"],
        message["after"],
        message["code"],
        message["reason"],
        message["path"],
        message["line"],
    )


# -- counterexamples ------------------------------------------------------------------


def with_smallest(
    project: Project,
    library: Library,
    proofs: Sequence[Proof],
    cache: Cache,
    progress: Progress,
) -> dict[str, Proof]:
    """The same proofs; where hypothesis found an input, with the smallest it finds."""
    store = ProofStore(project, library, cache)
    killers = {
        each.symbol: {t.digest: t.test for t in each.trials if t.example}
        for each in proofs
    }
    keys = {
        symbol: digest("examples", store.shared, symbol, sorted(mine.items()))
        for symbol, mine in killers.items()
        if mine
    }
    examples = {symbol: cache.get(key, {str: str}) for symbol, key in keys.items()}
    missing = [symbol for symbol in examples if examples[symbol] is None]
    if missing:
        store.before()
        session = Session(project, library, progress, shrink=True)
        request = Request(frozenset(missing))
        targets = _killed(targets_of(project, library, request), killers)
        # To shrink takes long, so nothing runs but what is known to find an input.
        tests = sorted({test for s in missing for test in killers[s].values()})
        recording, problems = session.run(targets, tests)
        if recording is not None and not problems:
            files = store.dependencies(recording)
            for target in targets:
                symbol, trials = target.key, session.mutant_trials(target)
                smallest = {trial.digest: trial.example for trial in trials}
                examples[symbol] = smallest
                names = [*files, *session.reads[symbol]]
                store.put(keys[symbol], smallest, names, session.copies)
    return {p.symbol: _exemplified(p, examples.get(p.symbol)) for p in proofs}


def _killed(
    targets: Sequence[Target], killers: Mapping[str, Mapping[str, str]]
) -> list[Target]:
    """Targets with those mutants alone that hypothesis noticed, each with its test."""
    return [
        replace(
            target,
            changes=tuple(
                change
                for change in target.changes
                if change["kind"] == "mutant"
                and change["digest"] in killers[target.key]
            ),
            killers=killers[target.key],
        )
        for target in targets
    ]


def _exemplified(proof: Proof, examples: Mapping[str, str] | None) -> Proof:
    """A proof with other examples, wherever there are any."""
    smallest = examples or {}
    trials = (
        replace(trial, example=smallest.get(trial.digest) or trial.example)
        for trial in proof.trials
    )
    return replace(proof, trials=tuple(trials))
