"""The package: identities that never change, bytes that depend on nothing else."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nnanki.model.card import FIELDS
from nnanki.model.disk.atomic import write
from nnanki.model.project import load
from nnanki.release.package import FIRST_ID, package
from nnanki.stages.deck import Deck
from nnanki.stages.examine import examine, quiet

from .anki_library import change, done, fresh, nnanki, packed, released

ROOT = Path(__file__).parent.parent
KINK = Path("cards/1-kink.md")
PACKAGE = Path("dist/tiny.apkg")


def query(path: Path, sql: str) -> list[Any]:
    """Rows of a package's database."""
    with zipfile.ZipFile(path) as archive:
        data = archive.read("collection.anki2")
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(data)
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def column(path: Path, name: str) -> Any:
    """A JSON column of a package's only collection row."""
    ((value,),) = query(path, f"select {name} from col")
    return json.loads(value)


def guids(path: Path) -> dict[str, tuple[str, int]]:
    """Guid and note id by card id."""
    rows = query(path, "select guid, id, flds from notes")
    return {fields.split("\x1f")[0]: (guid, note) for guid, note, fields in rows}


@pytest.fixture(scope="module", name="ours")
def ours_fixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This repository's deck as a package."""
    path = tmp_path_factory.mktemp("ours") / "nnanki.apkg"
    path.write_bytes(packed(examine(load(ROOT), quiet)))
    return path


@pytest.fixture(scope="module", name="first")
def first_fixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny project with its package; only to be read."""
    return fresh(tmp_path_factory.mktemp("first"))


@pytest.fixture(name="tiny")
def tiny_fixture(first: Path, tmp_path: Path) -> Path:
    """The tiny project with its package; to be changed."""
    return Path(shutil.copytree(first, tmp_path / "tiny"))


# -- identities -----------------------------------------------------------------------

COST = (
    "this number is in the collections of learners: with another one Anki imports "
    "the next release beside what they have learnt, and their reviews stay behind"
)


def test_the_note_type_of_this_deck_is_the_one_that_learners_have(ours: Path) -> None:
    """Another id would leave every learner's notes behind as a second note type."""
    (kind,) = column(ours, "models").values()

    assert (kind["id"], kind["name"]) == ("1750358918383", "nnanki"), COST


def test_the_deck_is_the_one_that_learners_have(ours: Path) -> None:
    """Anki finds a deck by its name; another would be a second deck."""
    decks = {d["name"]: d["id"] for d in column(ours, "decks").values()}

    assert decks.pop("Default") == 1
    assert decks == {"Neural networks from the ground up": 2041232072150}, COST


FIELDS_OF_LEARNERS = [
    ("Id", 7310000000000001),
    ("Front", 7310000000000002),
    ("Back", 7310000000000003),
    ("Details", 7310000000000004),
    ("Typed", 7310000000000005),
    ("Concept", 7310000000000006),
    ("Kind", 7310000000000007),
    ("Level", 7310000000000008),
    ("Symbols", 7310000000000009),
    ("Source", 7310000000000010),
    ("Spare1", 7310000000000011),
    ("Spare2", 7310000000000012),
    ("Spare3", 7310000000000013),
    ("Spare4", 7310000000000014),
    ("Spare5", 7310000000000015),
]


def test_fields_and_template_are_the_ones_that_learners_have(ours: Path) -> None:
    """With other fields, Anki's default options update no note that a learner has."""
    (kind,) = column(ours, "models").values()

    found = [(field["name"], field["id"]) for field in kind["flds"]]
    assert found == FIELDS_OF_LEARNERS, COST
    assert [field["ord"] for field in kind["flds"]] == list(range(15)), COST
    assert [name for name, _ in FIELDS_OF_LEARNERS] == list(FIELDS), COST
    templates = [(item["name"], item["id"]) for item in kind["tmpls"]]
    assert templates == [("Card", 7310000000001001)], COST
    assert (kind["type"], kind["sortf"]) == (0, 0), "never a cloze; sorted by id"


IDENTITIES = {
    "relu-negative": ("082bcaf52a8e6fc80475", 1600000002000),
    "relu-source": ("a5671466581055bb9cf8", 1600000004000),
    "slope-at-the-kink": ("34393a89b9c4cd0c5329", 1600000006000),
    "relu-of-text": ("9ee316766f56aff6eae2", 1600000008000),
}


def test_notes_are_the_ones_that_learners_have(first: Path) -> None:
    """A guid follows from project and card id; another one is another note."""
    assert guids(first / PACKAGE) == IDENTITIES, COST


