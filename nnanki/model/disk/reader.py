"""What one run has seen of a project: whatever it reads of it goes through this door.

It remembers the digest of the very bytes that it gave out, so that what is kept of the
run never rests on what a file has become since.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nnanki.model.disk import dependency
from nnanki.model.disk.dependency import ABSENT, SEPARATOR, SLACK

Facts = tuple[int, int, int, int]


@dataclass(eq=False)
class Reader:
    """Made before anything is read.

    Each dependency is looked at once in a run, and has the digest of that moment. One
    that is seen with two digests spoils the run: nothing of it is kept.
    """

    # A file may be saved while a run reads it. If a proof saw one version and a card
    # another, each would be right and the deck wrong; two digests of one name show it.
    root: Path
    born: int = field(default_factory=time.time_ns)
    digests: dict[str, str] = field(default_factory=dict)  # all that was looked at
    basis: set[str] = field(default_factory=set)  # what the whole run rests on
    watched: set[str] = field(default_factory=set)  # what others read in this process
    facts: dict[str, Facts | None] = field(default_factory=dict)
    torn: bool = False
    whole: bool = True

    def __post_init__(self) -> None:
        self.begun = _names(self.root)

    # -- reading ----------------------------------------------------------------------

    def read(self, path: Path | str) -> bytes:
        """The bytes of a file."""
        name = dependency.file(self.name(path))
        self.basis.add(name)
        return self._bytes(name, self.root / path)

    def there(self, path: Path | str) -> str:
        """What is there: `file`, `folder`, `other`, `absent`; see `dependency`."""
        return self._lookup(dependency.exists(self.name(path)))

    def is_file(self, path: Path | str) -> bool:
        return self.there(path).endswith("file")

    def is_folder(self, path: Path | str) -> bool:
        return self.there(path).endswith("folder")

    def exists(self, path: Path | str) -> bool:
        return self.is_file(path) or self.is_folder(path)

    def glob(self, folder: Path | str, pattern: str) -> list[Path]:
        """The paths below a folder that match a pattern, in their order."""
        place = self.root / folder
        paths = dependency.globbed(self.root, place, pattern)
        name = dependency.matches(self.name(folder), pattern)
        self.basis.add(name)
        self._note(name, dependency.summed(paths))
        return [self.root / path for path in paths]

    def name(self, path: Path | str) -> str:
        """A path from the project's folder; of what lies elsewhere, all of it."""
        place = Path(path)
        inside = place.is_absolute() and place.is_relative_to(self.root)
        return (place.relative_to(self.root) if inside else place).as_posix()

    # -- dependencies -----------------------------------------------------------------

    def now(self, name: str) -> str:
        """The digest of a dependency, as it was when this run first looked."""
        if name not in self.digests:
            kind, rest = dependency.parts(name)
            if kind == "unit":  # of the bytes that were read, if they were
                self._note(name, self._unit(*rest.rpartition(SEPARATOR)[::2]))
            else:
                self._mark(name)
                self._note(name, dependency.digest_now(self.root, name))
        return self.digests[name]

    def use(self, stamps: Mapping[str, str]) -> None:
        """Let the run rest on what somebody else has seen."""
        self.basis |= set(stamps)
        for name, digest in stamps.items():
            self._note(name, digest)

    def settled(self, names: Iterable[str]) -> dict[str, str] | None:
        """Digests of what another process read at some time since this run began.

        None where something changed since then, or may have: nobody knows what was
        read. Who knows it should say so, and not call this.
        """
        digests = {name: self._lasting(name) for name in names}
        stamps = {name: text for name, text in digests.items() if text is not None}
        return stamps if len(stamps) == len(digests) else None

    def stamps(self) -> dict[str, str] | None:
        """All that the run rests on; None where that cannot be said."""
        others = self.settled(self.watched)
        if others is None or self.torn or not self.whole:
            return None
        whole = {name: self.digests[name] for name in self.basis} | others
        return {name: whole[name] for name in whole if not self._part(name, whole)}

    # -- inside -----------------------------------------------------------------------

    def _lookup(self, name: str) -> str:
        self.basis.add(name)
        return self.now(name)

    def _note(self, name: str, digest: str) -> None:
        self.torn |= self.digests.setdefault(name, digest) != digest

    def _bytes(self, name: str, path: Path) -> bytes:
        self._mark(name)
        try:
            data = path.read_bytes()
        except OSError as error:
            self._note(name, dependency.of_error(error))
            raise
        self._note(name, dependency.of_bytes(data))
        return data

    def _unit(self, path: str, unit: str) -> str:
        try:
            return dependency.of_unit(self._bytes(path, self.root / path), unit)
        except (OSError, ValueError, RecursionError):
            return ABSENT

    def _mark(self, name: str) -> None:
        """Remember, before the first look, what would tell that a file was changed."""
        kind, path = dependency.parts(name)
        if kind == "file" and path not in self.facts:
            self.facts[path] = self._facts(path)

    def _facts(self, path: str) -> Facts | None:
        """What tells that a file was changed or replaced; None where none is there."""
        try:
            status = os.stat(self.root / path)  # noqa: PTH116 -- many
        except (OSError, ValueError):
            return None
        return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino

    def _lasting(self, name: str) -> str | None:
        """The digest of a dependency that did not change since the run began."""
        path = _path(name)
        fresh = dependency.digest_now(self.root, name)
        if self.digests.get(name, fresh) != fresh:
            return None
        kind, rest = dependency.parts(name)
        if kind == "env":
            return fresh
        if kind == "import":
            return fresh if self._same_module(rest) else None
        if path in self.facts:  # the file was looked at before
            return fresh if self.facts[path] == self._facts(path) else None
        if name in self.digests:
            return fresh
        if fresh == ABSENT and path is not None and Path(path).parent == Path():
            return None if path in self.begun else fresh  # others come and go beside it
        return None if path is None or self._touched(self.root / path) else fresh

    def _same_module(self, path: str) -> bool:
        """Whether nothing that an import may find came or went in this run."""
        place = self.root / path
        if place.is_dir() and self._touched(place):
            return False
        if place.parent != self.root:
            return not self._touched(place.parent)
        ends = (place.name, f"{place.name}.")  # others come and go beside it
        before, now = (
            {name for name in names if name == ends[0] or name.startswith(ends[1])}
            for names in (self.begun, _names(self.root))
        )
        return before == now

    def _touched(self, path: Path) -> bool:
        """Whether a file, or the folder that it is missing in, changed in this run."""
        try:
            times = [path.stat(), path.lstat()]
        except OSError:
            return path != path.parent and self._touched(path.parent)
        # The clock of a disk may lag: a change just before the run began may have come
        # in it.
        newest = max(max(each.st_ctime_ns, each.st_mtime_ns) for each in times)
        return newest > self.born - SLACK

    @staticmethod
    def _part(name: str, others: Mapping[str, str]) -> bool:
        """Whether a name is a part of a file that counts whole."""
        kind, rest = dependency.parts(name)
        return kind == "unit" and rest.rpartition(SEPARATOR)[0] in others


def _names(folder: Path) -> frozenset[str]:
    try:
        return frozenset(os.listdir(folder))  # noqa: PTH208 -- names alone
    except OSError:
        return frozenset()


def _path(name: str) -> str | None:
    """The file or folder that a name is about, if times tell that it changed."""
    kind, rest = dependency.parts(name)
    if kind == "unit":
        return rest.rpartition(SEPARATOR)[0]
    return rest if kind in ("file", "exists", "stat", "list") else None
