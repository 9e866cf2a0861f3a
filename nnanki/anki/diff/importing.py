"""What Anki's importer does with a package, with the options that it offers first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nnanki.anki.apkg import Field, Note, NoteType, Package, Template

FATES = ("new", "updated", "duplicate", "conflicting")
SYSTEM_TAGS = {"marked", "leech"}  # never imported


@dataclass(frozen=True)
class Import:
    """What Anki's log says: notes that it adds, overwrites, skips, and refuses.

    `types` counts note types afterwards; `apart` are the ids of those that come a
    second time, since their fields or templates are not those that learners have.
    """

    new: tuple[Note, ...]
    updated: tuple[Note, ...]
    duplicate: tuple[Note, ...]
    conflicting: tuple[Note, ...]
    types: int
    apart: frozenset[int]


def imported(old: Package, new: Package) -> Import:
    """What a learner of the old package gets from the new one."""
    held, known = by_guid(old), used(old)
    apart = frozenset(
        key
        for key, kind in used(new).items()
        if key in known and not same_schema(known[key], kind)
    )
    groups: dict[str, list[Note]] = {name: [] for name in FATES}
    for note in new.notes:
        groups[_fate(held.get(note.guid), note, apart)].append(note)
    types = len({*known, *used(new)}) + len(apart)
    notes = {name: tuple(group) for name, group in groups.items()}
    return Import(**notes, types=types, apart=apart)


def _fate(held: Note | None, note: Note, apart: frozenset[int]) -> str:
    if held is None:
        return "new"
    if held.type != note.type or note.type in apart:
        return "conflicting"
    return "updated" if held.mod < note.mod else "duplicate"


def by_guid(package: Package) -> dict[str, Note]:
    """The note that Anki finds by a guid: of two the last."""
    return {note.guid: note for note in package.notes}


def used(package: Package) -> Mapping[int, NoteType]:
    """The note types that notes have; others are not imported."""
    ids = {note.type for note in package.notes}
    return {key: kind for key, kind in package.types.items() if key in ids}


def same_schema(one: NoteType, other: NoteType) -> bool:
    """Whether fields and templates are the same to Anki, one by one."""
    return _alike(one.fields, other.fields) and _alike(one.templates, other.templates)


def _alike(
    ours: tuple[Field | Template, ...], theirs: tuple[Field | Template, ...]
) -> bool:
    return len(ours) == len(theirs) and all(
        same(one, other) for one, other in zip(ours, theirs, strict=True)
    )


def same(one: Field | Template, other: Field | Template) -> bool:
    """Ids tell, or names where one of both has no id."""
    if one.id is None or other.id is None:
        return one.name == other.name
    return one.id == other.id


def tags(note: Note) -> frozenset[str]:
    """The tags that learners get."""
    return frozenset(tag for tag in note.tags if tag.lower() not in SYSTEM_TAGS)


def differ(one: Note, other: Note) -> bool:
    """Whether two notes say something else."""
    return one.fields != other.fields or tags(one) != tags(other)
