"""What a learner of one package gets by importing another, as values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, is_dataclass, replace
from dataclasses import fields as dataclass_fields
from itertools import zip_longest
from typing import Any, cast

from nnanki.anki.apkg import Package, PackedNote
from nnanki.anki.diff import media
from nnanki.anki.diff.importing import differ, imported_types, same_part, tags
from nnanki.anki.diff.losses import Loss, Pair, losses
from nnanki.anki.diff.naming import Label, farewell, label, one_line, shortened
from nnanki.anki.diff.types import schema_changes, type_changes
from nnanki.anki.plaintext import plaintext, tame
from nnanki.anki.word_diff import Piece, Row, diff_rows
from nnanki.model.plural import count
from nnanki.model.schema import RETIRED_TAG
from nnanki.model.sequences import longest_rising

ROWS = 40  # lines of a field, and letters of a piece, that are enough to see it
LETTERS = 600


@dataclass(frozen=True)
class NoteChange:
    """A note that changed: fields with the words that did, and what else is new."""

    label: Label
    words: tuple[tuple[str, tuple[Row, ...]], ...]
    old_tags: tuple[str, ...]
    new_tags: tuple[str, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class MediaDiff:
    """Names of files."""

    added: tuple[str, ...]
    changes: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True)
class Diff:
    """All that differs. `renewed` counts notes that are newer and say the same.

    `retired` notes are there to say why they left; of those that are new nobody sees
    anything, since they have no cards: `unseen` counts them.
    """

    added: tuple[Label, ...]
    changes: tuple[NoteChange, ...]
    retired: tuple[Label, ...]
    removed: tuple[Label, ...]
    same: int
    unseen: int
    renewed: int
    types: tuple[str, ...]
    decks: tuple[str, ...]
    moved: int
    media: MediaDiff
    sizes: tuple[int, int]
    losses: tuple[Loss, ...]


def compare_packages(old: Package, new: Package) -> Diff:
    """What an import of the new package does for whoever has the old one."""
    # A note may be in both packages under one guid, so its own package is looked up.
    mine = set(new.notes)
    pair = Pair.of(old, new, lambda n: label(new if n in mine else old, n).name)
    both = [n for n in new.notes if n.guid in pair.before and pair.last[n.guid] is n]
    other = [note for note in both if differ(pair.before[note.guid], note)]
    alike = set(both) - set(other)
    retired = [note for note in other if RETIRED_TAG in note.tags and not note.cards]
    unseen = [n for n in pair.log.new if RETIRED_TAG in n.tags and not n.cards]
    diff = Diff(
        added=tuple(label(new, note) for note in pair.log.new if note not in unseen),
        changes=tuple(_change(pair, note) for note in other if note not in retired),
        retired=tuple(farewell(old, pair.before[note.guid], note) for note in retired),
        removed=tuple(label(old, n) for n in old.notes if n.guid not in pair.last),
        same=len(alike),
        unseen=len(unseen),
        renewed=sum(note in alike for note in pair.log.updated),
        types=tuple(_types(pair)),
        decks=tuple(_decks(old, new)),
        moved=_moved(pair),
        media=_media(old, new),
        sizes=(old.size, new.size),
        losses=losses(pair),
    )
    return cast(Diff, _tamed(diff))


def _tamed(value: Any) -> Any:
    """Values whose texts are one line each and do nothing to a terminal."""
    if isinstance(value, str):
        return tame(value).replace("\n", " ")
    if isinstance(value, tuple):
        return tuple(map(_tamed, value))
    if is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclass_fields(value)]
        return replace(value, **{name: _tamed(getattr(value, name)) for name in names})
    return value


# -- notes ----------------------------------------------------------------------------


def _change(pair: Pair, note: PackedNote) -> NoteChange:
    old = pair.before[note.guid]
    fields, remarks = [], []
    for name, before, now in _texts(pair, old, note):
        if before != now:
            fields.append((name, tuple(_bounded(diff_rows(before, now)))))
        else:
            remarks.append(f"{name} looks otherwise; its words are the same")
    went, came = tags(old) - tags(note), tags(note) - tags(old)
    remarks += _cards(pair, old, note)
    return NoteChange(
        label(pair.new, note),
        tuple(fields),
        tuple(sorted(went)),
        tuple(sorted(came)),
        tuple(remarks),
    )


def _texts(
    pair: Pair, old: PackedNote, new: PackedNote
) -> Iterator[tuple[str, str, str]]:
    """The words of each field that changed; a back need not repeat its front."""
    last: list[list[str]] = [[], []]
    for name, before, now in _fields(pair, old, new):
        texts = [plaintext(field).split("\n") for field in (before, now)]
        starts = [_same_start(*lines) for lines in zip(texts, last, strict=True)]
        # `{{FrontSide}}` is no part of the field: only decks that write the front into
        # the back repeat it, and then in both versions.
        cut = starts if all(starts) else [0, 0]
        rest = ["\n".join(lines[n:]) for lines, n in zip(texts, cut, strict=True)]
        if before != now and (rest[0] != rest[1] or texts[0] == texts[1]):
            yield name, rest[0], rest[1]
        last = texts


def _same_start(lines: Sequence[str], others: Sequence[str]) -> int:
    """With how many lines two texts begin that are the same."""
    pairs = enumerate(zip_longest(lines, others))
    return next((n for n, (one, other) in pairs if one != other), len(lines))


def _fields(
    pair: Pair, old: PackedNote, new: PackedNote
) -> Iterator[tuple[str, str, str]]:
    """Each field with what it said and says; one that came or went said nothing."""
    before = list(zip(pair.old.types[old.type].fields, old.fields, strict=False))
    for field, value in zip(pair.new.types[new.type].fields, new.fields, strict=False):
        mine = [pair for pair in before if same_part(pair[0], field)]
        yield field.name, mine[0][1] if mine else "", value
        before = [pair for pair in before if pair not in mine]
    yield from ((field.name, value, "") for field, value in before)


def _bounded(rows: Iterable[Row]) -> Iterator[Row]:
    """No more of a change than one reads."""
    rows = list(rows)
    for row in rows[:ROWS]:
        pieces = (replace(p, text=shortened(p.text, LETTERS)) for p in row.pieces)
        yield replace(row, pieces=tuple(pieces))
    if len(rows) > ROWS:
        yield Row((Piece("equal", f"… {len(rows) - ROWS} lines more"),))


def _cards(pair: Pair, old: PackedNote, new: PackedNote) -> Iterator[str]:
    """How the number of a note's cards differs."""
    had = {card.ord for card in old.cards}
    more = sum(card.ord not in had for card in new.cards)
    if old.cards and not new.cards:
        yield "it makes no card for new learners; whoever has some keeps them"
    elif more and new not in pair.log.conflicting:
        yield f"it makes {count(more, 'more card')}"


