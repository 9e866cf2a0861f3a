"""Whether anything changed since the whole deck was last found good."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from nnanki.model.disk.cache import Cache, digest, environment, file_digest
from nnanki.model.project import Project
from nnanki.running.runner import forks

PROOFS = "-proofs"
# Anybody can write into the cache: a record that has another form counts as none.
STAMP = {
    **dict.fromkeys(("cards", "symbols", "size", "warnings"), int),
    **dict.fromkeys(("package", "content"), str),
}
CARD = {
    **dict.fromkeys(("id", "kind", "level"), str),
    "symbols": [str],
    "mutants": dict.fromkeys(("made", "killed", "waived"), int),
    "source?": str,
}
RECORD = {
    "versions": {str: str},
    "cards": [CARD],
    "symbols": {str: {"mutants": [{"fate": str}]}},
}


@dataclass(frozen=True, slots=True)
class Stamp:
    """A good deck: what it counted, and the package built from it, if one was."""

    cards: int
    symbols: int
    package: str = ""
    size: int = 0
    content: str = ""
    warnings: int = 0


def stamp(project: Project) -> Stamp | None:
    """The stamp of the deck as it stands, or None where something changed."""
    record = Cache(project.reader).get(_key(project), STAMP)
    return Stamp(**{name: record[name] for name in STAMP}) if record else None


def package_stamp(project: Project) -> Stamp | None:
    """The stamp, if the package that was built from this deck is still there."""
    good = stamp(project)
    if good is None or not good.package:
        return None
    # Somebody may have replaced or edited the package; then the deck is still good, but
    # the file must be written again.
    return good if file_digest(project.output) == good.package else None


def proofs(project: Project) -> Any | None:
    """All evidence of the deck as it stands, or None where something changed."""
    return Cache(project.reader).get(_key(project) + PROOFS, RECORD)


def save(project: Project, stamp: Stamp, record: object) -> None:
    """Remember a good deck with its evidence, and all that was seen of the project."""
    cache, stamps = Cache(project.reader), project.reader.stamps()
    cache.put(_key(project), asdict(stamp), stamps)
    cache.put(_key(project) + PROOFS, record, stamps)


def _key(project: Project) -> str:
    return digest("deck", environment(), forks(), str(project.root))
