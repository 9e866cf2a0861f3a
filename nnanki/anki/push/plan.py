"""What a push would change in Anki, and whether it did.

Anki itself decides note by note: whichever changed last stays.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nnanki.anki import apkg
from nnanki.anki.push.ankiconnect import Look
from nnanki.anki.push.carry import Luggage
from nnanki.anki.push.collection import AnkiNote, Collection, Others
from nnanki.model.card import FIELDS, Place
from nnanki.model.plural import few
from nnanki.model.problem import Problem, Refused
from nnanki.model.project import Project
from nnanki.model.schema import OURS, guid, type_id

EDITED = "close what edits notes in Anki, then push with `--overwrite`"
UNDO = "look at them in Anki; its Edit > Undo may take the import back"


@dataclass(frozen=True)
class Parcel:
    """A package of nnanki: its one note type, its notes by their ids."""

    project: Project
    type: apkg.PackedNoteType
    notes: Mapping[str, apkg.PackedNote]

    @property
    def look(self) -> Look:
        sides = ((each.name, each.front, each.back) for each in self.type.templates)
        return Look(tuple(sides), self.type.css)


@dataclass(frozen=True)
class PushPlan:
    """Cards by their ids, and what becomes of them in Anki."""

    new: tuple[str, ...] = ()
    updates: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)  # new ids, and old ones
    retired: tuple[str, ...] = ()
    newer: tuple[str, ...] = ()  # in Anki, where they stay
    same: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()  # in Anki, and not in the package
    look: bool = False
    blind: bool = False  # the add-on does not tell which are newer in Anki
    luggage: Luggage = field(default_factory=Luggage)

    @property
    def arriving(self) -> tuple[str, ...]:
        moved = (name for name in self.renamed if name not in self.newer)
        return (*self.new, *self.updates, *moved, *self.retired)


@dataclass(frozen=True)
class PushResult:
    """What there is after a push: what is wrong and what to do, what Anki kept."""

    faults: tuple[tuple[str, str], ...] = ()
    newer: tuple[str, ...] = ()
    look: bool = True  # that of the package
    others: int = 0


def parcel(package: apkg.Package, name: str) -> Parcel:
    """The package as nnanki's own; raise Refused where it is none."""
    what = "is no package of nnanki"
    for note_type in package.types.values():
        # The id follows from the project's name: a note type that only bears such a
        # name is somebody else's.
        project = Project(Path(), note_type.name.removeprefix("nnanki "), deck="")
        if (type_id(project), project.note_type) != (note_type.id, note_type.name):
            what += f": it has the note type `{note_type.name}`"
        elif len(package.types) == 1 and field_names(note_type) == FIELDS:
            notes = {note.fields[0]: note for note in package.notes}
            return Parcel(project, note_type, notes)
    hint = "import it by File > Import in Anki"
    raise Refused(Problem(Place(name, line=0), what, hint))


# -- before ---------------------------------------------------------------------------


def plan(
    parcel: Parcel, collection: Collection, now: int, overwrite: bool = False
) -> PushPlan:
    """What an import would change; `overwrite` dates what differs at least `now`."""
    # A note is looked for by its id, as people see it, and under the id that it first
    # had: its guid follows from that one, and by the guid Anki will find it.
    by_id = collection.by_id()
    renamed = dict(_renamed(parcel, by_id))
    pairs = {name: by_id.get(renamed.get(name, name)) for name in parcel.notes}
    there = {name: note for name, note in pairs.items() if note is not None}
    other = [n for n, note in there.items() if not as_packed(parcel.notes[n], note)]
    newer = [n for n in other if _stays(parcel.notes[n], there[n]) and not overwrite]
    moving = [n for n in other if n not in newer]
    # A card that left the deck while this learner had none of it is not brought: a note
    # without a card would be in nobody's way, but also of no use.
    absent = [name for name, note in pairs.items() if note is None]
    look = collection.look is not None and not same_look(collection.look, parcel.look)
    dated = {n: _later(parcel.notes[n], there[n], now) for n in other if overwrite}
    return PushPlan(
        new=tuple(n for n in absent if parcel.notes[n].cards),
        updates=tuple(n for n in moving if n not in renamed and parcel.notes[n].cards),
        renamed=renamed,
        retired=tuple(
            n for n in moving if n not in renamed and not parcel.notes[n].cards
        ),
        newer=tuple(newer),
        same=tuple(n for n in there if n not in other),
        alone=tuple(sorted({*by_id} - {*parcel.notes} - {*renamed.values()})),
        look=look,
        blind=any(there[n].mod is None for n in moving) and not overwrite,
        luggage=Luggage(
            tags=dict(_own_tags(parcel, there)),
            mods={parcel.notes[n].guid: mod for n, mod in dated.items()},
            look=now if overwrite and look else 0,
            omissions=tuple(p.guid for n in absent if not (p := parcel.notes[n]).cards),
        ),
    )


def _renamed(
    parcel: Parcel, there: Mapping[str, AnkiNote]
) -> Iterator[tuple[str, str]]:
    """Cards whose first ids, from which their guids follow, Anki still shows."""
    by_guid = {note.guid: key for key, note in parcel.notes.items()}
    for old in there:
        new = by_guid.get(guid(parcel.project, old))
        if old not in parcel.notes and new is not None and new not in there:
            yield new, old


def _later(note: apkg.PackedNote, anki_note: AnkiNote, now: int) -> int:
    return max(note.mod, now, (anki_note.mod or 0) + 1)


def _stays(note: apkg.PackedNote, anki_note: AnkiNote) -> bool:
    """Whether Anki keeps its own note: it changed no earlier than the package's."""
    return anki_note.mod is not None and anki_note.mod >= note.mod


