"""Files that are written whole: a reader sees the old bytes or the new ones."""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
import time
from pathlib import Path

LONGEST = 60  # seconds that writing one file can take


def write(path: Path, data: bytes) -> None:
    """Replace a file at once or not at all; its mode stays, a link stays a link."""
    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    # In the same folder, because a file cannot be renamed at once onto another disk.
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    _sweep(path)
    try:
        scratch.write_bytes(data)
        if path.exists():
            shutil.copymode(path, scratch)
        scratch.replace(path)
    finally:
        with contextlib.suppress(OSError):
            scratch.unlink(missing_ok=True)


def _sweep(path: Path) -> None:
    """Take away what runs that were killed left beside a file; none writes so long."""
    for scratch in path.parent.glob(f".{glob.escape(path.name)}.*"):
        with contextlib.suppress(OSError):
            old = scratch.stat().st_mtime < time.time() - LONGEST
            if scratch.suffix[1:].isdecimal() and old:
                scratch.unlink()
