"""What Python itself tells nobody: questions about files, draws, variables read.

The functions that answer are wrapped, or given out by a module that notices who takes
them, so that tracebacks and results stay what they are elsewhere.
"""

from __future__ import annotations

import ast
import contextlib
import linecache
import os
import random
import sys
import types
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from weakref import WeakKeyDictionary

from .files import DRAWING, STANDARD
from .questions import ASKING  # type: ignore[import-untyped]
from .unseen import unseen
from .watch import Watch

# What names the path that is asked about, in functions of the standard library.
ARGUMENTS = (
    *("path", "self", "filename", "s", "fn", "src", "top", "name"),
    *("f1", "f2", "newpath", "a_path", "b_path"),
)
# They read a variable that a card names; other modules read some for themselves.
HANDING = ("/os.py", "_collections_abc.py", "path.py", "pathlib")
GENERATOR = "random.Random"
# A reader has none of these; libraries find them in C, where they stay.
HIDDEN = frozenset(
    {b"ATEN_CPU_CAPABILITY", b"GLIBC_TUNABLES", b"OMP_NUM_THREADS"}
    | {b"OPENBLAS_CORETYPE", b"OPENBLAS_NUM_THREADS", b"PYTHONHASHSEED"}
)
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
            return asking(watch, real, name)
        for path in known:
            watch.quietly(watch.question, path)
        return real[name]

    def slot(name: str) -> property:
        def put(_: object, value: Any) -> None:
            real[name] = value

        return property(lambda _: taken(name), put)

    slots: dict[str, Any] = {name: slot(name) for name in ASKING}
    os.__class__ = type(
        "module", (types.ModuleType,), {**slots, "__module__": "builtins"}
    )


def asking(watch: Watch, real: dict[str, Any], name: str) -> Callable[..., Any]:
    """A function of `os` that lets it be known which path it is asked about."""

    def ask(*arguments: Any, **options: Any) -> Any:
        asked = arguments[0] if arguments else options.get("path", options.get("fd"))
        watch.quietly(watch.question, asked)
        return real[name](*arguments, **options)

    return unseen(ask, real[name])


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

        return unseen(draw, function)

    os.urandom = drawing(os.urandom, "os.urandom")
    if hasattr(os, "getrandom"):
        os.getrandom = drawing(os.getrandom, "os.getrandom")
    setattr(random, "_urandom", os.urandom)  # noqa: B010 -- what `secrets` calls
    seed = random.Random.seed
    fresh: WeakKeyDictionary[random.Random, Any] = WeakKeyDictionary()

    def seeded(self: random.Random, a: Any = None, *rest: Any, **options: Any) -> None:
        unused = fresh.pop(self, None)
        if unused is not None and unused == self.getstate():  # nobody drew from it
            watch.forget("entropy", GENERATOR)
        seed(self, a, *rest, **options)
        unseeded = a is None and self is not random._inst
        if unseeded and watch.armed and watch.asker(DRAWING) == "card":
            watch.note("entropy", GENERATOR)
            fresh[self] = self.getstate()

    setattr(random.Random, "seed", unseen(seeded, seed))  # noqa: B010 -- as of `_urandom`


def seeding(frame: Any) -> bool:
    """Whether NumPy draws here for `RandomState(42)`, before it uses that seed."""
    while frame is not None and frame.f_code.co_filename.endswith(DRAWING[:2]):
        frame = frame.f_back
    call = called(frame) if frame is not None else None
    if call is None or len(call.args) != 1:
        return False
    names = {**frame.f_builtins, **frame.f_globals, **frame.f_locals}
    function, given = value(call.func, names), call.args[0]
    seed = given.value if isinstance(given, ast.Constant) else value(given, names)
    known = getattr(function, "__name__", "") == "RandomState"
    plain = isinstance(given, ast.Constant | ast.Name | ast.Attribute)
    return known and (seed is not None or not plain)


def called(frame: Any) -> ast.Call | None:
    """The call that a frame is at, as it stands in its file."""
    first, last, column, stop = list(frame.f_code.co_positions())[frame.f_lasti // 2]
    if first is None or last is None or column is None or stop is None:
        return None
    lines = [
        linecache.getline(frame.f_code.co_filename, number).encode()
        for number in range(first, last + 1)
    ]
    lines[-1] = lines[-1][:stop]
    lines[0] = lines[0][column:]
    try:
        tree = ast.parse(b"".join(lines), mode="eval").body
    except SyntaxError:
        return None
    return tree if isinstance(tree, ast.Call) else None


def value(node: ast.expr, names: dict[str, Any]) -> Any:
    """What a name with its attributes stands for; nothing of any other expression."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute):
        return getattr(value(node.value, names), node.attr, None)
    return None


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

    known = os.environ._data  # type: ignore[attr-defined]
    shown = {name: value for name, value in known.items() if name not in HIDDEN}
    os.environ._data = Variables(shown)  # type: ignore[attr-defined]
