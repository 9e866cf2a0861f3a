"""A project's own kinds of cards: each file in its folder `kinds` holds one."""

from __future__ import annotations

import importlib.util
import traceback
from pathlib import Path

from nnanki.card import Place
from nnanki.errors import Problem, Refused, neighbour
from nnanki.kinds import BUILT_IN, Kind, Kinds
from nnanki.notation import ASKS, ID
from nnanki.project import Project


def load(project: Project) -> Kinds:
    """nnanki's kinds and the project's; raise Refused where a file holds none."""
    mine = [_kind(project.root, path) for path in sorted(project.kinds.glob("*.py"))]
    known = {kind.verb for kind in BUILT_IN.kinds} | {k.name for k in BUILT_IN.kinds}
    for path, kind in mine:
        if {kind.verb, kind.name} & known:
            what = f"nnanki has a kind `{kind.name}` with the verb `{kind.verb}`"
            raise Refused(Problem(Place(path), what, "give yours other names"))
    return Kinds((*BUILT_IN.kinds, *(kind for _, kind in mine)))


def _kind(root: Path, file: Path) -> tuple[str, Kind]:
    path = file.relative_to(root).as_posix()
    spec = importlib.util.spec_from_file_location(f"nnanki_kind_{file.stem}", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        lines = [f.lineno for f in frames if f.filename == str(file)]
        line = lines[-1] if lines else getattr(error, "lineno", None)
        what = f"this kind cannot be loaded: {type(error).__name__}: {error}"
        hint = "mend the file, or take it out of `kinds/`"
        raise Refused(Problem(Place(path, line or 1), what, hint)) from None
    kind = getattr(module, "KIND", None)
    if not isinstance(kind, Kind):
        hint = "end it with `KIND = Kind(…)`, from nnanki.kinds"
        raise Refused(Problem(Place(path), "this file defines no kind", hint))
    if not ID.fullmatch(kind.name):
        hint = "lower case letters, digits, single hyphens: Anki makes a tag of it"
        raise Refused(Problem(Place(path), f"`{kind.name}` cannot name a kind", hint))
    if kind.asks and kind.asks not in ASKS:
        hint = neighbour(kind.asks, ASKS)
        raise Refused(Problem(Place(path), f"no card asks `{kind.asks}`", hint))
    return path, kind
