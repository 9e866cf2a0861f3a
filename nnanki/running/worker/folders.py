"""The folders that a card runs in; those that were left as they were serve the next."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

NAMES = ("script", "work", "scratch", "home")
State = tuple[int, ...]  # of a folder


@dataclass
class Places:
    """Empty folders: for a card's script, to work in, for scratch, for a home."""

    top: str
    base: str
    paths: dict[str, str]
    states: list[State] = field(default_factory=list)

    @classmethod
    def new(cls, within: str, far: bool) -> Places:
        top = tempfile.mkdtemp(prefix="n-" if far else "nnanki-", dir=within)
        # no deeper: the name of a socket in there must have fewer than 108 letters
        base = Path(top, "far") if far else Path(top)
        names = {n: str(base / (f"another-{n}" if far else n)) for n in NAMES}
        for folder in names.values():
            Path(folder).mkdir(parents=True)
        return cls(top, str(base), names)

    def __getitem__(self, name: str) -> str:
        return self.paths[name]

    def remember(self) -> None:
        """Know them as they are now."""
        self.states = self.look()

    def look(self) -> list[State]:
        """What changes when somebody changes one of them, or puts something in it.

        Owners, attributes, times and flags are not compared: each change of them
        leaves its time.
        """
        stats = map(os.lstat, (self.top, self.base, *self.paths.values()))
        return [(stat.st_ino, stat.st_mode, stat.st_ctime_ns) for stat in stats]

    def untouched(self, *beside: str) -> bool:
        """Whether they are as they were remembered, and hold nothing but a script."""
        try:
            if self.look() != self.states:
                return False
            inside = [set(os.listdir(folder)) for folder in self.paths.values()]  # noqa: PTH208
            names = {os.path.basename(path) for path in self.paths.values()}  # noqa: PTH119
            here = set(os.listdir(self.base)) == names  # noqa: PTH208
            return here and inside == [set(beside), set(), set(), set()]
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

    def give(self, places: Places, far: bool, script: str) -> None:
        """Keep places for the next card, or remove what it cannot use.

        Nothing is done to what a card may have put in the place of its folders.
        """
        if not places.untouched(script):
            places.remove()
            return
        os.unlink(os.path.join(places["script"], script))  # noqa: PTH108, PTH118
        places.remember()
        self.waiting[far] = places
