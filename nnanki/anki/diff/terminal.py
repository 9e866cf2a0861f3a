"""A diff for the terminal; colours are whoever prints it to choose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from nnanki.anki.diff.compare import Diff, NoteChange
from nnanki.anki.diff.losses import Loss
from nnanki.anki.diff.naming import Label
from nnanki.anki.word_diff import Paint, to_text
from nnanki.model.plural import count, few


def lines(diff: Diff, paint: Paint) -> Iterator[str]:
    """The diff line by line; the last one counts. `paint` gets a role and a text."""
    yield from _list("added", diff.added, paint)
    yield from _changes(diff, paint)
    yield from _list("left the deck, and say so", diff.retired, paint)
    yield from _list("removed, but learners keep them", diff.removed, paint)
    if what := list(shared(diff)):
        yield from (*what, "")
    for loss in diff.losses:
        yield from _loss(loss, paint)
    yield paint("loss" if diff.losses else "good", headline(diff))


def headline(diff: Diff) -> str:
    """How many notes an import adds, changes and so on, and how many losses it has."""
    counts = [
        (len(diff.added), "added"),
        (len(diff.changes), "changed"),
        (len(diff.retired), "retired"),
        (len(diff.removed), "removed"),
        (diff.same, "the same"),
    ]
    notes = ", ".join(f"{number} {word}" for number, word in counts if number)
    number = len(diff.losses)
    ending = f"{number} loss{'' if number == 1 else 'es'}" if number else "nothing lost"
    return f"notes: {notes or 'none'}; {ending}"


def shared(diff: Diff) -> Iterator[str]:
    """What concerns all notes: their types, decks, order, media."""
    yield from (f"note type {what}" for what in diff.types)
    yield from (f"deck {what}" for what in diff.decks)
    if diff.unseen:
        yield f"notes that left earlier and come without cards: {diff.unseen}"
    if diff.renewed:
        what = "an import overwrites what learners changed in them"
        yield f"newer, but the same: {diff.renewed}; {what}"
    if diff.moved:
        cards = count(diff.moved, "card")
        yield f"order: {cards} elsewhere; learners keep the order that they have"
    media = [
        f"{len(names)} {word} ({few(names)})"
        for names, word in (
            (diff.media.added, "added"),
            (diff.media.changes, "changed"),
            (diff.media.removed, "gone"),
        )
        if names
    ]
    if media:
        yield f"media: {', '.join(media)}"
    old, new = (f"{size / 1000:.0f} kB" for size in diff.sizes)
    if old != new:
        yield f"size: {new}, was {old}"


def by_concept(labels: Iterable[Label]) -> list[tuple[str, list[Label]]]:
    """Notes by concept, in the order in which concepts first come."""
    groups: dict[str, list[Label]] = {}
    for label in labels:
        groups.setdefault(label.group, []).append(label)
    return list(groups.items())


def _list(head: str, labels: Sequence[Label], paint: Paint) -> Iterator[str]:
    if not labels:
        return
    yield paint("head", head)
    width = max(
        len(label.name) for label in labels if len(label.name) <= 40 or label.front
    )
    for group, mine in by_concept(labels):
        yield from ([f"  {group}"] if group else [])
        for label in mine:
            yield f"    {label.name:{width}}  {label.front}".rstrip()
    yield ""


def _changes(diff: Diff, paint: Paint) -> Iterator[str]:
    if not diff.changes:
        return
    yield paint("head", "changed")
    changes = {id(change.label): change for change in diff.changes}
    for group, labels in by_concept(change.label for change in diff.changes):
        yield from ([f"  {group}"] if group else [])
        for label in labels:
            yield f"    {label.name}"
            yield from _change(changes[id(label)], paint)
    yield ""


def _change(change: NoteChange, paint: Paint) -> Iterator[str]:
    width = max((len(name) for name, _ in change.words), default=0)
    width = max(width, len("tags") if change.old_tags or change.new_tags else 0)
    for name, rows in change.words:
        texts = to_text(rows, paint).split("\n")
        for label, text in zip([name, *[""] * (len(texts) - 1)], texts, strict=True):
            yield f"      {label:{width}}  {text}".rstrip()
    if change.old_tags or change.new_tags:
        old = [paint("gone", f"[-{tag}-]") for tag in change.old_tags]
        new = [paint("come", f"{{+{tag}+}}") for tag in change.new_tags]
        yield f"      {'tags':{width}}  {' '.join((*old, *new))}"
    for remark in change.remarks:
        yield f"      {remark}"


def _loss(loss: Loss, paint: Paint) -> Iterator[str]:
    names = f": {few([f'`{name}`' for name in loss.names])}" if loss.names else ""
    yield paint("loss", f"{loss.what}{names}")
    yield loss.effect
    yield paint("hint", f"hint: {loss.hint}")
    yield ""
