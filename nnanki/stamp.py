"""Whether anything changed since the whole deck was last found good."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nnanki.cache import Cache, digest, environment, file_digest
from nnanki.project import FILE, Project
from nnanki.server import forks

PROOFS = "-proofs"


@dataclass(frozen=True, slots=True)
class Stamp:
    """A good deck: what it counted, and the package built from it, if one was."""

    cards: int
    symbols: int
    package: str = ""
    size: int = 0
    content: str = ""
    warnings: int = 0


def read(project: Project) -> Stamp | None:
    """The stamp of the deck as it stands, or None where something changed."""
    known = Cache(project.root).get(_key(project))
    return Stamp(**known) if known else None


def built(project: Project) -> Stamp | None:
    """The stamp, if the package that was built from this deck is still there."""
    stamp = read(project)
    if stamp is None or not stamp.package:
        return None
    return stamp if file_digest(project.output) == stamp.package else None


def proofs(project: Project) -> Any | None:
    """All evidence of the deck as it stands, or None where something changed."""
    return Cache(project.root).get(_key(project) + PROOFS)


def write(
    project: Project, stamp: Stamp, cache: Cache, used: Iterable[str], record: object
) -> None:
    """Remember a good deck with its evidence, and every file that it came from."""
    files = sorted({*used, *cache.stamps, *_inputs(project)})
    cache.put(_key(project), asdict(stamp), files)
    cache.put(_key(project) + PROOFS, record, files)


def _key(project: Project) -> str:
    inputs = sorted(_inputs(project))
    shared = [file_digest(path) for path in sorted(project.templates[1].rglob("*"))]
    return digest("deck", environment(), forks(), str(project.root), shared, inputs)


def _inputs(project: Project) -> Iterator[str]:
    """Every file that a deck is made from; a new one among them is a change too."""
    package = project.package.replace(".", "/")
    places = [project.cards, project.templates[0], project.kinds, project.root / FILE]
    places += [base / package for base in project.paths if package]
    places += [base / f"{package}.py" for base in project.paths if package]
    places += [project.root / test for test in project.tests]
    places += [
        folder / "conftest.py"
        for test in project.tests
        for folder in Path(test).parents
    ]
    for place in places:
        for path in place.rglob("*") if place.is_dir() else [place]:
            if "__pycache__" not in path.parts and not path.is_dir():
                yield _relative(project.root, path)


def _relative(root: Path, path: Path) -> str:
    return (path.relative_to(root) if path.is_absolute() else path).as_posix()
