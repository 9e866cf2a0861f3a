"""Files as a card's process and its worker know them: their places and contents."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from typing import Any

BIGGEST = 512 * 1024 * 1024  # bytes of a file that is read once more for its digest
WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
HERE = os.path.dirname(__file__) + os.sep  # noqa: PTH120
PYTHON = tuple(
    {
        os.path.abspath(path) + os.sep  # noqa: PTH100
        for path in (sys.prefix, sys.base_prefix, sys.exec_prefix, *sys.path)
        if path
    }
)


def opens(arguments: tuple[Any, ...]) -> bool:
    """Whether a file is opened to be written."""
    mode, flags = arguments[1], arguments[2]
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return isinstance(flags, int) and bool(flags & WRITE)


def digest(path: str) -> str:
    """The digest of a file's bytes as they are now; `absent` where there is none."""
    try:
        if os.path.isdir(path) or os.path.getsize(path) > BIGGEST:  # noqa: PTH112, PTH202
            return facts(path)
        with open(path, "rb") as file:  # noqa: PTH123
            return hashlib.sha256(file.read()).hexdigest()
    except OSError:
        return "absent"


def facts(path: str) -> str:
    """What a question about a file is answered by."""
    try:
        known = os.lstat(path)
    except OSError:
        return "absent"
    return f"{known.st_mode:o} {known.st_size} {known.st_mtime_ns}"


def imported(root: str) -> Iterator[str]:
    """The project's modules in this process; nothing that is installed into it.

    The modules of this worker are none of them, though the project may be the tool.
    """
    for name, module in list(sys.modules.items()):
        path = getattr(module, "__file__", None)
        inside = isinstance(path, str) and path.startswith(root)
        own = name.startswith(f"{__package__}.") or str(path).startswith(HERE)
        if inside and not own and "/site-packages/" not in str(path):
            yield str(path)
