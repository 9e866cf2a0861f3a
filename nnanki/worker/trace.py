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
        self.modules: dict[str, Any] = {}
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
        self.imported()  # so that no child need look at all modules
        paths = (getattr(m, "__file__", None) for m in list(sys.modules.values()))
        files = self.opened | {path for path in paths if isinstance(path, str)}
        return sorted({*files, *map(os.path.dirname, files), *self.paths})

    def imported(self) -> set[str]:
        """The project's modules; nothing that is installed into it."""
        for name, module in list(sys.modules.items()):
            if self.modules.get(name) is not module:  # of thousands, few are new
                self.modules[name] = module
                path = getattr(module, "__file__", None)
                file = real(path) if isinstance(path, str) else ""
                if file.startswith(self.root) and not installed(file):
                    self.inside.add(file)
        return self.inside

    def foreign(self) -> Iterator[list[str]]:
        """Modules that are not the files that the cards quote."""
        for name, (file, digest) in self.sources.items():
            module = sys.modules.get(name)
            if module is not None:
                actual = real(getattr(module, "__file__", None) or "")
                if actual != file or content(file) != digest:
                    yield [name, actual]


def installed(file: str) -> bool:
    return "site-packages" in Path(file).parts


@cache
def real(path: str) -> str:
    return os.path.realpath(path)


@cache
def content(file: str) -> str:
    return hashlib.sha256(Path(file).read_bytes()).hexdigest()
