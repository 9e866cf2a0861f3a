"""From one release of a small project to the next, with every kind of change.

The real tool makes both; learners with four versions of Anki study in between.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .anki_library import IGNORED, TINY, change, done
from .ankis import Ankis, ankis
from .repository import begin, commit, dated

DECK, PACKAGE = "Tiny deck", Path("dist/tiny.apkg")
CHANGES, TITLE = "cards/3-changes.md", "cards/5-title.md"
FIRST_DAY, EARLY, SECOND_DAY = 1_700_000_000, 1_700_100_000, 1_700_200_000
AGAIN, EASY = 0, 3

HEAD = "---\ntitle: {}\nafter: [{}]\nsetup: from toy import kink\n---\n"
CARD = "\n## {0}\n\nWhat is {0}?\n\n---\n\n`0`<!-- =kink.relu(0) -->{1}\n"
CODE = (
    "\n## code\n\nWhat is printed?\n\n```python run\nprint(kink.relu(-1))\n```\n\n---\n"
)
OUTPUT = "\n## output\n\nWhich size?\n\n```python run\nprint(kink.SIZE)\n```\n\n---\n"
TYPED = (
    "\n## typed\n\nWhich sign?\n\n```python blank=kink.double:code typed\n```\n"
    "\n---\n\n`+`\n"
)
DOUBLE = (
    '\n\nSIZE = 1\n\n\ndef double(x):\n    """Return twice x."""\n    return x + x\n'
)
PROOF = (
    "\n\ndef test_double():\n    assert [*map(kink.double, (0, 1, 3))] == [0, 2, 6]\n"
)
FIGURE = "\n\n![a line](line.svg)"

# A card for each kind of change, in their order, and some that stay as they are.
FIRST = {
    CHANGES: HEAD.format("Changes", "errors")
    + CARD.format("words", " is it.")
    + CODE
    + OUTPUT
    + TYPED
    + CARD.format("picture", FIGURE)
    + CARD.format("kind", "")
    + CARD.format("stays", "")
    + CARD.format("renamed", "")
    + CARD.format("elsewhere", "")
    + CARD.format("leaves", "")
    + CARD.format("moved", "")
    + CARD.format("end", ""),
    TITLE: HEAD.format("Title", "changes") + CARD.format("title", ""),
}
NEW = HEAD.format("Between", "changes") + CARD.format("between", "")
LEFT = "## leaves\n\n`words` says it better. <!-- instead: words -->\n"
SAME = {"relu-negative", "relu-source", "slope-at-the-kink", "relu-of-text"}
SAME |= {"stays", "moved", "end"}
CHANGED = {"words", "code", "output", "typed", "picture", "kind", "new-name"}
CHANGED |= {"elsewhere", "leaves", "title"}
ADDED = {"inside", "between"}


def first(root: Path) -> None:
    """The first release, of a while ago."""
    for name, text in FIRST.items():
        (root / name).write_text(text)
    (root / "cards" / "line.svg").write_text("<svg><title>old</title></svg>")
    with (root / "toy" / "kink.py").open("a") as file:
        file.write(DOUBLE)
    with (root / "proofs" / "test_kink.py").open("a") as file:
        file.write(PROOF)
    begin(root)
    release(root, "0.1.0", FIRST_DAY)


def second(root: Path) -> None:
    """The second, with one of every kind of change."""
    path = root / CHANGES
    change(path, " is it.", " it is.")
    change(path, "relu(-1)", "relu(-3)")
    change(root / "toy" / "kink.py", "SIZE = 1", "SIZE = 2")
    change(root / "toy" / "kink.py", "x + x", "2 * x")
    change(path, "\n\n`+`\n", "\n\n`*`\n")
    (root / "cards" / "line.svg").write_text("<svg><title>new</title></svg>")
    change(
        path, "What is kind?\n", "What is printed?\n\n```python run\nprint(0)\n```\n"
    )
    change(path, "## stays\n", CARD.format("inside", "").strip() + "\n\n## stays\n")
    change(path, "## renamed\n", "## new-name\n<!-- was: renamed -->\n")
    cut(path, CARD.format("elsewhere", ""))
    (root / TITLE).write_text((root / TITLE).read_text() + CARD.format("elsewhere", ""))
    cut(path, CARD.format("leaves", ""))
    (root / "cards" / "RETIRED.md").write_text(LEFT)
    cut(path, CARD.format("moved", ""))
    path.write_text(path.read_text() + CARD.format("moved", ""))
    (root / "cards" / "4-between.md").write_text(NEW)
    change(root / TITLE, "title: Title\nafter: [changes]", "title: T\nafter: [between]")
    (root / "templates").mkdir()
    (root / "templates" / "style.css").write_text(".card, .nightMode { color: red }\n")
    release(root, "1.0.0", SECOND_DAY)


def cut(path: Path, text: str) -> None:
    change(path, text, "")


def release(root: Path, number: str, day: int) -> None:
    """What an author does at last, on some day."""
    with dated(day):
        done(root, "update")
        commit(root)
        done(root, "release", number)
    commit(root)


@pytest.fixture(name="releases", scope="module")
def releases_fixture(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The packages of both releases."""
    folder = tmp_path_factory.mktemp("releases")
    root = Path(shutil.copytree(TINY, folder / "tiny", ignore=IGNORED))
    packages = []
    for number, make in enumerate((first, second)):
        make(root)
        packages.append(str(shutil.copy(root / PACKAGE, folder / f"{number}.apkg")))
    return packages


