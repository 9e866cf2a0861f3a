"""Files as a card's process and its worker know them: their places and contents."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from typing import Any

from . import libraries

BIGGEST = 512 * 1024 * 1024  # bytes of a file that is read once more for its digest
WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
HERE = os.path.dirname(__file__) + os.sep  # noqa: PTH120
INSTALLED = [p for p in sys.path if p.endswith(("site-packages", "dist-packages"))]
# Libraries look beside the folder that they are in, and at the modules of this worker.
BESIDE = [os.path.dirname(path) for path in (*INSTALLED, HERE.rstrip(os.sep))]  # noqa: PTH120
# A system's own Python has no folder to itself: of `/usr` only what it imports is its.
SHARED = ("/", "/usr", "/usr/local")
PREFIXES = {sys.prefix, sys.base_prefix, sys.exec_prefix}.difference(SHARED)
PYTHON = tuple(
    {
        os.path.abspath(path) + os.sep  # noqa: PTH100
        for path in (*PREFIXES, *sys.path, *BESIDE)
        if path
    }
)
# Modules of the standard library that look for what the system has, for their own ends.
OWN_ENDS = (
    "_colorize.py",
    "asyncio",
    "ctypes",
    "encodings",
    "gettext",
    "importlib",
    "locale.py",
    "mimetypes.py",
    "multiprocessing",
    "platform.py",
    "site.py",
    "ssl.py",
    "subprocess.py",
    "sysconfig",
    "tempfile.py",
    "uuid.py",
    "webbrowser.py",
    "zoneinfo",
)
SYSTEM = ("/usr/", "/lib", "/etc/", "/proc/", "/sys/", "/dev/", "/opt/", "/run/")
DEVICES = tuple(f"/dev/{name}" for name in ("null", "random", "urandom", "tty"))
STREAMS = ("/dev/stdin", "/dev/stdout", "/dev/stderr", "/dev/fd/")
# Where `zoneinfo` finds the world's time zones: nothing of this machine alone.
ZONES = ("/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo")
# They draw from the system's entropy for whoever calls them.
DRAWING = ("random.py", "secrets.py", "uuid.py", *libraries.DRAWING)
# Modules of this worker that only hand on what others ask.
BETWEEN = ("clock", "noticing", "surroundings", "unseen", "watch")
OWN = tuple(f"{HERE}{name}.py" for name in BETWEEN)
STANDARD = os.path.dirname(os.__file__) + os.sep  # noqa: PTH120
PACKAGES = STANDARD + os.path.join("importlib", "metadata", "__init__.py")  # noqa: PTH118


def opens(arguments: tuple[Any, ...]) -> bool:
    """Whether a file is opened to be written."""
    mode, flags = arguments[1], arguments[2]
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return isinstance(flags, int) and bool(flags & WRITE)


def content_digest(path: str) -> str:
    """The digest of a file's bytes as they are now; `absent` where there is none."""
    try:
        if os.path.isdir(path) or os.path.getsize(path) > BIGGEST:  # noqa: PTH112, PTH202
            return stat_answer(path)
        with open(path, "rb") as file:  # noqa: PTH123
            return hashlib.sha256(file.read()).hexdigest()
    except OSError:
        return "absent"


def stat_answer(path: str) -> str:
    """What a question about a file is answered by."""
    try:
        stat = os.lstat(path)
    except OSError:
        return "absent"
    return f"{stat.st_mode:o} {stat.st_size} {stat.st_mtime_ns}"


def project_modules(root: str) -> Iterator[str]:
    """The project's modules in this process; nothing that is installed into it.

    The modules of this worker are none of them, though the project may be the tool.
    """
    for name, module in list(sys.modules.items()):
        path = getattr(module, "__file__", None)
        inside = isinstance(path, str) and path.startswith(root)
        own = name.startswith(f"{__package__}.") or str(path).startswith(HERE)
        if inside and not own and "/site-packages/" not in str(path):
            yield str(path)
