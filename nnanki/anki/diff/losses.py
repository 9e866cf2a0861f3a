"""What an import would lose or double, what that is to learners, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from nnanki.anki.apkg import Package, PackedNote
from nnanki.anki.diff import media
from nnanki.anki.diff.blank import blank
from nnanki.anki.diff.importing import (
    Import,
    by_guid,
    differ,
    import_log,
    imported_types,
    same_schema,
)
from nnanki.anki.diff.naming import likeness
from nnanki.anki.diff.types import schema_changes, type_changes
from nnanki.model.plural import count

NEWER = "date it anew; `nnanki update` does"
Name = Callable[[PackedNote], str]


@dataclass(frozen=True)
class Loss:
    """What goes wrong, in a sentence; who it concerns; the effect; the remedy."""

    what: str
    names: tuple[str, ...]
    effect: str
    hint: str


@dataclass(frozen=True)
class Pair:
    """Two packages, the second being imported after the first.

    `before` are the notes of the first by guid, `last` those of the second.
    """

    old: Package
    new: Package
    name: Name
    before: dict[str, PackedNote]
    last: dict[str, PackedNote]
    log: Import

    @classmethod
    def of(cls, old: Package, new: Package, name: Name) -> Pair:
        return cls(old, new, name, by_guid(old), by_guid(new), import_log(old, new))

    def names(self, notes: Iterable[PackedNote]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.name(note) for note in notes))


def losses(pair: Pair) -> tuple[Loss, ...]:
    """Everything that an import would lose or double."""
    return tuple(loss for find in FINDERS for loss in find(pair))


def _stuck(pair: Pair) -> Iterator[Loss]:
    """Changed notes that Anki takes for the same."""
    stuck = [
        note
        for note in pair.log.duplicate
        if differ(pair.before[note.guid], note) and pair.last[note.guid] is note
    ]
    if stuck:
        yield Loss(
            f"{count(len(stuck), 'changed note')} would not arrive",
            pair.names(stuck),
            "Anki takes a note only if its time of change is newer: "
            "learners keep the old words",
            NEWER.replace("it", "them", 1) if len(stuck) > 1 else NEWER,
        )


def _other_type(pair: Pair) -> Iterator[Loss]:
    """Notes that have another note type now."""
    notes = [n for n in pair.log.conflicting if n.type not in pair.log.apart]
    if notes:
        yield Loss(
            f"{count(len(notes), 'note')} would never be updated again",
            pair.names(notes),
            "the id of the note type is another one: Anki skips notes that have it, "
            "and learners keep what they have",
            "give the note type its old id again",
        )


def _schema(pair: Pair) -> Iterator[Loss]:
    """Note types that learners get a second time."""
    for key in sorted(pair.log.apart):
        before, now = pair.old.types[key], pair.new.types[key]
        notes = [note for note in pair.log.conflicting if note.type == key]
        what = "; ".join(schema_changes(before, now))
        yield Loss(
            f"the note type {now.name} would come a second time: {what}",
            pair.names(notes),
            f"{count(len(notes), 'note')} that learners have would be skipped, now and "
            "later; new ones get a note type of their own",
            "leave fields and templates as they were, and put what is new into spare "
            "fields; a renamed one must keep its id",
        )


def _type_stuck(pair: Pair) -> Iterator[Loss]:
    """Changed note types that Anki takes for the same."""
    for key, now in imported_types(pair.new).items():
        before = imported_types(pair.old).get(key)
        if before is None or not same_schema(before, now) or before.mod < now.mod:
            continue
        if what := "; ".join(type_changes(before, now)):
            yield Loss(
                f"a change of the note type {now.name} would not arrive: {what}",
                (),
                "Anki takes it only if its time of change is newer: learners keep the "
                "old look",
                NEWER,
            )


def _guid_changed(pair: Pair) -> Iterator[Loss]:
    """Notes that learners know under another guid."""
    absent = [note for note in pair.old.notes if note.guid not in pair.last]
    keys = {key for note in absent for key in likeness(pair.old, note)}
    again = [note for note in pair.log.new if likeness(pair.new, note) & keys]
    if again:
        yield Loss(
            f"{count(len(again), 'note')} would come as a duplicate",
            pair.names(again),
            "learners have a note that says the same, but with another guid: they get "
            "this one beside it, without its reviews",
            "give it the guid that it had; in nnanki, `<!-- was: … -->` keeps it",
        )


def _double(pair: Pair) -> Iterator[Loss]:
    """Notes of the new package that share a guid."""
    by_guid: dict[str, list[PackedNote]] = {}
    for note in pair.new.notes:
        by_guid.setdefault(note.guid, []).append(note)
    double = [note for notes in by_guid.values() if len(notes) > 1 for note in notes]
    if double:
        yield Loss(
            f"{count(len(double), 'note')} have the guid of another one",
            pair.names(double),
            "whoever has one of them would get the last one's words; whoever has none "
            "gets all of them, and updates reach only one",
            "give each note a guid of its own",
        )


def _blank_cards(pair: Pair) -> Iterator[Loss]:
    """Cards that would show nothing."""
    after = {guid: note.fields for guid, note in pair.before.items()}
    after |= {note.guid: note.fields for note in pair.log.updated}
    met = (*pair.log.updated, *pair.log.duplicate)
    emptied = [note for note in met if _emptied(pair, note, after[note.guid])]
    if emptied:
        yield Loss(
            f"{count(len(emptied), 'note')} would have an empty card",
            pair.names(emptied),
            "its cloze, or what its template shows, is not there: the card stays and "
            "comes up with nothing on it, until Tools → Empty Cards removes it",
            "keep the cloze number or the field",
        )


def _emptied(pair: Pair, note: PackedNote, after: Sequence[str]) -> bool:
    """Whether one of a note's cards shows nothing afterwards and did before."""
    old = pair.before[note.guid]
    before, now = pair.old.types[old.type], pair.new.types[note.type]
    # Anki takes a newer note type, though it may skip each of its notes.
    note_type = now if before.mod < now.mod else before
    had = {card.ord for card in old.cards}
    numbers = {n for n in had if not blank(before, old.fields, n)}
    numbers |= {card.ord for card in note.cards} - had  # these come in any case
    return any(blank(note_type, after, number) for number in numbers)


