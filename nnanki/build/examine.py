"""The stages in their order; gathers the problems of all cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from warnings import filterwarnings, simplefilter

from nnanki.build.cases import Case, resolved
from nnanki.build.cases import cases as cases_of
from nnanki.build.judge import proof, weigh
from nnanki.build.looks import Looks
from nnanki.cards import parse
from nnanki.cards.curriculum import Texts, card_texts, in_order, numbered
from nnanki.cards.kinds import BUILT_IN, Kinds, own
from nnanki.cards.lint import lint
from nnanki.model.card import CardFile, Note, NoteType, Place
from nnanki.model.disk.cache import Cache
from nnanki.model.problem import Problem, Refused
from nnanki.model.project import RETIREMENTS, Project
from nnanki.model.proof import Proved, Suite
from nnanki.notes import lock, retired
from nnanki.notes.lock import Lock
from nnanki.notes.retired import Retired
from nnanki.proof.library import Library, library
from nnanki.running.execute import Means, Progress
from nnanki.running.pool import Workers


@dataclass(frozen=True)
class Deck:
    """A project after all stages: its notes if it has no problems, and the problems."""

    project: Project
    texts: Texts
    problems: tuple[Problem, ...]
    stale: tuple[Problem, ...]
    cards: int
    symbols: int
    notes: tuple[Note, ...] = ()
    left: tuple[Retired, ...] = ()
    retired: tuple[Note, ...] = ()
    note_type: NoteType | None = None
    lock: Lock = field(default_factory=lambda: Lock(""))
    places: Mapping[str, Place] = field(default_factory=dict)
    cache: Cache = field(default_factory=lambda: Cache(Path()))
    proved: tuple[Proved, ...] = ()
    suite: Suite = field(default_factory=Suite)
    library: Library = field(default_factory=Library)
    cases: tuple[Case, ...] = ()
    kinds: Kinds = BUILT_IN
    warnings: tuple[Problem, ...] = ()
    files: tuple[CardFile, ...] = ()

    @property
    def all_notes(self) -> tuple[Note, ...]:
        """The notes of the cards in their order, then those of cards that left."""
        return (*self.notes, *self.retired)


def examine(
    project: Project,
    progress: Progress,
    changed: Texts | None = None,
    workers: Workers | None = None,
    deep: bool = False,
) -> Deck:
    """Run every stage but packaging; `changed` texts stand in for files.

    Worker processes end with this, unless `workers` keeps them for the next time. With
    `deep`, every card runs in a fresh process as well.
    """
    simplefilter("ignore", SyntaxWarning)  # of code on cards: its run tells
    filterwarnings("ignore", "invalid escape", DeprecationWarning)  # as it was before
    cache = Cache(project.reader)
    means = Means(cache, progress, workers or Workers(), deep)
    texts, known_kinds, files, problems = written(project, changed or {})
    cases = cases_of(files, known_kinds, problems)
    quoted, found = library(project)
    problems += found
    looks = Looks(project, known_kinds, problems)
    cases = [] if found else [resolved(quoted, d, texts, looks.themes) for d in cases]
    with ThreadPoolExecutor(1) as beside:
        linted = beside.submit(_linted, files, looks, means.workers)
        try:
            reached, suite = weigh(project, quoted, cases, means, problems)
        finally:
            means.workers.begun.set()
    faults, warnings = linted.result()
    good = [case for case in cases if case.card.id in reached]
    note_type = looks.note_type()
    notes = looks.notes(good, reached, texts)
    places = {case.card.id: case.card.place for case in cases}
    if not problems:  # first a card is true, then it is good
        problems += faults
    known = _lock(project, texts, problems)
    left = _left(texts, known, places, problems)
    places |= {card.id: card.place for card in left}
    gone = looks.farewells(left, known)
    stale = _stale(known, (*notes, *gone), (note_type, places), problems)
    return Deck(
        project=project,
        texts=texts,
        problems=tuple(ordered(problems)),
        stale=tuple(stale),
        cards=sum(len(file.cards) for file in files),
        symbols=len({name for case in cases for name in case.symbols}),
        notes=tuple(notes),
        left=tuple(left),
        retired=tuple(gone),
        note_type=note_type,
        lock=known,
        places=places,
        cache=cache,
        proved=tuple(proof(case, reached[case.card.id]) for case in good),
        suite=suite,
        library=quoted,
        cases=tuple(good),
        kinds=known_kinds,
        warnings=tuple(ordered(warnings)),
        files=tuple(files),
    )


def written(
    project: Project, changed: Texts
) -> tuple[Texts, Kinds, list[CardFile], list[Problem]]:
    """The card files in their order, with all that reading them takes and tells."""
    texts, problems = card_texts(project, changed)
    known_kinds, found = _kinds(project)
    problems += found
    parsed = [
        parse.parse(text, known_kinds)
        for text in texts.values()
        if text.path.endswith(".md") and text.path != RETIREMENTS
    ]
    problems += [problem for _, found in parsed for problem in found]
    files = in_order([file for file, _ in parsed], problems)
    return texts, known_kinds, files, problems


def _kinds(project: Project) -> tuple[Kinds, list[Problem]]:
    try:
        return own.load(project), []
    except Refused as refused:
        return BUILT_IN, [refused.problem]


def ordered(problems: Sequence[Problem]) -> list[Problem]:
    """In the order of files and lines, each once."""
    return sorted(
        dict.fromkeys(problems), key=lambda p: (numbered(p.place.path), p.place)
    )


def _linted(
    files: Sequence[CardFile], looks: Looks, workers: Workers
) -> tuple[list[Problem], list[Problem]]:
    """What is wrong with the words; found out while workers import."""
    workers.begun.wait()
    found = lint(files, looks.style(), looks.project.terms)
    looks.prepare(files)
    return found


def _lock(project: Project, texts: Texts, problems: list[Problem]) -> Lock:
    name = project.lock.relative_to(project.root).as_posix()
    known, found = lock.parse(texts[name]) if name in texts else (Lock(name), [])
    problems += found
    return known


def _left(
    texts: Texts, known: Lock, live: Mapping[str, Place], problems: list[Problem]
) -> list[Retired]:
    """The cards that left the deck."""
    if problems or RETIREMENTS not in texts:
        return []
    cards, found = retired.retirements(texts[RETIREMENTS])
    problems += found or retired.wrong(cards, known, live)
    return [] if problems else cards


def _stale(
    known: Lock,
    notes: Sequence[Note],
    given: tuple[NoteType | None, Mapping[str, Place]],
    problems: list[Problem],
) -> list[Problem]:
    """Whether the lock is stale; only a whole deck can tell."""
    note_type, places = given
    if note_type is not None and not problems:
        problems += lock.forbidden(known, notes, note_type, places)
    if note_type is None or problems:
        return []
    return lock.staleness(known, notes, note_type)


def quiet(stage: str, done: int, of: int) -> None:
    """Progress that nobody hears."""
