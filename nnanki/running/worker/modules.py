"""The modules that cards quote: are they the files that are quoted?"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from .files import content_digest

if TYPE_CHECKING:
    from ..child.messages import Settings


class Modules:
    """Compares what was imported with the files of the project that cards quote.

    Another copy of the package may be installed, and a file may be saved while cards
    run: a card would then show one text and run another.
    """

    def __init__(self, settings: Settings) -> None:
        self.sources = settings["sources"]
        # What is imported changes no more, so each module is looked at once.
        self.verdicts: dict[str, list[tuple[str, str]]] = {}

    def foreign(self, read: Mapping[str, str]) -> list[tuple[str, str]]:
        """Modules that are imported from elsewhere, or from a file that has changed.

        `read` are the digests of files as they were when they were read.
        """
        for name in self.sources:
            if name in sys.modules and name not in self.verdicts:
                self.verdicts[name] = list(self.judge(name, read))
        return [pair for pairs in self.verdicts.values() for pair in pairs]

    def judge(self, name: str, read: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        file, digest = self.sources[name]
        actual = getattr(sys.modules[name], "__file__", None) or ""
        if actual != file:  # what a card left of Python may not even resolve a path
            actual = os.path.realpath(actual)
        if actual != file or (read.get(file) or content_digest(file)) != digest:
            yield name, actual
