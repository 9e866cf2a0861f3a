"""One chunk of cards in a process of its own: every door closed, then card by card."""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import signal
import sys
import tempfile
import types
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .broken import broken
from .orphans import adopt_orphans, left_behind
from .quoted import Misquoted, in_place
from .steps import STEPS, Fault, exception
from .trace import Trace

Job = dict[str, Any]
Message = dict[str, Any]
Say = Callable[[Message], None]

FILE_BYTES = 16 * 1024 * 1024


def run_chunk(job: Job, chunk: list[Job], place: tuple[str, int], trace: Trace) -> None:
    """In the child: close every door, then run the programs one by one."""
    folder, sink = place
    stream = os.fdopen(sink, "wb")

    def say(message: Message) -> None:
        stream.write(json.dumps(message).encode() + b"\n")
        stream.flush()

    adopt_orphans()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    capture = isolate(job, folder)
    single_thread()
    for program in chunk:
        done = run_program(program, capture, say)
        if left_behind() and "failure" not in done:
            last = len(program["steps"]) - 1  # what it printed may be the other's
            done = {"results": [], "failure": {"kind": "process", "step": last}}
        say({"key": program["key"], **done, **trace.news()})
    say({"done": True})
    stream.close()


def isolate(job: Job, folder: str) -> Capture:
    """An own process group, folder, output, and limits; standard input closed."""
    if hasattr(os, "setsid"):
        with contextlib.suppress(OSError):
            os.setsid()
    os.chdir(folder)
    sys.argv = [""]
    os.environ["TMPDIR"] = os.environ["HOME"] = tempfile.tempdir = folder
    null = os.open(os.devnull, os.O_RDWR)
    output = os.open(
        os.path.join(folder, ".output"),  # noqa: PTH118
        os.O_RDWR | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0),
    )
    for target, number in ((null, 0), (output, 1), (null, 2)):
        os.dup2(target, number)
    limit(job["memory"])
    return Capture(job["output"])


def limit(memory: int) -> None:
    """Bound memory beyond what is used now, and the size of any file written."""
    try:
        import resource
    except ImportError:
        return
    with contextlib.suppress(OSError, ValueError):
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        bound = pages * resource.getpagesize() + memory
        resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class Capture:
    """What a step wrote to standard output, whatever it did to `sys.stdout`."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.file, self.null = os.dup(1), os.open(os.devnull, os.O_RDWR)
        self.stream: io.TextIOBase = io.StringIO()
        self.fresh()

    def fresh(self) -> None:
        """Begin an empty output with a new `sys.stdout`; forget what is left over."""
        os.dup2(self.null, 1)
        with contextlib.suppress(Exception):
            self.stream.close()
        os.dup2(self.file, 1)
        os.ftruncate(1, 0)
        os.lseek(1, 0, os.SEEK_SET)
        raw = os.fdopen(1, "wb", closefd=False)
        sys.stdout = self.stream = io.TextIOWrapper(raw, "utf-8", newline="\n")

    def take(self) -> str:
        """The text written since `fresh`; raises Fault where it cannot be shown."""
        os.dup2(self.file, 1)
        try:
            data = self.written()
        finally:
            self.fresh()
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Fault("encoding", f"0x{data[error.start]:02x}") from None

    def written(self) -> bytes:
        for stream in (sys.stdout, self.stream):
            try:
                stream.flush()
            except OSError:
                raise Fault("output", f"{self.limit:,}") from None
            except (AttributeError, ValueError):  # it was closed, or is no stream
                pass
        size = os.fstat(1).st_size
        if size > self.limit:
            raise Fault("output", f"{self.limit:,}")
        os.lseek(1, 0, os.SEEK_SET)
        return os.read(1, size)


def run_program(program: Job, capture: Capture, say: Say) -> Message:
    """Run a card's steps, while the quotes that it shows stand in for the source."""
    if "quotes" not in program:
        return run_steps(program, capture, say)
    say({"start": program["key"], "step": 0})
    try:
        with in_place(program["quotes"]):
            capture.fresh()
            return run_steps(program, capture, say)
    except Misquoted as error:
        return {"results": [], "failure": error.failure}


def run_steps(program: Job, capture: Capture, say: Say) -> Message:
    """Run steps in a fresh namespace; stop at the first that fails.

    Where some run with a bug in place, all run without it first: what these did then
    is told as well.
    """
    last = max((n for n, s in enumerate(program["steps"]) if "broken" in s), default=-1)
    if last < 0:
        return run_each(program, capture, say)
    steps = [without(step, "broken") for step in program["steps"][: last + 1]]
    before = run_each({**program, "steps": steps}, capture, say)
    whole = run_each(program, capture, say)
    for number, step in enumerate(program["steps"]):
        if "broken" in step and number < len(whole["results"]):
            whole["results"][number]["sound"] = sound(before, number, step["do"])
    return whole


def without(step: Job, key: str) -> Job:
    return {name: value for name, value in step.items() if name != key}


def sound(before: Message, number: int, do: str) -> Any:
    """What a step did without the bug: what it printed, or raised."""
    if number >= len(before["results"]):
        return before["failure"]
    return before["results"][number]["printed" if do == "run" else "raised"]


def run_each(program: Job, capture: Capture, say: Say) -> Message:
    """Run steps in a fresh namespace; stop at the first that fails."""
    module = types.ModuleType("__card__")
    sys.modules["__card__"] = module
    results: list[Message] = []
    own = os.getpid()
    reseed()
    for number, step in enumerate(program["steps"]):
        say({"start": program["key"], "step": number})
        result, failure = run_step(step, module.__dict__, program["file"])
        if os.getpid() != own:
            os._exit(0)  # the program has forked; its twin must not touch the output
        try:
            printed = {"printed": capture.take()}
        except Fault as fault:
            printed, failure = {}, fault.failure
        if failure is not None:
            failure = {**failure, **printed, "step": number}
            return {"results": results, "failure": failure}
        results.append({**result, **printed})
    return {"results": results}


def run_step(
    step: Job, names: dict[str, Any], file: str
) -> tuple[Message, Message | None]:
    """What a step gave, and its failure if it failed."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            with broken(step.get("broken")):
                return STEPS[step["do"]](step, names, file), None
        except Fault as fault:
            return {}, fault.failure
        except BaseException as error:
            return {}, exception(error, file, step)


def reseed() -> None:
    """Make unseeded randomness random, so that two runs tell it apart."""
    random.seed()
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    if numpy is not None:
        numpy.random.seed()
    if torch is not None:
        torch.seed()


def single_thread() -> None:
    """A fork hangs where torch has computed with several threads."""
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)
