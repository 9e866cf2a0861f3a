"""The contract with learners: what an update keeps, what it replaces, in every Anki.

The rows below are the table of docs/updates.md; `python -m tests.test_contract` writes
it there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from .ankis import Ankis, ankis, numbers
from .releases import DAY, Release, note, packed, released, retired

PAGE = Path(__file__).parents[1] / "docs" / "updates.md"
DECK = "Deck"
AGAIN, EASY = 0, 3
UNSEEN = [0, 0]  # type and queue of a new card

# -- two releases ---------------------------------------------------------------------

FIRST_DAY = 1_700_000_000
EARLY, SECOND_DAY, LATE, THIRD_DAY = (FIRST_DAY + n * DAY for n in (5, 10, 15, 20))

FIRST = released(
    Release(),
    [
        note("seen"),
        note("kept"),
        note("changed", "old words", ["nnanki::old"], picture="old picture"),
        note("gone"),
        note("moved"),
        note("last"),
    ],
    ".card { color: black }",
    FIRST_DAY - DAY,
    FIRST_DAY,
)
SECOND = released(
    FIRST,
    [
        note("seen", "new words"),
        note("kept"),
        note("between"),
        note("changed", "new words", ["nnanki::new"], picture="new picture"),
        note("last"),
        note("moved"),
        retired("gone", "why it left"),
    ],
    ".card { color: blue }",
    FIRST_DAY + DAY,
    SECOND_DAY,
)
THIRD = released(
    SECOND,
    [note("changed", "newest words") if n.id == "changed" else n for n in SECOND.notes],
    SECOND.css,
    SECOND_DAY + DAY,
    THIRD_DAY,
)
RENAMED = released(
    FIRST,
    [note("renamed", was="seen"), *FIRST.notes[1:]],
    FIRST.css,
    FIRST_DAY + DAY,
    SECOND_DAY,
)


class Seen(NamedTuple):
    """All before an update, all after it, what Anki said of it, and which Anki."""

    before: dict[str, Any]
    after: dict[str, Any]
    arrived: list[list[str]]
    version: list[int]

    def same(self, part: str, *names: str) -> bool:
        """Whether a part is as before, of these cards or of all that there were."""
        old, new = self.before[part], self.after[part]
        if isinstance(old, list):
            return bool(old == new)
        return all(old[name] == new[name] for name in names or old)

    def says(self, name: str, words: str) -> bool:
        """Whether the back of a card has these words now."""
        return words in self.after["texts"][name][2]


Act = tuple[object, ...]
Taken = tuple[Release, int]


@dataclass(frozen=True)
class Row:
    """What learners have, what an update does with it, and how that is seen.

    They have taken releases, they act, they take others; each on some day.
    """

    yours: str
    update: str
    acts: tuple[Act, ...]
    seen: Callable[[Seen], bool]
    takes: tuple[Taken, ...] = ((SECOND, THIRD_DAY - DAY),)
    has: tuple[Taken, ...] = ((FIRST, FIRST_DAY + DAY),)


ANSWERS: tuple[Act, ...] = (
    ("answer", DECK, EASY),
    ("answer", DECK, AGAIN),
    ("wait", 9),
    ("answer", DECK, AGAIN),
    ("answer", DECK, EASY),
    ("answer", DECK, EASY),
)
ROWS = (
    Row(
        "reviews, intervals and due dates",
        "keeps them, those of changed cards too",
        ANSWERS,
        lambda s: (
            s.same("schedule")
            and s.arrived[1] == ["gone", "seen", "changed"]
            and s.after["count"] == [n + len(s.arrived[0]) for n in s.before["count"]]
        ),
    ),
    Row(
        "suspended and flagged cards",
        "leaves them that way",
        (("suspend", "changed"), ("suspend", "kept"), ("flag", "changed", 2)),
        lambda s: s.same("schedule") and "changed" not in s.after["unseen"],
    ),
    Row(
        "the deck that you moved a card to, a filtered one too",
        "leaves it there",
        (("move", "changed", "Mine"), ("gather", "Id:seen")),
        lambda s: (
            (s.after["deck"]["changed"], s.after["deck"]["seen"])
            == ("Mine", "Gathered")
        ),
    ),
    Row(
        "the options of the deck",
        "leaves them",
        (("options", DECK, 7),),
        lambda s: (
            s.same("options", DECK) and s.after["options"][DECK]["new"]["perDay"] == 7
        ),
    ),
    Row(
        "the deck, if you renamed it",
        "leaves your cards in it; new ones come in a deck of the old name",
        (("rename", DECK, "Mine"),),
        lambda s: (
            s.same("deck")
            and s.after["deck"]["kept"] == "Mine"
            and s.after["deck"]["between"] == DECK
        ),
    ),
    Row(
        "cards that did not change",
        "leaves them as they are, with your tags and edits",
        (("edit", "kept", "mine", EARLY), ("tag", "kept", "mine", EARLY)),
        lambda s: (
            s.says("kept", "mine")
            and s.after["tags"]["kept"] == ["mine"]
            and all(s.same(part, "kept") for part in ("texts", "tags", "times"))
        ),
    ),
    Row(
        "cards that changed",
        "replaces their text, pictures and tags",
        (),
        lambda s: (
            s.arrived[1] == ["gone", "seen", "changed"]
            and s.says("changed", "new words")
            and s.says("changed", f'<img src="{SECOND.notes[3].media[0][0]}">')
            and SECOND.notes[3].media[0][0] in s.after["pictures"]
            and s.after["tags"]["changed"] == ["nnanki::new"]
        ),
    ),
    Row(
        "your own tags on such a card, *marked* and *leech* too",
        "takes them away",
        (("tag", "changed", "mine", EARLY), ("tag", "seen", "marked", EARLY)),
        lambda s: (
            s.after["tags"]["changed"] == ["nnanki::new"]
            and s.after["tags"]["seen"] == []
        ),
    ),
    Row(
        "your own edit of such a card",
        "replaces it",
        (("edit", "changed", "mine", EARLY),),
        lambda s: s.says("changed", "new words") and not s.says("changed", "mine"),
    ),
    Row(
        "an edit that is newer than the release",
        "keeps it; the card's new text comes when it changes again",
        (("edit", "changed", "mine", LATE), ("edit", "seen", "mine", LATE)),
        lambda s: (
            s.same("texts", "seen")
            and s.says("seen", "mine")
            and s.says("changed", "newest words")
        ),
        ((SECOND, LATE), (THIRD, THIRD_DAY)),
    ),
    Row(
        "a card that you deleted",
        "brings it back as a new one: suspend it instead",
        (*ANSWERS, ("delete", "kept")),
        lambda s: (
            s.arrived[0] == ["kept", "between"]
            and s.after["schedule"]["kept"][0][3:5] == UNSEEN
            and "kept" in s.after["unseen"]
        ),
    ),
    Row(
        "new cards",
        "brings each to its place among those that you have not seen",
        (("answer", DECK, EASY),),
        lambda s: (
            s.arrived[0] == ["between"]
            and s.after["unseen"]
            == ["kept", "between", "changed", "gone", "moved", "last"]
        ),
    ),
    Row(
        "a card that you have not seen, moved in the curriculum",
        "leaves it at its old place",
        (),
        lambda s: (
            s.same("schedule", "moved")
            and s.after["unseen"].index("moved") < s.after["unseen"].index("last")
        ),
    ),
    Row(
        "a card that has another id now",
        "recognizes it: it is the same card",
        ANSWERS,
        lambda s: (
            s.arrived[:2] == [[], ["renamed"]]
            and s.after["schedule"]["renamed"] == s.before["schedule"]["seen"]
            and "seen" not in s.after["schedule"]
        ),
        ((RENAMED, THIRD_DAY),),
    ),
    Row(
        "a card that left the deck",
        "leaves it, with its reviews; it says why, and has the tag `nnanki::retired`",
        ANSWERS,
        lambda s: (
            s.same("schedule", "gone")
            and s.says("gone", "why it left")
            and s.after["tags"]["gone"] == ["nnanki::retired"]
        ),
    ),
    Row(
        "your own cards, in this deck or another",
        "never touches them",
        (("write", DECK), ("write", "Default")),
        lambda s: len(s.before["own"]) == 2 and s.same("own"),
    ),
    Row(
        "the look of the cards",
        "replaces it, if it changed; your own as well, if that is older",
        (("restyle", ".mine {}", EARLY),),
        lambda s: [css for css, _ in s.after["looks"]] == [SECOND.css],
    ),
    Row(
        "a look of your own that is newer than the release",
        "keeps it",
        (("restyle", ".mine {}", LATE),),
        lambda s: [css for css, _ in s.after["looks"]] == [".mine {}"],
    ),
    Row(
        "a field that you added to the note type",
        "does not update the cards that you already have, so please add no fields",
        (*ANSWERS, ("widen", "Mine")),
        lambda s: (
            s.arrived
            == [
                ["between"],
                [],
                [],
                ["gone", "seen", "kept", "changed", "last", "moved"],
            ]
            and s.same("texts")
            and s.same("schedule")
        ),
    ),
    Row(
        "a release that you skipped",
        "the next one brings what was in it",
        ANSWERS,
        lambda s: (
            s.arrived[:2] == [["between"], ["gone", "seen", "changed"]]
            and s.says("changed", "newest words")
            and s.same("schedule")
        ),
        ((THIRD, THIRD_DAY),),
    ),
    Row(
        "the same package once more, or an older one",
        "changes no card that you have",
        ANSWERS,
        lambda s: (
            s.arrived[:2] == [[], []]
            and all(
                s.same(part)
                for part in ("schedule", "texts", "tags", "times", "looks", "unseen")
            )
        ),
        ((FIRST, LATE), (SECOND, THIRD_DAY)),
        ((FIRST, FIRST_DAY + DAY), (SECOND, LATE)),
    ),
    Row(
        "a release that you imported after a newer one was already out",
        "in Anki 24 and earlier, the update to the newer one skips cards that "
        "changed in both",
        (),
        lambda s: s.says("changed", "newest words") == (s.version > [25]),
        ((SECOND, THIRD_DAY + DAY), (THIRD, THIRD_DAY + 2 * DAY)),
    ),
)


# -- every row is true ----------------------------------------------------------------


@pytest.fixture(name="everyone", scope="module")
def everyone_fixture() -> Iterator[Ankis]:
    """Learners with all versions."""
    with ankis() as everyone:
        yield everyone


def take(everyone: Ankis, releases: Sequence[Taken], folder: Path) -> dict[str, Any]:
    """Let all take releases, each on its day; what they say of the last."""
    for release, day in releases:
        arrived = everyone.do("take_on", packed(release, folder), day)
    return arrived


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.yours)
def test_a_row_of_the_readme_is_true(row: Row, everyone: Ankis, tmp_path: Path) -> None:
    """A learner of the first release acts and takes an update, in every Anki."""
    everyone.begin(tmp_path)
    take(everyone, row.has, tmp_path)
    for method, *words in row.acts:
        everyone.do(str(method), *words)
    before = everyone.do("all", DECK)
    arrived = take(everyone, row.takes, tmp_path)
    after = everyone.do("all", DECK)

    wrong = [
        name
        for name, said in arrived.items()
        if not row.seen(Seen(before[name], after[name], said, numbers(name)))
    ]
    assert wrong == []


# -- docs/updates.md says so --------------------------------------------------------

HEAD = "| what you have | what an update does |\n| --- | --- |\n"


def table() -> str:
    return HEAD + "".join(f"| {row.yours} | {row.update} |\n" for row in ROWS)


def written(page: str) -> str:
    """The page with the table of these rows in the place of its own."""
    start = page.index(HEAD)
    stop = page.index("\n\n", start) + 1
    return page[:start] + table() + page[stop:]


def test_the_page_has_these_rows_and_no_others() -> None:
    """Word for word; `python -m tests.test_contract` writes them."""
    page = PAGE.read_text(encoding="utf-8")
    assert page == written(page)


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
