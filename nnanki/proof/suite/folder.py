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
from typing import NamedTuple

from .notices import Notices

TICK = 0.02  # seconds in which two changes may bear the same time
KINDS = (stat.S_ISDIR, stat.S_ISREG, stat.S_ISLNK)  # pipes and sockets are not kept


class Signature(NamedTuple):
    """What tells that a place was changed, without reading what lies there."""

    mode: int
    size: int
    modified: int
    status_changed: int  # no program can set this time back
    inode: int


@dataclass(frozen=True)
class Entry:
    """What shall lie at a place: a file's bytes, a link's text, or a folder."""

    mode: int
    modified: int
    content: str  # where the bytes are found; the text of a link; "" for a folder


State = Mapping[str, Entry]


class Folder:
    """A folder and all below it. Its changes are found by comparing times and numbers.

    To compare bytes instead would take longer than most trials.
    """

    def __init__(self, root: str, spare: str) -> None:
        self.root = root
        self.spare = spare  # how the names begin of what is copied, to be put back
        self.number = 0
        self.entries: dict[str, tuple[Entry, Signature]] = {}
        self.notices = Notices()
        self.restored: State | None = None  # until the notices tell otherwise

    def adopt(self, before: State, origin: str) -> State:
        """What lies there now is what shall: a state to restore.

        What is unchanged since `before` stays what it was. At first all of it is known
        to be a copy of `origin`.
        """
        state = {}
        for name, signature in self.walk():
            if not any(kind(signature.mode) for kind in KINDS):
                continue
            _, earlier = self.entries.get(name, (None, None))
            if earlier == signature and name in before:
                state[name] = before[name]
            else:
                state[name] = self.entry(name, signature, origin)
            self.entries[name] = state[name], signature
        self.entries = {name: self.entries[name] for name in state}
        self.settle()
        self.restored = state
        return state

    def entry(self, name: str, signature: Signature, origin: str) -> Entry:
        """What lies at a place; bytes that are nowhere else are copied."""
        path, mode = f"{self.root}/{name}", signature.mode
        content = ""
        if stat.S_ISLNK(mode):
            content = os.readlink(path)  # noqa: PTH115
        elif stat.S_ISREG(mode):
            content = f"{origin}/{name}"
            if not origin:
                self.number += 1
                content = f"{self.spare}{self.number}"
                shutil.copyfile(path, content)
        return Entry(mode, signature.modified, content)

    def walk(self, name: str = "") -> Iterator[tuple[str, Signature]]:
        """Every place below, folders before what is in them."""
        self.notices.watch(f"{self.root}/{name}")
        yield name, _signature(f"{self.root}/{name}")
        with os.scandir(f"{self.root}/{name}") as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                inner = f"{name}/{entry.name}" if name else entry.name
                if entry.is_dir(follow_symlinks=False):
                    yield from self.walk(inner)
                else:
                    yield inner, _signature(f"{self.root}/{inner}")

    def changes(self, state: State) -> set[str]:
        """Places that are not as they shall be; of a new file, the folder it is in."""
        names = {name for name in state if name not in self.entries}
        for name, (entry, signature) in self.entries.items():
            if (
                state.get(name) is not entry
                or _look(f"{self.root}/{name}") != signature
            ):
                names.add(name)
        return names

    def restore(self, state: State) -> None:
        """Undo whatever was changed since; nothing else is mended."""
        if not self.notices.any() and self.restored is state:
            return
        self.restored = None
        if changes := self.changes(state):
            self.undo(changes, state)
        self.restored = state

    def undo(self, changes: set[str], state: State) -> None:
        """Let places be again what they shall be."""
        changes |= self.below_others(changes, state)
        inner: dict[str, set[str]] = {}
        for name in state:
            inner.setdefault(name.rpartition("/")[0], set()).add(name)
        mended = set()
        for name in sorted(changes, key=lambda name: name.split("/")):
            mended |= {name, name.rpartition("/")[0]}
            if name in state:
                self.repair(name, state[name], inner.get(name, set()))
            else:
                remove(f"{self.root}/{name}")
                self.entries.pop(name, None)
        self.finish(mended & state.keys(), state)

    def below_others(self, changes: set[str], state: State) -> set[str]:
        """All that shall lie in folders that are no longer the same folders."""
        others = set()
        for name in changes & state.keys() & self.entries.keys():
            look = _look(f"{self.root}/{name}")
            before = self.entries[name][1]
            if (
                look is None
                or look.inode != before.inode
                or not stat.S_ISDIR(look.mode)
            ):
                others.add(name)
        return {
            name
            for name in state
            if not others.isdisjoint(map(str, PurePosixPath(name).parents))
        }

    def repair(self, name: str, entry: Entry, inner: set[str]) -> None:
        """Make one place what it shall be; for a folder, only what does not belong."""
        path = f"{self.root}/{name}"
        if not stat.S_ISDIR(entry.mode):
            remove(path)
            with _writable(os.path.dirname(path)):  # noqa: PTH120
                if stat.S_ISLNK(entry.mode):
                    os.symlink(entry.content, path)  # noqa: PTH211
                else:
                    shutil.copyfile(entry.content, path)
            return
        look = _look(path)
        if look is None or not stat.S_ISDIR(look.mode):
            remove(path)
            os.mkdir(path)  # noqa: PTH102
        os.chmod(path, 0o700)  # noqa: PTH101 -- until it is finished
        for each in os.listdir(path):  # noqa: PTH208
            if (f"{name}/{each}" if name else each) not in inner:
                remove(f"{path}/{each}")

    def finish(self, mended: set[str], state: State) -> None:
        """Give what was mended its rights and times again, inner places first."""
        for name in sorted(mended, reverse=True):
            path, entry = f"{self.root}/{name}", state[name]
            if not stat.S_ISLNK(entry.mode):
                os.chmod(path, stat.S_IMODE(entry.mode))  # noqa: PTH101
            times = (entry.modified, entry.modified)
            os.utime(path, ns=times, follow_symlinks=False)
        for name in mended:
            if stat.S_ISDIR(state[name].mode):
                self.notices.watch(f"{self.root}/{name}")
            self.entries[name] = state[name], _signature(f"{self.root}/{name}")
        self.settle()
        self.notices.any()  # all that was done here

    def settle(self) -> None:
        """Wait until whatever changes now has another time than what is recorded."""
        newest = (
            max((s.status_changed for _, s in self.entries.values()), default=0) / 1e9
        )
        while 0 <= (left := newest + TICK - time.time()) <= TICK:
            time.sleep(left + 0.001)


def _signature(path: str) -> Signature:
    status = os.lstat(path)
    return Signature(
        status.st_mode,
        status.st_size,
        status.st_mtime_ns,
        status.st_ctime_ns,
        status.st_ino,
    )


def _look(path: str) -> Signature | None:
    try:
        return _signature(path)
    except OSError:
        return None


def remove(path: str) -> None:
    """Remove whatever is there, also where its rights forbid that; follow no link."""
    look = _look(path)
    if look is None:
        return
    with _writable(os.path.dirname(path)):  # noqa: PTH120
        if not stat.S_ISDIR(look.mode):
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