@pytest.fixture(name="everyone")
def everyone_fixture(releases: list[str], tmp_path: Path) -> Iterator[Ankis]:
    """Learners of the first release, who have worked with it."""
    with ankis() as everyone:
        everyone.begin(tmp_path)
        everyone.do("take", releases[0])
        for rating in (EASY, AGAIN, EASY, EASY, EASY):
            everyone.do("answer", DECK, rating)
        everyone.do("suspend", "words")
        everyone.do("move", "code", "Mine")
        for name in ("output", "stays"):
            everyone.do("tag", name, "mine", EARLY)
            everyone.do("edit", name, "my own words", EARLY)
        yield everyone


def test_every_kind_of_change_arrives_and_nothing_is_lost(
    everyone: Ankis, releases: list[str]
) -> None:
    """Scheduling, suspension, decks and reviews are equal; what changed is new."""
    before = everyone.do("all", DECK)
    said = everyone.do("take", releases[1])
    after = everyone.do("all", DECK)

    for version, arrived in said.items():
        assert [set(names) for names in arrived] == [ADDED, CHANGED, SAME, set()]
        learned(before[version], after[version])
        arrivals(after[version])


def learned(before: dict[str, Any], after: dict[str, Any]) -> None:
    """All that was studied and what did not change is as it was."""
    names = {name: name for name in before["schedule"]} | {"renamed": "new-name"}
    for part in ("schedule", "deck"):
        assert {n: after[part][names[n]] for n in names} == before[part]
    for part in ("texts", "tags", "times"):
        assert {n: after[part][n] for n in SAME} == {n: before[part][n] for n in SAME}
    assert "my own words" in after["texts"]["stays"][2]
    assert "mine" in after["tags"]["stays"]
    assert after["types"] == before["types"]
    assert after["count"] == [n + len(ADDED) for n in before["count"]]
    assert after["options"] == before["options"]


def arrivals(after: dict[str, Any]) -> None:
    """Each change is there, and each new card in its place."""
    texts, tags = after["texts"], after["tags"]
    fields = {name: "".join(fields) for name, fields in texts.items()}
    assert "it is." in fields["words"]
    assert "3" in fields["code"]
    assert ">2\n<" in fields["output"]
    assert "my own words" not in fields["output"]
    assert "mine" not in tags["output"]
    assert texts["typed"][4] == "*"
    assert "nnanki::kind::predict" in tags["kind"]
    assert "nnanki::concept::title" in tags["elsewhere"]
    assert texts["title"][5] == "T"
    assert tags["leaves"] == ["nnanki::retired"]
    assert "says it better" in fields["leaves"]
    assert len(after["pictures"]) == 2
    (look,) = [look for look, _ in after["looks"]]
    assert look.endswith("\n.card, .nightMode { color: red }")
    expected = "output typed picture kind inside stays new-name elsewhere leaves moved"
    assert after["unseen"] == [*expected.split(), "end", "between", "title"]
