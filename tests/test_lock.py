"""The lock: what it remembers, what changes a line of it, how positions are found."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnanki.model.card import Note, NoteType
from nnanki.model.disk.text import Text
from nnanki.model.problem import Problem, message
from nnanki.notes.lock import (
    GAP,
    HEADER,
    NOTE_TYPE,
    RETIRED,
    Entry,
    Lock,
    Release,
    content_digest,
    parse,
    released,
    renewed,
    staleness,
    weaker,
)

PATH = "cards/nnanki.lock"
EMPTY = Lock(PATH)
DIGEST = "0123456789abcdef"
KIND = NoteType("", "", "", DIGEST)


def note(name: str, content_digest: str = "a", level: str = "L1") -> Note:
    digest = (content_digest.encode().hex() + "0" * 16)[:16]
    return Note(name, name, (), (), (), (), digest, level)


def notes(names: str) -> list[Note]:
    return [note(name) for name in names]


def locked(names: str, positions: list[int] | None = None) -> Lock:
    """A lock that knows some notes, in this order, since the second 100."""
    lock = renewed(EMPTY, notes(names), KIND, 100)
    for name, position in zip(names, positions or [], strict=False):
        entries = {**lock.entries}
        entries[name] = replace(entries[name], position=position)
        lock = Lock(PATH, entries)
    return lock


def positions(lock: Lock, names: str) -> list[int]:
    return [lock.entries[name].position for name in names]


def moved(before: Lock, after: Lock) -> set[str]:
    """Known notes that got another position."""
    return {
        name
        for name, entry in after.entries.items()
        if name in before.entries and before.entries[name].position != entry.position
    }


def test_the_content_digest_names_what_is_said_and_its_order() -> None:
    """It is the same whenever a note changed, and another where one says more."""
    lock = locked("ab")
    later = renewed(EMPTY, notes("ab"), KIND, 999)
    edited = renewed(lock, [note("a"), note("b", "other")], KIND, 100)

    assert content_digest(lock, "ab") == content_digest(later, "ba")
    both = content_digest(lock, "ab")
    assert both != content_digest(edited, "ab")
    assert both != content_digest(locked("ba"), "ab")
    assert both != content_digest(lock, "a"), "what is not shipped says nothing"


# -- the file -------------------------------------------------------------------------

WRITTEN = f"""\
{HEADER}
@release 0.2.0 2023-11-14T22:13:21Z
@schema deck A deck
@schema field 7 Front
@note-type 0123456789abcdef 2023-11-14T22:13:20Z 0 - 0.1.0 0.1.0
a 6100000000000000 2023-11-14T22:13:20Z 1000 L1 0.1.0 -
b 6200000000000000 1970-01-01T00:00:00Z 2000 cited - -
c 6300000000000000 1970-01-01T00:00:00Z 3000 retired 0.1.0 0.2.0 was=d
"""


def test_the_lock_is_one_sorted_line_for_every_note() -> None:
    """Its text is what people review: id, content, time, position, level, releases."""
    entries = {
        "c": Entry("6300000000000000", 0, 3000, RETIRED, "0.1.0", "0.2.0", was="d"),
        "b": Entry("6200000000000000", 0, 2000, "cited"),
        "a": Entry("6100000000000000", 1_700_000_000, 1000, "L1", "0.1.0"),
        NOTE_TYPE: Entry(DIGEST, 1_700_000_000, 0, "-", "0.1.0", "0.1.0"),
    }
    release = Release("0.2.0", 1_700_000_001)
    lock = Lock(PATH, entries, ("deck A deck", "field 7 Front"), release)

    assert lock.text() == WRITTEN


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_lock_that_was_read_writes_itself_again(newline: str, mark: str) -> None:
    """Parsing and writing are inverse, whatever Git did to the ends of lines."""
    lock, problems = parse(Text(PATH, mark + WRITTEN.replace("\n", newline)))

    assert problems == []
    assert lock.text() == WRITTEN
    assert [entry.line for entry in lock.entries.values()] == [6, 7, 8, 9]
    assert not lock.merged


NAMES = st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*", fullmatch=True)
DIGESTS = st.text("0123456789abcdef", min_size=16, max_size=16)
LEVELS = st.sampled_from(["cited", "L0", "L1", "L2", "L3", "L4"])
RELEASES = st.sampled_from(["", "0.1.0", "10.2.33"])
ENTRIES = st.builds(
    Entry,
    DIGESTS,
    st.integers(0, 4_102_444_800),
    st.integers(1, 2**31),
    LEVELS,
    RELEASES,
    RELEASES,
)


@given(st.dictionaries(NAMES, ENTRIES))
def test_every_lock_can_be_read_back(entries: dict[str, Entry]) -> None:
    """Whatever the notes, reading what was written gives the same values."""
    lock, problems = parse(Text(PATH, Lock(PATH, entries).text()))

    assert problems == []
    assert {n: replace(e, line=0) for n, e in lock.entries.items()} == entries


def test_a_time_that_is_none_is_told(tmp_path: Path) -> None:
    """The thirteenth month is a problem with a caret below it."""
    (tmp_path / "cards").mkdir()
    text = f"{HEADER}\na {DIGEST} 2023-13-01T00:00:00Z 1000 L1 - -\n"
    (tmp_path / PATH).write_text(text)
    _, problems = parse(Text(PATH, text))

    assert (
        told(problems, tmp_path)
        == """\
