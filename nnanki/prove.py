"""Tests and coverage: who proves the quoted source, and how far a card gets."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nnanki.cache import Cache, digest, environment
from nnanki.card import Card, CardFile, Evidence, Fence, Obligation, Place, Quote
from nnanki.errors import Problem, Refused, neighbour
from nnanki.excerpt import Unquotable
from nnanki.golden import compare
from nnanki.notation import LEVELS
from nnanki.project import Project
from nnanki.resolve import PARTS, Library
from nnanki.text import read

SUITE = Path(__file__).with_name("suite.py")
SUITE_SECONDS = 1800
Result = dict[str, Any]


# -- the tests ------------------------------------------------------------------------


@dataclass(frozen=True)
class Suite:
    """What the project's tests showed: who covers which line of which file."""

    lines: dict[str, dict[int, list[str]]] = field(default_factory=dict)
    statements: dict[str, list[int]] = field(default_factory=dict)

    def uncovered(self, path: str, lines: Iterable[int]) -> list[int]:
        """Those of some lines that would run and that no passing test runs."""
        shown = set(lines)
        starts = self.statements.get(path, sorted(shown))
        ends = [*starts[1:], (starts[-1] if starts else 0) + 1000]
        covered = self.lines.get(path, {})
        return [
            start
            for start, end in zip(starts, ends, strict=True)
            if start in shown and not any(covered.get(n) for n in range(start, end))
        ]


def run_tests(
    project: Project, library: Library, cache: Cache
) -> tuple[Suite | None, list[Problem]]:
    """Run the tests that prove the quoted code; None where one fails."""
    if not project.tests or not library.modules:
        return Suite(), []
    files = sorted(module.path for module in library.modules.values())
    listing = sorted(
        path.relative_to(project.root).as_posix()
        for test in project.tests
        for path in _files(project.root / test)
    )
    key = digest("tests", environment(), project.tests, files, listing)
    known = cache.get(key)
    if known is None:
        known, problems = _run_suite(project, files)
        if problems:
            return None, problems
        around = [path for test in project.tests for path in _conftests(Path(test))]
        used = {*known.pop("used"), *files, *listing, *around, "pyproject.toml"}
        cache.put(key, known, sorted(used))
    lines = {
        path: {int(line): tests for line, tests in covered.items()}
        for path, covered in known["lines"].items()
    }
    return Suite(lines, known["statements"]), []


def _files(place: Path) -> Iterator[Path]:
    """All files of a folder, or the file itself; nothing that Python leaves there."""
    for path in place.rglob("*") if place.is_dir() else [place]:
        if path.is_file() and "__pycache__" not in path.parts:
            yield path


def _conftests(test: Path) -> list[str]:
    return [(folder / "conftest.py").as_posix() for folder in (test, *test.parents)]


def _run_suite(project: Project, files: list[str]) -> tuple[Result, list[Problem]]:
    job = {
        "root": str(project.root),
        "paths": [str(path) for path in project.paths],
        "files": [str(project.root / file) for file in files],
        "tests": list(project.tests),
    }
    variables = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    variables.pop("PYTEST_ADDOPTS", None)
    where, hint = Place(project.tests[0]), f"run `pytest {' '.join(project.tests)}`"
    try:
        process = subprocess.run(
            [sys.executable, "-P", str(SUITE)],
            input=json.dumps(job),
            capture_output=True,
            encoding="utf-8",
            cwd=project.root,
            env=variables,
            check=False,
            timeout=SUITE_SECONDS,
        )
        result: Result = json.loads(process.stdout)
    except subprocess.TimeoutExpired:
        what = f"the tests did not end within {SUITE_SECONDS} s"
        return {}, [Problem(where, what, f"{hint} to see where they hang")]
    except ValueError:
        last = tuple(process.stderr.strip().splitlines()[-5:])
        what = "the tests ended before they were done"
        return {}, [Problem(where, what, f"{hint} to see it", lines=last)]
    return result, _failures(project, result)


def _failures(project: Project, result: Result) -> list[Problem]:
    problems = []
    for failure in result["failures"]:
        hint = f"a failing test refuses every card; run `pytest {failure['test']}`"
        verb = "fails" if "::" in failure["test"] else "cannot be imported"
        what = f"this test {verb}: {failure['message']}"
        place = _statement(project.root, failure["path"], failure["line"])
        problems.append(Problem(place, what, hint))
    if not problems and not result["passed"]:
        what = f"no test in {', '.join(project.tests)}"
        hint = "write one: cards that quote code need tests"
        problems.append(Problem(Place(project.tests[0]), what, hint))
    return problems


def _statement(root: Path, path: str, line: int) -> Place:
    """The place of a line's text."""
    try:
        return read(root, path).line_place(line - 1)
    except (OSError, Refused):
        return Place(path, line)


