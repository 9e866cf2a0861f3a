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
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, TextIO

from .endings import forget_endings
from .files import PYTHON, content_digest, project_modules
from .imports import libraries_of, split_imports
from .landlock import rules_for  # type: ignore[import-untyped]
from .libraries import single_thread, warm
from .limits import memory_bound, standing
from .modules import Modules
from .noticing import notice_draws, notice_questions, notice_variables
from .processes import adopt_orphans  # type: ignore[import-untyped]
from .supervise import Supervisor
from .surroundings import SHARED, vary
from .watch import Watch

if TYPE_CHECKING:
    from ..child.messages import Conditions, Idle, Ready, Reply, Settings

    Word = Ready | Reply | Idle
    Say = Callable[[Word], None]

# What a card's process reads besides the project and Python: what libraries look up.
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc", "/proc", "/sys", "/dev")


def serve(
    settings: Settings, pipes: list[int], requests: Iterable[str], say: Say
) -> None:
    """Import what the cards import, then run what is asked for until nobody asks."""
    gc.disable()  # what is imported stays: to look for garbage takes a fifth of it
    filters = list(warnings.filters)
    watch = Watch(settings)
    adopt_orphans()
    noisy, seconds = preload(settings)
    if settings["anew"]:  # each card imports some of it once more
        settings["importing"] = max(settings["importing"], seconds)
    wakeup, sink = wakeup_pipe()
    notice_questions(watch)
    notice_draws(watch)
    notice_variables(watch)
    forget_endings()
    watch.busy = True
    conditions = prepare(settings, filters, [*pipes, wakeup, sink])
    vary(conditions["varied"])
    watch.busy = False
    modules = Modules(settings)
    modules.foreign(watch.read)
    files = origins(watch, settings)
    common = {
        path: watch.read.pop(path, "") or content_digest(path)
        for path in project_modules(settings["root"] + os.sep)
    }
    supervisor = Supervisor(conditions, watch, wakeup, modules)
    warnings.simplefilter("ignore", DeprecationWarning)  # of forks beside threads
    say({"noisy": noisy, "files": files})
    gc.freeze()  # no process of a card looks through all that, and copies it by that
    gc.enable()
    before = standing()
    for line in requests:
        for request in json.loads(line):
            say({**supervisor.run(request), "modules": common})
            if standing() != before:
                return  # a card did that; whoever asks starts another worker
        say({"idle": True})


def wakeup_pipe() -> tuple[int, int]:
    """A pipe that can be read when a signal has come: both its ends.

    The end of a card's process is such a signal; without it the supervisor, which
    waits for output, would notice that end only at the next tick.
    """
    wakeup, sink = os.pipe()
    for number in (wakeup, sink):
        os.set_blocking(number, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(sink, warn_on_full_buffer=False)
    return wakeup, sink


def prepare(settings: Settings, filters: list[Any], pipes: list[int]) -> Conditions:
    """The folder in which all cards run, and the rules that keep them in there.

    They are made once: to ask the kernel for rules takes longer than a small card.
    """
    folder = os.path.realpath(tempfile.mkdtemp(prefix="runs-"))
    readable = [settings["root"], *settings["paths"], *PYTHON, *SYSTEM]
    return {
        **settings,
        "pipes": pipes,
        "filters": filters,
        "runs": folder,
        "rules": rules_for([folder], readable),
        "bound": memory_bound(settings["memory"]),
        "varied": [factor for factor in SHARED if factor in settings["factors"]],
    }


def preload(settings: Settings) -> tuple[list[str], float]:
    """Import once what the cards import: what they must import themselves, and seconds.

    A fork shares all that is imported: a card that uses PyTorch starts in some
    milliseconds, and not in seconds. What says something while it is imported, or
    fails, is left to the cards, for a reader would see that.
    """
    begun = time.monotonic()
    sys.path[:0] = settings["paths"]
    os.environ["MPLCONFIGDIR"] = tempfile.gettempdir()
    with unheard() as heard:
        import_clock()
        shared, own = split_imports(settings)
        noisy = [text for text in shared if not import_quietly(text, heard)]
        for name in libraries_of(own, settings["root"]):
            import_quietly(f"import {name}", heard)
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


def import_quietly(statement: str, heard: Callable[[], int]) -> bool:
    """Import something; False where it fails, or says what a reader would see."""
    before = heard()
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("default")
            exec(statement, {"__name__": "__main__"})
    except BaseException:
        return False
    mine = [w for w in caught if w.filename == "<string>"]
    return heard() == before and not mine


@contextlib.contextmanager
def unheard() -> Iterator[Callable[[], int]]:
    """Let nothing that is printed reach the terminal; yields how much it was."""
    with tempfile.TemporaryFile() as scratch:
        copies = [os.dup(1), os.dup(2)]
        try:
            for number in (1, 2):
                os.dup2(scratch.fileno(), number)
            yield lambda: os.fstat(scratch.fileno()).st_size
        finally:
            for number, before in zip((1, 2), copies, strict=True):
                os.dup2(before, number)
            for number in copies:
                os.close(number)


def origins(watch: Watch, settings: Settings) -> list[str]:
    """Whatever this process was made from: files, and the folders they lie in."""
    paths = {getattr(m, "__file__", None) for m in list(sys.modules.values())}
    files = {path for path in paths if isinstance(path, str)}
    files |= {*watch.read, *watch.listed, *watch.questions}
    return sorted({*files, *map(os.path.dirname, files), *settings["paths"]})


def unseekable() -> None:
    """Make standard error as it is on a pipe, though this process writes to a file.

    It asks once whether it can go back in what it writes, and never again.
    """
    try:
        os.lseek(2, 0, os.SEEK_CUR)
    except OSError:
        return
    copy, (source, sink) = os.dup(2), os.pipe()
    os.dup2(sink, 2)
    raw: Any = io.FileIO(2, "w", closefd=False)
    raw.name = "<stderr>"
    errors: Any = io.TextIOWrapper(raw, "utf-8", "backslashreplace", write_through=True)
    errors.mode = "w"
    sys.stderr = sys.__stderr__ = errors  # type: ignore[misc]
    os.dup2(copy, 2)
    for number in (copy, source, sink):
        os.close(number)


def main() -> None:
    unseekable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started this ends it
    requests, answers = pipes()

    def say(message: Word) -> None:
        answers.write(json.dumps(message) + "\n")
        answers.flush()

    with contextlib.suppress(BrokenPipeError):
        settings: Settings = json.loads(requests.readline())
        serve(settings, [requests.fileno(), answers.fileno()], requests, say)
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
