"""Runs the project's tests, and tries every mutant of what its cards show on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nnanki import proof
from nnanki.cache import Cache, digest, environment
from nnanki.depend import SETTINGS, Dependencies
from nnanki.errors import Problem
from nnanki.project import Project
from nnanki.proof import Proof
from nnanki.resolve import Library
from nnanki.testing import Progress, Testing

Result = dict[str, Any]


@dataclass(frozen=True)
class Suite:
    """What the project's tests showed. `waivers` are those that stand beside them."""

    proofs: Mapping[str, Proof] = field(default_factory=dict)
    waivers: Sequence[Result] = ()


def prove(
    project: Project,
    library: Library,
    symbols: Iterable[str],
    cache: Cache,
    progress: Progress,
) -> tuple[Suite | None, list[Problem]]:
    """Run the tests that prove the quoted code; None where one fails."""
    if not project.tests or not library.modules:
        return Suite(), []
    wanted = sorted(set(symbols))
    files = sorted(module.path for module in library.modules.values())
    listing = sorted(
        path.relative_to(project.root).as_posix()
        for test in project.tests
        for path in _files(project.root / test)
    )
    shared = [environment(), project.tests, library.package, project.mebibytes]
    key = digest("tests", shared, files, listing)
    keys = {symbol: digest("mutants", shared, symbol) for symbol in wanted}
    suite = cache.get(key)
    trials = {symbol: cache.get(name) for symbol, name in keys.items()}
    missing = [symbol for symbol in wanted if trials[symbol] is None]
    if suite is None or missing:
        testing = Testing(project, library, missing, progress)
        suite, problems = testing.run(files)
        if problems:
            return None, problems
        around = [path for test in project.tests for path in _conftests(Path(test))]
        used = {name for names in suite["read"].values() for name in names}
        cache.put(key, suite, sorted({*used, *files, *listing, *around, *SETTINGS}))
        depend = Dependencies(project, library, suite)
        for symbol in missing:
            trials[symbol] = found = testing.trials[symbol]
            if all(trial["fate"] in ("killed", "waived") for trial in found):
                tests = _covered(library, suite, symbol)
                every = {test for names in tests.values() for test in names}
                cache.put(keys[symbol], found, depend.stamps(symbol, every))
    proofs = {
        symbol: _proof(library, suite, symbol, trials[symbol]) for symbol in wanted
    }
    return Suite(proofs, suite["waivers"]), []


def _files(place: Path) -> Iterator[Path]:
    """All files of a folder, or the file itself; nothing that Python leaves there."""
    for path in place.rglob("*") if place.is_dir() else [place]:
        if path.is_file() and "__pycache__" not in path.parts:
            yield path


def _conftests(test: Path) -> list[str]:
    return [(folder / "conftest.py").as_posix() for folder in (test, *test.parents)]


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
