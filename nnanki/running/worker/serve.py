"""Runs the programs of cards, each in a process forked from one that imported before.

Reads JSON lines: first its settings, then any number of requests, each some programs.
It imports once what the cards import (elsewhere than on Linux it imports nothing
before), and answers a request with one JSON object a program, and one that says that it
is idle. It ends with its input.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import shutil
import signal
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TextIO

from .chance import single_thread
from .endings import forget_endings
from .files import PYTHON, digest, imported
from .imports import needed, told_apart
from .landlock import rules_for  # type: ignore[import-untyped]
from .life import bound, standing
from .noticing import notice_draws, notice_questions, notice_variables
from .processes import adopt_orphans  # type: ignore[import-untyped]
from .supervise import Supervisor
from .surroundings import SHARED, vary
from .warm import warm
from .watch import Watch

# What a card's process reads besides the project and Python: what libraries look up.
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc", "/proc", "/sys", "/dev")
Job = dict[str, Any]
Message = dict[str, Any]
Say = Callable[[Message], None]


def serve(job: Job, requests: Iterable[str], say: Say) -> None:
    """Import what the cards import, then run what is asked for until nobody asks."""
    gc.disable()  # what is imported stays: to look for garbage takes a fifth of it
    filters = list(warnings.filters)
    watch = Watch(job)
    adopt_orphans()
    noisy, took = preload(job)
    if job["anew"]:  # each card imports some of it once more
        job["importing"] = max(job["importing"], took)
    wakeup, sink = os.pipe()
    for number in (wakeup, sink):
        os.set_blocking(number, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(sink, warn_on_full_buffer=False)
    notice_questions(watch)
    notice_draws(watch)
    notice_variables(watch)
    pipes = [*job["pipes"], wakeup, sink]
    forget_endings()
    watch.busy = True
    job = {**job, "filters": filters, "pipes": pipes, **runs(job)}
    job["bound"] = bound(job["memory"])
    job["varied"] = [factor for factor in SHARED if factor in job["factors"]]
    vary(job["varied"])
    watch.busy = False
    modules = Modules(job)
    modules.foreign(watch.read)
    files = held(watch, job)
    common = {path: watch.read.pop(path, "") or digest(path) for path in own(job)}
    supervisor = Supervisor(job, watch, wakeup, modules)
    warnings.simplefilter("ignore", DeprecationWarning)  # of forks beside threads
    say({"ready": True, "noisy": noisy, "files": files})
    gc.freeze()  # no process of a card looks through all that, and copies it by that
    gc.enable()
    before = standing()
    for line in requests:
        for program in json.loads(line):
            say({**supervisor.run(program), "modules": common})
            if standing() != before:
                return  # a card did that; whoever asks starts another worker
        say({"idle": True})


def runs(job: Job) -> Job:
    """The folder in which all cards run, and the rules that keep them in there."""
    folder = os.path.realpath(tempfile.mkdtemp(prefix="runs-"))
    readable = [job["root"], *job["paths"], *PYTHON, *SYSTEM]
    return {"runs": folder, "rules": rules_for([folder], readable)}


def preload(job: Job) -> tuple[list[str], float]:
    """Import once what the cards import; how long that took.

    Told are the statements that cards must run themselves.
    """
    begun = time.monotonic()
    sys.path[:0] = job["paths"]
    os.environ["MPLCONFIGDIR"] = tempfile.gettempdir()
    with unheard() as heard:
        import_clock()
        shared, own = told_apart(job)
        noisy = [text for text in shared if not imported_quietly(text, heard)]
        for name in needed(own, job["root"]):
            imported_quietly(f"import {name}", heard)
        single_thread()
        warm()
    os.environ.pop("MPLCONFIGDIR", None)  # cards find a bare environment
    return noisy, time.monotonic() - begun


def import_clock() -> None:
    """Import what varies the clock, without pytest, for which it has a plugin."""
    sys.modules.setdefault("pytest", None)  # type: ignore[arg-type]
    import time_machine  # noqa: F401

    if sys.modules["pytest"] is None:
        del sys.modules["pytest"]


def imported_quietly(statement: str, heard: Callable[[], int]) -> bool:
    """Import something; False where it fails, or says what a reader would see."""
    before = heard()
    try:
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("default")
            exec(statement, {"__name__": "__main__"})
    except BaseException:
        return False
    mine = [w for w in told if w.filename == "<string>"]
    return heard() == before and not mine


@contextlib.contextmanager
def unheard() -> Iterator[Callable[[], int]]:
    """Let nothing that is printed reach the terminal; how much it was is told."""
    with tempfile.TemporaryFile() as scratch:
        kept = [os.dup(1), os.dup(2)]
        try:
            for number in (1, 2):
                os.dup2(scratch.fileno(), number)
            yield lambda: os.fstat(scratch.fileno()).st_size
        finally:
            for number, before in zip((1, 2), kept, strict=True):
                os.dup2(before, number)
            for number in kept:
                os.close(number)


def held(watch: Watch, job: Job) -> list[str]:
    """Whatever this process was made from: files, and the folders they lie in."""
    paths = {getattr(m, "__file__", None) for m in list(sys.modules.values())}
    files = {path for path in paths if isinstance(path, str)}
    files |= {*watch.read, *watch.listed, *watch.asked}
    return sorted({*files, *map(os.path.dirname, files), *job["paths"]})


def own(job: Job) -> list[str]:
    """The files of the project that all cards of this process depend on."""
    return list(imported(job["root"] + os.sep))


class Modules:
    """The modules that cards quote: are they the files that are quoted?"""

    def __init__(self, job: Job) -> None:
        self.sources = job["sources"]
        self.known: dict[str, list[list[str]]] = {}  # what is imported changes no more

    def foreign(self, read: Mapping[str, str]) -> list[list[str]]:
        """Modules that are imported from elsewhere, or from a file that has changed.

        `read` are the digests of files as they were when they were read.
        """
        for name in self.sources:
            if name in sys.modules and name not in self.known:
                self.known[name] = list(self.judged(name, read))
        return [pair for found in self.known.values() for pair in found]

    def judged(self, name: str, read: Mapping[str, str]) -> Iterator[list[str]]:
        file, known = self.sources[name]
        actual = getattr(sys.modules[name], "__file__", None) or ""
        if actual != file:  # what a card left of Python may not even resolve a path
            actual = os.path.realpath(actual)
        if actual != file or (read.get(file) or digest(file)) != known:
            yield [name, actual]


def unseekable() -> None:
    """Make standard error as it is on a pipe, though this process writes to a file.

    It asks once whether it can go back in what it writes, and never again.
    """
    try:
        os.lseek(2, 0, os.SEEK_CUR)
    except OSError:
        return
    kept, (source, sink) = os.dup(2), os.pipe()
    os.dup2(sink, 2)
    raw: Any = io.FileIO(2, "w", closefd=False)
    raw.name = "<stderr>"
    errors: Any = io.TextIOWrapper(raw, "utf-8", "backslashreplace", write_through=True)
    errors.mode = "w"
    sys.stderr = sys.__stderr__ = errors  # type: ignore[misc]
    os.dup2(kept, 2)
    for number in (kept, source, sink):
        os.close(number)


def main() -> None:
    unseekable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started this ends it
    requests, answers = pipes()

    def say(message: Message) -> None:
        answers.write(json.dumps(message) + "\n")
        answers.flush()

    with contextlib.suppress(BrokenPipeError):
        job = json.loads(requests.readline())
        serve({**job, "pipes": [requests.fileno(), answers.fileno()]}, requests, say)
    for folder in sys.argv[1:]:  # made for this process; its maker may be gone
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def pipes() -> tuple[TextIO, TextIO]:
    """Standard input and output, which code that is imported here must not touch."""
    source, sink = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(2, 1)
    os.close(null)
    return os.fdopen(source, encoding="utf-8"), os.fdopen(sink, "w", encoding="utf-8")