def test_nothing_but_project_and_id_makes_a_guid(tiny: Path) -> None:
    """Not the words, the file, the title, nor the order."""
    before = guids(tiny / PACKAGE)

    text = (tiny / "cards" / "2-errors.md").read_text()
    (tiny / "cards" / "2-errors.md").unlink()
    (tiny / "cards" / "0-mistakes.md").write_text(
        text.replace("after: [kink]\n", "").replace("Errors", "Mistakes")
    )
    change(tiny / KINK, "Negatives become zero.", "All that is negative is cut off.")
    after = guids(released(tiny))

    assert {name: guid for name, (guid, _) in after.items()} == {
        name: guid for name, (guid, _) in before.items()
    }
    change(tiny / "pyproject.toml", 'name = "tiny"', 'name = "another"')
    (tiny / "cards" / "nnanki.lock").unlink()
    done(tiny, "update")
    done(tiny, "build")
    other = guids(tiny / "dist" / "another.apkg")
    assert not {guid for guid, _ in other.values()} & {g for g, _ in after.values()}


def test_an_inserted_card_moves_no_other(tiny: Path) -> None:
    """Guids, note ids, card ids, times and positions of the others stay as they are."""
    sql = "select guid, n.id, n.mod, c.id, due from notes n join cards c on nid = n.id"
    before = set(query(tiny / PACKAGE, sql))
    change(
        tiny / KINK,
        "## relu-source",
        "## in-between\n\nWhat?\n\n---\n\n`0`<!-- =kink.relu(0) -->\n\n## relu-source",
    )
    after = set(query(released(tiny), sql))

    assert before < after
    ((_, note, _, card, due),) = after - before
    assert (note, card, due) == (FIRST_ID + 3000, FIRST_ID + 3001, 1500)


def test_every_note_has_one_card_in_its_place(ours: Path) -> None:
    """Ids and places rise together, no two are the same, days are in the lock."""
    rows = query(
        ours,
        "select n.id, n.mod, c.id, c.mod, c.due, c.ord, c.type, c.queue, c.did"
        " from notes n left join cards c on c.nid = n.id order by n.id",
    )

    assert len(rows) == len({row[2] for row in rows}) > 70
    dues = [row[4] for row in rows]
    assert dues == sorted(set(dues)) and dues[0] > 0
    assert all(row[1] == row[3] for row in rows)
    assert {row[5:8] for row in rows} == {(0, 0, 0)}
    assert len({row[8] for row in rows}) == 1
    times = set(
        re.findall(r"\d{4}-\d\d-\d\dT", (ROOT / "cards/nnanki.lock").read_text())
    )
    stamps = {time.strftime("%Y-%m-%dT", time.gmtime(row[1])) for row in rows}
    assert stamps <= times


def test_tags_are_words_that_anki_keeps(ours: Path) -> None:
    """Concept, kind and proof of each note: ASCII, without spaces, in one hierarchy."""
    for (tags,) in query(ours, "select tags from notes"):
        assert re.fullmatch(
            r" nnanki::concept::[a-z0-9-]+ nnanki::kind::[a-z]+"
            r" nnanki::proof::(cited|L[0-4])( nnanki::shows::[a-z]+)* ",
            tags,
        )


def test_the_deck_says_what_it_is(first: Path) -> None:
    """Name, version, cards, licence, where it is made, where to report a mistake."""
    decks = column(first / PACKAGE, "decks")
    (described,) = [deck["desc"] for deck in decks.values() if deck["desc"]]

    assert described == (
        "<p>Tiny deck, not yet released: 4 cards on 2 concepts, each card proved by"
        " running it. Licence: MIT."
        ' <a href="https://example.org/tiny">Where it is made</a>.'
        ' Found a mistake? <a href="https://example.org/tiny/issues">Report it</a>.</p>'
    )


# -- the archive ----------------------------------------------------------------------


def test_the_archive_depends_on_nothing_around_it(tiny: Path) -> None:
    """Entries are deflated, dated 1980, readable by all, and sorted."""
    for name, shade in {"a.svg": "red", "b.svg": "blue"}.items():
        (tiny / "cards" / name).write_text(f'<svg fill="{shade}"/>')
    pictures = "![one](b.svg)\n\n![other](a.svg)"
    change(tiny / KINK, "Negatives become zero.", pictures)
    path = released(tiny)

    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        media = json.loads(archive.read("media"))
        assert archive.testzip() is None
    assert [entry.filename for entry in entries] == [
        "collection.anki2",
        "media",
        "0",
        "1",
    ]
    assert {entry.compress_type for entry in entries} == {zipfile.ZIP_DEFLATED}
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o644}
    assert {entry.create_system for entry in entries} == {3}
    assert list(media.values()) == sorted(media.values())
    assert all(
        re.fullmatch(r"nnanki-[0-9a-f]{20}\.svg", name) for name in media.values()
    )


