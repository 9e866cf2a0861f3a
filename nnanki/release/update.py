"""Writes golden text and the lock; refuses while anything else is wrong."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nnanki.model.card import Note, Place
from nnanki.model.disk.atomic import write
from nnanki.model.disk.text import Text, read
from nnanki.model.edits import Mending, unread
from nnanki.model.problem import Problem
from nnanki.model.project import Project
from nnanki.notes import lock
from nnanki.running.execute import Progress
from nnanki.stages.deck import Deck
from nnanki.stages.examine import examine


@dataclass(frozen=True)
class Update:
    """What an update would write, or the problems that forbid it."""

    deck: Deck
    problems: tuple[Problem, ...] = ()
    texts: tuple[tuple[Text, Text], ...] = ()

    def diff(self) -> Iterator[str]:
        """The change as a unified diff."""
        for old, new in self.texts:
            if new.path.endswith(".svg"):
                yield f"@@ {new.path}: drawn anew @@"
                continue
            before, after = old.raw.splitlines(), new.raw.splitlines()
            yield from difflib.unified_diff(
                before, after, old.path, new.path, lineterm="", n=1
            )

    def write(self) -> list[Problem]:
        """Write all files, or none if one of them is no longer what was read."""
        root = self.deck.project.root
        stale = [old for old, _ in self.texts if _now(root, old.path) != old.raw]
        if not stale:
            for _, new in self.texts:
                write(root / new.path, new.raw.encode("utf-8"))
        hint = "nothing was written; run `nnanki update` again"
        what = "this file was saved while the update ran"
        return [Problem(Place(old.path), what, hint) for old in stale]


def _now(root: Path, path: str) -> str:
    """A file's text as it is now; empty where there is none."""
    return read(root, path).raw if (root / path).exists() else ""


def update(
    project: Project, progress: Progress, now: int, weaker: bool = False
) -> Update:
    """Work out new golden text and a new lock; nothing is written yet."""
    deck = examine(project, progress)
    # A problem with edits is golden text that is not what the code does: that is what
    # an update is for. With any other problem nothing is written, for a value that a
    # broken card prints is nobody's wish.
    before, mending = dict(deck.texts), Mending()
    for _ in range(3):  # a value may stand on another that was just written
        wrong = [problem for problem in deck.problems if not problem.edits]
        if wrong:
            return Update(deck, mending.back(wrong))
        if deck.problems:
            mending = mending.then(deck.texts, deck.problems)
            deck = examine(project, progress, mending.texts)
    if deck.problems or deck.note_type is None:
        return Update(deck, mending.back(unread(deck.problems)))
    fallen = lock.weaker(deck.lock, deck.notes)
    if fallen and not weaker:
        weak = [_fallen(deck, note, old) for note, old in fallen]
        return Update(deck, mending.back(weak))
    new = lock.renewed(deck.lock, deck.all_notes, deck.note_type, now)
    texts = dict(deck.texts)
    old = texts.pop(new.path, Text(new.path, ""))
    texts[new.path] = Text(new.path, new.text().replace("\n", old.newline))
    pairs = [
        (before.get(path, Text(path, "")), text)
        for path, text in texts.items()
        if path not in before or before[path].raw != text.raw
    ]
    return Update(deck, (), tuple(pairs))


def _fallen(deck: Deck, note: Note, old: str) -> Problem:
    what = f"the proof of card `{note.id}` would fall from {old} to {note.level}"
    hint = "restore what proved it, or accept it with `nnanki update --allow-weaker`"
    return Problem(deck.places[note.id], what, hint)
