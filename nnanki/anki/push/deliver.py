"""A package on its way into Anki: planned, imported, and read back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nnanki.anki import apkg
from nnanki.anki.push.ankiconnect import Anki, Declined
from nnanki.anki.push.carry import laden, written_here
from nnanki.anki.push.held import Collection, read
from nnanki.anki.push.plan import (
    Outcome,
    Parcel,
    Plan,
    obstacles,
    outcome,
    parcel,
    plan,
)
from nnanki.model.card import Place
from nnanki.model.disk.atomic import write
from nnanki.model.problem import Problem, Refused

# An editor that is open in Anki writes its note this soon, over any import.
SETTLED = 1.5
# How Anki says that there is no such file, or that it may not read it.
UNSEEN = ("No such file", "Permission denied", "os error 2", "os error 13")


@dataclass(frozen=True)
class Delivery:
    """What is brought, from which file, to whom, and when."""

    anki: Anki
    path: Path
    data: bytes
    parcel: Parcel
    overwrite: bool
    now: int

    @classmethod
    def of(cls, anki: Anki, path: Path, overwrite: bool) -> Delivery:
        """The package in a file; raise Refused where nnanki did not write it."""
        data = path.read_bytes()
        packed = parcel(apkg.opened(data, path.name), path.name)
        if not written_here(data):
            what = "was exported by Anki, and its notes may be anybody's"
            raise refused(what, "import it by File > Import in Anki", path.name)
        return cls(anki, path, data, packed, overwrite, int(time.time()))

    def planned(self) -> tuple[Collection, Plan]:
        """What Anki holds now, and what would change; refused where that harms."""
        held = self.held()
        for what, hint in obstacles(self.parcel, held):
            raise refused(what, hint)
        return held, plan(self.parcel, held, self.now, self.overwrite)

    def held(self) -> Collection:
        return read(self.anki, self.parcel.type.id, self.parcel.type.name)

    def pushed(self, announced: Plan) -> Outcome:
        """Import what was announced, if that still holds, and read back."""
        undisturbed(self.anki)
        before, again = self.planned()
        if again != announced:
            raise refused("changed in the meantime", "push again")
        with self.lying(laden(self.data, announced.luggage)) as file:
            self.imported(file)
        time.sleep(SETTLED)
        return outcome(self.parcel, announced, before, self.held())

    @contextmanager
    def lying(self, laden: bytes) -> Iterator[Path]:
        """A file beside the package while Anki reads it, or the package itself."""
        if laden == self.data:
            yield self.path
            return
        beside = self.path.with_name(f".{self.path.stem}.push.apkg")
        try:
            write(beside, laden)
            yield beside
        finally:
            beside.unlink(missing_ok=True)

    def imported(self, file: Path) -> None:
        try:
            self.anki.take(file)
        except Declined as error:
            if not any(words in str(error) for words in UNSEEN):
                raise
            what = f"cannot read {file.parent}: it runs elsewhere, or in a sandbox"
            hint = "put the package where both can read it, and push that file"
            raise refused(what, hint) from None


def undisturbed(anki: Anki) -> None:
    """Make sure that no editor is open, as far as AnkiConnect tells."""
    if anki.ask("guiSelectedNotes"):
        what = "has a note open in its browser, which would write over the import"
        raise refused(what, "close the windows Browse and Edit")


def refused(what: str, hint: str, whose: str = "Anki") -> Refused:
    return Refused(Problem(Place(whose, line=0), what, hint))
