"""Results that need not be computed again: nothing that they depend on changed."""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from nnanki.model.disk import dependency, records
from nnanki.model.disk.form import fits
from nnanki.model.disk.reader import Reader

TOOL = Path(__file__).parents[2]

# The folders of the tool that make what is kept. A proof that outlived a corrected
# operator would be wrong in silence, so a key names whole folders, rather too many than
# too few; tests/test_stale.py follows the imports. The gallery, the commands, the rules
# of the linter are in neither: they only show or judge what was kept, each time anew.
RUNS = ("model", "running")
PROOFS = ("model", "running", "proof")


def digest(*parts: object) -> str:
    """A short name for some values: equal values, equal names."""
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def file_digest(path: Path) -> str:
    """The digest of a file's bytes, of what a folder holds, or of an absence."""
    return dependency.digest_now(path.parent, dependency.file(path.name))


@cache
def environment(*folders: str) -> str:
    """The digest of what results depend on: Python, machine, packages, and the tool.

    `folders` are those of the tool that count; without any, all of it counts.
    """
    # The names of these folders hold versions. To read all files of all packages would
    # take longer than most results that the cache saves.
    packages = sorted(
        item.name
        for folder in dict.fromkeys(sys.path)
        if Path(folder).is_dir()
        for item in Path(folder).glob("*.dist-info")
    )
    tops = [TOOL / folder for folder in folders] or [TOOL]
    tool = [file_digest(path) for top in tops for path in sorted(top.rglob("*.py"))]
    return digest(sys.version, platform.machine(), platform.system(), packages, tool)


class Cache:
    """A folder of results; each remembers all that it depends on, with digests.

    Several results of one thing are kept, so that a change that is taken back costs
    nothing. What is taken from here or put here is what the run has seen.
    """

    def __init__(self, reader: Reader | Path) -> None:
        self.reader = Reader(reader) if isinstance(reader, Path) else reader
        self.root = self.reader.root
        self.stamps: dict[str, Mapping[str, str]] = {}  # of what was taken, or put

    def get(self, key: str, form: Any = object) -> Any | None:
        """The result that came from what is there now, unless there is none.

        One that has another form is none: anybody can write into the folder.
        """
        # Of several records of one thing, the newest one whose inputs are as they are
        # now.
        for number, record in enumerate(records.of(self.root, key)):
            if any(self.reader.now(n) != then for n, then in record.stamps.items()):
                continue
            try:
                result = record.result()
            except (ValueError, RecursionError):
                continue
            if fits(result, form):
                self.reader.use(record.stamps)
                self.stamps[key] = record.stamps
                if number or record.idle:
                    record.use()
                return result
        return None

    def put(self, key: str, result: Any, stamps: Mapping[str, str] | None) -> None:
        """Remember a good result, and what it came from. Failures are never put here.

        `stamps` are the digests of all that was seen, taken when it was; see
        `dependency` for their names. None says that nobody knows them: then neither
        this is kept nor that the whole deck is good.
        """
        if stamps is None:
            self.reader.whole = False
            return
        self.reader.use(stamps)
        self.stamps[key] = stamps
        # Something changed while this run read it: nobody knows of which bytes this is
        # the result.
        if not self.reader.torn:
            records.add(self.root, key, stamps, result)

    def keep(self, key: str, result: Any, names: Iterable[str]) -> None:
        """Put a result that depends on what others read at some time in this run."""
        self.put(key, result, self.reader.settled(names))
