"""The folders that a card runs in; those that were left as they were serve the next."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

NAMES = ("script", "work", "scratch", "home")
Facts = tuple[int, ...]


@dataclass
class Places:
    """Empty folders: for a card's script, to work in, for scratch, for a home."""

    top: str
    base: str
    named: dict[str, str]
    made: list[Facts]

    @classmethod
    def new(cls, within: str, far: bool) -> Places:
        top = tempfile.mkdtemp(prefix="n-" if far else "nnanki-", dir=within)
        # no deeper: the name of a socket in there must have fewer than 108 letters
        base = Path(top, "far") if far else Path(top)
        names = {n: str(base / (f"another-{n}" if far else n)) for n in NAMES}
        for folder in names.values():
            Path(folder).mkdir(parents=True)
        places = cls(top, str(base), names, [])
        places.made = places.facts()
        return places

    def __getitem__(self, name: str) -> str:
        return self.named[name]

    def facts(self) -> list[Facts]:
        """What tells these folders from others, and what may be done with them."""
        known = map(os.lstat, (self.top, self.base, *self.named.values()))
        return [(k.st_ino, k.st_mode, k.st_uid, k.st_gid) for k in known]

    def untouched(self) -> bool:
        """Whether they are empty and the same as when they were made."""
        try:
            inside = [os.listdir(folder) for folder in self.named.values()]  # noqa: PTH208
            names = {os.path.basename(path) for path in self.named.values()}  # noqa: PTH119
            here = set(os.listdir(self.base)) == names  # noqa: PTH208
            return here and not any(inside) and self.facts() == self.made
        except OSError:
            return False

    def remove(self) -> None:
        shutil.rmtree(self.top, ignore_errors=True)


@dataclass
class Folders:
    """Hands out places within one folder, near ones and far ones."""

    within: str
    waiting: dict[bool, Places] = field(default_factory=dict)

    def take(self, far: bool) -> Places:
        """Places that nobody used, or that look so; other cards may write there."""
        places = self.waiting.pop(far, None)
        if places is not None and places.untouched():
            return places
        if places is not None:
            places.remove()
        return Places.new(self.within, far)

    def give(self, places: Places, far: bool) -> None:
        """Keep places for the next card, or remove what it cannot use."""
        if places.untouched():
            self.waiting[far] = places
        else:
            places.remove()
