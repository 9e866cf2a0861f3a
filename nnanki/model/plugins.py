"""A project's plug-ins: Python files in its folders kinds, operators, rewrites, rules.

nnanki's own of each sort are made in the same way. Whatever a plug-in may read counts
as read by the run, so that no result outlives an edit of one.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import wraps
from inspect import unwrap
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, TypeVar

from nnanki.model.card import Place
from nnanki.model.disk import dependency
from nnanki.model.disk.reader import Reader
from nnanki.model.problem import Problem, Refused
from nnanki.model.project import Project

TOOL = Path(__file__).parents[1]
Value = TypeVar("Value")


@dataclass(frozen=True)
class Plugin:
    """One file that was run, and the path under which problems name it."""

    path: str
    module: ModuleType

    def values(self, kind: type[Value]) -> list[Value]:
        """What the file holds of a type, in its order."""
        return [item for item in vars(self.module).values() if isinstance(item, kind)]


@dataclass(frozen=True)
class Plugins:
    """All files of one folder, and what they rest on.

    `stamps` are the digests of what was read of the folder, also that it holds nothing;
    `imports` are other files of the project, which Python read by itself.
    """

    files: tuple[Plugin, ...] = ()
    stamps: Mapping[str, str] = field(default_factory=dict)
    imports: frozenset[str] = frozenset()


def load(project: Project, folder: str) -> Plugins:
    """Run all files of one of a project's folders; raise Refused where one fails."""
    reader = project.reader
    files = reader.glob(folder, "*.py")
    # A plug-in may read whatever lies beside it; who would know which of it?
    beside = reader.glob(folder, "**/*") if files else []
    near = {reader.name(path) for path in beside if not path.is_dir()}
    for name in near:
        reader.now(name)
    plugins = tuple(_run(reader, path, folder) for path in files)
    imports = frozenset(_imported(reader)) if files else frozenset()
    reader.watched |= near | imports
    patterns = ("*.py", "**/*") if files else ("*.py",)
    names = near | {dependency.matches(folder, pattern) for pattern in patterns}
    return Plugins(plugins, {name: reader.now(name) for name in names}, imports)


def _imported(reader: Reader) -> Iterator[str]:
    """The project's modules that were imported into this process, by its plug-ins."""
    for module in list(sys.modules.values()):
        file = Path(getattr(module, "__file__", None) or "")
        inside = file.is_relative_to(reader.root) and not file.is_relative_to(TOOL)
        if inside and "site-packages" not in file.parts:
            yield reader.name(file)


def _run(reader: Reader, file: Path, folder: str) -> Plugin:
    path = reader.name(file)
    module = ModuleType(f"nnanki_{folder}_{file.stem}")
    module.__file__ = str(file)
    # `import` might run bytecode that Python kept of an older text, and would keep the
    # module for the next run in this process. What was read is run, and nothing else.
    try:
        code = compile(reader.read(file), str(file), "exec", dont_inherit=True)
        exec(code, vars(module))
    except Exception as error:
        what = f"this {folder[:-1]} cannot be loaded: {_words(error)}"
        hint = f"mend the file, or take it out of `{folder}/`"
        place = Place(path, _line(error, str(file)) or 1)
        raise Refused(Problem(place, what, hint)) from None
    return Plugin(path, module)


Generate = Callable[[Any], Iterator[Any]]


def guarded(path: str, generate: Generate, kind: type) -> Generate:
    """A plug-in's generator; Refused where it fails, or yields something else."""

    @wraps(generate)
    def values(argument: Any) -> Iterator[Any]:
        try:
            for value in generate(argument):
                if not isinstance(value, kind):
                    names = f"a {type(value).__name__}, not a {kind.__name__}"
                    raise TypeError(f"it yields {names}")
                yield value
        except Refused:
            raise
        except Exception as error:
            what = f"`{generate.__name__}` fails: {_words(error)}"
            file = unwrap(generate).__code__.co_filename
            line = _line(error, file) or first_line(generate)
            hint = "mend it; nothing can be said without it"
            raise Refused(Problem(Place(path, line), what, hint)) from None

    return values


def first_line(generate: Generate) -> int:
    """The line in its file where a decorated generator begins."""
    code: CodeType = unwrap(generate).__code__
    return code.co_firstlineno


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _line(error: Exception, file: str) -> int | None:
    """The line of a plug-in's file that an error comes from."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == file]
    return lines[-1] if lines else getattr(error, "lineno", None)
