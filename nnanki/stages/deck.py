"""The deck: what all stages made of a project, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from nnanki.cards.curriculum import Texts, numbered
from nnanki.cards.kinds import BUILT_IN, Kinds
from nnanki.cards.lint import RULES, Rule
from nnanki.model.card import CardFile, Note, NoteType, Place
from nnanki.model.disk.cache import Cache
from nnanki.model.problem import Problem
from nnanki.model.project import Project
from nnanki.model.proof import Proved, Suite
from nnanki.notes.lock import Lock
from nnanki.notes.retired import Retired
from nnanki.proof.library import Library
from nnanki.stages.cases import Case

T = TypeVar("T")


class Problems(list[Problem]):
    """The problems of all stages so far."""

    def of(self, result: tuple[T, Iterable[Problem]]) -> T:
        """Gather what a stage found wrong, and hand on what it made."""
        value, problems = result
        self.extend(problems)
        return value


@dataclass(frozen=True)
class Source:
    """What an author wrote: texts, kinds and rules, the card files as they teach."""

    texts: Texts
    kinds: Kinds = BUILT_IN
    files: tuple[CardFile, ...] = ()
    rules: Mapping[str, Rule] = field(default_factory=lambda: RULES)


@dataclass(frozen=True)
class Deck:
    """A project after all stages: its notes if it has no problems, and the problems."""

    project: Project
    source: Source
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    stale: tuple[Problem, ...] = ()
    cases: tuple[Case, ...] = ()
    symbols: int = 0
    notes: tuple[Note, ...] = ()
    retired: tuple[Retired, ...] = ()
    farewells: tuple[Note, ...] = ()
    note_type: NoteType | None = None
    lock: Lock = field(default_factory=lambda: Lock(""))
    places: Mapping[str, Place] = field(default_factory=dict)
    cache: Cache = field(default_factory=lambda: Cache(Path()))
    suite: Suite = field(default_factory=Suite)
    library: Library = field(default_factory=Library)

    @property
    def texts(self) -> Texts:
        return self.source.texts

    @property
    def kinds(self) -> Kinds:
        return self.source.kinds

    @property
    def files(self) -> tuple[CardFile, ...]:
        return self.source.files

    @property
    def cards(self) -> int:
        """How many cards the author wrote, whether they hold or not."""
        return sum(len(file.cards) for file in self.files)

    @property
    def proofs(self) -> tuple[Proved, ...]:
        """The evidence of each card that holds."""
        return tuple(case.proof for case in self.cases)

    @property
    def all_notes(self) -> tuple[Note, ...]:
        """The notes of the cards in their order, then those of cards that left."""
        return (*self.notes, *self.farewells)


def ordered(problems: Sequence[Problem]) -> list[Problem]:
    """In the order of files and lines, each once."""
    return sorted(
        dict.fromkeys(problems), key=lambda p: (numbered(p.place.path), p.place)
    )
