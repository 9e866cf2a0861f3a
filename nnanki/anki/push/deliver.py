"""A package on its way into Anki: planned, imported, and read back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nnanki.anki import apkg
from nnanki.anki.push.ankiconnect import Anki, Declined
from nnanki.anki.push.carry import has_our_form, with_luggage
from nnanki.anki.push.collection import Collection, read_collection
from nnanki.anki.push.plan import (
    Parcel,
    PushPlan,
    PushResult,
    check_arrival,
    obstacles,
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
        contents = parcel(apkg.open_package(data, path.name), path.name)
        if not has_our_form(data):
            what = "was exported by Anki, and its notes may be anybody's"
            raise refusal(what, "import it by File > Import in Anki", path.name)
        return cls(anki, path, data, contents, overwrite, int(time.time()))

    def plan(self) -> tuple[Collection, PushPlan]:
        """What Anki holds now, and what would change; refused where that harms."""
        collection = self.collection()
        for what, hint in obstacles(self.parcel, collection):
            raise refusal(what, hint)
        return collection, plan(self.parcel, collection, self.now, self.overwrite)

    def collection(self) -> Collection:
        return read_collection(self.anki, self.parcel.type.id, self.parcel.type.name)

    def push(self, announced: PushPlan) -> PushResult:
        """Import what was announced, if that still holds, and read back."""
        require_no_editor(self.anki)
        # Minutes may lie between the question and the answer; what was agreed to must
        # be what happens.
        before, again = self.plan()
        if again != announced:
            raise refusal("changed in the meantime", "push again")
        with self.package_file(with_luggage(self.data, announced.luggage)) as file:
            self.import_file(file)
        # Read back only now: an import that AnkiConnect calls done may have skipped
        # notes, and an editor may have saved over it.
        time.sleep(SETTLED)
        return check_arrival(self.parcel, announced, before, self.collection())

    @contextmanager
    def package_file(self, data: bytes) -> Iterator[Path]:
        """A file beside the package while Anki reads it, or the package itself."""
        if data == self.data:
            yield self.path
            return
        # In the same folder, for a sandboxed Anki may read no other one.
        beside = self.path.with_name(f".{self.path.stem}.push.apkg")
        try:
            write(beside, data)
            yield beside
        finally:
            beside.unlink(missing_ok=True)

    def import_file(self, file: Path) -> None:
        try:
            self.anki.take(file)
        except Declined as error:
            if not any(words in str(error) for words in UNSEEN):
                raise
            what = f"cannot read {file.parent}: it runs elsewhere, or in a sandbox"
            hint = "put the package where both can read it, and push that file"
            raise refusal(what, hint) from None


def require_no_editor(anki: Anki) -> None:
    """Make sure that no editor is open, as far as AnkiConnect tells."""
    if anki.ask("guiSelectedNotes"):
        what = "has a note open in its browser, which would write over the import"
        raise refusal(what, "close the windows Browse and Edit")


def refusal(what: str, hint: str, whose: str = "Anki") -> Refused:
    return Refused(Problem(Place(whose, line=0), what, hint))
