"""`kill -9`: whatever moment it hits, every file is the old one or the new, whole."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

import pytest

from .anki_library import change, done, tree
from .repository import DAY, commit, dated, git, released_once

KINK, PACKAGE = "cards/1-kink.md", "dist/tiny.apkg"
KILLED = -signal.SIGKILL
TOUCHES = "open shutil.copyfile shutil.copymode os.truncate os.rename os.remove"
REPLACES = "os.rename os.remove"

# Runs a command until it is about to touch a file of the project the n-th time, then
# kills it with all its workers. Python tells of each touch beforehand.
UNTIL = """
import os, signal, sys

root, left, *events = sys.argv.pop(1), int(sys.argv.pop(1)), *sys.argv.pop(1).split()
me = os.getpid()

def watch(event, words):
    global left
    if event in events and os.getpid() == me and str(words[0]).startswith(root):
        reads = event == "open" and not words[2] & (os.O_WRONLY | os.O_RDWR)
        left -= not reads and "/.nnanki_cache/" not in str(words[0])
        if left == 0:
            os.killpg(0, signal.SIGKILL)

sys.addaudithook(watch)
from nnanki.cli import main
main()
"""


@dataclass(frozen=True)
class Work:
    """A project at the moment before a command, and a place to try it."""

    ready: Path
    root: Path
    words: tuple[str, ...]

    def anew(self) -> None:
        """Lay the project as it was, at the same place."""
        shutil.rmtree(self.root, ignore_errors=True)
        shutil.copytree(self.ready, self.root)

    @contextmanager
    def started(
        self, touches: int = 0, events: str = ""
    ) -> Iterator[subprocess.Popen[bytes]]:
        """The command in a process group of its own, to die at some touch."""
        begin = (
            sys.executable,
            "-B",
            "-c",
            UNTIL,
            str(self.root),
            str(touches),
            events,
        )
        with subprocess.Popen(
            [*begin, "-C", str(self.root), *self.words],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, "TMPDIR": str(self.ready.parent)},
        ) as process:
            yield process

    def touching(self, events: str) -> Iterator[None]:
        """Kill it at one touch after another, until it is done."""
        for touch in range(1, 100):
            self.anew()
            with self.started(touch, events) as process:
                pass
            if process.returncode != KILLED:
                assert (process.returncode, touch > 2) == (0, True)
                return
            yield

    def sometimes(self, times: int) -> Iterator[None]:
        """Kill it at random moments."""
        self.anew()
        begun = time.monotonic()
        with self.started() as process:
            pass
        duration = time.monotonic() - begun
        moments = random.Random(times)
        killed = 0
        for _ in range(times):
            self.anew()
            with self.started() as process:
                time.sleep(moments.uniform(0, duration))
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
            killed += process.returncode == KILLED
            yield
        assert killed > times / 4  # a busy machine is slower the first time

    def left(self) -> frozenset[tuple[str, bytes]]:
        """All that lies there; the number of a process is left out of names."""
        return frozenset(
            (re.sub(r"\.\d+$", ".N", path.relative_to(self.root).as_posix()), data)
            for path in self.root.rglob("*")
            if path.is_file() and not {".git", "__pycache__"} & {*path.parts}
            for data in [path.read_bytes()]
        )

    def states(self, *names: str) -> tuple[bytes, ...]:
        return tuple((self.root / name).read_bytes() for name in names)


@pytest.fixture(scope="module", name="edited")
def edited_fixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny project, released, with its package; then a card was changed."""
    root = released_once(tmp_path_factory.mktemp("edited"))
    change(root / KINK, "print(kink.relu(-2))", "print(kink.relu(3))")
    return root


@pytest.fixture(name="work")
def work_fixture(edited: Path, tmp_path: Path) -> Callable[..., Work]:
    """A project before a command, after others that went well."""

    def before(words: str, *others: str) -> Work:
        root = Path(shutil.copytree(edited, tmp_path / "tiny"))
        for other in others:
            done(root, *other.split())
        commit(root) if words.startswith("release") else None
        shutil.copytree(root, tmp_path / "ready")
        return Work(tmp_path / "ready", root, tuple(words.split()))

    return before


def test_a_build_that_is_killed_leaves_the_old_package_or_the_new(
    work: Callable[..., Work],
) -> None:
    """At random moments and at every touch; the next build makes the new one."""
    build = work("build", "update")
    cards = tree(build.root)
    old = build.states(PACKAGE)
    done(build.root, "build")
    new = build.states(PACKAGE)
    assert old != new
    seen, known = set(), set()
    for kills in (build.sometimes(20), build.touching(TOUCHES)):
        for _ in kills:
            seen.add(build.states(PACKAGE))
            assert tree(build.root) == cards
            left = build.left()
            if left not in known:  # else the next run is known, too
                done(build.root, "build")
                assert build.states(PACKAGE) == new
            known.add(left)
    assert seen == {old, new}
    assert len(known) > 2, "nothing, a scrap beside it, the new one"


def test_an_update_that_is_killed_leaves_whole_files(
    work: Callable[..., Work],
) -> None:
    """Golden text, then the lock: each old or new; the next update writes the rest."""
    names = (KINK, "cards/nnanki.lock")
    with dated(DAY + 1):
        update = work("update")
        old = update.states(*names)
        done(update.root, "update")
        new = update.states(*names)
        seen = set()
        for _ in update.touching(REPLACES):
            seen.add(update.states(*names))
            done(update.root, "update")
            assert update.states(*names) == new
    assert seen == {old, (new[0], old[1]), new}


def test_a_release_that_is_killed_is_taken_back_or_finished(
    work: Callable[..., Work],
) -> None:
    """Changelog, lock and package: each old or new; after `git restore` it is made."""
    names = ("cards/CHANGELOG.md", "cards/nnanki.lock", PACKAGE)
    with dated(DAY + 2):
        release = work("release 0.1.1", "update")
        old = release.states(*names)
        done(release.root, *release.words)
        new = release.states(*names)
        known = set()
        for _ in chain(release.sometimes(20), islice(release.touching("os.rename"), 4)):
            left = release.left()
            for state in zip(release.states(*names), old, new, strict=True):
                assert state[0] in state[1:]
            if left not in known:  # else the next run is known, too
                git(release.root, "restore", ".")
                git(release.root, "clean", "-fdq")
                done(release.root, *release.words)
                assert release.states(*names) == new
            known.add(left)
