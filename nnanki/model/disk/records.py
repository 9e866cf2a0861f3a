"""Records on disk: several to a key, the newest first, each of them whole or absent."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nnanki.model.disk.atomic import write

FOLDER = ".nnanki_cache"
SWEPT = "swept"  # the file whose time says when the folder was last swept
MOST = 8  # records of one key
MOST_OF_ALL = 20_000
HOUR, DAY = 3600.0, 86400.0
OLD = 60 * DAY


@dataclass(frozen=True, slots=True)
class Record:
    """One result as text, and the digests of all that it came from."""

    path: Path
    stamps: Mapping[str, str]
    text: str

    def result(self) -> Any:
        """The result; ValueError where it is no JSON."""
        return json.loads(self.text)

    @property
    def idle(self) -> bool:
        """Whether it would look as if nobody had used it for long."""
        return _time(self.path) < time.time() - DAY

    def use(self) -> None:
        """Let this record be the newest of its key."""
        # The time of the file is all that is kept of its use: no index, so no lock for
        # one.
        with contextlib.suppress(OSError):  # a project may be read-only
            os.utime(self.path)


def of(root: Path, key: str) -> Iterator[Record]:
    """The records of a key, the newest first; what is not whole is not there."""
    for path in _newest_first(_place(root, key)):
        record = _read(path)
        if record is not None:
            yield record


def add(root: Path, key: str, stamps: Mapping[str, str], result: Any) -> None:
    """Keep one more record; the oldest of the key go, and all that are very old."""
    place = _place(root, key)
    inputs = json.dumps(dict(stamps), sort_keys=True)
    body = f"{inputs}\n{json.dumps(result)}"
    path = place / f"{_sum(inputs)[:32]}.json"
    with contextlib.suppress(OSError):
        write(path, f"{_sum(body)}\n{body}".encode())
        for old in _newest_first(place)[MOST:]:
            old.unlink(missing_ok=True)
        _tidy(root / FOLDER)


def _place(root: Path, key: str) -> Path:
    return root / FOLDER / key[:2] / key[2:]


def _newest_first(place: Path) -> list[Path]:
    paths: list[Path] = []
    with contextlib.suppress(OSError):
        paths = list(place.glob("*.json"))
    return sorted(paths, key=lambda path: (-_time(path), path.name))


def _time(path: Path) -> float:
    """When a record was last of use; 0 where it is gone."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _read(path: Path) -> Record | None:
    try:
        total, _, body = path.read_text(encoding="utf-8").partition("\n")
        inputs, _, result = body.partition("\n")
        stamps = json.loads(inputs)
    except (OSError, ValueError, RecursionError):
        return None
    # The digest of the rest stands first: what was cut short shows itself.
    if total != _sum(body) or not isinstance(stamps, dict):
        return None  # half written, or by another hand
    sound = all(isinstance(digest, str) for digest in stamps.values())
    return Record(path, stamps, result) if sound else None


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _tidy(folder: Path) -> None:
    """Once a day, take away what was of no use for long, and what killed runs left."""
    mark = folder / SWEPT
    if _time(mark) > time.time() - DAY:
        return
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    mark.write_text("", encoding="utf-8")
    paths = sorted(
        (path for path in folder.rglob("*") if path.parent != folder), key=_time
    )
    files = [path for path in paths if not path.is_dir()]
    many = max(0, len(files) - MOST_OF_ALL)
    for number, path in enumerate(files):
        age = time.time() - _time(path)
        left = path.suffix != ".json" and age > HOUR
        if number < many or age > OLD or left:
            path.unlink(missing_ok=True)
    for path in sorted(set(paths) - set(files), reverse=True):
        with contextlib.suppress(OSError):  # still in use
            path.rmdir()
