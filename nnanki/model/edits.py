"""Texts after the edits that problems offer; where a place in them was before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from nnanki.model.card import Edit, Place
from nnanki.model.disk.text import Text, edited
from nnanki.model.problem import Problem

UNREAD = "show it in another way: what is written here would be read as something else"


@dataclass(frozen=True)
class Revision:
    """One text, and the edits that were made in it."""

    text: Text
    edits: tuple[Edit, ...]

    @property
    def after(self) -> Text:
        return edited(self.text, self.edits)

    def before(self, offset: int) -> int:
        """The offset of before; what was written stands where its edit began."""
        # Edits stand in order and do not overlap: what follows one has moved by what it
        # and those before it added.
        grown = 0
        for edit in self.edits:
            length = len(edit.text.replace("\n", self.text.newline))
            start = edit.start + grown
            if offset < start:
                break
            if offset < start + length:
                return edit.start
            grown += length - (edit.stop - edit.start)
        return offset - grown


@dataclass(frozen=True)
class Mending:
    """Texts that were edited, in one or more turns; each turn has a step for a file."""

    texts: Mapping[str, Text] = field(default_factory=dict)
    turns: tuple[Mapping[str, Revision], ...] = ()

    def then(self, texts: Mapping[str, Text], problems: Iterable[Problem]) -> Mending:
        """All edits that some problems offer, after those that were made before."""
        edits = [edit for problem in problems for edit in problem.edits]
        steps = {}
        for path in dict.fromkeys([*texts, *(edit.path for edit in edits)]):
            # A set, because two cards with the same picture offer the same edit.
            mine = {edit for edit in edits if edit.path == path}
            inside = sorted(mine, key=lambda edit: (edit.start, edit.stop))
            steps[path] = Revision(texts.get(path, Text(path, "")), tuple(inside))
        after = {path: step.after for path, step in steps.items()}
        return Mending(after, (*self.turns, steps))

    def back(self, problems: Sequence[Problem]) -> tuple[Problem, ...]:
        """The problems, each where it stands in the files as they are."""
        # Places in a text that is not yet written would send people to the wrong line.
        return tuple(self._problem(problem) for problem in problems)

    def _problem(self, problem: Problem) -> Problem:
        return replace(
            problem,
            place=self.place(problem.place),
            what=self._words(problem.what),
            hint=self._words(problem.hint),
        )

    def place(self, place: Place) -> Place:
        """Where something stood before the first edit."""
        for turn in reversed(self.turns):
            if place.line and place.path in turn:
                place = _before(turn[place.path], place)
        return place

    def _words(self, words: str) -> str:
        """Words in which places are named, as `cards/1-relu.md:12`."""

        def relocated(match: re.Match[str]) -> str:
            path, line = match[1], int(match[2])
            return f"{path}:{self.place(Place(path, line)).line}"

        paths = "|".join(map(re.escape, self.turns[0])) if self.turns else ""
        return re.sub(rf"\b({paths}):(\d+)\b", relocated, words) if paths else words


def _before(step: Revision, place: Place) -> Place:
    if not step.edits:
        return place
    after = step.after
    if place.line > len(after.lines):
        return place
    column = min(place.column - 1, len(after.lines[place.line - 1]))
    offset = after.offset(place.line - 1, column)
    return step.text.place(step.before(offset), place.width)


def unread(problems: Sequence[Problem]) -> list[Problem]:
    """Problems that stay when their edits were made: writing does not mend them."""
    return [
        replace(problem, hint=UNREAD) if problem.edits else problem
        for problem in problems
    ]
