"""What a push would change in Anki, and whether it did.

Anki itself decides note by note: whichever changed last stays.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nnanki.anki import apkg
from nnanki.anki.push.ankiconnect import Look
from nnanki.anki.push.carry import Luggage
from nnanki.anki.push.held import Collection, Held, Others
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
    type: apkg.NoteType
    notes: Mapping[str, apkg.Note]

    @property
    def look(self) -> Look:
        sides = ((each.name, each.front, each.back) for each in self.type.templates)
        return Look(tuple(sides), self.type.css)


@dataclass(frozen=True)
class Plan:
    """Cards by their ids, and what becomes of them in Anki."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
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
        return (*self.new, *self.changed, *moved, *self.retired)


@dataclass(frozen=True)
class Outcome:
    """What there is after a push: what is wrong and what to do, what Anki kept."""

    faults: tuple[tuple[str, str], ...] = ()
    newer: tuple[str, ...] = ()
    look: bool = True  # that of the package
    others: int = 0


def parcel(package: apkg.Package, name: str) -> Parcel:
    """The package as nnanki's own; raise Refused where it is none."""
    what = "is no package of nnanki"
    for kind in package.types.values():
        project = Project(Path(), kind.name.removeprefix("nnanki "), deck="")
        if (type_id(project), project.note_type) != (kind.id, kind.name):
            what += f": it has the note type `{kind.name}`"
        elif len(package.types) == 1 and tuple(f.name for f in kind.fields) == FIELDS:
            notes = {note.fields[0]: note for note in package.notes}
            return Parcel(project, kind, notes)
    hint = "import it by File > Import in Anki"
    raise Refused(Problem(Place(name, line=0), what, hint))


# -- before ---------------------------------------------------------------------------


def plan(parcel: Parcel, held: Collection, now: int, overwrite: bool = False) -> Plan:
    """What an import would change; `overwrite` dates what differs at least `now`."""
    there = held.by_id()
    renamed = dict(_renamed(parcel, there))
    pairs = {name: there.get(renamed.get(name, name)) for name in parcel.notes}
    known = {name: note for name, note in pairs.items() if note is not None}
    other = [n for n, note in known.items() if not same(parcel.notes[n], note)]
    newer = [n for n in other if _stays(parcel.notes[n], known[n]) and not overwrite]
    moving = [n for n in other if n not in newer]
    absent = [name for name, note in pairs.items() if note is None]
    look = held.look is not None and not alike(held.look, parcel.look)
    dated = {n: _later(parcel.notes[n], known[n], now) for n in other if overwrite}
    return Plan(
        new=tuple(n for n in absent if parcel.notes[n].cards),
        changed=tuple(n for n in moving if n not in renamed and parcel.notes[n].cards),
        renamed=renamed,
        retired=tuple(
            n for n in moving if n not in renamed and not parcel.notes[n].cards
        ),
        newer=tuple(newer),
        same=tuple(n for n in known if n not in other),
        alone=tuple(sorted({*there} - {*parcel.notes} - {*renamed.values()})),
        look=look,
        blind=any(known[n].mod is None for n in moving) and not overwrite,
        luggage=Luggage(
            tags=dict(_own_tags(parcel, known)),
            mods={parcel.notes[n].guid: mod for n, mod in dated.items()},
            look=now if overwrite and look else 0,
            left=tuple(p.guid for n in absent if not (p := parcel.notes[n]).cards),
        ),
    )


def _renamed(parcel: Parcel, there: Mapping[str, Held]) -> Iterator[tuple[str, str]]:
    """Cards whose first ids, from which their guids follow, Anki still shows."""
    by_guid = {note.guid: key for key, note in parcel.notes.items()}
    for old in there:
        new = by_guid.get(guid(parcel.project, old))
        if old not in parcel.notes and new is not None and new not in there:
            yield new, old


def _later(note: apkg.Note, held: Held, now: int) -> int:
    return max(note.mod, now, (held.mod or 0) + 1)


def _stays(note: apkg.Note, held: Held) -> bool:
    """Whether Anki keeps its own note: it changed no earlier than the package's."""
    return held.mod is not None and held.mod >= note.mod


