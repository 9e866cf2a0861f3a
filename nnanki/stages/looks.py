"""What templates make of a deck: its style, its note type, its notes.

Jinja is imported when the first template is rendered. Until then workers have begun to
import what the cards import, and the deck is on its way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from nnanki.cards.kinds import Kinds
from nnanki.cards.markup.highlight import highlighter
from nnanki.model.card import CardFile, Fence, Note
from nnanki.model.problem import Problem, Refused
from nnanki.model.project import Project
from nnanki.notes import pictures, retired
from nnanki.notes.lock import Lock
from nnanki.notes.retired import Retired
from nnanki.running import figures, palette
from nnanki.stages.cases import Look
from nnanki.stages.deck import Deck

if TYPE_CHECKING:
    from nnanki.notes.templates import Templates


class Looks:
    """The templates of a project; what is wrong with one becomes a problem."""

    def __init__(self, project: Project, kinds: Kinds) -> None:
        self.project, self.kinds = project, kinds

    @cached_property
    def templates(self) -> Templates:
        from nnanki.notes.templates import Templates

        return Templates(self.project)

    @cached_property
    def _style(self) -> tuple[str, list[Problem]]:
        try:
            return self.templates.render("style.css"), []
        except Refused as refused:
            return "", [refused.problem]

    def style(self) -> str:
        """The style of all cards, without what no project's own can change."""
        return self._style[0]

    @cached_property
    def _themes(self) -> Look:
        css, faults = self._style
        gaps = tuple(faults) or tuple(
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

    def render(self, deck: Deck) -> tuple[Deck, list[Problem]]:
        """The deck with its note type and the notes of all cards that are proved."""
        from nnanki.notes import templates
        from nnanki.notes.render import Renderer

        problems = list(self._style[1])
        try:
            note_type = templates.note_type(self.project, self.templates)
        except Refused as refused:
            note_type = None
            problems.append(refused.problem)
        renderer = Renderer(self.project, self.templates, self.kinds)
        highlight = highlighter()
        notes = []
        for case in deck.cases:
            file, card = case.file, case.card
            media, missing = pictures.pictures(
                self.project.reader, file, card, deck.texts
            )
            problems += missing
            try:
                note = renderer.note(file, card, case.evidence, media, highlight)
                notes.append(note)
            except Refused as refused:
                problems.append(refused.problem)
        return replace(deck, note_type=note_type, notes=tuple(notes)), problems

    def farewells(
        self, cards: Sequence[Retired], lock: Lock
    ) -> tuple[list[Note], list[Problem]]:
        """The notes that tell learners which cards left."""
        try:
            return [retired.farewell(self.templates, card, lock) for card in cards], []
        except Refused as refused:
            return [], [refused.problem]