def test_one_picture_on_two_cards_is_packed_once(tiny: Path) -> None:
    """Media are named by their content."""
    (tiny / "cards" / "a.svg").write_text("<svg/>")
    (tiny / "cards" / "same.SVG").write_text("<svg/>")
    change(tiny / KINK, "Negatives become zero.", "![one](a.svg)")
    change(
        tiny / "cards/2-errors.md",
        "Text has no order",
        "![two](same.SVG) Text has no order",
    )

    with zipfile.ZipFile(released(tiny)) as archive:
        assert len(json.loads(archive.read("media"))) == 1


# -- the same bytes -------------------------------------------------------------------

SHIFT = """\
import time

real = time.time
time.time = lambda: real() + 400_000_000.5
time.time_ns = lambda: int(time.time() * 1e9)
time.localtime = lambda seconds=None: time.gmtime(seconds or time.time())
"""


def run(
    root: Path, scratch: Path, *words: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run nnanki in a process with its own folder for temporary files."""
    scratch.mkdir(parents=True)
    return subprocess.run(
        [sys.executable, "-m", "nnanki", *words],
        cwd=root,
        env={"PATH": os.environ["PATH"], "TMPDIR": str(scratch), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_same_sources_same_bytes(tiny: Path, tmp_path: Path) -> None:
    """Whatever the folder, hash seed, zone, language, clock, times of files or cache.

    And no process leaves a file behind in the folder of temporary files.
    """
    later = tmp_path / "sitecustomize"
    later.mkdir()
    (later / "sitecustomize.py").write_text(SHIFT)
    worlds = {
        "here": {},
        "again, from the cache": {},
        "elsewhere, without": {
            "PYTHONHASHSEED": "4711",
            "TZ": "Pacific/Kiritimati",
            "LANG": "tr_TR.UTF-8",
            "LC_ALL": "C",
            "PYTHONPATH": str(later),
        },
        "elsewhere, from the cache": {"PYTHONHASHSEED": "1", "TZ": "America/St_Johns"},
    }
    shutil.rmtree(tiny / ".nnanki_cache")
    other = tmp_path / "quite another, longer folder" / "t"
    shutil.copytree(tiny, other, ignore=shutil.ignore_patterns(".nnanki_cache", "dist"))
    for path in other.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    made = []
    for number, (world, variables) in enumerate(worlds.items()):
        root = tiny if number < 2 else other
        (root / PACKAGE).unlink(missing_ok=True)
        scratch = tmp_path / f"scratch-{number}"
        result = run(root, scratch, "build", **variables)
        assert (result.returncode, result.stderr) == (0, ""), (world, result.stdout)
        assert list(scratch.iterdir()) == [], world
        assert [path.name for path in (root / "dist").glob("*.apkg")] == ["tiny.apkg"]
        made.append((root / PACKAGE).read_bytes())

    assert made[0] == made[1] == made[2] == made[3]


def test_packing_twice_gives_the_same_bytes_at_another_time(first: Path) -> None:
    """Neither two seconds (the resolution of a zip) nor the order of notes counts."""
    deck = examine(load(first), quiet)
    one = packed(deck)
    time.sleep(2.1)
    other = replace(deck, notes=tuple(reversed(deck.notes)))

    assert repacked(other) == one


def repacked(deck: Deck) -> bytes:
    assert deck.note_type is not None
    return package(deck.project, deck.note_type, deck.notes, deck.lock)


def test_no_time_in_a_package_is_the_time_of_the_build(first: Path) -> None:
    """Notes, cards, note type and deck carry the lock's times or constants."""
    path, now = first / PACKAGE, time.time()
    rows = [
        row
        for (table,) in query(path, "select name from sqlite_master where type='table'")
        for row in query(path, f"select * from {table}")
    ]
    numbers = {int(n) for n in re.findall(r"(?<![0-9a-f])\d{10,13}(?!\d)", str(rows))}

    assert 1_700_000_000 in numbers
    seconds = [n / 1000 if n > 10**11 else n for n in numbers]
    assert not [second for second in seconds if abs(second - now) < 10**7]


# -- writing --------------------------------------------------------------------------


def test_a_card_with_problems_leaves_the_old_package(tiny: Path) -> None:
    """A failed build changes nothing in dist, and exits with 1."""
    before = (tiny / PACKAGE).read_bytes()
    change(tiny / KINK, "print(kink.relu(-2))", "print(kink.relu(2))")
    result = nnanki(tiny, "build")

    assert result.exit_code == 1
    assert [p.read_bytes() for p in (tiny / "dist").glob("*.apkg")] == [before]


OUTSIDE = '<img src="https://example.org/x.png">{{Front}}'
BAD = [
    ("front.html", "{{Front}}", "<script>1</script>{{Front}}", "holds a script"),
    ("back.html", "{{Back}}", '<p onclick="x()">{{Back}}', "holds a script"),
    (
        "back.html",
        "{{Back}}",
        '<p style="color: red">{{Back}}',
        "holds an inline style",
    ),
    ("front.html", "{{Front}}", OUTSIDE, "fetches something from outside"),
    ("style.css", ".card", "@import 'x.css';\n.card", "fetches something from outside"),
    (
        "kinds/any.html",
        "[[ blocks.all(ask) -]]",
        "",
        "`relu-source` has an empty front",
    ),
    ("blocks.html", "[[ text ]][[ '\\n' ]]", "[[ text ]]", "its code byte for byte"),
]


def test_a_package_that_verify_refuses_is_not_written(tiny: Path) -> None:
    """What no learner should get leaves the old package as it was, and says why."""
    before = (tiny / PACKAGE).read_bytes()
    (tiny / "templates").mkdir()
    for template, old, new, said in BAD:
        own = tiny / "templates" / template
        own.parent.mkdir(exist_ok=True)
        text = (ROOT / "templates" / template).read_text(encoding="utf-8")
        assert old in text
        own.write_text(text.replace(old, new), encoding="utf-8")
        done(tiny, "update")
        result = nnanki(tiny, "build")
        assert result.exit_code == 1, said
        assert said in result.output
        assert [path.read_bytes() for path in (tiny / "dist").glob("*.apkg")] == [
            before
        ]
        own.unlink()


def test_the_character_that_parts_fields_is_refused(tiny: Path) -> None:
    """U+001F in a card would make Anki refuse the whole package."""
    before = (tiny / PACKAGE).read_bytes()
    change(tiny / KINK, "Negatives become zero.", "Negatives\x1fbecome zero.")
    updated = nnanki(tiny, "update")
    built = nnanki(tiny, "build")

    assert (updated.exit_code, built.exit_code) in {(0, 1), (1, 1)}
    assert "U+001F" in built.output or "control character" in built.output
    assert (tiny / PACKAGE).read_bytes() == before


def test_a_file_is_replaced_at_once_or_not_at_all(tmp_path: Path) -> None:
    """Whoever reads while we write sees the old bytes or the new ones, whole."""
    path = tmp_path / "dist" / "x.apkg"
    contents = [bytes([n]) * 2_000_000 for n in range(8)]
    write(path, contents[0])
    seen: list[bytes] = []
    over = threading.Event()

    def read() -> None:
        while not over.is_set():
            seen.append(path.read_bytes())

    reader = threading.Thread(target=read)
    reader.start()
    for content in contents * 3:
        write(path, content)
    over.set()
    reader.join()

    assert len(seen) > 3
    assert all(data in contents for data in seen)
    assert [item.name for item in path.parent.iterdir()] == ["x.apkg"]


def test_a_write_that_fails_leaves_no_scrap(tmp_path: Path) -> None:
    """Where a folder stands in the way, nothing is left beside it."""
    (tmp_path / "x.apkg").mkdir()
    (tmp_path / "x.apkg" / "inside").touch()
    with pytest.raises(OSError, match=r"x\.apkg"):
        write(tmp_path / "x.apkg", b"new")

    assert [item.name for item in tmp_path.iterdir()] == ["x.apkg"]
    assert (tmp_path / "x.apkg" / "inside").exists()


def test_what_a_killed_run_left_goes_with_the_next(tmp_path: Path) -> None:
    """Scraps of a minute ago; what another run writes just now stays."""
    for name in (".x.apkg.123", ".x.apkg.124", ".x.apkg.mine", ".y.apkg.123"):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (1_700_000_000, 1_700_000_000))
    (tmp_path / ".x.apkg.125").touch()
    write(tmp_path / "x.apkg", b"new")

    left = {item.name for item in tmp_path.iterdir()}
    assert left == {"x.apkg", ".x.apkg.125", ".x.apkg.mine", ".y.apkg.123"}
