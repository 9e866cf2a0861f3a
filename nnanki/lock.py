"""What learners already have: digest, time and position of every note."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise

from nnanki import cache
from nnanki.card import Note, Place
from nnanki.errors import Problem
from nnanki.text import Text

HEADER = (
    "# Written by `nnanki update`; never by hand. id, content, changed, position, level"
)
NOTE_TYPE = "@note-type"
GAP = 1000
LEVELS = ("-", "cited", "L0", "L1", "L2", "L3", "L4")
LINE = re.compile(
    rf"(\S+) ([0-9a-f]{{16}}) (\S+Z) (\d+) ({'|'.join(LEVELS)})( was=\S+)?"
)
UPDATE = "run `nnanki update`"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the lock. `mod` is when the content changed, in seconds.

    `was` is the first id that a renamed card had: its note in Anki follows from it.
    """

    digest: str
    mod: int
    position: int
    level: str
    line: int = 0
    was: str = ""


@dataclass(frozen=True)
class Lock:
    """The lock file as values."""

    path: str
    entries: Mapping[str, Entry] = field(default_factory=dict)

    def written(self) -> str:
        lines = [HEADER]
        for name, entry in sorted(self.entries.items()):
            when = datetime.fromtimestamp(entry.mod, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            was = f" was={entry.was}" if entry.was else ""
            words = f"{name} {entry.digest} {when} {entry.position} {entry.level}"
            lines.append(words + was)
        return "\n".join(lines) + "\n"


def content(lock: Lock) -> str:
    """One digest for what all notes say and their order, the same on any machine."""
    entries = sorted(lock.entries.items())
    return cache.digest([(n, e.digest, e.position, e.was) for n, e in entries])[:16]


def parse(text: Text) -> tuple[Lock, list[Problem]]:
    """Read a lock; a line that is none is a problem (a merge left it, say)."""
    entries: dict[str, Entry] = {}
    problems: list[Problem] = []
    for number, line in enumerate(text.lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        match = LINE.fullmatch(line)
        if match is None or match[1] in entries:
            what = "two lines for one note" if match else "not a line of the lock"
            place = Place(text.path, number, 1, len(line))
            problems.append(Problem(place, what, f"take it out and {UPDATE}"))
            continue
        try:
            when = datetime.strptime(match[3], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        except ValueError:
            place = Place(text.path, number, line.index(match[3]) + 1, len(match[3]))
            problems.append(
                Problem(place, "not a time", f"take the line out and {UPDATE}")
            )
            continue
        entries[match[1]] = Entry(
            digest=match[2],
            mod=int(when.timestamp()),
            position=int(match[4]),
            level=match[5],
            line=number,
            was=(match[6] or "").removeprefix(" was="),
        )
    return Lock(text.path, entries), problems


def strangers(
    lock: Lock, notes: Sequence[Note], places: Mapping[str, Place]
) -> list[Problem]:
    """Problems with cards that would come as new notes, apart from their reviews."""
    problems = []
    for note in notes:
        name = note.id if note.id in lock.entries else note.was
        if name not in lock.entries:
            continue
        first = lock.entries[name].was or name
        if first != (note.was or note.id):
            what = f"card `{note.id}` would lose its reviews: it began as `{first}`"
            hint = f"write `<!-- was: {first} -->` under its heading"
            problems.append(Problem(places[note.id], what, hint))
    return problems


def compare(lock: Lock, notes: Sequence[Note], type_digest: str) -> list[Problem]:
    """The problem with a lock that does not describe these notes, in this order."""
    now = renewed(lock, notes, type_digest, 0)
    changed = [
        name
        for name in now.entries
        if name not in lock.entries or now.entries[name] != lock.entries[name]
    ]
    gone = [name for name in lock.entries if name not in now.entries]
    if not changed and not gone:
        return []
    if not lock.entries:
        what = f"the lock is missing: {_count(len(notes), 'card')} not yet in it"
        return [Problem(Place(lock.path), what, f"{UPDATE} and commit the file")]
    lines = [
        lock.entries[name].line for name in (*changed, *gone) if name in lock.entries
    ]
    first = min(lines, default=1)
    words = [
        f"{_names(names)} {what}" for names, what in _differences(lock, now) if names
    ]
    what = f"the lock is stale: {'; '.join(words)}"
    return [
        Problem(Place(lock.path, first, 1, 1000), what, f"{UPDATE} and commit the file")
    ]


def _differences(lock: Lock, now: Lock) -> list[tuple[list[str], str]]:
    old, new = lock.entries, now.entries
    changed = [
        name for name in new if name in old and old[name].digest != new[name].digest
    ]
    moved = [
        name
        for name in new
        if name in old and name not in changed and old[name] != new[name]
    ]
    return [
        (changed, "changed"),
        ([name for name in new if name not in old], "added"),
        ([name for name in old if name not in new], "gone"),
        (moved, "moved"),
    ]


def _names(names: Sequence[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:3])
    return shown + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def renewed(lock: Lock, notes: Sequence[Note], type_digest: str, now: int) -> Lock:
    """The lock for these notes in this order; what did not change keeps its line."""
    lock = _inherited(lock, notes)
    positions = _positions([note.id for note in notes], lock)
    entries = {}
    for name, digest, level, was in [
        *((note.id, note.digest, note.level, note.was) for note in notes),
        (NOTE_TYPE, type_digest, "-", ""),
    ]:
        old = lock.entries.get(name)
        mod = now if old is None else old.mod
        if old is not None and old.digest != digest:
            mod = max(now, old.mod + 1)
        line = old.line if old is not None else 0
        entries[name] = Entry(digest, mod, positions.get(name, 0), level, line, was)
    return Lock(lock.path, entries)


def weaker(lock: Lock, notes: Sequence[Note]) -> list[tuple[Note, str]]:
    """Notes whose proof reaches less than the lock says, and what it says."""
    old, rank = _inherited(lock, notes).entries, LEVELS.index
    return [
        (note, old[note.id].level)
        for note in notes
        if note.id in old and rank(note.level) < rank(old[note.id].level)
    ]


def _inherited(lock: Lock, notes: Sequence[Note]) -> Lock:
    """The lock with the lines of renamed cards under their new ids, too."""
    entries = dict(lock.entries)
    for note in notes:
        if note.was in entries:
            entries.setdefault(note.id, entries[note.was])
    return Lock(lock.path, entries)


def _positions(names: Sequence[str], lock: Lock) -> dict[str, int]:
    """Positions that rise with the curriculum; known ones stay wherever they can."""
    known = [
        (n, lock.entries[name].position)
        for n, name in enumerate(names)
        if name in lock.entries
    ]
    kept = [(-1, 0), *_kept(known)]
    last, position = kept[-1]
    kept.append((len(names), position + GAP * (len(names) - last)))
    positions: dict[str, int] = {}
    for (start, low), (stop, high) in pairwise(kept):
        for n in range(start + 1, stop):
            positions[names[n]] = low + (high - low) * (n - start) // (stop - start)
        if stop < len(names):
            positions[names[stop]] = high
    return positions


def _kept(known: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """As many positions as can stay: they rise, with room for the cards in between.

    Anki never moves a card that a learner already has, so every card that gets
    another position is out of place there. Between two cards that stay, positions
    rise at least as fast as indexes do: `position - index` never falls. The longest
    such subsequence is found by patience sorting.
    """
    fit = [(n, position) for n, position in known if position > n]
    tops: list[int] = []
    piles: list[int] = []
    before: list[int] = []
    for number, (n, position) in enumerate(fit):
        pile = bisect_right(tops, position - n)
        tops[pile : pile + 1] = [position - n]
        before.append(piles[pile - 1] if pile else -1)
        piles[pile : pile + 1] = [number]
    chain = []
    number = piles[-1] if piles else -1
    while number >= 0:
        chain.append(fit[number])
        number = before[number]
    return chain[::-1]
