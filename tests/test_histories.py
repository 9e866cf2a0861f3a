"""Random histories of up to five releases, and learners who take them in any order.

A model knows what each import must do; every version of Anki is held to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nnanki.model.card import Note
from nnanki.notes.lock import NOTE_TYPE

from .ankis import Ankis, ankis, numbers
from .releases import DAY, Release, note, packed, released, retired

DECK = "Deck"
FIRST_DAY = 1_700_000_000

# -- what happens ---------------------------------------------------------------------

# An author's change, or what a learner does; numbers choose among what there is.
Step = tuple[str, int, int]
CHANGES = ("say", "say", "tag", "insert", "move", "rename", "retire", "restyle")
ACTS = ("answer", "answer", "wait", "suspend", "flag", "move", "tag", "edit", "delete")
NUMBERS = st.integers(0, 99)


def steps(kinds: Sequence[str], most: int) -> st.SearchStrategy[list[Step]]:
    return st.lists(st.tuples(st.sampled_from(kinds), NUMBERS, NUMBERS), max_size=most)


@dataclass(frozen=True)
class Chapter:
    """A release's changes; then what a learner does, and which releases they take."""

    changes: list[Step]
    life: list[Step]


CHAPTERS = st.builds(Chapter, steps(CHANGES, 6), steps((*ACTS, *["take"] * 4), 8))
HISTORIES = st.lists(CHAPTERS, min_size=1, max_size=5)
# Whoever takes each release when it is out gets a card that changes in each.
IN_ORDER = [Chapter([("say", 0, 0)], [("take", number, 0)]) for number in range(5)]


# -- the author -----------------------------------------------------------------------


@dataclass
class Author:
    """Cards in their order, and all that was released."""

    cards: list[Note] = field(
        default_factory=lambda: [note(name) for name in ("one", "two", "three", "four")]
    )
    gone: list[Note] = field(default_factory=list)
    css: str = ".card {}"
    count: int = 0
    releases: list[Release] = field(default_factory=list)

    def change(self, step: Step) -> None:
        """Do one change; every text and every name is new."""
        self.count += 1
        what, one, two = step
        fresh = f"x{self.count}"
        if what == "insert" or len(self.cards) < 2:
            self.cards.insert(one % (len(self.cards) + 1), note(fresh))
            return
        at = one % len(self.cards)
        card = self.cards[at]
        if what == "say":
            self.cards[at] = note(card.id, fresh, card.tags, card.was)
        elif what == "tag":
            self.cards[at] = note(card.id, card.fields[2], [fresh], card.was)
        elif what == "move":
            self.cards.insert(two % len(self.cards), self.cards.pop(at))
        elif what == "rename":
            first = card.was or card.id
            self.cards[at] = note(fresh, card.fields[2], card.tags, first)
        elif what == "restyle":
            self.css = f".card {{ --n: {self.count} }}"
        elif card.id in self._known():  # what nobody had may go without a word
            del self.cards[at]
            self.gone.append(retired(card.id, fresh, card.was))

    def _known(self) -> set[str]:
        return {note.id for release in self.releases for note in release.notes}

    def release(self, written: int, now: int) -> None:
        before = self.releases[-1] if self.releases else Release()
        notes = [*self.cards, *self.gone]
        self.releases.append(released(before, notes, self.css, written, now))


# -- what must come of it -------------------------------------------------------------


def first_id(note: Note) -> str:
    return note.was or note.id


@dataclass(frozen=True)
class Known:
    """What a learner has of one note: its text, since when, and whether a card."""

    note: Note
    back: str
    tags: frozenset[str]
    mod: int
    card: bool


@dataclass
class Model:
    """A learner's notes by their first ids, as one version of Anki keeps them.

    `touched` says when they last wrote into a note; `late` is whoever took a release
    when a newer one was out.
    """

    version: list[int]
    notes: dict[str, Known] = field(default_factory=dict)
    css: tuple[str, int] = ("", 0)
    touched: dict[str, int] = field(default_factory=dict)
    late: bool = False

    def take(self, release: Release, now: int) -> tuple[list[set[str]], set[str]]:
        """Which notes are new, updated and known by their ids, and which get a card."""
        said: list[set[str]] = [set(), set(), set(), set()]
        cards: set[str] = set()
        for shipped in release.notes:
            mod = release.lock.entries[shipped.id].mod
            known = self.notes.get(first_id(shipped))
            kind = 0 if known is None else 1 if known.mod < mod else 2
            said[kind].add(shipped.id)
            when = now if kind == 1 and self.version < [25] else mod
            made = Known(
                shipped, shipped.fields[2], frozenset(shipped.tags), when, True
            )
            made = known if known and kind == 2 else made
            card = not shipped.retired or (known is not None and known.card)
            if card and not (known and known.card):
                cards.add(made.note.id)
            self.notes[first_id(shipped)] = replace(made, card=card)
        self.css = max(self.css, self._look(release), key=lambda look: look[1])
        return said, cards

    def _look(self, release: Release) -> tuple[str, int]:
        return release.css, release.lock.entries[NOTE_TYPE].mod

    def missed(self, release: Release) -> set[str]:
        """Notes that do not say what a release says, and have no younger edit."""
        return {
            shipped.id
            for shipped in release.notes
            for known in [self.notes[first_id(shipped)]]
            if self.touched.get(first_id(shipped), 0)
            < release.lock.entries[shipped.id].mod
            and (known.back, known.tags) != (shipped.fields[2], frozenset(shipped.tags))
        }


