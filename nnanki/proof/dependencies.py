"""What the proof of a symbol depends on: units of code, test files, data files."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from nnanki.model.disk import definitions
from nnanki.model.disk.dependency import UNIT, matches
from nnanki.model.disk.reader import Reader
from nnanki.model.project import Project
from nnanki.proof.library import Library
from nnanki.proof.suite.messages import Recording

SETTINGS = (
    *("pyproject.toml", "tox.ini", "setup.cfg"),
    *("pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml"),
)
# As `suite/record` and `suite/reading` write them: the surroundings of any test, and
# what counts for all tests because code that they share has read it.
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
    recording: Recording
    imports_of: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def stamps(self, symbol: str, tests: Iterable[str]) -> list[str]:
        """Files, and units of files, without a change in which the proof stands."""
        module, _ = self.library.symbols[symbol]
        tests = set(tests)
        files = {test.split("::")[0] for test in tests}
        names = {*surroundings(self.project, files), *self.anywhere}
        executed = {f"{module.path}{UNIT}{symbol_unit(self.library, symbol)}"}
        for file in files:
            names |= self.around(file, tests)
            executed |= self.executed[file]
        executed |= self.executed[AROUND]
        return sorted(names | self.callees(executed))

    # -- code -------------------------------------------------------------------------

    @cached_property
    def texts(self) -> dict[str, str]:
        """The quoted package, file by file."""
        modules = self.library.modules.values()
        return {module.path: "\n".join(module.lines) for module in modules}

    @cached_property
    def executed(self) -> dict[str, set[str]]:
        """The units that the tests of each file run, and those around any test."""
        units: dict[str, set[str]] = {AROUND: set()}
        for test in self.recording["passed"]:
            units.setdefault(test.split("::")[0], set())
        for path, lines in self.recording["lines"].items():
            spans = definitions.units_by_line(self.texts[path])
            for line, contexts in lines.items():
                unit = spans.get(int(line))
                for context in contexts if unit else ():
                    file = context.split("::")[0]
                    file = AROUND if context.endswith(AROUND) else file
                    units.setdefault(file, set()).add(f"{path}{UNIT}{unit}")
        return units

    def callees(self, stamps: set[str]) -> set[str]:
        """Units, and by name all that they may call, and what their modules hold."""
        units: set[str] = set()
        waiting = set(stamps)
        while waiting:
            stamp = waiting.pop()
            units.add(stamp)
            path, _, unit = stamp.partition(UNIT)
            # Any unit of that name: which one a call means, only running it can tell.
            names = definitions.mentions(self.texts[path]).get(unit, frozenset())
            more = {stamp for name in names for stamp in self.units.get(name, ())}
            more.add(f"{path}{UNIT}{definitions.REST}")
            waiting |= more - units
        return units

    @cached_property
    def units(self) -> dict[str, set[str]]:
        """Every unit of the package by its name."""
        units: dict[str, set[str]] = {}
        for path, text in self.texts.items():
            for name in definitions.digests(text):
                if name:
                    units.setdefault(name, set()).add(f"{path}{UNIT}{name}")
        return units

    # -- tests and what they read -----------------------------------------------------

    def around(self, file: str, tests: set[str]) -> set[str]:
        """A test file, its helpers, and the data that its tests read.

        The text of quoted code counts for those tests alone that read it.
        """
        own = {file, *conftests(file)}
        files = own | {name for start in own for name in self.imported(start)}
        direct = self.package_files(file)
        helpers = files - {file} - set(self.texts)
        # Of a module that the test file itself imports, the units that its tests run
        # count, and the rest of it. What a helper does with a module, nobody records
        # test by test, so there it counts whole.
        files -= direct - {n for start in helpers for n in self.package_files(start)}
        reads = {
            name
            for test, names in self.recording["reads"].items()
            if test.split("::")[0] == file
            for name in names
            if name not in self.texts or test in tests
        }
        rests = {f"{path}{UNIT}{definitions.REST}" for path in direct}
        return files | rests | reads

    def imported(self, start: str) -> set[str]:
        """Files of the project that a file imports, and what those import."""
        files: set[str] = set()
        waiting = {start}
        while waiting:
            name = waiting.pop()
            files.add(name)
            if name not in self.texts:  # the package's own imports are told by name
                waiting |= set(self.imports(name)) - files
        return files

    def package_files(self, file: str) -> set[str]:
        """Files of the quoted package that a file imports by itself."""
        return set(self.imports(file)) & set(self.texts)

    def imports(self, file: str) -> tuple[str, ...]:
        """Files of the project that a file names in its imports, looked up once."""
        if file not in self.imports_of:
            self.imports_of[file] = tuple(self.files_named(file))
        return self.imports_of[file]

    def files_named(self, file: str) -> Iterator[str]:
        for name in imported_names(self.project.reader, file):
            for base in [*self.project.paths, (self.project.root / file).parent]:
                place = base / name.replace(".", "/")
                for path in (place.with_suffix(".py"), place / "__init__.py"):
                    if path.is_file() and path.is_relative_to(self.project.root):
                        yield path.relative_to(self.project.root).as_posix()

    @cached_property
    def anywhere(self) -> set[str]:
        """What was read while tests were imported, by whomever, and by shared code."""
        files = {test.split("::")[0] for test in self.recording["passed"]}
        imported = {name for file in files for name in self.imported(file)} | files
        reads = set(self.recording["reads"].get("", ())) - imported - set(self.texts)
        return reads | set(self.recording["reads"].get(EVERY, ()))


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
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            head = node.module or ""
            names += [
                head,
                *(f"{head}.{alias.name}".lstrip(".") for alias in node.names),
            ]
    return tuple(dict.fromkeys(filter(None, names)))
