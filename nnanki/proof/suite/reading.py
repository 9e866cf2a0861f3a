"""What tests and mutants read of their project, ask of it, and start.

It is told by the names of `nnanki/model/disk/dependency.py`. Only what the project's
own code began counts, through whatever it calls: not what pytest reads, nor what a
library reads while it is imported.
"""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

TREE = "tree::"
VARIABLES = "env::"
EVERY = "|every"  # what counts for all tests: code that they share has read it
UNTRACKED = {"site-packages", "__pycache__", ".hypothesis", ".nnanki_cache"}
HERE = os.path.dirname(__file__) + os.sep  # noqa: PTH120
STANDARD = os.path.dirname(os.__file__) + os.sep  # noqa: PTH120
MACHINERY = ("/_pytest/", "/pytest/", "/pluggy/", "/coverage/", "/hypothesis/")
LIBRARIES = ("site-packages", "dist-packages")
# They hand out no entry of a folder, only names, and what each of them is.
WALKING = ("/os.py", "<frozen os>", "/glob.py", "/pathlib.py", "/pathlib/")
# They ask what is there, and not when it was changed or how large it is.
LOOKING = frozenset(
    {"exists", "lexists", "isfile", "isdir", "islink", "realpath", "_joinrealpath"}
    | {"is_file", "is_dir", "is_symlink", "resolve", "_lexists", "_isdir"}
    | {"checkcache", "updatecache"}  # which read what has changed
)
HANDING = ("stat", "lstat")  # methods of a path


class Reading:
    """Notices what happens in this process; `running` is the test that runs, if any."""

    def __init__(self, root: str, original: str) -> None:
        self.roots = (root + os.sep, original + os.sep)
        self.running, self.file = "", ""
        self.names_of: dict[str, set[str]] = defaultdict(set)
        self.noted: set[tuple[str, str]] = set()
        self.sorts: dict[str, str] = {}
        sys.addaudithook(self.hear)

    def begin(self, test: str = "", file: str = "") -> None:
        """From now on a test runs, or none."""
        self.running, self.file = test, file

    def forget(self) -> None:
        """Begin anew, for a mutant."""
        self.begin()
        self.names_of.clear()
        self.noted.clear()

    def names(self) -> list[str]:
        """All that the project's code has read."""
        return sorted(self.names_of[EVERY])

    # -- what happens -----------------------------------------------------------------

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """An audit event."""
        method = METHODS.get(event)
        if method is not None:
            self.safely(method.__get__(self), sys._getframe(1), event, arguments)

    def safely(self, what: Callable[..., None], frame: Any, *arguments: Any) -> None:
        """Notice something; where that fails, anything may have been read."""
        try:
            what(frame, *arguments)
        except OSError:
            self.note(TREE, frame)
        except Exception:
            self.names_of[EVERY].add(TREE)

    def opens(self, frame: Any, _: str, arguments: tuple[Any, ...]) -> None:
        """A file is opened; by an import it counts with the modules."""
        name = None if isinstance(arguments[0], int) else self.inside(arguments[0])
        if name is not None:
            self.note(_file(name), frame, among_all=True)

    def lists(self, frame: Any, event: str, arguments: tuple[Any, ...]) -> None:
        """A folder is listed; an entry of `scandir` knows what `stat` tells of it."""
        name = self.inside("." if arguments[0] is None else arguments[0])
        if name is None:
            return
        importing = self.sort(frame.f_code.co_filename) == "import"
        among_all = bool(self.running) and not importing and name != "."
        self.note(f"list::{name}", frame, among_all)
        if event == "os.scandir" and not _any(WALKING, frame.f_code.co_filename):
            for entry in os.listdir(arguments[0]):  # noqa: PTH208
                self.note(f"stat::{os.path.normpath(f'{name}/{entry}')}", frame)

    def changes(self, frame: Any, event: str, arguments: tuple[Any, ...]) -> None:
        """A file is moved, linked, or changed: what is there counts."""
        paths = [os.fsdecode(path) for path in arguments[:2] if _is_path(path)]
        if event == "os.symlink":
            paths[0] = os.path.join(os.path.dirname(paths[1]), paths[0])  # noqa: PTH118, PTH120
        for path in paths:
            name = self.inside(path)
            if name is not None:
                self.note(_file(name), frame)

    def starts(self, frame: Any, *_: object) -> None:
        """A process begins: nobody knows which files and variables it reads."""
        self.note(VARIABLES, frame)
        self.note(TREE, frame)

    def calls(self, frame: Any, *_: object) -> None:
        """A database, or code that is not Python's, reads what nobody notices."""
        self.note(TREE, frame)

    def asks(self, frame: Any, path: Any, folder: int | None = None) -> None:
        """Somebody asks what is there, or for all that is known of it."""
        name = self.inside(path if folder is None else _within(folder, path))
        if name is None:
            return
        caller = frame
        while caller.f_back and caller.f_code.co_name in HANDING:
            caller = caller.f_back
        looks = caller.f_code.co_name in LOOKING
        standard = looks and self.sort(caller.f_code.co_filename) == "standard"
        self.note(f"{'exists' if standard else 'stat'}::{name}", frame)

    def opens_within(self, frame: Any, path: Any, folder: int | None = None) -> None:
        """A file is opened from a folder that is open."""
        if folder is not None:
            self.opens(frame, "open", (_within(folder, path),))

    def reads(self, frame: Any, variable: str) -> None:
        """A variable is read; with no name, all of them."""
        if (VARIABLES, self.running) not in self.noted:
            self.note(f"{VARIABLES}{variable}", frame)

    # -- names ------------------------------------------------------------------------

    def inside(self, path: Any) -> str | None:
        """The place of a file from the project's folder; None where it is elsewhere."""
        path = _opened(path) if isinstance(path, int) else os.fsdecode(path)
        up = os.pardir in path  # which a link may lead elsewhere
        path = os.path.realpath(path) if up else os.path.abspath(path)  # noqa: PTH100
        for root in self.roots:
            if path.startswith(root):
                name = path[len(root) :]
                return None if UNTRACKED.intersection(Path(name).parts) else name
            if path + os.sep == root:
                return "."
        return None

    def note(self, name: str, frame: Any, among_all: bool = False) -> None:
        """Remember a dependency of the test that runs, or of all.

        What the code of one test file reads is its own; what is read through other
        code may be remembered there. With `among_all`, it counts whoever began it.
        """
        if (name, self.running) in self.noted:
            return
        files = self.project(frame)
        if files:
            self.noted.add((name, self.running))
            own = self.running if files == {self.file} else ""
            self.names_of[own or EVERY].add(name)
        elif among_all:
            self.names_of[""].add(name)

    # -- who began it -----------------------------------------------------------------

    def project(self, frame: Any) -> set[str]:
        """The project's files that are running; none where others began it.

        In a thread nobody knows who did: so it was the project.
        """
        files: set[str] = set()
        while frame is not None:
            code = frame.f_code
            sort = self.sort(code.co_filename)
            if sort == "project":
                files.add(code.co_filename)
            elif sort == "machinery":
                return files
            elif sort == "import" and code.co_name == "_find_and_load" and not files:
                return files  # a loader that is called by name reads for who calls it
            frame = frame.f_back
        return files or {""}

    def sort(self, file: str) -> str:
        """Whose code a file is."""
        if file not in self.sorts:
            self.sorts[file] = self.sorted(file)
        return self.sorts[file]

    def sorted(self, file: str) -> str:
        if file.startswith("<frozen importlib"):
            return "import"
        if file.startswith(HERE) or _any(MACHINERY, _package(file)):
            return "machinery"
        if _any(LIBRARIES, file):
            return "library"
        if file.startswith(("<", STANDARD)):
            return "standard"
        return "project" if file.startswith(self.roots) else "library"

    def by_test(
        self, modules: Iterable[str], native: tuple[str, ...]
    ) -> dict[str, list[str]]:
        """All of it as JSON can hold it, with the files that modules came from."""
        names = {self.inside(file): file for file in modules}
        self.names_of[""].update(_file(name) for name in names if name is not None)
        if any(name is not None and name.endswith(native) for name in names):
            self.names_of[EVERY].add(TREE)
        return {test: sorted(names) for test, names in self.names_of.items()}


