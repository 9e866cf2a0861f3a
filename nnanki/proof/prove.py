"""Runs the project's tests, and tries every mutant of what its cards show on them."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib import metadata
from typing import Any

from nnanki.model import proof
from nnanki.model.disk.cache import PROOFS, Cache, digest, environment
from nnanki.model.disk.dependency import TREE
from nnanki.model.disk.form import NUMBER, one_of
from nnanki.model.disk.reader import Reader
from nnanki.model.problem import Problem
from nnanki.model.project import Project
from nnanki.model.proof import Proof, Suite
from nnanki.proof.dependencies import (
    Dependencies,
    conftests,
    imported_names,
    surroundings,
)
from nnanki.proof.harness.copies import Copies
from nnanki.proof.harness.session import Progress, Session
from nnanki.proof.library import Library
from nnanki.proof.variants import Varied

Result = dict[str, Any]
WAIVES = ("operator", "before", "after")
SUITE = {
    "passed": {str: NUMBER},
    "exact": [str],
    "lines": {str: {str: [str]}},
    "statements": {str: [int]},
    "read": {str: [str]},
    "waivers": [
        {**dict.fromkeys(("path", "symbol", "code", *WAIVES), str), "line": int}
    ],
    "versions": {str: str},
}
TRIALS = [
    {
        **dict.fromkeys((*WAIVES, "digest", "misconception"), str),
        **dict.fromkeys(("line", "column"), int),
        **dict.fromkeys(("test?", "said?", "example?"), (str, type(None))),
        "fate": one_of(*proof.FATES),
        "how?": one_of("", "assertion", "crash", "diverged"),
        "exact?": bool,
        "asserting?": [str],
    }
]


def prove(
    project: Project,
    library: Library,
    wanted: tuple[Iterable[str], Sequence[Varied]],
    cache: Cache,
    progress: Progress,
) -> tuple[Suite | None, list[Problem]]:
    """Run the tests that prove the quoted code; None where one fails.

    `wanted` are symbols, whose mutants are tried, and variants, which are tried too.
    """
    symbols, varied = (
        sorted(set(wanted[0])),
        {v.key: v for v in wanted[1] if v.variants},
    )
    if not project.tests or not library.modules:
        bare: Result = {"passed": {}, "lines": {}, "statements": {}}
        return Suite({name: _proof(library, bare, name, []) for name in symbols}), []
    known = Known(project, library, cache)
    suite = cache.get(known.key, SUITE)
    trials = {key: cache.get(known.key_of(key), TRIALS) for key in symbols}
    trials |= {key: known.tried(each) for key, each in varied.items()}
    missing = [key for key in trials if trials[key] is None]
    if suite is None or missing:
        known.before()
        session = Session(project, library, progress)
        suite, problems = session.run(subjects_of(project, library, missing, varied))
        if problems:
            return None, problems
        suite["versions"] = versions([*known.files, *known.listing], project)
        known.keep(suite, session, varied)
        trials |= session.trials
    proofs = {n: _proof(library, suite, n, trials[n] or []) for n in symbols}
    tried = {key: proof.read(trials[key] or []) for key in varied}
    return Suite(proofs, suite["waivers"], suite["versions"], tried), []


def subjects_of(
    project: Project,
    library: Library,
    keys: Sequence[str],
    varied: Mapping[str, Varied],
) -> list[Result]:
    """What the suite tries; operators are only loaded where there is something."""
    if not keys:
        return []
    from nnanki.proof.harness.jobs import subjects, variants

    root = project.root
    names = [key for key in keys if key not in varied]
    tried = [varied[key] for key in keys if key in varied]
    return [*subjects(root, library, names), *variants(root, library, tried)]


class Known:
    """What is known of a project's tests, and under which names it is kept."""

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

    def tried(self, varied: Varied) -> list[Result] | None:
        """What became of each variant, unless that is not known of all."""
        found = self.cache.get(self.key_of(varied.key), TRIALS)
        whole = found is not None and len(found) == len(varied.variants)
        return found if whole else None

    def keep(
        self,
        suite: Result,
        session: Session,
        varied: Mapping[str, Varied],
    ) -> None:
        """Remember what holds; a symbol with survivors is tried again next time."""
        trials, copies = session.trials, session.copies
        self.put(self.key, suite, self.used(suite), copies)
        depend = Dependencies(self.project, self.library, suite)
        for key, tried in trials.items():
            symbol = varied[key].symbol if key in varied else key
            good = ("killed", "survived" if key in varied else "waived")
            if all(trial["fate"] in good for trial in tried):
                covered = _covered(self.library, suite, symbol).values()
                names = depend.stamps(symbol, {t for tests in covered for t in tests})
                operators = () if key in varied else self.library.repertoire.names
                names += [*session.read[key], *operators]
                self.put(self.key_of(key), tried, names, copies)

    def used(self, suite: Result) -> list[str]:
        """All that the run of all tests depends on."""
        read = {name for names in suite["read"].values() for name in names}
        return sorted({*read, *self.files, *self.listing, *self.around})

    def put(
        self, key: str, result: Any, names: Sequence[str], copies: Copies | None
    ) -> None:
        """Keep a result with the digests of what was read, not of what is there now."""
        known = copies.stamps(names) if copies is not None else {}
        # Operators ran before the copies were made for the tests.
        operators = self.library.repertoire.stamps
        known |= {name: operators[name] for name in names if name in operators}
        others = self.cache.reader.settled(n for n in names if n not in known)
        stamps = None if others is None else {**others, **known}
        self.cache.put(key, result, stamps)


