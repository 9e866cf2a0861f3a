"""A project's own kinds of cards: each file in its folder `kinds` holds one."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from nnanki.cards.kinds import BUILT_IN, Kind, Kinds
from nnanki.model.card import Place
from nnanki.model.disk.reader import Reader
from nnanki.model.notation import ASKS, ID
from nnanki.model.problem import Problem, Refused, neighbour
from nnanki.model.project import Project

TOOL = Path(__file__).parents[2]


def load(project: Project) -> Kinds:
    """nnanki's kinds and the project's; raise Refused where a file holds none."""
    reader = project.reader
    files = reader.glob(project.kinds, "*.py")
    beside = reader.glob(project.kinds, "**/*") if files else []
    near = [reader.name(path) for path in beside if not path.is_dir()]
    for name in near:
        reader.now(name)
    mine = [_kind(reader, path) for path in files]
    reader.watched |= {*near, *(_imported(reader) if files else ())}
    known = {kind.verb for kind in BUILT_IN.kinds} | {k.name for k in BUILT_IN.kinds}
    for path, kind in mine:
        if {kind.verb, kind.name} & known:
            what = f"nnanki has a kind `{kind.name}` with the verb `{kind.verb}`"
            raise Refused(Problem(Place(path), what, "give yours other names"))
    return Kinds((*BUILT_IN.kinds, *(kind for _, kind in mine)))


def _imported(reader: Reader) -> Iterator[str]:
    """The project's modules that were imported into this process, by its kinds."""
    for module in list(sys.modules.values()):
        file = Path(getattr(module, "__file__", None) or "")
        inside = file.is_relative_to(reader.root) and not file.is_relative_to(TOOL)
        if inside and "site-packages" not in file.parts:
            yield reader.name(file)


def _kind(reader: Reader, file: Path) -> tuple[str, Kind]:
    path = reader.name(file)
    module = ModuleType(f"nnanki_kind_{file.stem}")
    module.__file__ = str(file)
    try:  # what was read is run, and nothing that Python kept of it
        code = compile(reader.read(file), str(file), "exec", dont_inherit=True)
        exec(code, vars(module))
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        lines = [f.lineno for f in frames if f.filename == str(file)]
        line = lines[-1] if lines else getattr(error, "lineno", None)
        what = f"this kind cannot be loaded: {type(error).__name__}: {error}"
        hint = "mend the file, or take it out of `kinds/`"
        raise Refused(Problem(Place(path, line or 1), what, hint)) from None
    kind = getattr(module, "KIND", None)
    if not isinstance(kind, Kind):
        hint = "end it with `KIND = Kind(…)`, from nnanki.cards.kinds"
        raise Refused(Problem(Place(path), "this file defines no kind", hint))
    if not ID.fullmatch(kind.name):
        hint = "lower case letters, digits, single hyphens: Anki makes a tag of it"
        raise Refused(Problem(Place(path), f"`{kind.name}` cannot name a kind", hint))
    if kind.asks and kind.asks not in ASKS:
        hint = neighbour(kind.asks, ASKS)
        raise Refused(Problem(Place(path), f"no card asks `{kind.asks}`", hint))
    return path, kind