def _file(name: str) -> str:
    return f"file::{name}" if "::" in name else name


def _any(parts: Iterable[str], file: str) -> bool:
    return any(part in file for part in parts)


def _package(file: str) -> str:
    """The path of a file within the folder that packages are installed into."""
    for folder in LIBRARIES:
        _, match, rest = file.rpartition(folder)
        if match:
            return rest
    return ""


def _is_path(value: object) -> bool:
    return isinstance(value, str | bytes | os.PathLike)


def _opened(number: int) -> str:
    """The path of what is open under a number; OSError where nobody tells it."""
    try:
        path = READLINK(f"/proc/self/fd/{number}")
    except FileNotFoundError:
        if not os.path.isdir("/proc/self/fd"):  # noqa: PTH112
            raise
        return os.devnull  # nothing is open
    return path if path.startswith("/") else os.devnull  # a pipe has none


def _within(folder: int, path: Any) -> str:
    """The path of what lies in a folder that is open."""
    return os.path.join(_opened(folder), os.fsdecode(path))  # noqa: PTH118


READLINK = os.readlink  # before anybody notices who calls it
METHODS: dict[str, Callable[..., None]] = {
    "open": Reading.opens,
    **dict.fromkeys(("os.listdir", "os.scandir"), Reading.lists),
    **dict.fromkeys(
        [
            f"os.{name}"
            for name in ("chmod", "link", "mkdir", "remove", "rename", "rmdir")
        ],
        Reading.changes,
    ),
    **dict.fromkeys(("os.symlink", "os.truncate", "os.utime"), Reading.changes),
    **dict.fromkeys(
        [
            f"os.{name}"
            for name in ("system", "posix_spawn", "exec", "fork", "forkpty", "spawn")
        ],
        Reading.starts,
    ),
    **dict.fromkeys(("subprocess.Popen", "pty.spawn", "os.startfile"), Reading.starts),
    "sqlite3.connect": Reading.calls,
    **dict.fromkeys(("ctypes.dlopen", "ctypes.dlsym"), Reading.calls),
    "ctypes.dlsym/handle": Reading.calls,
}
