"""Worker processes: started, asked any number of times, and asked again by later runs.

A worker may serve the next run only if one that started now would be the same: it has
imported files that may have changed since. So `preview` and the second of two checks
need not import PyTorch again, and still never run yesterday's code.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from nnanki.running.child.messages import Idle, Ready, Reply, Request

WORKER = Path(__file__).parent / "worker" / "__main__.py"
Stamp = tuple[int, int, int, int]
Environment = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Start:
    """How a worker starts: its environment, and its settings with all its imports."""

    environment: Environment
    settings: str


class Worker:
    """A process in a folder of its own; closing it ends the one, removes the other."""

    def __init__(self, start: Start) -> None:
        self.start, self.born, self.begun = start, time.time(), time.monotonic()
        self.idle, self.whole = True, False
        self.noisy: tuple[str, ...] = ()
        self.files: dict[str, Stamp | None] | None = None  # known when it is ready
        self.entries: set[str] = set()  # of its folder, when it was ready
        self.lines: queue.Queue[str] = queue.Queue()
        self.folder = tempfile.TemporaryDirectory(
            prefix="nnanki-", ignore_cleanup_errors=True
        )
        own = {"TMPDIR": self.folder.name, "HOME": self.folder.name}
        self.process = subprocess.Popen(
            [sys.executable, "-u", str(WORKER), self.folder.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=self.folder.name,
            env={**dict(start.environment), **own},
            encoding="utf-8",
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        self.sender = self._send(start.settings)

    def ready(self, seconds: float) -> bool:
        """Wait until everything is imported; False where that takes too long."""
        left = max(0, self.begun + seconds - time.monotonic())
        if self.files is None and (line := self._next(left)):
            self._remember(json.loads(line))
        return self.files is not None

    def ask(self, requests: list[Request], seconds: float) -> Iterator[Reply]:
        """Run programs; replies as they come, until it is idle, dead or silent.

        Code of a card may have stopped it, so that it never answers.
        """
        self.idle = False
        self.sender.join()
        self.sender = self._send(json.dumps(requests))
        while line := self._next(seconds):
            message: Reply | Idle = json.loads(line)
            if "idle" in message:
                self.idle = True
                return
            yield message

    def _next(self, seconds: float) -> str:
        """The next line; nothing when it is late, and at the end, as often as asked."""
        try:
            line = self.lines.get(timeout=seconds)
        except queue.Empty:
            return ""
        if not line:
            self.lines.put(line)
        return line

    def fresh(self) -> bool:
        """Whether a worker that started now would be the same."""
        files = self.files or {}
        alive = self.process.poll() is None
        return (
            (alive and self.idle and self.whole)
            and entries(self.folder.name) == self.entries
            and all(stamp(path) == before for path, before in files.items())
        )

    def kill(self) -> None:
        """End the process at once; whoever asks it hears nothing more."""
        self.process.kill()

    def close(self) -> None:
        """End the process, and leave nothing behind."""
        self.kill()
        self.process.wait()
        self.reader.join()
        self.sender.join()
        for stream in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                stream.close()  # type: ignore[union-attr]
        self.folder.cleanup()

    def _remember(self, ready: Ready) -> None:
        """Keep what it was made from; what changed since it was born is not that.

        A file that is younger than the process may have changed after it was imported,
        and its stamp would be that of another text.
        """
        self.entries = entries(self.folder.name)
        self.files = {path: stamp(path) for path in ready["files"]}
        changes = (max(times[:2]) for times in self.files.values() if times)
        young = max(changes, default=0) / 1e9 > self.born - SLACK
        self.noisy = tuple(ready["noisy"])
        self.whole = not self.noisy and not young

    def _send(self, line: str) -> threading.Thread:
        sender = threading.Thread(target=self._write, args=(line,), daemon=True)
        sender.start()
        return sender

    def _write(self, line: str) -> None:
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put("")


SLACK = 0.02  # seconds by which the clock of a disk may be behind


def stamp(path: str) -> Stamp | None:
    """What tells that a file was changed or replaced, or that a folder was."""
    try:
        stat = os.stat(path)  # noqa: PTH116 -- there are thousands
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino


def entries(folder: str) -> set[str]:
    """What lies in a folder."""
    with contextlib.suppress(OSError):
        return {path.name for path in Path(folder).iterdir()}
    return set()


@dataclass
class Pool:
    """Hands out workers; with `reuse`, one that comes back idle waits for the next run.

    As a context manager it leaves no process and no folder.
    """

    reuse: bool = False
    stopped: bool = False
    waiting: dict[Environment, Worker] = field(default_factory=dict)
    started: set[Worker] = field(default_factory=set)
    begun: threading.Event = field(default_factory=threading.Event)  # the first one has
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all that wait, and from now on each that is given back."""
        with self.lock:
            self.reuse = False
            while self.waiting:
                self._end(self.waiting.popitem()[1])

    @contextlib.contextmanager
    def reusing(self) -> Iterator[None]:
        """Let workers that come back wait for the next run, for a while."""
        before, self.reuse = self.reuse, True
        try:
            yield
        finally:
            if not before:
                self.close()

    def stop(self) -> None:
        """End all at once, whatever they do; nothing is asked of any from now on."""
        self.stopped = True
        for worker in list(self.started):
            worker.kill()

    def take(self, start: Start, seconds: float) -> Worker:
        """The worker that waits, if a new one would be the same; else a new one."""
        with self.lock:
            worker = self.waiting.pop(start.environment, None)
        if worker is not None:
            if worker.start == start and worker.ready(seconds) and worker.fresh():
                return worker
            self._end(worker)
        return self._new(start)

    def give(self, worker: Worker) -> None:
        """Keep a worker for the next run, or end it."""
        # One for each environment: a second one would only take memory.
        with self.lock:
            keep = self.reuse and worker.idle
            old = self.waiting.pop(worker.start.environment, None) if keep else worker
            if keep:
                self.waiting[worker.start.environment] = worker
        if old is not None:
            self._end(old)

    def prepare(self, start: Start) -> None:
        """Let a worker start, so that it is ready when it is needed."""
        with self.lock:
            waits = self.waiting.get(start.environment)
            if self.reuse and (waits is None or waits.start != start):
                self.give(self._new(start))

    def _new(self, start: Start) -> Worker:
        worker = Worker(start)
        self.started.add(worker)
        self.begun.set()
        return worker

    def _end(self, worker: Worker) -> None:
        worker.close()
        self.started.discard(worker)
