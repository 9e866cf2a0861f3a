"""Tells when a file of a project was saved; knows watchfiles."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

from watchfiles import Change, DefaultFilter, watch

# What nnanki and its neighbours write themselves, besides what every editor leaves.
OURS = (".nnanki_cache", ".ruff_cache", ".tox", ".venv", "build", "dist", "venv")
GATHERED, STEP = 200, 30  # milliseconds: saves are taken together, and how often


class Saves:
    """The saves of one project until `stop` is set; folders that come are watched."""

    def __init__(
        self, root: Path, others: Iterable[Path], stop: threading.Event
    ) -> None:
        self.root = root
        self.stop = stop
        self.saved = threading.Event()
        self.filter = DefaultFilter(ignore_dirs=(*DefaultFilter.ignore_dirs, *OURS))
        self.inodes: dict[Path, int] = {}
        # Watching all of the root would watch virtual environments and build folders,
        # too, with more files than the system may allow.
        self.follow([root], deep=False)
        self.deepen(others)
        self.deepen(self.folders())

    def __iter__(self) -> Iterator[None]:
        """One turn for all that was saved since the last."""
        while not self.stop.is_set():
            if self.saved.wait(0.5):
                self.saved.clear()
                yield

    def folders(self) -> Iterator[Path]:
        """The folders of a project, without those that hold no sources."""
        for path in self.root.iterdir():
            is_source = path.is_dir() and not (path / "pyvenv.cfg").exists()
            if is_source and self.filter(Change.added, str(path / "any")):
                yield path

    def deepen(self, folders: Iterable[Path]) -> None:
        """Watch folders with all that is in them; one made anew is another one."""
        current = {path: number for path in folders if (number := inode(path))}
        fresh = [path for path in current if self.inodes.get(path) != current[path]]
        still = {path: n for path, n in self.inodes.items() if inode(path) == n}
        self.inodes = still | current
        if fresh:
            self.follow(fresh, deep=True)

    def follow(self, paths: list[Path], deep: bool) -> None:
        ready = threading.Event()
        threading.Thread(
            target=self.hear, args=(paths, deep, ready), daemon=True
        ).start()
        ready.wait()

    def hear(self, paths: list[Path], deep: bool, ready: threading.Event) -> None:
        """Watch until the end; the first turn of a watcher says that it has begun."""
        try:
            for changes in watch(
                *paths,
                watch_filter=self.filter,
                debounce=GATHERED,
                step=STEP,
                stop_event=self.stop,
                rust_timeout=100,
                yield_on_timeout=True,
                recursive=deep,
                raise_interrupt=False,
            ):
                ready.set()
                if changes:
                    self.deepen(self.folders() if not deep else ())
                    self.saved.set()
        except FileNotFoundError:  # a folder that was gone before it was watched
            self.saved.set()
        finally:
            ready.set()


def inode(path: Path) -> int:
    """The number of a folder on its disk; 0 where there is none."""
    try:
        return path.stat().st_ino
    except OSError:
        return 0
