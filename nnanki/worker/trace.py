"""What a result depends on: the project's files that were read and imported."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

Job = dict[str, Any]
Message = dict[str, Any]


READING = ("open", "os.listdir", "os.scandir")


class Trace:
    """The project's files that are read and imported, and modules that are copies."""

    def __init__(self, job: Job) -> None:
        self.root, self.sources = job["root"] + os.sep, job["sources"]
        self.paths: list[str] = job["paths"]
        self.opened: set[str] = set()
        self.told: set[str] = set()
        self.seen: set[str] = set()
        self.inside: set[str] = set()
        sys.addaudithook(self.hear)

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in READING and isinstance(arguments[0], str | bytes):
            if sys._getframe(1).f_code.co_filename.startswith("<frozen importlib"):
                return  # modules are counted by `imported`
            path = os.path.abspath(os.fsdecode(arguments[0]))  # noqa: PTH100
            if path.startswith(self.root) and not path.endswith(".pyc"):
                self.opened.add(path)

    def news(self) -> Message:
        """What was not yet told."""
        files = (self.opened | self.imported()) - self.told
        self.told |= files
        return {"files": sorted(files), "foreign": list(self.foreign())}

    def held(self) -> list[str]:
        """Whatever this process was made from: files, and the folders they lie in."""
        self.imported()  # so that a child need not look at all modules
        files = self.opened | self.seen
        return sorted({*files, *map(os.path.dirname, files), *self.paths})

    def imported(self) -> set[str]:
        """The project's modules; nothing that is installed into it."""
        paths = (getattr(m, "__file__", None) for m in list(sys.modules.values()))
        new = {path for path in paths if isinstance(path, str)} - self.seen
        self.seen |= new  # thousands, of which few are new
        inside = (file for file in map(real, new) if file.startswith(self.root))
        self.inside |= {f for f in inside if "site-packages" not in Path(f).parts}
        return self.inside

    def foreign(self) -> Iterator[list[str]]:
        """Modules that are not the files that the cards quote."""
        for name, (file, digest) in self.sources.items():
            module = sys.modules.get(name)
            if module is not None:
                actual = real(getattr(module, "__file__", None) or "")
                if actual != file or content(file) != digest:
                    yield [name, actual]


@cache
def real(path: str) -> str:
    return os.path.realpath(path)


@cache
def content(file: str) -> str:
    return hashlib.sha256(Path(file).read_bytes()).hexdigest()