cards/nnanki.lock:3:20  not a time
   3 | a 0123456789abcdef 2023-13-01T00:00:00Z 1000 L1 - -
     |                    ^^^^^^^^^^^^^^^^^^^^
hint: take the line out and run `nnanki update`"""
    )


@pytest.mark.parametrize("level", ["L5", "l1", "-"])
def test_a_level_that_is_none_is_told(level: str) -> None:
    """A level that nobody can reach is a problem, not a crash."""
    text = f"{HEADER}\na {DIGEST} 2023-11-01T00:00:00Z 1000 {level} - -\n"
    lock, problems = parse(Text(PATH, text))

    assert [problem.place.line for problem in problems] == ([] if level == "-" else [3])
    assert weaker(lock, notes("a")) == []


def told(problems: list[Problem], root: Path) -> str:
    return "\n".join(message(problem, root) for problem in problems)


# -- what changes a line --------------------------------------------------------------


def test_a_note_that_did_not_change_keeps_its_line() -> None:
    """Neither the clock nor other notes touch it."""
    before = locked("abc")
    after = renewed(before, [note("a"), note("b", "other"), note("c")], KIND, 900)

    for name in ("a", "c", NOTE_TYPE):
        assert after.entries[name] == before.entries[name]
    assert after.entries["b"].mod == 900


def test_a_new_note_gets_the_time_of_the_update() -> None:
    """Anki imports it as changed then."""
    after = renewed(locked("a"), notes("ab"), KIND, 900)

    assert (after.entries["a"].mod, after.entries["b"].mod) == (100, 900)


@pytest.mark.parametrize("clock", [0, 99, 100, 101])
def test_time_rises_whenever_content_changes(clock: int) -> None:
    """Even if the clock stands still or runs backwards: Anki skips all else."""
    lock = locked("a")
    for letter in ("b", "c", "d"):
        other = NoteType("", "", "", letter * 16)
        after = renewed(lock, [note("a", letter)], other, clock)
        assert after.entries["a"].mod > lock.entries["a"].mod
        assert after.entries[NOTE_TYPE].mod > lock.entries[NOTE_TYPE].mod
        lock = after


def test_a_level_changes_without_the_time() -> None:
    """A proof that reaches further changes content (its digest) or only the lock."""
    after = renewed(locked("a"), [note("a", level="L3")], KIND, 900)

    assert after.entries["a"] == replace(locked("a").entries["a"], level="L3")


def test_a_release_dates_what_changed() -> None:
    """Whoever took the release before, at whatever time, has something older."""
    first = released(locked("ab"), Release("0.1.0", 500))
    written = renewed(first, [note("a"), note("b", "other"), note("c")], KIND, 600)
    second = released(written, Release("0.2.0", 900))

    dates = {name: (e.mod, e.first, e.last) for name, e in second.entries.items()}
    assert dates == {
        "a": (100, "0.1.0", "0.1.0"),
        "b": (900, "0.1.0", "0.2.0"),
        "c": (600, "0.2.0", "0.2.0"),
        NOTE_TYPE: (100, "0.1.0", "0.1.0"),
    }


def test_a_release_by_a_slow_clock_turns_no_time_back() -> None:
    """What was written in its future keeps its time."""
    first = released(locked("a"), Release("0.1.0", 500))
    written = renewed(first, [note("a", "other")], KIND, 600)
    second = released(written, Release("0.2.0", 550))

    assert second.entries["a"].mod == 600


def test_a_note_that_is_gone_leaves_the_lock() -> None:
    """The others stay where they are."""
    before = locked("abc")
    after = renewed(before, notes("ac"), KIND, 900)

    assert set(after.entries) == {NOTE_TYPE, "a", "c"}
    assert not moved(before, after)


def test_a_proof_that_would_get_weaker_is_found() -> None:
    """A level below the one in the lock, from L4 down to cited."""
    strong = renewed(EMPTY, [note("a", level="L2"), note("b", level="L1")], KIND, 1)

    assert weaker(strong, [note("a", level="L2"), note("b", level="L3")]) == []
    ((fallen, _),) = weaker(strong, [note("a", level="L1"), note("b", level="L1")])
    assert fallen.id == "a"
    ((cited, _),) = weaker(strong, [note("a", level="L2"), note("b", level="cited")])
    assert cited.id == "b"


# -- whether it is stale --------------------------------------------------------------


def stale(names: str, *now: Note, kind: NoteType = KIND) -> str:
    text = Text(PATH, locked(names).text())
    found = staleness(parse(text)[0], now, kind)
    return " | ".join(f"{problem.place.line}: {problem.what}" for problem in found)


def test_a_fresh_lock_is_not_stale() -> None:
    """The same notes in the same order are no problem."""
    assert stale("abc", *notes("abc")) == ""


def test_a_stale_lock_says_what_is_different() -> None:
    """Changed, added, gone, moved; at the first line that this touches."""
    assert stale("abc", *notes("ac")) == "5: the lock is stale: `b` gone"
    assert stale("abc", *notes("axbc")) == "1: the lock is stale: `x` added"
    assert stale("abc", *notes("bca")) == "4: the lock is stale: `a` moved"
    changed = [note("a"), note("b", "other"), note("c")]
    assert stale("abc", *changed) == "5: the lock is stale: `b` changed"
    assert stale("", *notes("a")) == "1: the lock is stale: `a` added"
    assert stale("abcde", note("q")) == (
        "4: the lock is stale: `q` added; `a`, `b`, `c` and 2 more gone"
    )


def test_a_changed_note_type_makes_the_lock_stale() -> None:
    """Templates and style have a line of their own."""
    said = stale("a", note("a"), kind=NoteType("", "", "", "f" * 16))

    assert said == "3: the lock is stale: `@note-type` changed"


def test_a_missing_lock_says_so() -> None:
    """Before the first update there is nothing to compare with."""
    (problem,) = staleness(EMPTY, notes("ab"), KIND)

    assert problem.what == "the lock is missing: 2 cards not yet in it"


# -- positions ------------------------------------------------------------------------


def test_first_positions_leave_gaps() -> None:
    """A new deck is numbered in thousands."""
    assert positions(locked("abc"), "abc") == [GAP, 2 * GAP, 3 * GAP]


def test_insertions_share_their_gap() -> None:
    """New notes spread evenly between their neighbours, who stay."""
    before = locked("abc")

    assert positions(renewed(before, notes("axbc"), KIND, 1), "x") == [1500]
    assert positions(renewed(before, notes("abxyzc"), KIND, 1), "xyz") == [
        2250,
        2500,
        2750,
    ]
    assert positions(renewed(before, notes("xabc"), KIND, 1), "x") == [500]
    assert positions(renewed(before, notes("abcxy"), KIND, 1), "xy") == [4000, 5000]
    for names in ("axbc", "abxyzc", "xabc", "abcxy"):
        assert not moved(before, renewed(before, notes(names), KIND, 1))


def test_reordering_moves_as_few_as_possible() -> None:
    """The longest run of notes that still rise keeps its positions."""
    before = locked("abcdef")

    for names, movers in {
        "bcdefa": {"a"},
        "fabcde": {"f"},
        "acbdef": {"b"},
        "defabc": {"a", "b", "c"},
        "fedcba": set("abcde"),
    }.items():
        after = renewed(before, notes(names), KIND, 1)
        stayed = set(names) - moved(before, after)
        assert len(stayed) == len(names) - len(movers), names
        assert rising(after, names)


def rising(lock: Lock, names: str) -> bool:
    values = [0, *positions(lock, names)]
    return all(a < b for a, b in pairwise(values))


def test_a_full_gap_moves_only_its_neighbours() -> None:
    """Learners keep the old places of cards they have, so few others may move."""
    before = locked("abcdef", [1000, 2000, 2001, 2002, 3000, 4000])
    after = renewed(before, notes("abxcdef"), KIND, 1)

    assert rising(after, "abxcdef")
    assert moved(before, after) == {"b"}
    far = renewed(before, notes("abcxdef"), KIND, 1)
    assert rising(far, "abcxdef")
    assert moved(before, far) == {"d"}


def test_a_gap_lasts_for_nine_cards_added_one_by_one_behind_the_same_card() -> None:
    """Each halves what is left of a thousand; then a neighbour moves, and no more."""
    lock = locked("az")
    names = "az"
    for number, name in enumerate("bcdefghijk", start=1):
        names = "a" + name + names[1:]
        after = renewed(lock, notes(names), KIND, number)
        assert rising(after, names)
        assert len(moved(lock, after)) == (0 if number <= 9 else 1)
        lock = after


def test_a_crowded_lock_is_opened_at_one_side() -> None:
    """Two thousand cards without any gap take one more: those before it stay."""
    names = [f"n{number}" for number in range(2000)]
    entries = {
        name: Entry(note(name).digest, 1, n + 1, "L1") for n, name in enumerate(names)
    }
    wanted = [*names[:1000], "new", *names[1000:]]
    after = renewed(Lock(PATH, entries), [note(n) for n in wanted], KIND, 2)

    found = [after.entries[name].position for name in wanted]
    assert found == sorted(set(found))
    assert found[:1000] == list(range(1, 1001))


def test_positions_that_no_card_can_have_are_replaced() -> None:
    """Zero and doubles, which only a hand could write, do not survive an update."""
    lock = locked("abc", [0, 0, 0])
    after = renewed(lock, notes("abc"), KIND, 1)

    assert rising(after, "abc")


LETTERS = st.lists(st.sampled_from("abcdefghijklmnop"), unique=True).map("".join)
POSITIONS = st.lists(st.integers(0, 40), min_size=16, max_size=16)


@given(LETTERS, POSITIONS, LETTERS)
def test_positions_rise_with_the_curriculum(
    known: str, old: list[int], wanted: str
) -> None:
    """Whatever was locked and whatever is asked, and a second time nothing moves."""
    lock = locked(known, old)
    after = renewed(lock, notes(wanted), KIND, 200)

    assert rising(after, wanted)
    assert renewed(after, notes(wanted), KIND, 300) == after
    assert staleness(after, notes(wanted), KIND) == []


@given(LETTERS, LETTERS)
def test_an_unchanged_order_changes_no_position(known: str, extra: str) -> None:
    """With room in the gaps, new notes move nobody, wherever they stand."""
    new = [letter for letter in extra if letter not in known]
    wanted = list(known)
    for number, letter in enumerate(new):
        wanted.insert((number * 7) % (len(wanted) + 1), letter)
    before = locked(known)

    assert not moved(before, renewed(before, notes("".join(wanted)), KIND, 1))


@given(LETTERS, POSITIONS, LETTERS)
def test_as_many_as_possible_stay(known: str, old: list[int], wanted: str) -> None:
    """No choice of cards that stay leaves room for the others and is larger."""
    before = locked(known[:8], old)
    wanted = wanted[:10]
    after = renewed(before, notes(wanted), KIND, 1)
    places = [
        (n, before.entries[x].position) for n, x in enumerate(wanted) if x in known[:8]
    ]

    stayed = len(places) - len(moved(before, after) & set(wanted))
    assert stayed == max(len(c) for c in choices(places) if fits(c))


def choices(items: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    if not items:
        return [[]]
    rest = choices(items[1:])
    return rest + [[items[0], *choice] for choice in rest]


def fits(chosen: list[tuple[int, int]]) -> bool:
    """Whether a card can stand at every index between those that stay."""
    ends = [(-1, 0), *chosen]
    return all(q - p >= n - m for (m, p), (n, q) in zip(ends, chosen, strict=False))