def versions(files: Sequence[str], project: Project) -> dict[str, str]:
    """The versions of Python and of all packages that some files import by name."""
    heads = {
        name.partition(".")[0]
        for file in files
        for name in imported_names(project.reader, file)
    }
    owners = metadata.packages_distributions()
    names = {name for head in heads | {"pytest"} for name in owners.get(head, ())}
    found = {name: metadata.version(name) for name in names}
    return {"Python": platform.python_version(), **dict(sorted(found.items()))}


def _files(reader: Reader, test: str) -> Iterator[str]:
    """All files of a folder, or the file itself; nothing that Python leaves there."""
    for path in (
        reader.glob(test, "**/*") if reader.is_folder(test) else [reader.root / test]
    ):
        if path.is_file():
            yield reader.name(path)


# -- a symbol's proof -----------------------------------------------------------------


def _covered(library: Library, suite: Result, symbol: str) -> dict[int, list[str]]:
    """The tests that run each line of a symbol."""
    inside = library.statements(symbol)
    if inside is None:
        return {}
    module, lines = inside
    known = suite["lines"].get(module.path, {})
    passed = suite["passed"]
    return {
        line: [test for test in known.get(str(line), ()) if test in passed]
        for line in lines
    }


def _proof(library: Library, suite: Result, symbol: str, trials: list[Result]) -> Proof:
    module, node = library.symbols[symbol]
    covered = _covered(library, suite, symbol)
    starts = suite["statements"].get(module.path, sorted(covered))
    ends = [*starts[1:], (starts[-1] if starts else 0) + 1000]
    bare = tuple(
        start
        for start, end in zip(starts, ends, strict=True)
        if start in covered and not any(covered.get(n) for n in range(start, end))
    )
    shown = {line: tests for line, tests in covered.items() if tests}
    return Proof(symbol, module.path, node.lineno, shown, bare, proof.read(trials))


# -- counterexamples ------------------------------------------------------------------


def with_smallest(
    project: Project,
    library: Library,
    proofs: Sequence[Proof],
    cache: Cache,
    progress: Progress,
) -> dict[str, Proof]:
    """The same proofs; where hypothesis found an input, with the smallest it finds."""
    known = Known(project, library, cache)
    killers = {
        each.symbol: {t.digest: t.test for t in each.trials if t.example}
        for each in proofs
    }
    keys = {
        symbol: digest("examples", known.shared, symbol, sorted(mine.items()))
        for symbol, mine in killers.items()
    }
    found = {
        symbol: cache.get(key, {str: str})
        for symbol, key in keys.items()
        if killers[symbol]
    }
    missing = [symbol for symbol in found if found[symbol] is None]
    if missing:
        known.before()
        session = Session(project, library, progress, shrink=True)
        tried = list(_killed(subjects_of(project, library, missing, {}), killers))
        tests = sorted({test for s in missing for test in killers[s].values()})
        suite, problems = session.run(tried, tests)
        if not problems:
            files = known.used(suite)
            for symbol in missing:
                trials = proof.read(session.trials.get(symbol, []))
                found[symbol] = {trial.digest: trial.example for trial in trials}
                names = [*files, *session.read[symbol]]
                known.put(keys[symbol], found[symbol], names, session.copies)
    return {p.symbol: _exemplified(p, found.get(p.symbol)) for p in proofs}


def _killed(
    tried: Sequence[Result], killers: Mapping[str, Mapping[str, str]]
) -> Iterator[Result]:
    """Subjects with those mutants alone that hypothesis noticed, each with its test."""
    for subject in tried:
        mine = killers[subject["symbol"]]
        mutants = [
            {**mutant, "tests": [mine[mutant["digest"]]]}
            for mutant in subject["mutants"]
            if mutant["digest"] in mine
        ]
        yield {**subject, "mutants": mutants}


def _exemplified(known: Proof, examples: Mapping[str, str] | None) -> Proof:
    """A proof with other examples, wherever there are any."""
    smallest = examples or {}
    trials = (
        replace(trial, example=smallest.get(trial.digest) or trial.example)
        for trial in known.trials
    )
    return replace(known, trials=tuple(trials))
