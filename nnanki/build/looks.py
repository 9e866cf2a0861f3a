"""What templates make of a deck: its style, its note type, its notes.

Jinja is imported when the first template is rendered. Until then workers have begun to
import what the cards import, and the deck is on its way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from nnanki.build.cases import Case, Look
from nnanki.cards.curriculum import Texts
from nnanki.cards.kinds import Kinds
from nnanki.cards.markup.highlight import highlighter
from nnanki.model.card import CardFile, Evidence, Fence, Note, NoteType
from nnanki.model.problem import Problem, Refused
from nnanki.model.project import Project
from nnanki.notes import pictures, retired
from nnanki.notes.lock import Lock
from nnanki.notes.retired import Retired
from nnanki.running import figures, palette

if TYPE_CHECKING:
    from nnanki.notes.templates import Templates


class Looks:
    """The templates of a project; what is wrong with one becomes a problem."""

    def __init__(self, project: Project, kinds: Kinds, problems: list[Problem]) -> None:
        self.project, self.kinds, self.problems = project, kinds, problems

    @cached_property
    def templates(self) -> Templates:
        from nnanki.notes.templates import Templates

        return Templates(self.project)

    @cached_property
    def _rendered(self) -> tuple[str, tuple[Problem, ...]]:
        try:
            return self.templates.render("style.css"), ()
        except Refused as refused:
            self.problems.append(refused.problem)
            return "", (refused.problem,)

    def style(self) -> str:
        """The style of all cards, without what no project's own can change."""
        return self._rendered[0]

    @cached_property
    def _themes(self) -> Look:
        css, faults = self._rendered
        gaps = faults or tuple(
            Problem(self.templates.place("style.css", words), what, hint)
            for words, what, hint in palette.gaps(css)
        )
        return () if gaps else figures.themes(css), gaps

    def themes(self) -> Look:
        """How pictures look, or what the style lacks for that."""
        return self._themes

    def prepare(self, files: Sequence[CardFile]) -> None:
        """Do now what needs no evidence, so that the notes are soon made."""
        import nnanki.notes.render  # noqa: F401

        self.templates.prepare()
        highlight = highlighter()
        for block in (b for file in files for card in file.cards for b in card.blocks):
            if isinstance(block, Fence) and block.language == "python":
                highlight(block.code)

    def note_type(self) -> NoteType | None:
        from nnanki.notes.templates import note_type

        try:
            return note_type(self.project, self.templates)
        except Refused as refused:
            self.problems.append(refused.problem)
            return None

    def notes(
        self, cases: Sequence[Case], evidence: Mapping[str, Evidence], texts: Texts
    ) -> list[Note]:
        """The notes of cards that are proved."""
        from nnanki.notes.render import Renderer

        renderer = Renderer(self.project, self.templates, self.kinds)
        highlight = highlighter()
        notes = []
        for file, card in ((case.file, case.card) for case in cases):
            media, found = pictures.pictures(self.project.reader, file, card, texts)
            self.problems += found
            try:
                known = evidence[card.id]
                notes.append(renderer.note(file, card, known, media, highlight))
            except Refused as refused:
                self.problems.append(refused.problem)
        return notes

    def farewells(self, left: Sequence[Retired], known: Lock) -> list[Note]:
        """The notes that tell learners which cards left."""
        try:
            return [retired.farewell(self.templates, card, known) for card in left]
        except Refused as refused:
            self.problems.append(refused.problem)
            return []
