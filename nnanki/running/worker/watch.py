"""What a run depends on, and what it must not ask for: noticed while it happens.

Python tells of files that are opened and folders that are listed by audit events. Of
questions (`exists`, `stat`) it tells nothing, so the module `os` notices who takes
these functions from it. What is noticed changes nothing: it is judged afterwards.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .files import (
    DEVICES,
    HERE,
    OWN,
    OWN_ENDS,
    PACKAGES,
    PYTHON,
    STANDARD,
    STREAMS,
    SYSTEM,
    ZONES,
    content_digest,
    opens,
    stat_answer,
)

if TYPE_CHECKING:
    from ..child.messages import Noticed, Settings

LISTING = frozenset({"os.listdir", "os.scandir"})
READING = LISTING | {"open"}
CHANGING = frozenset(
    f"os.{name}"
    for name in [
        "chmod",
        "chown",
        "link",
        "mkdir",
        "remove",
        "rename",
        "rmdir",
        "symlink",
        "truncate",
        "utime",
    ]
)
MODULES = (".py", ".pyc", ".so", ".pyd")  # what Python imports
LINKING = ("os.link", "os.symlink")  # what they change is their second argument
STARTING = frozenset(
    {"subprocess.Popen", "os.system", "os.posix_spawn", "os.exec", "os.fork"}
    | {"os.forkpty", "os.spawn", "pty.spawn"}
)
CALLING = frozenset({"socket.connect", "socket.getaddrinfo", "socket.gethostbyname"})
NATIVE = frozenset({"ctypes.dlopen", "ctypes.dlsym", "ctypes.dlsym/handle"})
LOCAL = ("", "127.", "::1", "localhost", "0.0.0.0", "::")


class Watch:
    """Notices what one process reads, asks about, draws and starts."""

    def __init__(self, settings: Settings) -> None:
        self.root = settings["root"] + os.sep
        self.cards = settings["cards"] + os.sep
        self.script, self.base = "", ""
        self.armed, self.busy, self.began = False, False, False
        self.read: dict[str, str] = {}
        self.listed: set[str] = set()
        self.questions: dict[str, str] = {}
        self.kinds: set[str] = set()
        self.noted: dict[str, list[str]] = {}
        sys.addaudithook(self.hear)

    # -- what happened ----------------------------------------------------------------

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """An audit event; nothing may come of it but a note."""
        if event in READING or event in CHANGING:
            self.quietly(self.file, event, arguments)
        elif not self.armed:
            return
        elif event == "_thread.start_new_thread":
            self.began = True
        elif event in STARTING:
            self.kinds.add("process")
        elif event in CALLING:
            self.quietly(self.call, event, arguments)
        elif event == "sqlite3.connect":
            self.kinds.add("database")
            name = os.fsdecode(arguments[0])
            self.quietly(self.path, name.removeprefix("file:").split("?")[0], False)
        elif event in NATIVE and self.asker(("/ctypes/",)) == "card":
            self.kinds.add("native")
        elif event == "sys.addaudithook":
            self.note("hook", "")
            raise RuntimeError("one listens here already")  # so it is not added

    def quietly(self, function: Callable[..., None], *arguments: Any) -> None:
        if not self.busy:
            self.busy = True
            try:
                function(*arguments)
            except Exception:  # an odd path: the call itself will say so
                pass
            finally:
                self.busy = False

    def file(self, event: str, arguments: tuple[Any, ...]) -> None:
        """A file was opened or changed, or a folder was listed."""
        if event in LINKING and isinstance(arguments[0], str | bytes | os.PathLike):
            self.path(aim(event, *arguments[:2]), False, read=True)
        name = arguments[1 if event in LINKING else 0]
        if event in READING and name is None:
            name = "."
        if not isinstance(name, str | bytes | os.PathLike):
            return
        asker = sys._getframe(3).f_code.co_filename
        if asker.startswith("<frozen importlib"):
            path = os.path.abspath(os.fsdecode(name))  # noqa: PTH100
            if event in LISTING or path.endswith(MODULES):
                self.module(path)
                return  # else it is data that a loader was asked for
        if asker == PACKAGES and event in LISTING:
            return  # which versions there are is known: all results depend on these
        writes = event in CHANGING or (event == "open" and opens(arguments))
        if event == "open" or event in CHANGING:
            self.path(name, writes, read=not writes)
        else:
            self.path(name, False, listed=True)
            if event == "os.scandir":  # an entry knows what `stat` tells of it
                folder = os.fsdecode(name)
                for entry in os.listdir(folder):  # noqa: PTH208
                    self.question(os.path.join(folder, entry))  # noqa: PTH118

    def path(
        self, name: Any, writes: bool, read: bool = False, listed: bool = False
    ) -> None:
        path = self.place(name)
        if path.startswith(self.base) and self.base:
            return
        if path.startswith(self.root) or path + os.sep == self.root:
            if self.inside(path, writes):
                if listed:
                    self.listed.add(path)
                elif read and path not in self.read:
                    self.read[path] = content_digest(path)
            return
        if self.armed:
            self.outside(path, writes)

    def place(self, name: Any) -> str:
        """The path of a file; a link in the card's own folder may lead out of it."""
        path = os.path.abspath(os.fsdecode(name))  # noqa: PTH100
        inside = bool(self.base) and path.startswith(self.base)
        return os.path.realpath(path) if inside else path

    def module(self, path: str) -> None:
        """A module is imported: its source counts, whatever it was compiled to."""
        folder, name = os.path.split(path)
        if os.path.basename(folder) == "__pycache__":  # noqa: PTH119
            path = os.path.join(os.path.dirname(folder), f"{name.split('.')[0]}.py")  # noqa: PTH118, PTH120
        own = path.endswith(".py") and path.startswith(self.root)
        if own and "/site-packages/" not in path and path not in self.read:
            self.read[path] = content_digest(path)

    def inside(self, path: str, writes: bool) -> bool:
        """Whether a path of the project counts as read; whether it may be."""
        if path.endswith(".pyc") or "/site-packages/" in path or path.startswith(HERE):
            return False  # all results depend on the tool
        if self.armed and writes:
            self.note("writes", path[len(self.root) :])
        elif self.armed and path.startswith(self.cards) and self.asker() == "card":
            self.note("cards", path[len(self.root) :])
        return not writes

    def outside(self, path: str, writes: bool) -> None:
        """A path of the machine: to be asked for by those who have their reasons."""
        if path in ("/dev/urandom", "/dev/random") and self.asker() == "card":
            self.note("entropy", path)
        if path in DEVICES or path.startswith(STREAMS + ZONES):
            return
        if path.startswith(PYTHON) and not writes:
            return
        asker = self.asker()
        if asker == "card" or (asker == "library" and not path.startswith(SYSTEM)):
            self.note("outside", path)

    def call(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Somebody on the network was called."""
        where = arguments[1] if event == "socket.connect" else arguments[0]
        name = where[0] if isinstance(where, tuple) and where else where
        if isinstance(where, str | bytes) and event == "socket.connect":
            return  # a socket of this machine
        text = os.fsdecode(name) if isinstance(name, str | bytes) else ""
        if text not in LOCAL and not text.startswith("127."):
            self.note("network", text)

    def within(self, name: Any) -> bool:
        """Whether something is a path of the project."""
        return isinstance(name, str) and name.startswith(self.root)

    def question(self, name: Any) -> None:
        """Somebody asks whether there is a file, or of what kind it is."""
        if isinstance(name, int):  # a file that is open: one of those that were read
            for path in list(self.read):
                self.question(path)
        elif isinstance(name, str | bytes | os.PathLike):
            path = self.place(name)
            self.path(name, False)
            mine = path.startswith(self.root) and not path.startswith(self.base or "\0")
            if mine and path not in self.questions and "/site-packages/" not in path:
                self.questions[path] = stat_answer(path)

    def note(self, kind: str, detail: str) -> None:
        """Keep something that is judged afterwards."""
        details = self.noted.setdefault(kind, [])
        if detail not in details:
            details.append(detail)

    def forget(self, kind: str, detail: str) -> None:
        """Take back what was noted once, for it has turned out to be nothing."""
        details = self.noted.get(kind, [])
        if detail in details:
            details.remove(detail)
        if not details:
            self.noted.pop(kind, None)

    # -- who asks ---------------------------------------------------------------------

    def asker(self, through: tuple[str, ...] = ()) -> str:
        """Who began it: `card` and its project, a `library`, or Python for itself.

        With `through`, only these modules may stand between a card and what it asks.
        """
        frame: Any = sys._getframe(1)
        while frame is not None:
            who = self.who(frame.f_code.co_filename, through)
            if who:
                return who
            frame = frame.f_back
        return "python" if through else "card"

    def who(self, file: str, through: tuple[str, ...]) -> str:
        """Whose code lies in a file; empty where it only hands on what others ask."""
        if file == self.script or file.startswith("<card"):
            return "card"
        if file in OWN or any(part in file for part in through):
            return ""
        if through and file.startswith("<frozen importlib"):
            return "python"  # a library does it once, when it is imported
        if file.startswith(STANDARD):
            own = bool(through) or file[len(STANDARD) :].startswith(OWN_ENDS)
            return (
                "python"
                if own and "site-packages" not in file
                else ("library" if "site-packages" in file else "")
            )
        if file.startswith(HERE):
            return "python"
        if "site-packages" in file:
            return "library"
        return "" if file.startswith("<") else "card"

    # -- what results -----------------------------------------------------------------

    def arm(self, script: str, base: str) -> None:
        """From now on code of a card runs: in this folder, from this file."""
        self.script, self.base, self.armed = script, base + os.sep, True

    def news(self) -> Noticed:
        """All that was noticed, as plain values."""
        return {
            "read": self.read,
            "listed": sorted(self.listed),
            "questions": self.questions,
            "kinds": sorted(self.kinds),
            "noted": self.noted,
        }


def aim(event: str, source: Any, link: Any) -> str:
    """Where a new link leads: a symbolic one from the folder that it lies in."""
    path = os.fsdecode(source)
    if event == "os.link":
        return path
    return os.path.join(os.path.dirname(os.path.abspath(os.fsdecode(link))), path)  # noqa: PTH100, PTH118, PTH120