# -- what all of them share -----------------------------------------------------------


def _types(pair: Pair) -> Iterator[str]:
    before = imported_types(pair.old)
    for key, now in imported_types(pair.new).items():
        what: Iterable[str] = ()
        if key in pair.log.apart:
            what = schema_changes(before[key], now)
        elif key in before:
            what = type_changes(before[key], now)
        if words := "; ".join(what):
            yield f"{now.name}: {words}"
        elif key not in before:
            yield f"{now.name} is new"


def _decks(old: Package, new: Package) -> Iterator[str]:
    """Decks that have cards, and what Anki says of them."""
    before, now = _described(old), _described(new)
    yield from (f"{name} is new" for name in now if name not in before)
    yield from (f"{name} is gone" for name in before if name not in now)
    for name in (name for name in now if name in before):
        if now[name] != before[name] and now[name]:  # Anki leaves an empty one out
            yield f"{name}: description changed"


def _described(package: Package) -> dict[str, str]:
    full = {card.deck for note in package.notes for card in note.cards}
    return {
        deck.name: one_line(deck.description)
        for deck in package.decks
        if deck.name in full
    }


def _moved(pair: Pair) -> int:
    """How many cards stand elsewhere among the others: the fewest that must move."""
    # New cards come by `due`; where two have one number, Anki takes them as they lie.
    news = {
        (note.guid, card.ord): (card.due, number)
        for number, note in enumerate(pair.new.notes)
        for card in note.cards
    }
    olds = [
        ((card.due, number), news[note.guid, card.ord])
        for number, note in enumerate(pair.old.notes)
        for card in note.cards
        if (note.guid, card.ord) in news
    ]
    places = [place for _, place in sorted(olds)]
    return len(places) - len(longest_rising(places))


def _media(old: Package, new: Package) -> MediaDiff:
    return MediaDiff(
        tuple(sorted(set(new.media) - set(old.media))),
        tuple(media.other_content(old, new)),
        tuple(sorted(set(old.media) - set(new.media))),
    )