@dataclass
class Learners:
    """The learners with all versions, and what is expected of each."""

    everyone: Ankis
    models: dict[str, Model]
    folder: Path

    def act(self, step: Step, now: int) -> None:
        """Do something with one of the cards, if there is one."""
        what, one, two = step
        some = next(iter(self.models.values())).notes
        cards = sorted(first for first, known in some.items() if known.card)
        if what in ("answer", "wait"):
            words = (DECK, one % 4) if what == "answer" else (one % 30,)
            if cards or what == "wait":
                self.everyone.do(what, *words)
            return
        if not cards:
            return
        self._with(cards[one % len(cards)], what, two, now)

    def _with(self, first: str, what: str, number: int, now: int) -> None:
        words = {"flag": (number % 8,), "move": ("Mine",), "tag": ("mine", now)}
        words |= {"edit": ("mine", now)}
        names = {version: m.notes[first].note.id for version, m in self.models.items()}
        self.everyone.each(what, names, *words.get(what, ()))
        for model in self.models.values():
            known = model.notes[first]
            model.touched |= {first: now} if what in ("edit", "tag") else {}
            if what == "delete":
                del model.notes[first]
            elif what == "edit":
                model.notes[first] = replace(known, back=known.back + "mine", mod=now)
            elif what == "tag":
                tags = known.tags | {"mine"}
                model.notes[first] = replace(known, tags=tags, mod=now)

    def take(self, author: Author, number: int, now: int) -> None:
        """Take one of the releases that are out."""
        release = author.releases[number % len(author.releases)]
        before = self.everyone.do("all", DECK)
        said = self.everyone.do("take_on", packed(release, self.folder), now)
        after = self.everyone.do("all", DECK)
        for version, model in self.models.items():
            model.late |= release is not author.releases[-1]
            expected, cards = model.take(release, now)
            assert [set(names) for names in said[version]] == expected
            nothing_lost(before[version], after[version], cards)
            as_expected(after[version], model)
            queued(after[version], release, cards)
            if not model.late:
                assert model.missed(release) == set()


def nothing_lost(before: dict[str, Any], after: dict[str, Any], new: set[str]) -> None:
    """Cards and reviews are as they were; there are so many more cards, in the deck."""
    old = {card[0][0]: card for card in before["schedule"].values() if card}
    now = {card[0][0]: card for card in after["schedule"].values() if card}
    assert {number: now.get(number) for number in old} == old
    assert len(now) == len(old) + len(new)
    assert after["count"] == [len(after["texts"]), len(now)]
    assert {after["deck"][name] for name in new} <= {DECK}
    assert set(before["types"]) <= set(after["types"])


def as_expected(after: dict[str, Any], model: Model) -> None:
    """Every note says what the model says, and there is no other."""
    known = {k.note.id: k for k in model.notes.values()}
    backs = {name: fields[2] for name, fields in after["texts"].items()}
    assert backs == {name: k.back for name, k in known.items()}
    assert after["tags"] == {name: sorted(k.tags) for name, k in known.items()}
    assert after["times"] == {name: k.mod for name, k in known.items()}
    assert [look for look, _ in after["looks"]] == [model.css[0]]


def queued(after: dict[str, Any], release: Release, new: set[str]) -> None:
    """New cards are in their places; unseen ones come in order unless they moved."""
    places = {
        note.id: release.lock.entries[note.id].position
        for note in release.notes
        if not note.retired
    }
    due = {name: card[0][5] for name, card in after["schedule"].items() if card}
    assert all(due[name] == places[name] for name in new)
    unseen = [name for name in after["unseen"] if name in places]
    queue = [name for name in unseen if due[name] == places[name]]
    assert queue == sorted(queue, key=lambda name: places[name])


# -- all histories --------------------------------------------------------------------


@pytest.fixture(name="everyone", scope="module")
def everyone_fixture() -> Iterator[Ankis]:
    """Learners with all versions."""
    with ankis() as everyone:
        yield everyone


@example(IN_ORDER)
@given(HISTORIES)
def test_no_history_costs_a_review(
    everyone: Ankis,
    tmp_path_factory: pytest.TempPathFactory,
    history: list[Chapter],
) -> None:
    """Releases left out, taken twice or late; cards studied, moved, edited, deleted."""
    folder = tmp_path_factory.mktemp("history")
    everyone.begin(folder)
    models = {name: Model(numbers(name)) for name in everyone.processes}
    learners, author = Learners(everyone, models, folder), Author()
    now = written = FIRST_DAY
    for chapter in history:
        for step in chapter.changes:
            author.change(step)
        author.release(written, now)
        written = now + DAY // 2  # at once, whatever learners do until it is released
        for step in chapter.life:
            now += DAY
            if step[0] == "take":
                learners.take(author, step[1], now)
            else:
                learners.act(step, now)
        now += DAY
