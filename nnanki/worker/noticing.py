"""What Python itself tells nobody: questions about files, draws, variables read.

The functions that answer are wrapped, or given out by a module that notices who takes
them, so that tracebacks and results stay what they are elsewhere.
"""

from __future__ import annotations

import contextlib
import linecache
import os
import random
import re
import sys
import types
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from .unseen import unseen
from .watch import DRAWING, STANDARD, Watch

ASKING = ("stat", "lstat", "access", "readlink", "statvfs", "fstat")
# What names the path that is asked about, in functions of the standard library.
ARGUMENTS = (
    *("path", "self", "filename", "s", "fn", "src", "top", "name"),
    *("f1", "f2", "newpath", "a_path", "b_path"),
)
# They read a variable that a card names; other modules read some for themselves.
HANDING = ("/os.py", "_collections_abc.py", "path.py", "pathlib")
# They look at each folder above a path, to see whether it is a link.
RESOLVING = ("realpath", "_joinrealpath", "resolve", "abspath")
# They ask for the time of a file, and read it if it is there and differs.
READERS = ("checkcache", "updatecache")


# -- questions ------------------------------------------------------------------------


def notice_questions(watch: Watch) -> None:
    """Let `os` notice who takes the functions that ask about files.

    The standard library gets the function itself, so that tracebacks are what they
    are elsewhere: which path it asks about, its frame says.
    """
    real = {name: getattr(os, name) for name in ASKING}

    def taken(name: str) -> Any:
        if not watch.armed or watch.busy:
            return real[name]
        frame = sys._getframe(2)
        if name == "fstat":
            known: Iterable[Any] = [0]  # any file that is open
        elif frame.f_code.co_filename.startswith((STANDARD, "<frozen")):
            known = asked(frame, watch, real["stat"])
        else:
            return asking(name)
        for path in known:
            watch.quietly(watch.question, path)
        return real[name]

    def asking(name: str) -> Any:
        def ask(path: Any, *arguments: Any, **options: Any) -> Any:
            watch.quietly(watch.question, path)
            return real[name](path, *arguments, **options)

        return unseen(ask, name)

    def slot(name: str) -> property:
        def put(_: object, value: Any) -> None:
            real[name] = value

        return property(lambda _: taken(name), put)

    own = type("module", (types.ModuleType,), {name: slot(name) for name in ASKING})
    os.__class__ = own


def asked(frame: Any, watch: Watch, stat: Any) -> Iterator[Any]:
    """What a function of the standard library is about to ask about."""
    who, known = frame.f_code.co_name, frame.f_locals
    for path in [known[name] for name in ARGUMENTS if name in known]:
        above = who in RESOLVING and not watch.within(path)
        if not above and not (who in READERS and there(path, stat)):
            yield path


def there(path: Any, stat: Any) -> bool:
    with contextlib.suppress(OSError, TypeError, ValueError):
        stat(path)
        return True
    return False


# -- chance ---------------------------------------------------------------------------


def notice_draws(watch: Watch) -> None:
    """Notice draws from the system's entropy, and generators that nobody seeded."""

    def drawing(function: Callable[..., Any], name: str) -> Callable[..., Any]:
        def draw(*arguments: Any, **options: Any) -> Any:
            drawn = watch.armed and watch.asker(DRAWING) == "card"
            if drawn and not seeding(sys._getframe(2)):
                watch.note("entropy", name)
            return function(*arguments, **options)

        return unseen(draw, function.__name__)

    os.urandom = drawing(os.urandom, "os.urandom")
    if hasattr(os, "getrandom"):
        os.getrandom = drawing(os.getrandom, "os.getrandom")
    setattr(random, "_urandom", os.urandom)  # noqa: B010 -- what `secrets` calls
    seed = random.Random.seed

    def seeded(self: random.Random, a: Any = None, *rest: Any, **options: Any) -> None:
        unseeded = a is None and self is not random._inst
        if unseeded and watch.armed and watch.asker(DRAWING) == "card":
            watch.note("entropy", "random.Random")
        seed(self, a, *rest, **options)

    setattr(random.Random, "seed", unseen(seeded, "seed"))  # noqa: B010 -- as of `_urandom`


def seeding(frame: Any) -> bool:
    """Whether NumPy draws here for `RandomState(42)`, before it uses that seed."""
    while frame is not None and frame.f_code.co_filename.endswith(DRAWING[:2]):
        frame = frame.f_back
    if frame is None:
        return False
    places = list(frame.f_code.co_positions())[frame.f_lasti // 2]
    line, column, stop = places[0], places[2], places[3]
    if line is None or column is None or stop is None or places[1] != line:
        return False
    text = linecache.getline(frame.f_code.co_filename, line)[column:stop]
    return re.search(r"\bRandomState\(\s*[^\s)]", text) is not None


def notice_variables(watch: Watch) -> None:
    """Notice which variables of the environment a card's own code reads."""

    class Variables(dict[bytes, bytes]):
        own = {b"COLUMNS", b"LINES"}  # noqa: RUF012 -- there is one; these are varied
        whole = False  # all are handed on, to a child say: two runs differ in these

        def __getitem__(self, key: bytes) -> bytes:
            noted = watch.armed and not self.whole and key not in self.own
            if noted and watch.asker(HANDING) == "card":
                watch.note("variable", os.fsdecode(key))
            return super().__getitem__(key)

        def __setitem__(self, key: bytes, value: bytes) -> None:
            if watch.armed:
                self.own.add(key)
            super().__setitem__(key, value)

        def __iter__(self) -> Iterator[bytes]:
            self.whole = self.whole or watch.armed
            return super().__iter__()

    os.environ._data = Variables(os.environ._data)  # type: ignore[attr-defined]
