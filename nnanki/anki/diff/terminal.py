"""A diff for the terminal; colours are whoever prints it to choose."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from nnanki.anki.diff import Change, Diff, Item, Loss
from nnanki.anki.word_diff import plain
from nnanki.model.plural import count, few

Paint = Callable[[str, str], str]


def lines(diff: Diff, paint: Paint) -> Iterator[str]:
    """The diff line by line; the last one counts. `paint` gets a kind and a text."""
    yield from _items("added", diff.added, paint)
    yield from _changes(diff, paint)
    yield from _items("left the deck, and say so", diff.retired, paint)
    yield from _items("removed, but learners keep them", diff.removed, paint)
    if what := list(shared(diff)):
        yield from (*what, "")
    for loss in diff.losses:
        yield from _loss(loss, paint)
    yield paint("loss" if diff.losses else "good", summary(diff))


def summary(diff: Diff) -> str:
    """How many notes an import adds, changes and so on, and how many losses it has."""
    counts = [
        (len(diff.added), "added"),
        (len(diff.changed), "changed"),
        (len(diff.retired), "retired"),
        (len(diff.removed), "removed"),
        (diff.same, "the same"),
    ]
    notes = ", ".join(f"{number} {word}" for number, word in counts if number)
    number = len(diff.losses)
    lost = f"{number} loss{'' if number == 1 else 'es'}" if number else "nothing lost"
    return f"notes: {notes or 'none'}; {lost}"


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
            (diff.media.changed, "changed"),
            (diff.media.gone, "gone"),
        )
        if names
    ]
    if media:
        yield f"media: {', '.join(media)}"
    old, new = (f"{size / 1000:.0f} kB" for size in diff.sizes)
    if old != new:
        yield f"size: {new}, was {old}"


def grouped(items: Iterable[Item]) -> list[tuple[str, list[Item]]]:
    """Notes by concept, in the order in which concepts first come."""
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(item.group, []).append(item)
    return list(groups.items())


def _items(head: str, items: Sequence[Item], paint: Paint) -> Iterator[str]:
    if not items:
        return
    yield paint("head", head)
    width = max(len(item.name) for item in items if len(item.name) <= 40 or item.front)
    for group, mine in grouped(items):
        yield from ([f"  {group}"] if group else [])
        for item in mine:
            yield f"    {item.name:{width}}  {item.front}".rstrip()
    yield ""


def _changes(diff: Diff, paint: Paint) -> Iterator[str]:
    if not diff.changed:
        return
    yield paint("head", "changed")
    changes = {id(change.item): change for change in diff.changed}
    for group, items in grouped(change.item for change in diff.changed):
        yield from ([f"  {group}"] if group else [])
        for item in items:
            yield f"    {item.name}"
            yield from _change(changes[id(item)], paint)
    yield ""


def _change(change: Change, paint: Paint) -> Iterator[str]:
    width = max((len(name) for name, _ in change.words), default=0)
    width = max(width, len("tags") if change.tags_gone or change.tags_come else 0)
    for name, rows in change.words:
        texts = plain(rows, paint).split("\n")
        for label, text in zip([name, *[""] * (len(texts) - 1)], texts, strict=True):
            yield f"      {label:{width}}  {text}".rstrip()
    if change.tags_gone or change.tags_come:
        gone = [paint("gone", f"[-{tag}-]") for tag in change.tags_gone]
        come = [paint("come", f"{{+{tag}+}}") for tag in change.tags_come]
        yield f"      {'tags':{width}}  {' '.join((*gone, *come))}"
    for remark in change.remarks:
        yield f"      {remark}"


def _loss(loss: Loss, paint: Paint) -> Iterator[str]:
    names = f": {few([f'`{name}`' for name in loss.names])}" if loss.names else ""
    yield paint("loss", f"{loss.what}{names}")
    yield loss.effect
    yield paint("hint", f"hint: {loss.hint}")
    yield ""