def _own_tags(
    parcel: Parcel, known: Mapping[str, Held]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """All tags of the notes to which a learner gave some, by guid."""
    for name, held in known.items():
        note = parcel.notes[name]
        if own := own_tags(note, held):
            yield note.guid, tuple(sorted({*note.tags, *own}))


def own_tags(note: apkg.Note, held: Held) -> tuple[str, ...]:
    """The tags that the learner gave to a note, or Anki: `marked`, `leech`."""
    ours = {tag.casefold() for tag in note.tags}
    return tuple(
        tag
        for tag in held.tags
        if not tag.casefold().startswith(OURS) and tag.casefold() not in ours
    )


def same(note: apkg.Note, held: Held) -> bool:
    """Whether Anki holds a note as it is packaged; own tags do not count."""
    own = own_tags(note, held)
    tags = {tag.casefold() for tag in held.tags if tag not in own}
    return not odd_fields(note, held) and tags == {tag.casefold() for tag in note.tags}


def odd_fields(note: apkg.Note, held: Held) -> list[str]:
    """The fields that differ. Anki composes letters and their accents."""
    packed = zip(FIELDS, note.fields, strict=True)
    return [
        name
        for name, text in packed
        if unicodedata.normalize("NFC", text) != held.fields.get(name)
    ]


def alike(one: Look | None, two: Look) -> bool:
    """Whether two looks are the same but for space around their parts."""
    return one is not None and _stripped(one) == _stripped(two)


def _stripped(look: Look) -> Look:
    sides = ((n.strip(), f.strip(), b.strip()) for n, f, b in look.templates)
    return Look(tuple(sides), look.css.strip())


# -- after ----------------------------------------------------------------------------


def outcome(
    parcel: Parcel, plan: Plan, before: Collection, after: Collection
) -> Outcome:
    """Whether Anki now holds the package, and everything else as it was."""
    there, was = after.by_id(), before.by_id()
    faults, newer = [], list(plan.newer)
    for name, note in parcel.notes.items():
        if name in plan.newer or note.guid in plan.luggage.left:
            continue
        first = plan.renamed.get(name, name)
        held, old = there.get(name) or there.get(first), was.get(first)
        if _kept(note, old, held):
            newer.append(name)
        else:
            faults += [(what, EDITED) for what in _faults(name, note, held, old)]
    faults += [(what, UNDO) for what in _touched(before.others, after.others)]
    look = alike(after.look, parcel.look)
    return Outcome(tuple(faults), tuple(newer), look, len(after.others.numbers))


def _kept(note: apkg.Note, old: Held | None, held: Held | None) -> bool:
    """Whether a note is as it was, for all that can be known because Anki's is newer.

    An add-on that tells times would have said so before.
    """
    if held is None or held.mod is not None or held != old:
        return False
    return not same(note, held)


def _faults(
    name: str, note: apkg.Note, held: Held | None, old: Held | None
) -> Iterator[str]:
    """What is wrong with one card that was pushed."""
    if held is None:
        yield f"card `{name}` did not arrive"
        return
    if odd := odd_fields(note, held):
        yield f"card `{name}` differs from the package: {', '.join(odd)}"
    elif not same(note, held):
        yield f"card `{name}` has not the tags of the package"
    lost = set(own_tags(note, old) if old else ()) - set(held.tags)
    if lost:
        yield f"card `{name}` lost tags of yours: {', '.join(sorted(lost))}"
    if held.cards < (old.cards if old else len(note.cards)):
        yield f"card `{name}` is a note without its card"


def _touched(before: Others, after: Others) -> Iterator[str]:
    """Other notes that came, went or changed meanwhile."""
    gone = before.numbers ^ after.numbers
    edited = {
        key
        for key in before.today.keys() | after.today.keys()
        if before.today.get(key) != after.today.get(key) and key not in gone
    }
    if gone or edited:
        names = few([f"nid:{key}" for key in sorted(gone | edited)])
        yield f"other notes changed meanwhile: {names}"


def obstacles(parcel: Parcel, held: Collection) -> Iterator[tuple[str, str]]:
    """Why an import would do harm, and what to do about it."""
    for other in held.beside:
        what = f"has a second note type `{other}`, from an import of other fields"
        hint = f"change its notes to `{held.type}`: Browse > Notes > Change Note Type"
        yield what, hint
    mine = [field.name for field in parcel.type.fields]
    if held.look is None or (
        list(held.fields) == mine
        and [name for name, _, _ in held.look.templates]
        == [each.name for each in parcel.type.templates]
    ):
        return
    odd = ", ".join(f"`{name}`" for name in _odd(held.fields, mine)) or "their order"
    what = f"has other fields or templates in the note type `{held.type}`: {odd}"
    yield what, "import the package by File > Import, with “Merge note types” ticked"


def _odd(there: Iterable[str], mine: Sequence[str]) -> list[str]:
    return sorted(set(there) ^ set(mine))
