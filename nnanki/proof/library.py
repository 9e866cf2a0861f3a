"""Names to source, by symbol and never by line number; the package is only read."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from nnanki.model.card import Place
from nnanki.model.disk.dependency import of_bytes
from nnanki.model.disk.reader import Reader
from nnanki.model.disk.text import read
from nnanki.model.problem import Problem, Refused
from nnanki.model.project import Project
from nnanki.proof import repertoire
from nnanki.proof.excerpt import Definition, Unquotable, excerpt, inner_lines, put_back
from nnanki.proof.mutate.registry import Operator, Rewrite, switched_on
from nnanki.proof.repertoire import Repertoire

PARTS = ("", "code", "body", "loop")


@dataclass(frozen=True, slots=True)
class Source:
    """A symbol's text as a card shows it, and the lines of the file it is made of."""

    symbol: str
    path: str
    text: str
    lines: tuple[int, ...]

    @property
    def line(self) -> int:
        return self.lines[0]


@dataclass(frozen=True)
class Module:
    """One file of the quoted package."""

    name: str
    path: str
    lines: list[str]
    digest: str
    definitions: dict[str, ast.stmt]
    twice: frozenset[str]

    @property
    def text(self) -> str:
        """All of it, with the line breaks of Python, whichever the file has."""
        return "\n".join(self.lines) + "\n"


@dataclass(frozen=True)
class Library:
    """The quoted package as text: its modules and the symbols that they define."""

    package: str = ""
    modules: dict[str, Module] = field(default_factory=dict)
    repertoire: Repertoire = field(default_factory=Repertoire)

    @cached_property
    def libraries(self) -> frozenset[str]:
        """All that any module of the package imports, by its first name.

        The whole package counts: a function that works on arrays need not import what
        made them.
        """
        texts = ("\n".join(module.lines) for module in self.modules.values())
        return frozenset(name for text in texts for name in _imports(text))

    @cached_property
    def operators(self) -> dict[str, Operator]:
        """The operators that apply to the package, in their order."""
        return switched_on(self.repertoire.operators, self.libraries)

    @cached_property
    def rewrites(self) -> dict[str, Rewrite]:
        """The rewrites that apply to the package, in their order."""
        return switched_on(self.repertoire.rewrites, self.libraries)

    @cached_property
    def symbols(self) -> dict[str, tuple[Module, ast.stmt]]:
        """Symbols as cards name them: `matmul.loops`."""
        return {
            self._symbol(module, name): (module, node)
            for module in self.modules.values()
            for name, node in module.definitions.items()
        }

    @cached_property
    def twice(self) -> frozenset[str]:
        """Symbols with more than one definition, of which none can be quoted."""
        return frozenset(
            self._symbol(module, name)
            for module in self.modules.values()
            for name in module.twice
        )

    def _symbol(self, module: Module, name: str) -> str:
        return f"{module.name}.{name}".removeprefix(f"{self.package}.")

    def inner_name(self, symbol: str) -> str:
        """A symbol's name inside its module."""
        module, _ = self.symbols[symbol]
        prefix = f"{module.name}.".removeprefix(f"{self.package}.")
        return symbol.removeprefix(prefix)

    def sources(self, root: Path) -> dict[str, tuple[str, str]]:
        """File and digest of each module, so that a worker can tell it from a copy."""
        return {
            module.name: (str((root / module.path).resolve()), module.digest)
            for module in self.modules.values()
        }

    def source(self, symbol: str, part: str = "") -> Source:
        """Its source: whole, `code` (no docstring), `body` (no `def` either), `loop`.

        Raises Unquotable where the symbol has none, or the part cannot be cut out.
        """
        module, node = self.symbols[symbol]
        if symbol in self.twice:
            raise Unquotable(f"it is defined twice in {module.path}")
        lines, text = excerpt(module.lines, node, part)
        return Source(symbol, module.path, text, lines)

    def with_text(self, symbol: str, part: str, text: str) -> str:
        """The whole text of a symbol's file, with another text in place of a part."""
        module, node = self.symbols[symbol]
        return "\n".join(put_back(module.lines, node, part, text)) + "\n"

    def statements(self, symbol: str) -> tuple[Module, list[int]] | None:
        """The lines inside a symbol that run when it is called."""
        module, node = self.symbols[symbol]
        inner = inner_lines(node)
        return None if inner is None else (module, inner)


def library(project: Project) -> tuple[Library, list[Problem]]:
    """Read the package that the project's cards quote, and what changes it in tests."""
    try:
        own = repertoire.load(project)
    except Refused as refused:
        return Library(), [refused.problem]
    if not project.package:
        return Library(), []
    place = project.package.replace(".", "/")
    for base in project.paths:
        for path in (base / place, base / f"{place}.py"):
            if project.reader.exists(path):
                return _read(project, path, own)
    what = f"no package `{project.package}` in this folder"
    hint = "`package` in [tool.nnanki] names what the cards quote"
    raise Refused(Problem(Place("pyproject.toml"), what, hint))


def _read(
    project: Project, path: Path, own: Repertoire
) -> tuple[Library, list[Problem]]:
    reader, whole = project.reader, project.reader.is_folder(path)
    files = reader.glob(path, "**/*.py") if whole else [path]
    modules: dict[str, Module] = {}
    problems: list[Problem] = []
    for file in files:
        inner = file.relative_to(path).with_suffix("").parts if whole else ()
        name = ".".join((project.package, *inner)).removesuffix(".__init__")
        relative = file.relative_to(project.root).as_posix()
        try:
            modules[name] = _module(reader, name, relative)
        except Refused as refused:
            problems.append(refused.problem)
        except SyntaxError as error:
            where = Place(relative, error.lineno or 1, error.offset or 1)
            hint = "correct it here, or just above"
            problems.append(Problem(where, f"not Python: {error.msg}", hint))
    return Library(project.package, modules, own), problems


def _module(reader: Reader, name: str, path: str) -> Module:
    text = read(reader, path)
    digest = of_bytes(text.raw.encode())
    pairs = _defined("\n".join(text.lines))
    counts = Counter(symbol for symbol, _ in pairs)
    twice = frozenset(symbol for symbol, count in counts.items() if count > 1)
    return Module(name, path, text.lines, digest, dict(pairs), twice)


@lru_cache(maxsize=256)
def _imports(text: str) -> frozenset[str]:
    """The first names of all that some code imports from outside of its package."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add((node.module or "").partition(".")[0])
    return frozenset(names)


@lru_cache(maxsize=256)
def _defined(text: str) -> tuple[tuple[str, ast.stmt], ...]:
    return tuple(_definitions(ast.parse(text).body))


def _definitions(
    body: Sequence[ast.AST], prefix: str = ""
) -> Iterator[tuple[str, ast.stmt]]:
    """Every name that a module or a class defines, and where."""
    for node in body:
        if isinstance(node, Definition):
            yield prefix + node.name, node
        # What stands inside of functions has no name by which a test could get at it.
        if isinstance(node, ast.ClassDef):
            yield from _definitions(node.body, f"{prefix}{node.name}.")
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = (target.id for target in targets if isinstance(target, ast.Name))
            yield from ((prefix + name, node) for name in names)
        elif isinstance(node, ast.If | ast.Try | ast.With | ast.ExceptHandler):
            yield from _definitions(list(ast.iter_child_nodes(node)), prefix)
