"""Three packages of one small deck, which never change: what was recorded knows them.

`FIRST` has four cards. In `SECOND` one changed, one has another name, one is retired,
one changed before its learner edited it, one is new, and one was retired before this
learner came. `THIRD` has another look.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nnanki.model.card import FIELDS, Note, NoteType
from nnanki.model.project import Project
from nnanki.model.schema import guid
from nnanki.notes.lock import NOTE_TYPE, Entry, Lock
from nnanki.release.package import package

PROJECT = Project(root=Path("sums"), name="sums", deck="Sums")
OLD, LATE = 1_700_000_000, 3_900_000_000  # before and after all that a learner does


@dataclass(frozen=True)
class Sum:
    """A card: its back, when it changed, its first id, whether it is retired."""

    back: str
    mod: int = OLD
    was: str = ""
    retired: bool = False


def made(sums: Mapping[str, Sum], css: str, look: int) -> bytes:
    """The package of some cards and a look, which has a time of its own."""
    kind = NoteType("{{Front}}", "{{FrontSide}}<hr>{{Back}}", css, "")
    entries = {NOTE_TYPE: Entry("", look, 0, "-")}
    for number, (name, each) in enumerate(sums.items(), start=1):
        entries[name] = Entry("", each.mod, 1000 * number, "L0", was=each.was)
    notes = [note(name, each) for name, each in sums.items()]
    return package(PROJECT, kind, notes, Lock("", entries))


def note(name: str, each: Sum) -> Note:
    told = {"Id": name, "Front": f"What is {name}?", "Back": each.back}
    fields = tuple(told.get(field, "") for field in FIELDS)
    tags = ("nnanki::kind::question", *["nnanki::retired"] * each.retired)
    mine = guid(PROJECT, each.was or name)
    return Note(name, mine, fields, tags, (), (), "", "L0", each.was, each.retired)


PLAIN, GREEN, BLUE = (f".card {{ color: {c} }}" for c in ("black", "green", "blue"))
FOUR = {
    "plus": Sum("1 + 1 is 2"),
    "minus": Sum("1 - 1 is 0"),
    "times": Sum("1 * 1 is 1"),
    "over": Sum("1 / 1 is 1"),
}
SIX = {
    "plus": Sum("2 + 2 is 4", LATE),
    "subtract": Sum("1 - 1 is 0", LATE, was="minus"),
    "times": Sum("1 * 1 is 1", LATE, retired=True),
    "over": Sum("4 / 2 is 2", OLD + 1),
    "power": Sum("2 ** 3 is 8", LATE),
    "root": Sum("sqrt 4 is 2", LATE, retired=True),
}
FIRST = made(FOUR, PLAIN, OLD)
SECOND = made(SIX, GREEN, LATE)
THIRD = made(SIX, BLUE, OLD + 2)
