"""Undoes what tests do to a folder: what it shall hold, and what has changed there."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from .notices import Notices

TICK = 0.02  # seconds in which two changes may bear the same time
KINDS = (stat.S_ISDIR, stat.S_ISREG, stat.S_ISLNK)  # pipes and sockets are not kept
Facts = tuple[int, int, int, int, int]  # mode, size, modified, changed, inode


@dataclass(frozen=True)
class Source:
    """What shall lie at a place: a file's bytes, a link's text, or a folder."""

    mode: int
    modified: int
    content: str  # where the bytes are found; the text of a link; "" for a folder


State = Mapping[str, Source]


class Folder:
    """A folder and all below it. Its changes are found by comparing times and numbers.

    The time of a change (`ctime`) is among them, which no program can set back.
    """

    def __init__(self, root: str, kept: str) -> None:
        self.root = root
        self.kept = kept  # how the names begin of what is copied, to be put back
        self.number = 0
        self.held: dict[str, tuple[Source, Facts]] = {}
        self.notices = Notices()
        self.restored: State | None = None  # until the notices tell otherwise

    def adopt(self, before: State, origin: str) -> State:
        """What lies there now is what shall: a state to restore.

        What is unchanged since `before` stays what it was. At first all of it is known
        to be a copy of `origin`.
        """
        state = {}
        for name, facts in self.walk():
            if not any(kind(facts[0]) for kind in KINDS):
                continue
            known = self.held.get(name)
            if known is not None and known[1] == facts and name in before:
                state[name] = before[name]
            else:
                state[name] = self.source(name, facts, origin)
            self.held[name] = state[name], facts
        self.held = {name: self.held[name] for name in state}
        self.settle()
        self.restored = state
        return state

    def source(self, name: str, facts: Facts, origin: str) -> Source:
        """What lies at a place; bytes that are nowhere else are copied."""
        path, mode = f"{self.root}/{name}", facts[0]
        content = ""
        if stat.S_ISLNK(mode):
            content = os.readlink(path)  # noqa: PTH115
        elif stat.S_ISREG(mode):
            content = f"{origin}/{name}"
            if not origin:
                self.number += 1
                content = f"{self.kept}{self.number}"
                shutil.copyfile(path, content)
        return Source(mode, facts[2], content)

    def walk(self, name: str = "") -> Iterator[tuple[str, Facts]]:
        """Every place below, folders before what is in them."""
        self.notices.watch(f"{self.root}/{name}")
        yield name, _facts(f"{self.root}/{name}")
        with os.scandir(f"{self.root}/{name}") as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                inner = f"{name}/{entry.name}" if name else entry.name
                if entry.is_dir(follow_symlinks=False):
                    yield from self.walk(inner)
                else:
                    yield inner, _facts(f"{self.root}/{inner}")

    def changed(self, state: State) -> set[str]:
        """Places that are not as they shall be; of a new file, the folder it is in."""
        names = {name for name in state if name not in self.held}
        for name, (source, facts) in self.held.items():
            if state.get(name) is not source or _look(f"{self.root}/{name}") != facts:
                names.add(name)
        return names

    def restore(self, state: State) -> None:
        """Undo whatever was changed since; nothing else is touched."""
        if not self.notices.any() and self.restored is state:
            return
        self.restored = None
        if changed := self.changed(state):
            self.undo(changed, state)
        self.restored = state

    def undo(self, changed: set[str], state: State) -> None:
        """Let places be again what they shall be."""
        changed |= self.below_others(changed, state)
        inner: dict[str, set[str]] = {}
        for name in state:
            inner.setdefault(name.rpartition("/")[0], set()).add(name)
        touched = set()
        for name in sorted(changed, key=lambda name: name.split("/")):
            touched |= {name, name.rpartition("/")[0]}
            if name in state:
                self.repair(name, state[name], inner.get(name, set()))
            else:
                remove(f"{self.root}/{name}")
                self.held.pop(name, None)
        self.finish(touched & state.keys(), state)

    def below_others(self, changed: set[str], state: State) -> set[str]:
        """All that shall lie in folders that are no longer the same folders."""
        others = set()
        for name in changed & state.keys() & self.held.keys():
            look = _look(f"{self.root}/{name}")
            before = self.held[name][1]
            if look is None or look[4] != before[4] or not stat.S_ISDIR(look[0]):
                others.add(name)
        return {
            name
            for name in state
            if not others.isdisjoint(map(str, PurePosixPath(name).parents))
        }

    def repair(self, name: str, source: Source, inner: set[str]) -> None:
        """Make one place what it shall be; for a folder, only what does not belong."""
        path = f"{self.root}/{name}"
        if not stat.S_ISDIR(source.mode):
            remove(path)
            with _writable(os.path.dirname(path)):  # noqa: PTH120
                if stat.S_ISLNK(source.mode):
                    os.symlink(source.content, path)  # noqa: PTH211
                else:
                    shutil.copyfile(source.content, path)
            return
        look = _look(path)
        if look is None or not stat.S_ISDIR(look[0]):
            remove(path)
            os.mkdir(path)  # noqa: PTH102
        os.chmod(path, 0o700)  # noqa: PTH101 -- until it is finished
        for each in os.listdir(path):  # noqa: PTH208
            if (f"{name}/{each}" if name else each) not in inner:
                remove(f"{path}/{each}")

    def finish(self, touched: set[str], state: State) -> None:
        """Give what was touched its rights and times again, inner places first."""
        for name in sorted(touched, reverse=True):
            path, source = f"{self.root}/{name}", state[name]
            if not stat.S_ISLNK(source.mode):
                os.chmod(path, stat.S_IMODE(source.mode))  # noqa: PTH101
            times = (source.modified, source.modified)
            os.utime(path, ns=times, follow_symlinks=False)
        for name in touched:
            if stat.S_ISDIR(state[name].mode):
                self.notices.watch(f"{self.root}/{name}")
            self.held[name] = state[name], _facts(f"{self.root}/{name}")
        self.settle()
        self.notices.any()  # all that was done here

    def settle(self) -> None:
        """Wait until whatever changes now has another time than what is held."""
        newest = max((facts[3] for _, facts in self.held.values()), default=0) / 1e9
        while 0 <= (left := newest + TICK - time.time()) <= TICK:
            time.sleep(left + 0.001)


def _facts(path: str) -> Facts:
    known = os.lstat(path)
    return (
        known.st_mode,
        known.st_size,
        known.st_mtime_ns,
        known.st_ctime_ns,
        known.st_ino,
    )


def _look(path: str) -> Facts | None:
    try:
        return _facts(path)
    except OSError:
        return None


def remove(path: str) -> None:
    """Remove whatever is there, also where its rights forbid that; follow no link."""
    known = _look(path)
    if known is None:
        return
    with _writable(os.path.dirname(path)):  # noqa: PTH120
        if not stat.S_ISDIR(known[0]):
            os.unlink(path)  # noqa: PTH108
            return
        os.chmod(path, 0o700)  # noqa: PTH101
        for name in os.listdir(path):  # noqa: PTH208
            remove(f"{path}/{name}")
        os.rmdir(path)  # noqa: PTH106


@contextlib.contextmanager
def _writable(folder: str) -> Iterator[None]:
    """Let a folder be changed, whatever its rights are, and give them back."""
    mode = os.stat(folder).st_mode  # noqa: PTH116
    if mode & 0o700 == 0o700:
        yield
        return
    os.chmod(folder, mode | 0o700)  # noqa: PTH101
    try:
        yield
    finally:
        os.chmod(folder, mode)  # noqa: PTH101