def _static_media(pair: Pair) -> Iterator[Loss]:
    """Changed files that Anki never looks at again."""
    files = [
        name for name in media.other_content(pair.old, pair.new) if media.static(name)
    ]
    if files:
        yield Loss(
            f"{count(len(files), 'changed file')} would not arrive",
            tuple(files),
            "Anki never replaces a file whose name begins with `_` or `latex-`: "
            "learners keep the old one",
            "give it another name, one with a digest of its content, say",
        )


def _media_stuck(pair: Pair) -> Iterator[Loss]:
    """Changed files that no newer note shows."""
    # An import keeps both files and rewrites the name in the notes that it takes; in a
    # note that it skips, the name goes on meaning the old file.
    files = set(media.other_content(pair.old, pair.new))
    notes = {
        name: [note for note in pair.log.duplicate if name in media.references(note)]
        for name in sorted(files)
        if not media.static(name)
    }
    stuck = {name: showing for name, showing in notes.items() if showing}
    if stuck:
        showing = [note for group in stuck.values() for note in group]
        yield Loss(
            f"{count(len(stuck), 'changed file')} would not arrive: "
            + ", ".join(stuck),
            pair.names(showing),
            "Anki puts a changed file beside the old one, for notes that are newer; "
            "these are not, and go on showing the old one",
            "give the file another name, so that its notes change, too",
        )


def _media_missing(pair: Pair) -> Iterator[Loss]:
    """Files that fields show and the package lacks."""
    lacking = media.dangling(pair.new)
    if lacking:
        yield Loss(
            f"{count(len(lacking), 'file')} would be missing: " + ", ".join(lacking),
            pair.names(note for notes in lacking.values() for note in notes),
            "a field shows a file that is not in the package: cards show a broken "
            "picture or play nothing",
            "pack the file under just that name",
        )


def _decks(pair: Pair) -> Iterator[Loss]:
    """Cards that have another deck in the new package than in the old one."""
    moved: dict[tuple[str, str], list[PackedNote]] = {}
    for note in (*pair.log.updated, *pair.log.duplicate):
        decks = {card.ord: card.deck for card in pair.before[note.guid].cards}
        for card in note.cards:
            before = decks.get(card.ord, card.deck)
            # Anki finds a deck by its name, and there large and small letters are one.
            if before.casefold() != card.deck.casefold():
                moved.setdefault((before, card.deck), []).append(note)
    for (before, now), notes in sorted(moved.items()):
        yield Loss(
            f"the deck would be parted in two: it was {before}, now it is {now}",
            pair.names(notes),
            f"an import moves no card: {count(len(notes), 'card')} that learners have "
            f"stay in {before}, new ones come into {now}",
            f"keep the name; if it must change, tell learners to rename {before} "
            "before they import",
        )


FINDERS: Sequence[Callable[[Pair], Iterator[Loss]]] = (
    _stuck,
    _other_type,
    _schema,
    _type_stuck,
    _guid_changed,
    _double,
    _blank_cards,
    _decks,
    _static_media,
    _media_stuck,
    _media_missing,
)
