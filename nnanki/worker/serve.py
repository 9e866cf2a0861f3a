"""Starts a process for each chunk of cards, hears it out, and ends it.

Reads JSON lines: first its settings, then any number of requests, each some chunks. It
imports once what the cards import and forks for each chunk (elsewhere than on Linux it
starts a new process for each), so that no chunk sees another. It answers a request with
one JSON object a line, the last of which says that it is idle, and ends with its input.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

from .chunk import run_chunk, single_thread
from .figure import warm
from .orphans import PDEATHSIG, adopt_orphans, control, end_children
from .trace import Trace

Job = dict[str, Any]
Message = dict[str, Any]
Say = Callable[[Message], None]

SCRIPT = Path(__file__).with_name("__main__.py")


def serve(job: Job, requests: Iterable[str], say: Say) -> None:
    """Import what the cards import, then run what is asked for until nobody asks."""
    trace = Trace(job)
    adopt_orphans()
    whole = preload(job)
    say({"ready": True, "whole": whole, "files": trace.held()})
    for line in requests:
        run_chunks(job, json.loads(line), trace, say)
        say({"idle": True})


def run_chunks(job: Job, chunks: list[list[Job]], trace: Trace, say: Say) -> None:
    """Run every chunk; what breaks a chunk is reported and the rest of it goes on."""
    while chunks:
        chunk = chunks.pop(0)
        broken = supervise(job, chunk, trace, say)
        if broken is not None:
            rest = [program for program in chunk if program["key"] not in broken]
            chunks[:0] = [rest] if rest else []


def preload(job: Job) -> bool:
    """Import once what the cards import; what fails here fails again in its card."""
    sys.path[:0] = job["paths"]
    os.environ["MPLCONFIGDIR"] = tempfile.gettempdir()
    with unheard():
        done = [imported(statement) for statement in job["imports"]]
        single_thread()
        warm()
    os.environ.pop("MPLCONFIGDIR", None)  # cards find a bare environment
    return all(done)


def imported(statement: str) -> bool:
    with contextlib.suppress(BaseException), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(statement, {})
        return True
    return False


@contextlib.contextmanager
def unheard() -> Iterator[None]:
    """Let nothing that is printed reach the terminal."""
    null, kept = os.open(os.devnull, os.O_RDWR), [os.dup(1), os.dup(2)]
    try:
        for number in (1, 2):
            os.dup2(null, number)
        yield
    finally:
        for number, before in zip((1, 2), kept, strict=True):
            os.dup2(before, number)
        for number in (null, *kept):
            os.close(number)


def supervise(job: Job, chunk: list[Job], trace: Trace, say: Say) -> set[str] | None:
    """Run one chunk; return the keys that are settled where it ended early."""
    folder = tempfile.mkdtemp(prefix="nnanki-")
    settled: set[str] = set()
    current, step = chunk[0]["key"], 0
    if job["start"] == "fork":
        child = Child.fork(job, chunk, folder, trace)
    else:
        child = Child.spawn(job, chunk, folder)
    try:
        for message in child.messages(job):
            if "start" in message:
                current, step = message["start"], message["step"]
            else:
                settled.add(message["key"])
                say(message)
        ending = child.ending(job["seconds"])
    finally:
        child.end()
        end_children()
        shutil.rmtree(folder, ignore_errors=True)
    if len(settled) == len(chunk):
        return None
    if current not in settled:
        say({"key": current, "failure": {**ending, "step": step}})
        settled.add(current)
    return settled


class Child:
    """One process that runs a chunk, and its answers as they come."""

    def __init__(
        self, pid: int, stream: io.BufferedReader, wait: Callable[[], int]
    ) -> None:
        self.pid, self.stream, self.wait = pid, stream, wait
        self.late = False
        self.code: int | None = None
        self.lines: queue.Queue[bytes] = queue.Queue()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    @classmethod
    def fork(cls, job: Job, chunk: list[Job], folder: str, trace: Trace) -> Child:
        source, sink = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                os.close(source)
                for number in job["pipes"]:
                    os.close(number)
                control(PDEATHSIG, signal.SIGKILL)
                run_chunk(job, chunk, (folder, sink), trace)
            finally:
                os._exit(0)
        os.close(sink)
        stream = os.fdopen(source, "rb")
        return cls(
            pid, stream, lambda: os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        )

    @classmethod
    def spawn(cls, job: Job, chunk: list[Job], folder: str) -> Child:
        command = [sys.executable, "-P", str(SCRIPT), "chunk"]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert process.stdin is not None and process.stdout is not None
        with contextlib.suppress(OSError):
            process.stdin.write(json.dumps([job, chunk, folder]).encode())
            process.stdin.close()
        return cls(process.pid, process.stdout, process.wait)  # type: ignore[arg-type]

    def read(self) -> None:
        for line in self.stream:
            self.lines.put(line)
        self.lines.put(b"")

    def messages(self, job: Job) -> Iterator[Message]:
        """Messages until the chunk is done, its process ends, or a program is late."""
        until = time.monotonic() + job["ready"]
        while True:
            try:
                line = self.lines.get(timeout=max(0, until - time.monotonic()))
            except queue.Empty:
                self.late = True
                return
            if not line.endswith(b"\n"):
                return
            message = json.loads(line)
            if "done" in message:
                return
            if message.get("step") == 0:
                until = time.monotonic() + job["seconds"]
            yield message

    def ending(self, seconds: float) -> Message:
        """Why the process ended before its time."""
        code = self.end()
        if self.late:
            return {"kind": "time", "detail": f"{seconds:g}"}
        if code < 0:
            names = {number.value: number.name for number in signal.Signals}
            return {"kind": "signal", "detail": names.get(-code, f"signal {-code}")}
        return {"kind": "exit", "detail": str(code)}

    def end(self) -> int:
        """End the process and whatever it started, once; return its exit code."""
        if self.code is not None:
            return self.code
        for end in (os.killpg, os.kill) if hasattr(os, "killpg") else (os.kill,):
            with contextlib.suppress(OSError):
                end(self.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
        self.code = self.wait()
        self.reader.join(timeout=1)
        if not self.reader.is_alive():  # else a process that stays holds the other end
            self.stream.close()
        return self.code


def main() -> None:
    if sys.argv[1:] == ["chunk"]:
        control(PDEATHSIG, signal.SIGKILL)
        sink = os.dup(1)
        job, chunk, folder = json.load(sys.stdin)
        trace = Trace(job)
        preload(job)
        run_chunk(job, chunk, (folder, sink), trace)
        os._exit(0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started this ends it
    requests, answers = pipes()

    def say(message: Message) -> None:
        answers.write(json.dumps(message) + "\n")
        answers.flush()

    folder = Path.cwd()
    with contextlib.suppress(BrokenPipeError):
        job = json.loads(requests.readline())
        serve({**job, "pipes": [requests.fileno(), answers.fileno()]}, requests, say)
    shutil.rmtree(folder, ignore_errors=True)  # whoever started this may be gone
    os._exit(0)


def pipes() -> tuple[TextIO, TextIO]:
    """Standard input and output, which code that is imported here must not touch."""
    source, sink = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(2, 1)
    os.close(null)
    return os.fdopen(source, encoding="utf-8"), os.fdopen(sink, "w", encoding="utf-8")
