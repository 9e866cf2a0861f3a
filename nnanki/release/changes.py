"""What a release would bring to learners, and the least version that says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from nnanki.anki.word_diff import CODE, Row, diff_rows
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
from nnanki.stages.deck import Deck

Effect = Literal["added", "changed", "moved", "retired"]


@dataclass(frozen=True, slots=True)
class CardChange:
    """What happens to one card. `before` is the concept or the id that it had."""

    effect: Effect
    id: str
    concept: str
    words: str = ""
    rows: tuple[Row, ...] = ()
    before: str = ""
    instead: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReleaseChanges:
    """All that learners of the last release, `since`, get; without one, the deck."""

    since: str
    cards: tuple[CardChange, ...]
    look: bool = False
    places: int = 0

    def of(self, effect: Effect) -> tuple[CardChange, ...]:
        return tuple(change for change in self.cards if change.effect == effect)

    @property
    def impact(self) -> int:
        """What they mean to learners.

        A card that left takes its progress along: that is a major change.
        """
        effects = {change.effect for change in self.cards}
        if "retired" in effects:
            return MAJOR
        if "added" in effects:
            return MINOR
        return PATCH if effects or self.look or self.places else NOTHING

    @property
    def least(self) -> Version:
        """The first version may be any."""
        last = version(self.since)
        return last.after(self.impact) if last else Version(0, 0, 1)


@dataclass(frozen=True, slots=True)
class FiledCard:
    """A card, and the file in which it stands."""

    file: CardFile
    card: Card


@dataclass(frozen=True)
class LastRelease:
    """The last release as it was committed: its lock, its card files."""

    lock: Lock
    files: tuple[CardFile, ...] = ()


def last_release(deck: Deck) -> LastRelease:
    """The last release; raises Refused where its commit cannot be found."""
    git, path = Repository(deck.project.root), deck.lock.path
    words = f"{lock.RELEASE} "
    if deck.lock.release:
        words += f"{deck.lock.release.number} "
    # Learners have the last release, whatever happened to the cards since, so that is
    # what a new one is compared with. Its commit is the one that brought its line into
    # the lock: a tag may be forgotten or moved. The lock itself holds digests only, so
    # the words of the cards are read from the same commit.
    commit = git.introduced(words, path)
    if deck.lock.release is None:
        if commit:
            what = "the lock has forgotten that there was a release"
            hint = f"take it from the history, `git checkout {commit[:10]} -- {path}`,"
            hint += " and run `nnanki update`"
            raise Refused(Problem(Place(path, line=0), what, hint))
        return LastRelease(Lock(path))
    if not commit:
        what = f"no commit brought release {deck.lock.release.number} into the lock"
        hint = "commit what the last `nnanki release` wrote"
        raise Refused(Problem(Place(path, line=0), what, hint))
    texts = git.texts(commit, "cards")
    old, _ = lock.parse(texts.pop(path))
    cards = [text for name, text in texts.items() if not for_people(Path(name).name)]
    return LastRelease(old, tuple(parse.parse(text, deck.kinds)[0] for text in cards))


def lock_problems(deck: Deck, old: LastRelease) -> Iterator[Problem]:
    """Problems with a lock that lost what learners have, by whatever hand."""
    if deck.note_type is not None:
        yield from lock.forbidden(old.lock, deck.all_notes, deck.note_type, deck.places)
    first = {entry.was or name: entry for name, entry in old.lock.entries.items()}
    for name, entry in deck.lock.entries.items():
        then = first.get(entry.was or name)
        if then is None or not then.first:
            continue
        # Learners' Anki takes a note only if it is newer than theirs. A lock that went
        # back in time, by a merge or by hand, would date a correction into the past.
        late = entry.mod < then.mod + (entry.digest != then.digest)
        if late or entry.first != then.first:
            what = f"the lock has forgotten what learners have of `{name}`"
            hint = "take it from the history, and run `nnanki update`"
            yield Problem(Place(deck.lock.path, entry.line, 1, 1000), what, hint)


def changes_since(deck: Deck, old: LastRelease) -> ReleaseChanges:
    """All changes since the last release, in the order of the curriculum."""
    entries = deck.lock.entries
    # By the first id of a card, which a renaming keeps.
    before = {
        card.options.get("was", card.id): FiledCard(file, card)
        for file in old.files
        for card in file.cards
    }
    live = {
        card.id: FiledCard(file, card) for file in deck.files for card in file.cards
    }
    cards: list[CardChange] = []
    for note in deck.notes:
        entry = entries[note.id]
        if not entry.first:
            cards.append(_addition(live[note.id]))
        elif not entry.last:
            cards += _corrections(before.get(note.was or note.id), live[note.id])
    cards += _retirements(deck, before)
    moved = [
        name
        for name, entry in old.lock.entries.items()
        if name in entries and entries[name].position != entry.position
    ]
    since = deck.lock.release.number if deck.lock.release else ""
    look = bool(since) and not entries[NOTE_TYPE].last
    return ReleaseChanges(since, tuple(cards), look, len(moved))


def _addition(new: FiledCard) -> CardChange:
    front = new.card.part("front")
    question = [block for block in front if isinstance(block, Prose)][:1]
    return CardChange("added", new.card.id, new.file.title, card_text(question))


def _corrections(old: FiledCard | None, new: FiledCard) -> Iterator[CardChange]:
    """A card may move and change at once: then learners are told both."""
    if old is None:
        yield CardChange("changed", new.card.id, new.file.title)
        return
    before, after = card_text(old.card.blocks), card_text(new.card.blocks)
    rows = diff_rows(before, after) if before != after else ()
    moved = old.file.concept != new.file.concept
    if moved:
        yield CardChange("moved", new.card.id, new.file.title, before=old.file.title)
    name = old.card.id if old.card.id != new.card.id else ""
    if rows or name or not moved:
        yield CardChange("changed", new.card.id, new.file.title, rows=rows, before=name)


def _retirements(deck: Deck, before: Mapping[str, FiledCard]) -> Iterator[CardChange]:
    for card in deck.retired:
        entry = deck.lock.entries[card.id]
        if entry.has_left:
            continue
        last = before.get(entry.was or card.id)
        title = last.file.title if last else ""
        words = " ".join(markdown.paragraphs(card.why))
        yield CardChange("retired", card.id, title, words, instead=card.instead)


def card_text(blocks: Sequence[Block]) -> str:
    """What a card says to learners: a line for a paragraph, code indented by four."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Fence):
            code = block.code.splitlines() if block.verb not in UNSEEN else []
            lines += (CODE + line for line in code)
        else:
            lines += markdown.paragraphs(block.tokens)
    return "\n".join(lines)


REASONS = {
    MAJOR: "cards left the deck, and progress on them is lost",
    MINOR: "there are new cards",
    PATCH: "cards were corrected",
    NOTHING: "nothing changed",
}


def understated(
    deck: Deck, number: Version, changes: ReleaseChanges
) -> Iterator[Problem]:
    """The problem with a version that says less than it brings."""
    last = version(changes.since)
    if last is None or (number >= changes.least and changes.impact > NOTHING):
        return
    place = Place(deck.lock.path, deck.lock.release.line if deck.lock.release else 1)
    hint = f"call it {changes.least}, or more"
    if changes.impact == NOTHING:
        what, hint = f"nothing changed since {last}", "there is nothing to release"
    elif number <= last:
        what = f"{number} is not newer than {last}, the last release"
    else:
        what = f"{number} says less than it brings: {REASONS[changes.impact]}"
    yield Problem(place, what, hint)


def with_release(deck: Deck, number: Version, now: int) -> Deck:
    """The deck with the lock of its release."""
    last = deck.lock.release
    # On a machine whose clock is behind, a release must still be newer than the last.
    when = max(now, last.mod + 1) if last else now
    released = lock.released(deck.lock, lock.Release(str(number), when))
    return replace(deck, lock=released)
