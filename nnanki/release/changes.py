"""What a release would bring to learners, and the least version that says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from nnanki.anki.word_diff import CODE, Row, changed
from nnanki.build.deck import Deck
from nnanki.cards import parse
from nnanki.cards.curriculum import for_people
from nnanki.cards.markup import markdown
from nnanki.model.card import Block, Card, CardFile, Fence, Place, Prose
from nnanki.model.notation import UNSEEN
from nnanki.model.problem import Problem, Refused
from nnanki.model.version import MAJOR, MINOR, NOTHING, PATCH, Version, version
from nnanki.notes import lock
from nnanki.notes.lock import NOTE_TYPE, Lock
from nnanki.release.git import Repository

Kind = Literal["added", "changed", "moved", "retired"]


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one card. `before` is the concept or the id that it had."""

    kind: Kind
    id: str
    concept: str
    words: str = ""
    rows: tuple[Row, ...] = ()
    before: str = ""
    instead: tuple[str, ...] = ()


@dataclass(frozen=True)
class Changes:
    """All that learners of the last release, `since`, get; without one, the deck."""

    since: str
    cards: tuple[Change, ...]
    look: bool = False
    places: int = 0

    def of(self, kind: Kind) -> tuple[Change, ...]:
        return tuple(change for change in self.cards if change.kind == kind)

    @property
    def impact(self) -> int:
        """What they mean to learners.

        A card that left takes its progress along: that is a major change.
        """
        kinds = {change.kind for change in self.cards}
        if "retired" in kinds:
            return MAJOR
        if "added" in kinds:
            return MINOR
        return PATCH if kinds or self.look or self.places else NOTHING

    @property
    def least(self) -> Version:
        """The first version may be any."""
        last = version(self.since)
        return last.after(self.impact) if last else Version(0, 0, 1)


@dataclass(frozen=True)
class Before:
    """The last release as it was committed: its lock, its card files."""

    lock: Lock
    files: tuple[CardFile, ...] = ()


def before(deck: Deck) -> Before:
    """The last release; raises Refused where its commit cannot be found."""
    git, path = Repository(deck.project.root), deck.lock.path
    words = f"{lock.RELEASE} "
    if deck.lock.release:
        words += f"{deck.lock.release.number} "
    commit = git.introduced(words, path)
    if deck.lock.release is None:
        if commit:
            what = "the lock has forgotten that there was a release"
            hint = f"take it from the history, `git checkout {commit[:10]} -- {path}`,"
            hint += " and run `nnanki update`"
            raise Refused(Problem(Place(path, line=0), what, hint))
        return Before(Lock(path))
    if not commit:
        what = f"no commit brought release {deck.lock.release.number} into the lock"
        hint = "commit what the last `nnanki release` wrote"
        raise Refused(Problem(Place(path, line=0), what, hint))
    texts = git.texts(commit, "cards")
    old, _ = lock.parse(texts.pop(path))
    read = [text for name, text in texts.items() if not for_people(Path(name).name)]
    return Before(old, tuple(parse.parse(text, deck.kinds)[0] for text in read))


def broken(deck: Deck, old: Before) -> Iterator[Problem]:
    """Problems with a lock that lost what learners have, by whatever hand."""
    if deck.note_type is not None:
        yield from lock.forbidden(old.lock, deck.all_notes, deck.note_type, deck.places)
    first = {entry.was or name: entry for name, entry in old.lock.entries.items()}
    for name, entry in deck.lock.entries.items():
        known = first.get(entry.was or name)
        if known is None or not known.first:
            continue
        late = entry.mod < known.mod + (entry.digest != known.digest)
        if late or entry.first != known.first:
            what = f"the lock has forgotten what learners have of `{name}`"
            hint = "take it from the history, and run `nnanki update`"
            yield Problem(Place(deck.lock.path, entry.line, 1, 1000), what, hint)


def changes(deck: Deck, old: Before) -> Changes:
    """All changes since the last release, in the order of the curriculum."""
    entries = deck.lock.entries
    known = {
        card.options.get("was", card.id): (file, card)
        for file in old.files
        for card in file.cards
    }
    live = {card.id: (file, card) for file in deck.files for card in file.cards}
    found: list[Change] = []
    for note in deck.notes:
        entry = entries[note.id]
        if not entry.first:
            found.append(_added(*live[note.id]))
        elif not entry.last:
            found += _changed(known.get(note.was or note.id), live[note.id])
    found += _left(deck, known)
    moved = [
        name
        for name, entry in old.lock.entries.items()
        if name in entries and entries[name].position != entry.position
    ]
    since = deck.lock.release.number if deck.lock.release else ""
    look = bool(since) and not entries[NOTE_TYPE].last
    return Changes(since, tuple(found), look, len(moved))


def _added(file: CardFile, card: Card) -> Change:
    asked = next((b for b in card.part("front") if isinstance(b, Prose)), None)
    return Change("added", card.id, file.title, said([asked] if asked else []))


def _changed(
    known: tuple[CardFile, Card] | None, now: tuple[CardFile, Card]
) -> Iterator[Change]:
    """A card may move and change at once: then learners are told both."""
    file, card = now
    if known is None:
        yield Change("changed", card.id, file.title)
        return
    there, then = known
    old, new = said(then.blocks), said(card.blocks)
    rows = changed(old, new) if old != new else ()
    moved = there.concept != file.concept
    if moved:
        yield Change("moved", card.id, file.title, before=there.title)
    name = then.id if then.id != card.id else ""
    if rows or name or not moved:
        yield Change("changed", card.id, file.title, rows=rows, before=name)


def _left(deck: Deck, known: Mapping[str, tuple[CardFile, Card]]) -> Iterator[Change]:
    for card in deck.retired:
        entry = deck.lock.entries[card.id]
        if entry.has_left:
            continue
        file, _ = known.get(entry.was or card.id, (None, None))
        title = file.title if file else ""
        words = " ".join(markdown.paragraphs(card.why))
        yield Change("retired", card.id, title, words, instead=card.instead)


def said(blocks: Sequence[Block]) -> str:
    """What a card says to learners: a line for a paragraph, code indented by four."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Fence):
            shown = block.code.splitlines() if block.verb not in UNSEEN else []
            lines += (CODE + line for line in shown)
        else:
            lines += markdown.paragraphs(block.tokens)
    return "\n".join(lines)


REASONS = {
    MAJOR: "cards left the deck, and progress on them is lost",
    MINOR: "there are new cards",
    PATCH: "cards were corrected",
    NOTHING: "nothing changed",
}


def understated(deck: Deck, wanted: Version, made: Changes) -> Iterator[Problem]:
    """The problem with a version that says less than it brings."""
    last = version(made.since)
    if last is None or (wanted >= made.least and made.impact > NOTHING):
        return
    place = Place(deck.lock.path, deck.lock.release.line if deck.lock.release else 1)
    hint = f"call it {made.least}, or more"
    if made.impact == NOTHING:
        what, hint = f"nothing changed since {last}", "there is nothing to release"
    elif wanted <= last:
        what = f"{wanted} is not newer than {last}, the last release"
    else:
        what = f"{wanted} says less than it brings: {REASONS[made.impact]}"
    yield Problem(place, what, hint)


def released(deck: Deck, number: Version, now: int) -> Deck:
    """The deck with the lock of its release."""
    last = deck.lock.release
    when = max(now, last.mod + 1) if last else now
    made = lock.released(deck.lock, lock.Release(str(number), when))
    return replace(deck, lock=made)