def _own_tags(
    parcel: Parcel, there: Mapping[str, AnkiNote]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """All tags of the notes to which a learner gave some, by guid."""
    # An import replaces the tags of a note, so the learner's own travel in the package.
    for name, anki_note in there.items():
        note = parcel.notes[name]
        if own := own_tags(note, anki_note):
            yield note.guid, tuple(sorted({*note.tags, *own}))


def own_tags(note: apkg.PackedNote, anki_note: AnkiNote) -> tuple[str, ...]:
    """The tags that the learner gave to a note, or Anki: `marked`, `leech`."""
    ours = {tag.casefold() for tag in note.tags}
    return tuple(
        tag
        for tag in anki_note.tags
        if not tag.casefold().startswith(OURS) and tag.casefold() not in ours
    )


def as_packed(note: apkg.PackedNote, anki_note: AnkiNote) -> bool:
    """Whether Anki holds a note as it is packaged; own tags do not count."""
    own = own_tags(note, anki_note)
    tags = {tag.casefold() for tag in anki_note.tags if tag not in own}
    return not odd_fields(note, anki_note) and tags == {
        tag.casefold() for tag in note.tags
    }


def odd_fields(note: apkg.PackedNote, anki_note: AnkiNote) -> list[str]:
    """The fields that differ. Anki composes letters and their accents."""
    packed = zip(FIELDS, note.fields, strict=True)
    return [
        name
        for name, text in packed
        if unicodedata.normalize("NFC", text) != anki_note.fields.get(name)
    ]


def same_look(one: Look | None, two: Look) -> bool:
    """Whether two looks are the same but for space around their parts."""
    return one is not None and _stripped(one) == _stripped(two)


def _stripped(look: Look) -> Look:
    sides = ((n.strip(), f.strip(), b.strip()) for n, f, b in look.templates)
    return Look(tuple(sides), look.css.strip())


# -- after ----------------------------------------------------------------------------


def check_arrival(
    parcel: Parcel, plan: PushPlan, before: Collection, after: Collection
) -> PushResult:
    """Whether Anki now holds the package, and everything else as it was."""
    there, was = after.by_id(), before.by_id()
    faults, newer = [], list(plan.newer)
    for name, note in parcel.notes.items():
        if name in plan.newer or note.guid in plan.luggage.omissions:
            continue
        first = plan.renamed.get(name, name)
        anki_note, old = there.get(name) or there.get(first), was.get(first)
        # Where the add-on tells no times, nobody knew beforehand which notes are newer
        # in Anki. A note that did not move at all is taken for one of these; any other
        # difference is a fault.
        if _is_as_before(note, old, anki_note):
            newer.append(name)
        else:
            faults += [(what, EDITED) for what in _faults(name, note, anki_note, old)]
    faults += [(what, UNDO) for what in _touched(before.others, after.others)]
    look = same_look(after.look, parcel.look)
    return PushResult(tuple(faults), tuple(newer), look, len(after.others.numbers))


def _is_as_before(
    note: apkg.PackedNote, old: AnkiNote | None, anki_note: AnkiNote | None
) -> bool:
    """Whether a note is as it was, for all that can be known because Anki's is newer.

    An add-on that tells times would have said so before.
    """
    if anki_note is None or anki_note.mod is not None or anki_note != old:
        return False
    return not as_packed(note, anki_note)


def _faults(
    name: str, note: apkg.PackedNote, anki_note: AnkiNote | None, old: AnkiNote | None
) -> Iterator[str]:
    """What is wrong with one card that was pushed."""
    # An import reports success even where it skipped a note or put it into another note
    # type. Only what Anki shows afterwards tells that learners have what was packaged.
    if anki_note is None:
        yield f"card `{name}` did not arrive"
        return
    if odd := odd_fields(note, anki_note):
        yield f"card `{name}` differs from the package: {', '.join(odd)}"
    elif not as_packed(note, anki_note):
        yield f"card `{name}` has not the tags of the package"
    missing = set(own_tags(note, old) if old else ()) - set(anki_note.tags)
    if missing:
        yield f"card `{name}` lost tags of yours: {', '.join(sorted(missing))}"
    if anki_note.cards < (old.cards if old else len(note.cards)):
        yield f"card `{name}` is a note without its card"


def _touched(before: Others, after: Others) -> Iterator[str]:
    """Other notes that came, went or changed meanwhile."""
    others = before.numbers ^ after.numbers
    edited = {
        key
        for key in before.today.keys() | after.today.keys()
        if before.today.get(key) != after.today.get(key) and key not in others
    }
    if others or edited:
        names = few([f"nid:{key}" for key in sorted(others | edited)])
        yield f"other notes changed meanwhile: {names}"


def obstacles(parcel: Parcel, collection: Collection) -> Iterator[tuple[str, str]]:
    """Why an import would do harm, and what to do about it."""
    for other in collection.beside:
        what = f"has a second note type `{other}`, from an import of other fields"
        path = "Browse > Notes > Change Note Type"
        hint = f"change its notes to `{collection.type}`: {path}"
        yield what, hint
    mine = field_names(parcel.type)
    if collection.look is None or (
        collection.fields == mine
        and [name for name, _, _ in collection.look.templates]
        == [each.name for each in parcel.type.templates]
    ):
        return
    names = sorted({*collection.fields} ^ {*mine})
    odd = ", ".join(f"`{name}`" for name in names) or "their order"
    what = f"has other fields or templates in the note type `{collection.type}`: {odd}"
    yield what, "import the package by File > Import, with “Merge note types” ticked"


def field_names(note_type: apkg.PackedNoteType) -> tuple[str, ...]:
    return tuple(field.name for field in note_type.fields)
