"""The lock as a file: one line for every note, and what all notes share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from nnanki.model.card import Place
from nnanki.model.disk import cache
from nnanki.model.disk.text import Text
from nnanki.model.problem import Problem
from nnanki.model.version import VERSION, version

# Why a lock: Anki knows a note by the first id that its card had, and takes an update
# only if its time is later than what it has. Neither follows from the cards as they
# are. The lock remembers both, so that every machine builds the same package, and so
# that a card that vanished, or came back as another, is noticed before learners lose
# something.
HEADER = """\
# Written by `nnanki update` and `nnanki release`; never by hand.
# id, content, changed, position, level, first release, release of the last change"""
NOTE_TYPE = "@note-type"
RELEASE = "@release"
SCHEMA = "@schema"
RETIRED = "retired"
NEVER = "-"
# From the weakest to the strongest: a proof that falls is found by its place here.
LEVELS = (RETIRED, "-", "cited", "L0", "L1", "L2", "L3", "L4")
NUMBER = rf"{VERSION.pattern}|{NEVER}"
LINE = re.compile(
    r"(?P<name>\S+) (?P<digest>[0-9a-f]{16}) (?P<when>\S+Z) (?P<position>\d+)"
    rf" (?P<level>{'|'.join(LEVELS)}) (?P<first>{NUMBER}) (?P<last>{NUMBER})"
    r"(?: was=(?P<was>\S+))?"
)
RELEASED = re.compile(rf"{RELEASE} (?P<number>{VERSION.pattern}) (?P<when>\S+Z)")
# What Git writes between two versions of some lines.
CONFLICT = re.compile(r"(<<<<<<<|\|\|\|\|\|\|\||=======|>>>>>>>)( .*)?")
TIME = "%Y-%m-%dT%H:%M:%SZ"
UPDATE = "run `nnanki update`"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the lock. `mod` is when the content changed, in seconds.

    `first` and `last` are the releases that first had the note and last changed it,
    empty as long as none has. `was` is the first id that a renamed card had: its note
    in Anki follows from it.
    """

    digest: str
    mod: int
    position: int
    level: str
    first: str = ""
    last: str = ""
    line: int = 0
    was: str = ""

    @property
    def retired(self) -> bool:
        return self.level == RETIRED

    @property
    def has_left(self) -> bool:
        """Whether a release has told learners that the card left the deck."""
        return self.retired and bool(self.last)


@dataclass(frozen=True, slots=True)
class Release:
    """A version of the deck, and when it was made, in seconds."""

    number: str
    mod: int
    line: int = 0

    @property
    def day(self) -> str:
        """The day as people write it: 3 May 2026."""
        day = datetime.fromtimestamp(self.mod, UTC)
        return f"{day.day} {day:%B %Y}"


@dataclass(frozen=True)
class Lock:
    """The lock file as values. `merged` where Git left two versions of some lines."""

    path: str
    entries: Mapping[str, Entry] = field(default_factory=dict)
    schema: tuple[str, ...] = ()
    release: Release | None = None
    merged: bool = False
    schema_line: int = 1

    def text(self) -> str:
        release = self.release
        lines = [HEADER]
        if release:
            lines.append(f"{RELEASE} {release.number} {_time(release.mod)}")
        lines += [f"{SCHEMA} {words}" for words in self.schema]
        lines += [_line(name, entry) for name, entry in sorted(self.entries.items())]
        return "\n".join(lines) + "\n"


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime(TIME)


def _line(name: str, entry: Entry) -> str:
    first, last = entry.first or NEVER, entry.last or NEVER
    words = f"{name} {entry.digest} {_time(entry.mod)} {entry.position} {entry.level}"
    return f"{words} {first} {last}" + (f" was={entry.was}" if entry.was else "")


def content_digest(lock: Lock, names: Iterable[str]) -> str:
    """One digest for what some notes say and their order, the same on any machine."""
    entries = [(name, lock.entries[name]) for name in sorted({*names, NOTE_TYPE})]
    return cache.digest([(n, e.digest, e.position, e.was) for n, e in entries])[:16]


def edition(lock: Lock, names: Iterable[str]) -> str:
    """The release that some notes are, or are more than."""
    if lock.release is None:
        return "not yet released"
    words = f"version {lock.release.number} of {lock.release.day}"
    entries = [lock.entries.get(name) for name in (NOTE_TYPE, *names)]
    whole = all(entry is not None and entry.last for entry in entries)
    return words if whole else f"{words}, with later changes"


def parse(text: Text) -> tuple[Lock, list[Problem]]:
    """Read a lock; a line that is none is a problem.

    Whatever a merge left, both versions of a line or Git's marks, is taken together.
    """
    reader = _Lines(text.path)
    for number, line in enumerate(text.lines, start=1):
        reader.read(number, line)
    return reader.lock(), reader.problems


@dataclass
class _Lines:
    """What the lines of a lock have said so far."""

    path: str
    notes: list[tuple[str, Entry]] = field(default_factory=list)
    schema: dict[str, int] = field(default_factory=dict)
    releases: list[Release] = field(default_factory=list)
    merged: bool = False
    problems: list[Problem] = field(default_factory=list)

    def read(self, number: int, line: str) -> None:
        if CONFLICT.fullmatch(line):
            self.merged = True
        elif line.startswith(f"{SCHEMA} "):
            self.schema.setdefault(line.removeprefix(f"{SCHEMA} "), number)
        elif match := LINE.fullmatch(line) or RELEASED.fullmatch(line):
            self.dated(number, match)
        elif line.strip() and not line.startswith("#"):
            place = Place(self.path, number, 1, len(line))
            hint = f"take it out and {UPDATE}"
            self.problems.append(Problem(place, "not a line of the lock", hint))

    def dated(self, number: int, match: re.Match[str]) -> None:
        """A note or a release, with the time of its last change."""
        try:
            when = datetime.strptime(match["when"], TIME).replace(tzinfo=UTC)
        except ValueError:
            place = Place(self.path, number, match.start("when") + 1, 20)
            hint = f"take the line out and {UPDATE}"
            self.problems.append(Problem(place, "not a time", hint))
            return
        mod = int(when.timestamp())
        if match.re is RELEASED:
            self.releases.append(Release(match["number"], mod, number))
        else:
            self.notes.append((match["name"], _entry(match, mod, number)))

    def lock(self) -> Lock:
        # Two branches may each have made a release; the higher number is the last one.
        by_number = sorted(self.releases, key=lambda r: version(r.number) or ())
        lock = Lock(
            path=self.path,
            entries=dict(self.notes),
            schema=tuple(self.schema),
            release=by_number[-1] if by_number else None,
            merged=self.merged or len(by_number) > 1,
            schema_line=min(self.schema.values(), default=1),
        )
        return _joined(lock, self.notes)


def _entry(match: re.Match[str], mod: int, line: int) -> Entry:
    return Entry(
        digest=match["digest"],
        mod=mod,
        position=int(match["position"]),
        level=match["level"],
        first=match["first"].replace(NEVER, ""),
        last=match["last"].replace(NEVER, ""),
        line=line,
        was=match["was"] or "",
    )


def _joined(lock: Lock, lines: list[tuple[str, Entry]]) -> Lock:
    """The lock with all lines of one note as one: what any branch has shipped holds.

    A renamed card may have a line under either id; only one of them is a card's.
    """
    by_note: dict[str, list[Entry]] = {}
    for name, entry in lines:
        by_note.setdefault(entry.was or name, []).append(entry)
    entries = {
        name: _one(entry, by_note[entry.was or name])
        for name, entry in lock.entries.items()
    }
    twice = any(len(lines) > 1 for lines in by_note.values())
    return replace(lock, entries=entries, merged=lock.merged or twice)


def _one(mine: Entry, others: list[Entry]) -> Entry:
    """The newest of some lines, under the name of one; no time, no release is lost."""
    newest = max(others, key=lambda entry: (entry.has_left, entry.mod))
    latest = max(entry.mod for entry in others)
    same = {entry.digest for entry in others if entry.mod == latest}
    same_content = newest.mod == latest and same == {newest.digest}
    firsts = [entry.first for entry in others if entry.first]
    return replace(
        newest,
        # Where two branches wrote different content in the same second, this is a
        # digest that no content has: the next update sees a change, and gives it a
        # later time.
        digest=newest.digest if same_content else "0" * 16,
        mod=latest,
        first=min(firsts, key=lambda text: version(text) or (), default=""),
        line=mine.line,
        was=mine.was,
    )