def quotes(
    library: Library, suite: Suite | None, duties: Sequence[Obligation]
) -> list[Problem]:
    """Problems with quoted source: unknown, out of date, or not covered by a test."""
    problems: list[Problem] = []
    for duty in duties:
        if isinstance(duty, Quote):
            problems += _quote(library, suite, duty)
    return problems


def _quote(library: Library, suite: Suite | None, duty: Quote) -> list[Problem]:
    if duty.part not in PARTS:
        hint = neighbour(duty.part, [part for part in PARTS if part])
        return [Problem(_word(duty, f":{duty.part}"), f"no part `:{duty.part}`", hint)]
    where = _word(duty, duty.symbol)
    if duty.symbol not in library.symbols:
        hint = neighbour(duty.symbol, library.symbols)
        hint = hint or "`package` in [tool.nnanki] defines none"
        return [Problem(where, f"no symbol `{duty.symbol}`", hint)]
    try:
        source = library.source(duty.symbol, duty.part)
    except Unquotable as error:
        hint = "change the code a little, or quote something else"
        what = f"`{duty.symbol}` cannot be quoted: {error}"
        return [Problem(where, what, hint)]
    problems = compare(duty.golden, source.text, f"the source of `{duty.symbol}`")
    inside = library.statements(duty.symbol)
    if suite is None or inside is None:
        return problems
    bare = suite.uncovered(source.path, set(inside[1]) & set(source.lines))
    if bare:
        line = inside[0].lines[bare[0] - 1].strip()
        what = f"no test covers line {bare[0]} of {source.path}: `{line}`"
        hint = f"write a test of `{duty.symbol}` that gets there"
        problems.append(Problem(where, what, hint))
    return problems


def _word(duty: Quote, word: str) -> Place:
    """The place of the symbol, or of the part behind it, in a fence's first line."""
    before = "python quote=" + (duty.symbol if word.startswith(":") else "")
    place = duty.place
    return Place(place.path, place.line, place.column + len(before), len(word))


# -- evidence -------------------------------------------------------------------------


def evidence(
    library: Library,
    suite: Suite | None,
    file: CardFile,
    card: Card,
    duties: Sequence[Obligation],
) -> Evidence:
    """The level that a card has reached, and the symbols that it rests on."""
    if not duties:
        return Evidence("cited")
    quoted = {duty.symbol for duty in duties if isinstance(duty, Quote)}
    symbols = tuple(sorted(quoted | _used(library, file, card)))
    proved = all(_covered(library, suite, symbol) for symbol in symbols)
    return Evidence("L2" if symbols and proved else "L1", symbols)


def reaches(card: Card, proof: Evidence) -> list[Problem]:
    """The problem with a card that asks for more than its evidence."""
    least = card.options.get("level", "L0")
    if least not in LEVELS or proof.level not in LEVELS or proof.level >= least:
        return []
    what = f"card `{card.id}` asks for level {least} and reaches {proof.level}"
    hint = (
        "levels above L2 are not built yet" if least > "L2" else "test what it quotes"
    )
    return [Problem(card.place, what, hint)]


def _covered(library: Library, suite: Suite | None, symbol: str) -> bool:
    inside = library.statements(symbol)
    if inside is None:
        return True
    return suite is not None and not suite.uncovered(inside[0].path, inside[1])


def _used(library: Library, file: CardFile, card: Card) -> set[str]:
    """Symbols of the quoted package that a card's code names."""
    trees = [ast.parse(file.setup), *_trees(card)]
    imported = dict(name for tree in trees for name in _imports(tree))
    stars = [full for alias, full in imported.items() if alias.startswith("*")]
    named: set[str] = set()
    for node in (node for tree in trees[1:] for node in ast.walk(tree)):
        if isinstance(node, ast.Attribute | ast.Name):
            name = ast.unparse(node)
            head, dot, tail = name.partition(".")
            named.add(imported.get(head, head) + dot + tail)
            named |= {f"{star}.{name}" for star in stars}
    short = {name.removeprefix(f"{library.package}.") for name in named}
    return short & set(library.symbols)


def _imports(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Names that imports bind, and what they stand for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((a.asname, a.name) for a in node.names if a.asname)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                if alias.name == "*":
                    yield f"*{node.module}", node.module
                else:
                    bound = alias.asname or alias.name
                    yield bound, f"{node.module}.{alias.name}"


def _trees(card: Card) -> Iterator[ast.AST]:
    """All the Python of a card, parsed; quoted source apart."""
    for block in card.blocks:
        if isinstance(block, Fence):
            codes = [block.code] if block.verb and block.verb != "quote" else []
        else:
            codes = [witness.expression for witness in block.witnesses]
        for code in codes:
            yield ast.parse(code.strip())
