"""The gallery while an author writes: made anew whenever something is saved."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from nnanki.gallery.exhibits import Concept, Gallery, make_gallery
from nnanki.gallery.page import PAGE, files
from nnanki.gallery.server import Site
from nnanki.gallery.watch import Saves
from nnanki.model.card import NoteType, Place
from nnanki.model.edits import Mending
from nnanki.model.problem import Problem, Refused
from nnanki.model.project import Project, load
from nnanki.notes.templates import Templates, note_type
from nnanki.running.pool import Pool
from nnanki.stages.deck import Deck
from nnanki.stages.examine import examine

PASSES = 3  # a value may stand on another that was just mended


class Live:
    """One project, as it is now and as it last was good."""

    def __init__(self, root: Path, site: Site) -> None:
        self.root = root
        self.site = site
        self.last: Gallery | None = None
        self.last_report = 0.0
        self.stop = threading.Event()
        # Starting Python and importing torch takes longer than a card: workers stay.
        self.workers = Pool(reuse=True)

    def __enter__(self) -> Live:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.workers.close()

    def __iter__(self) -> Iterator[Gallery]:
        """The gallery as it is, and again after everything that is saved."""
        _, built_in = load(self.root).templates
        others = () if built_in.is_relative_to(self.root) else (built_in,)
        # Watching begins before the first look, or a save in between would be missed.
        saves = Saves(self.root, others, self.stop)
        self.site.show(*_files(_empty(load(self.root))))
        yield self.renew()
        for _ in saves:
            yield self.renew()

    def renew(self) -> Gallery:
        """Prove what changed and show it, with what is wrong."""
        self.report("checking", 0, 0)
        try:
            gallery = self.look()
        except Refused as refused:
            gallery = self.only(refused.problem)
        except OSError as error:  # a file that came or went while it was read
            name = os.path.relpath(error.filename or self.root, self.root)
            what = f"cannot be used: {error.strerror or error}"
            gallery = self.only(Problem(Place(name), what, "save it again"))
        self.last = gallery
        self.site.show(*_files(gallery))
        return gallery

    def look(self) -> Gallery:
        """The gallery of the project as its files are, mended as `update` would."""
        project = load(self.root)
        deck = examine(project, self.report, workers=self.workers)
        result, mending = deck, Mending()
        for _ in range(PASSES):
            if any(problem.edits for problem in result.problems):
                mending = mending.then(result.texts, result.problems)
                result = examine(project, self.report, mending.texts, self.workers)
        return _joined(deck, result, mending, self.last)

    def only(self, problem: Problem) -> Gallery:
        """What was there last, where nothing can be read."""
        last = self.last or _empty(Project(self.root, self.root.name, self.root.name))
        return replace(last, problems=(problem,), waiting=())

    def report(self, stage: str, number: int, total: int) -> None:
        """Progress, a few times a second."""
        now = time.monotonic()
        if now - self.last_report > 0.2 or number in (0, total):
            self.last_report = now
            self.site.tell(f"{stage} {number}/{total}" if total else stage)


def _joined(
    deck: Deck, result: Deck, mending: Mending, last: Gallery | None
) -> Gallery:
    """What a deck shows, with the last good card wherever one has a problem."""
    kind = result.note_type or (last.note_type if last else _built_in(deck.project))
    gallery = make_gallery(result, kind)
    problems = [p for p in deck.problems if not p.edits]
    # Places in mended texts are put back to where the author will look for them.
    late = mending.back([p for p in result.problems if not p.edits])
    problems += [problem for problem in late if problem not in problems]
    waiting = [p for p in deck.problems if p.edits] + list(result.stale)
    gallery = replace(
        gallery, problems=tuple(problems), waiting=tuple(waiting), live=True
    )
    if last is None or not problems:
        return gallery
    concepts = tuple(_concepts(gallery, last))
    names = [name for concept in concepts for name in concept.ids]
    earlier = {
        name: replace(last.exhibits[name], note="has a problem")
        for name in names
        if name in last.exhibits and name not in gallery.exhibits
    }
    return replace(
        gallery,
        concepts=concepts,
        exhibits={**gallery.exhibits, **earlier},
        proofs={**last.proofs, **gallery.proofs},
        sources={**last.sources, **gallery.sources},
        versions=gallery.versions or last.versions,
    )


def _concepts(gallery: Gallery, last: Gallery) -> Iterator[Concept]:
    """Concepts as they are; of a file that cannot be read, as they were."""
    before = {concept.name: concept for concept in last.concepts}
    broken = {problem.place.path for problem in gallery.problems}
    for concept in gallery.concepts:
        old = before.pop(concept.name, concept)
        yield concept if concept.ids else replace(concept, ids=old.ids)
    yield from (old for old in before.values() if old.path in broken)


def _built_in(project: Project) -> NoteType:
    """nnanki's own note type, where a project's cannot be made."""
    return note_type(project, Templates(project, own=False))


def _empty(project: Project) -> Gallery:
    return Gallery(project, _built_in(project), (), {}, {}, {}, {}, live=True)


def _files(gallery: Gallery) -> tuple[dict[str, bytes], str]:
    """What is served, and a name for it; a broken page is shown in nnanki's own."""
    try:
        content = files(Templates(gallery.project), gallery)
    except Refused as refused:
        gallery = replace(gallery, problems=(refused.problem, *gallery.problems))
        content = files(Templates(gallery.project, own=False), gallery)
    return content, hashlib.sha256(content[PAGE]).hexdigest()[:16]
