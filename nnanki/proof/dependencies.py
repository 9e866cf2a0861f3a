"""What the proof of a symbol depends on: units of code, test files, data files."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from nnanki.model.disk import definitions
from nnanki.model.disk.dependency import UNIT, matches
from nnanki.model.disk.reader import Reader
from nnanki.model.project import Project
from nnanki.proof.library import Library

SETTINGS = (
    *("pyproject.toml", "tox.ini", "setup.cfg"),
    *("pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml"),
)
AROUND = "|around"
EVERY = "|every"


@dataclass(frozen=True)
class Dependencies:
    """All that is known of who runs, imports and reads what.

    Too much only proves again what was proved; too little would let a proof stand that
    no longer holds. So a test file counts with all that any of its tests does, and
    whatever its helpers import counts whole.
    """

    project: Project
    library: Library
    suite: Mapping[str, Any]
    looked_up: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def stamps(self, symbol: str, tests: Iterable[str]) -> list[str]:
        """Files, and units of files, without a change in which the proof stands."""
        module, _ = self.library.symbols[symbol]
        tests = set(tests)
        files = {test.split("::")[0] for test in tests}
        found = {*surroundings(self.project, files), *self.anywhere}
        executed = {f"{module.path}{UNIT}{symbol_unit(self.library, symbol)}"}
        for file in files:
            found |= self.around(file, tests)
            executed |= self.executed[file]
        executed |= self.executed[AROUND]
        return sorted(found | self.called(executed))

    # -- code -------------------------------------------------------------------------

    @cached_property
    def texts(self) -> dict[str, str]:
        """The quoted package, file by file."""
        modules = self.library.modules.values()
        return {module.path: "\n".join(module.lines) for module in modules}

    @cached_property
    def executed(self) -> dict[str, set[str]]:
        """The units that the tests of each file run, and those around any test."""
        found: dict[str, set[str]] = {AROUND: set()}
        for test in self.suite["passed"]:
            found.setdefault(test.split("::")[0], set())
        for path, lines in self.suite["lines"].items():
            spans = definitions.units_by_line(self.texts[path])
            for line, contexts in lines.items():
                unit = spans.get(int(line))
                for context in contexts if unit else ():
                    file = context.split("::")[0]
                    file = AROUND if context.endswith(AROUND) else file
                    found.setdefault(file, set()).add(f"{path}{UNIT}{unit}")
        return found

    def called(self, stamps: set[str]) -> set[str]:
        """Units, and by name all that they may call, and what their modules hold."""
        found: set[str] = set()
        waiting = set(stamps)
        while waiting:
            stamp = waiting.pop()
            found.add(stamp)
            path, _, unit = stamp.partition(UNIT)
            mentioned = definitions.mentions(self.texts[path]).get(unit, frozenset())
            named = {
                stamp for name in mentioned for stamp in self.defined.get(name, ())
            }
            named.add(f"{path}{UNIT}{definitions.REST}")
            waiting |= named - found
        return found

    @cached_property
    def defined(self) -> dict[str, set[str]]:
        """Every unit of the package by its name."""
        found: dict[str, set[str]] = {}
        for path, text in self.texts.items():
            for name in definitions.digests(text):
                if name:
                    found.setdefault(name, set()).add(f"{path}{UNIT}{name}")
        return found

    # -- tests and what they read -----------------------------------------------------

    def around(self, file: str, tests: set[str]) -> set[str]:
        """A test file, its helpers, and the data that its tests read.

        The text of quoted code counts for those tests alone that read it.
        """
        own = {file, *conftests(file)}
        found = own | {name for start in own for name in self.imported(start)}
        direct = self.package_files(file)
        helpers = found - {file} - set(self.texts)
        found -= direct - {n for start in helpers for n in self.package_files(start)}
        read = {
            name
            for test, names in self.suite["read"].items()
            if test.split("::")[0] == file
            for name in names
            if name not in self.texts or test in tests
        }
        rests = {f"{path}{UNIT}{definitions.REST}" for path in direct}
        return found | rests | read

    def imported(self, start: str) -> set[str]:
        """Files of the project that a file imports, and what those import."""
        found: set[str] = set()
        waiting = {start}
        while waiting:
            name = waiting.pop()
            found.add(name)
            if name not in self.texts:  # the package's own imports are told by name
                waiting |= set(self.imports(name)) - found
        return found

    def package_files(self, file: str) -> set[str]:
        """Files of the quoted package that a file imports by itself."""
        return set(self.imports(file)) & set(self.texts)

    def imports(self, file: str) -> tuple[str, ...]:
        """Files of the project that a file names in its imports, looked up once."""
        if file not in self.looked_up:
            self.looked_up[file] = tuple(self.named(file))
        return self.looked_up[file]

    def named(self, file: str) -> Iterator[str]:
        for name in imported_names(self.project.reader, file):
            for base in [*self.project.paths, (self.project.root / file).parent]:
                place = base / name.replace(".", "/")
                for path in (place.with_suffix(".py"), place / "__init__.py"):
                    if path.is_file() and path.is_relative_to(self.project.root):
                        yield path.relative_to(self.project.root).as_posix()

    @cached_property
    def anywhere(self) -> set[str]:
        """What was read while tests were imported, by whomever, and by shared code."""
        files = {test.split("::")[0] for test in self.suite["passed"]}
        told = {name for file in files for name in self.imported(file)} | files
        read = set(self.suite["read"].get("", ())) - told - set(self.texts)
        return read | set(self.suite["read"].get(EVERY, ()))


def symbol_unit(library: Library, symbol: str) -> str:
    """The unit that a symbol belongs to."""
    module, node = library.symbols[symbol]
    return definitions.units_by_line("\n".join(module.lines)).get(
        node.lineno, definitions.REST
    )


def surroundings(project: Project, files: Iterable[str]) -> set[str]:
    """What counts for tests wherever it lies: settings, and modules that may appear.

    A module of the same name in a folder that comes first is imported instead.
    """
    folders = {project.reader.name(path) for path in project.paths}
    folders |= {Path(file).parent.as_posix() for file in files}
    patterns = ("*.py", "*/__init__.py")
    return {*SETTINGS, *(matches(f, p) for f in folders for p in patterns)}


def conftests(file: str) -> list[str]:
    """What pytest reads before a test file or folder, if it is there."""
    return [(folder / "conftest.py").as_posix() for folder in Path(file).parents]


def imported_names(reader: Reader, path: str) -> tuple[str, ...]:
    """All dotted names that the imports of a file may mean."""
    try:
        tree = ast.parse(reader.read(path))
    except (OSError, SyntaxError, ValueError):
        return ()
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            head = node.module or ""
            found += [
                head,
                *(f"{head}.{alias.name}".lstrip(".") for alias in node.names),
            ]
    return tuple(dict.fromkeys(filter(None, found)))
