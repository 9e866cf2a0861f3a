"""The gallery while an author writes: made anew whenever something is saved."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from nnanki.build.deck import Deck
from nnanki.build.examine import examine
from nnanki.gallery.exhibits import Concept, Gallery, gallery
from nnanki.gallery.page import PAGE, files
from nnanki.gallery.server import Stage
from nnanki.gallery.watch import Saves
from nnanki.model.card import NoteType, Place
from nnanki.model.edits import Mending
from nnanki.model.problem import Problem, Refused
from nnanki.model.project import Project, load
from nnanki.notes.templates import Templates, note_type
from nnanki.running.pool import Workers

PASSES = 3  # a value may stand on another that was just mended


class Live:
    """One project, as it is now and as it last was good."""

    def __init__(self, root: Path, stage: Stage) -> None:
        self.root = root
        self.stage = stage
        self.last: Gallery | None = None
        self.heard = 0.0
        self.stop = threading.Event()
        self.workers = Workers(kept=True)

    def __enter__(self) -> Live:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.workers.close()

    def __iter__(self) -> Iterator[Gallery]:
        """The gallery as it is, and again after everything that is saved."""
        _, built_in = load(self.root).templates
        others = () if built_in.is_relative_to(self.root) else (built_in,)
        saves = Saves(self.root, others, self.stop)  # before the first look
        self.stage.show(*_files(_empty(load(self.root))))
        yield self.renew()
        for _ in saves:
            yield self.renew()

    def renew(self) -> Gallery:
        """Prove what changed and show it, with what is wrong."""
        self.told("checking", 0, 0)
        try:
            shown = self.looked()
        except Refused as refused:
            shown = self.only(refused.problem)
        except OSError as error:  # a file that came or went while it was read
            name = os.path.relpath(error.filename or self.root, self.root)
            what = f"cannot be used: {error.strerror or error}"
            shown = self.only(Problem(Place(name), what, "save it again"))
        self.last = shown
        self.stage.show(*_files(shown))
        return shown

    def looked(self) -> Gallery:
        """The gallery of the project as its files are, mended as `update` would."""
        project = load(self.root)
        deck = examine(project, self.told, workers=self.workers)
        written, mending = deck, Mending()
        for _ in range(PASSES):
            if any(problem.edits for problem in written.problems):
                mending = mending.then(written.texts, written.problems)
                written = examine(project, self.told, mending.texts, self.workers)
        return _joined(deck, written, mending, self.last)

    def only(self, problem: Problem) -> Gallery:
        """What was there last, where nothing can be read."""
        last = self.last or _empty(Project(self.root, self.root.name, self.root.name))
        return replace(last, problems=(problem,), waiting=())

    def told(self, stage: str, done: int, of: int) -> None:
        """Progress, a few times a second."""
        now = time.monotonic()
        if now - self.heard > 0.2 or done in (0, of):
            self.heard = now
            self.stage.tell(f"{stage} {done}/{of}" if of else stage)


def _joined(
    deck: Deck, written: Deck, mending: Mending, last: Gallery | None
) -> Gallery:
    """What a deck shows, with the last good card wherever one has a problem."""
    note_type = written.note_type or (
        last.note_type if last else _built_in(deck.project)
    )
    shown = gallery(written, note_type)
    problems = [p for p in deck.problems if not p.edits]
    late = mending.back([p for p in written.problems if not p.edits])
    problems += [problem for problem in late if problem not in problems]
    waiting = [p for p in deck.problems if p.edits] + list(written.stale)
    shown = replace(shown, problems=tuple(problems), waiting=tuple(waiting), live=True)
    if last is None or not problems:
        return shown
    concepts = tuple(_concepts(shown, last))
    names = [name for concept in concepts for name in concept.ids]
    earlier = {
        name: replace(last.exhibits[name], note="has a problem")
        for name in names
        if name in last.exhibits and name not in shown.exhibits
    }
    return replace(
        shown,
        concepts=concepts,
        exhibits={**shown.exhibits, **earlier},
        proofs={**last.proofs, **shown.proofs},
        sources={**last.sources, **shown.sources},
        versions=shown.versions or last.versions,
    )


def _concepts(shown: Gallery, last: Gallery) -> Iterator[Concept]:
    """Concepts as they are; of a file that cannot be read, as they were."""
    before = {concept.name: concept for concept in last.concepts}
    broken = {problem.place.path for problem in shown.problems}
    for concept in shown.concepts:
        old = before.pop(concept.name, concept)
        yield concept if concept.ids else replace(concept, ids=old.ids)
    yield from (old for old in before.values() if old.path in broken)


def _built_in(project: Project) -> NoteType:
    """nnanki's own note type, where a project's cannot be made."""
    return note_type(project, Templates(project, own=False))


def _empty(project: Project) -> Gallery:
    return Gallery(project, _built_in(project), (), {}, {}, {}, {}, live=True)


def _files(shown: Gallery) -> tuple[dict[str, bytes], str]:
    """What is served, and a name for it; a broken page is shown in nnanki's own."""
    try:
        made = files(Templates(shown.project), shown)
    except Refused as refused:
        shown = replace(shown, problems=(refused.problem, *shown.problems))
        made = files(Templates(shown.project, own=False), shown)
    return made, hashlib.sha256(made[PAGE]).hexdigest()[:16]
