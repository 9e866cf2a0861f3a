"""Results that need not be computed again: nothing that they depend on changed."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from nnanki import units

FOLDER = ".nnanki_cache"
SUBJECT = "nn"  # what this project's own deck quotes: no part of the tool
UNIT = "::"  # between a file and one of its functions or classes, in a stamp


def digest(*parts: object) -> str:
    """A short name for some values: equal values, equal names."""
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def file_digest(path: Path) -> str:
    """The digest of a file's bytes, of a folder's names, or of an absence."""
    if path.is_dir():
        return digest(sorted(item.name for item in path.iterdir()))
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return "absent"


@cache
def environment() -> str:
    """The digest of what all results depend on: Python, machine, packages, tool."""
    packages = sorted(
        item.name
        for folder in dict.fromkeys(sys.path)
        if Path(folder).is_dir()
        for item in Path(folder).glob("*.dist-info")
    )
    here = Path(__file__).parent
    tool = [
        file_digest(path)
        for path in sorted(here.rglob("*.py"))
        if SUBJECT not in path.relative_to(here).parts
    ]
    return digest(sys.version, platform.machine(), platform.system(), packages, tool)


@dataclass(frozen=True)
class Cache:
    """A folder of results; each remembers the files that it came from.

    Made before anything is read: what changes after that is not what was read, and
    a result that came from it is not kept.
    """

    root: Path
    stamps: dict[str, str] = field(default_factory=dict)
    born: float = field(default_factory=time.time)

    def get(self, key: str) -> Any | None:
        """The result, unless it is missing or a file that it came from has changed."""
        try:
            text = self._path(key).read_text(encoding="utf-8")
            total, _, body = text.partition("\n")
            record = json.loads(body)
        except (OSError, ValueError):
            return None
        if total != _sum(body):  # half written, or by another hand
            return None
        fresh = all(
            self._stamp(file) == stamp for file, stamp in record["files"].items()
        )
        return record["result"] if fresh else None

    def put(self, key: str, result: Any, files: Iterable[str]) -> None:
        """Remember a good result. Failures are never put here."""
        files = list(files)
        if any(self._touched(file) for file in files):
            return
        path = self._path(key)
        stamps = {file: self._stamp(file) for file in files}
        record = json.dumps({"files": stamps, "result": result})
        scratch = path.with_suffix(f".{os.getpid()}")
        with contextlib.suppress(OSError):  # a project may be read-only
            path.parent.mkdir(parents=True, exist_ok=True)
            (self.root / FOLDER / ".gitignore").write_text("*\n", encoding="utf-8")
            scratch.write_text(f"{_sum(record)}\n{record}", encoding="utf-8")
            scratch.replace(path)

    def _touched(self, file: str) -> bool:
        try:
            path = self.root / file.partition(UNIT)[0]
            return path.stat().st_mtime > self.born
        except OSError:
            return False

    def _path(self, key: str) -> Path:
        return self.root / FOLDER / key[:2] / f"{key[2:]}.json"

    def _stamp(self, file: str) -> str:
        if file not in self.stamps:
            name, colons, unit = file.partition(UNIT)
            path = self.root / name
            self.stamps[file] = _unit(path, unit) if colons else file_digest(path)
        return self.stamps[file]


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _unit(path: Path, unit: str) -> str:
    """The digest of one function or class of a file, or of what is left of it."""
    try:
        return units.digests(path.read_text(encoding="utf-8-sig")).get(unit, "absent")
    except (OSError, ValueError):
        return "absent"
