"""What Anki's importer does with a package, with the options that it offers first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nnanki.anki.apkg import Field, Package, PackedNote, PackedNoteType, Template

FATES = ("new", "updated", "duplicate", "conflicting")
SYSTEM_TAGS = {"marked", "leech"}  # never imported: they say what one learner did


@dataclass(frozen=True)
class Import:
    """What Anki's log says: notes that it adds, overwrites, skips, and refuses.

    `types` counts note types afterwards; `apart` are the ids of those that come a
    second time, since their fields or templates are not those that learners have.
    """

    new: tuple[PackedNote, ...]
    updated: tuple[PackedNote, ...]
    duplicate: tuple[PackedNote, ...]
    conflicting: tuple[PackedNote, ...]
    types: int
    apart: frozenset[int]


def import_log(old: Package, new: Package) -> Import:
    """What a learner of the old package gets from the new one."""
    notes, types = by_guid(old), imported_types(old)
    # An import compares fields and templates one by one; where they
    # differ, the note type comes a second time under an id of its own, unless a learner
    # ticks `Merge note types`, which Anki offers since 23.10 and leaves off at first.
    apart = frozenset(
        key
        for key, note_type in imported_types(new).items()
        if key in types and not same_schema(types[key], note_type)
    )
    groups: dict[str, list[PackedNote]] = {name: [] for name in FATES}
    for note in new.notes:
        groups[_fate(notes.get(note.guid), note, apart)].append(note)
    number = len({*types, *imported_types(new)}) + len(apart)
    fates = {name: tuple(group) for name, group in groups.items()}
    return Import(**fates, types=number, apart=apart)


def _fate(old: PackedNote | None, note: PackedNote, apart: frozenset[int]) -> str:
    if old is None:
        return "new"
    if old.type != note.type or note.type in apart:
        return "conflicting"
    # The offer at first is to update a note if it is newer: one of the same second,
    # and one that a learner changed later, stays as it is.
    return "updated" if old.mod < note.mod else "duplicate"


def by_guid(package: Package) -> dict[str, PackedNote]:
    """The note that Anki finds by a guid: of two the last."""
    return {note.guid: note for note in package.notes}


def imported_types(package: Package) -> Mapping[int, PackedNoteType]:
    """The note types that notes have; others are not imported."""
    ids = {note.type for note in package.notes}
    return {key: value for key, value in package.types.items() if key in ids}


def same_schema(one: PackedNoteType, other: PackedNoteType) -> bool:
    """Whether fields and templates are the same to Anki, one by one."""
    return _match(one.fields, other.fields) and _match(one.templates, other.templates)


def _match(
    ours: tuple[Field | Template, ...], theirs: tuple[Field | Template, ...]
) -> bool:
    return len(ours) == len(theirs) and all(
        same_part(one, other) for one, other in zip(ours, theirs, strict=True)
    )


def same_part(one: Field | Template, other: Field | Template) -> bool:
    """Ids tell, or names where one of both has no id."""
    if one.id is None or other.id is None:
        return one.name == other.name
    return one.id == other.id


def tags(note: PackedNote) -> frozenset[str]:
    """The tags that learners get."""
    return frozenset(tag for tag in note.tags if tag.lower() not in SYSTEM_TAGS)


def differ(one: PackedNote, other: PackedNote) -> bool:
    """Whether two notes say something else."""
    return one.fields != other.fields or tags(one) != tags(other)
