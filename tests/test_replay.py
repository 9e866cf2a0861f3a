"""`replay`: what the finished package shows is compared with the source, and run."""

import re
import sqlite3
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from nnanki.model.disk.cache import file_digest
from nnanki.model.problem import message
from nnanki.model.project import Project, load
from nnanki.release.package import package
from nnanki.release.replay import replay
from nnanki.release.verify import verify
from nnanki.running.runner import FIRST, Outcome, Program, Runner
from nnanki.stages.deck import Deck
from nnanki.stages.examine import examine, quiet

from .anki_library import change, done, nnanki

ROOT = Path(__file__).parent.parent
KINK = Path("cards/1-kink.md")
SOURCE = Path("toy/kink.py")
LOOK = "look at the project's own templates/; without any, this is nnanki's mistake"
SAVED = f"saved since the build began? then build again; if not, {LOOK}"


@pytest.fixture(scope="module", name="good")
def good_fixture(proved: Path) -> tuple[Deck, bytes]:
    """The tiny deck and the bytes of its package; only to be read."""
    return built(proved)


def built(root: Path) -> tuple[Deck, bytes]:
    deck = examine(load(root), quiet)
    assert not deck.problems and deck.note_type is not None
    return deck, package(deck.project, deck.note_type, deck.notes, deck.lock)


def tampered(data: bytes, card: str, old: str, new: str, count: int = 1) -> bytes:
    """The package with some HTML of one note changed, wherever it stands there."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    connection = sqlite3.connect(":memory:")
    connection.deserialize(parts["collection.anki2"])
    where = "WHERE flds LIKE ?"
    ((fields,),) = connection.execute(
        f"SELECT flds FROM notes {where}", (f"{card}\x1f%",)
    )
    assert fields.count(old) == count, fields
    values = (fields.replace(old, new), f"{card}\x1f%")
    connection.execute(f"UPDATE notes SET flds = ? {where}", values)
    connection.commit()
    parts["collection.anki2"] = connection.serialize()
    connection.close()
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return written.getvalue()


def said(deck: Deck, data: bytes) -> str:
    """What running a package has against it, as a person reads it."""
    problems = replay(deck, data, quiet)
    return "\n\n".join(message(problem, deck.project.root) for problem in problems)


def looked(deck: Deck, data: bytes) -> str:
    """What opening a package has against it, as a person reads it."""
    problems = verify(data, deck.notes, dict(deck.places))
    return "\n\n".join(message(problem, deck.project.root) for problem in problems)


# -- the package ----------------------------------------------------------------------


def test_a_good_package_does_what_it_shows(good: tuple[Deck, bytes]) -> None:
    """Nothing is wrong with what was packed from a deck that is proved."""
    assert (looked(*good), said(*good)) == ("", "")


def test_every_card_of_the_package_is_run_and_told(good: tuple[Deck, bytes]) -> None:
    """Four cards, also the one that quotes and the one that raises; one by one."""
    seen: list[tuple[str, int, int]] = []
    replay(*good, lambda *told: seen.append(told))

    assert seen == [("running the package", n, 4) for n in (1, 2, 3, 4)]


TAMPERED = {
    "a byte of quoted code": (
        (
            "relu-source",
            '<span class="mi">0</span>\n',
            '<span class="mi">1</span>\n',
            2,
        ),
        f"""\
cards/1-kink.md:27:4  packed card `relu-source` does not show the source of \
`kink.relu` as it is in toy/kink.py
  27 | ```python quote=kink.relu:code
     |    ^^^^^^^^^^^^^^^^^^^^^^^^^^^
     | -     return 1
     | +     return 0
hint: {SAVED}""",
    ),
    "a lost entity": (
        ("relu-source", "&gt;", "", 2),
        f"""\
cards/1-kink.md:27:4  packed card `relu-source` does not show the source of \
`kink.relu` as it is in toy/kink.py
  27 | ```python quote=kink.relu:code
     |    ^^^^^^^^^^^^^^^^^^^^^^^^^^^
     | -     if x  0:
     | +     if x > 0:
hint: {SAVED}""",
    ),
    "a line of output": (
        ("relu-negative", '<code><span class="line">0', "<code><span>7", 1),
        f"""\
cards/1-kink.md:18:1  packed card `relu-negative`: this is not what the code prints
  18 | 0
     | ^
     | - 7
     | + 0
hint: {LOOK}""",
    ),
    "a sign of code that runs": (
        ("relu-negative", '<span class="o">-</span>', "", 2),
        f"""\
cards/1-kink.md:18:1  packed card `relu-negative`: this is not what the code prints
  18 | 0
     | ^
     | - 0
     | + 2
hint: {LOOK}""",
    ),
    "the words of an error": (
        ("relu-of-text", "TypeError: ", "TypeError: no, ", 1),
        f"""\
cards/2-errors.md:19:1  packed card `relu-of-text`: this is not the error that is raised
  19 | TypeError: '>' not supported between instances of 'str' and 'int'
     | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
     | - TypeError: no, '>' not supported between instances of 'str' and 'int'
     | + TypeError: '>' not supported between instances of 'str' and 'int'
hint: {LOOK}""",
    ),
    "a value between words": (
        (
            "slope-at-the-kink",
            '<code class="short">0</code>, as',
            "<code>2</code>, as",
            1,
        ),
        f"""\
cards/1-kink.md:48:1  packed card `slope-at-the-kink` shows `2`, its file says `0`
  48 | `0`<!-- =kink.slope(0) -->, as on the left. <!-- check: kink.slope(1) == 1 -->
     | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
hint: {LOOK}""",
    ),
    "a letter of a formula": (
        ("relu-source", r"\(&#92;max(0, x)\)", r"\(&#92;min(0, x)\)", 1),
        f"""\
cards/1-kink.md:36:1  packed card `relu-source` shows `\\min(0, x)`, its file says \
`\\max(0, x)`
  36 | `0`<!-- =kink.relu(0) -->, which is $\\max(0, x)$ too.
     | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
hint: {LOOK}""",
    ),
}


@pytest.mark.parametrize("change", TAMPERED.values(), ids=TAMPERED)
def test_a_package_that_shows_something_else(
    good: tuple[Deck, bytes], change: tuple[tuple[str, str, str, int], str]
) -> None:
    """What was lost or changed on its way is named with its card, fence and line."""
    deck, data = good
    arguments, expected = change

    assert said(deck, tampered(data, *arguments)) == expected


BYTES = f"""\
cards/1-kink.md:11:4  packed card `relu-negative` does not show its code byte for byte
  11 | ```python run
     |    ^^^^^^^^^^
     | - print(kink.relu(2))
     | + print(kink.relu(-2))
hint: {LOOK}"""


def test_code_is_compared_before_it_runs(good: tuple[Deck, bytes]) -> None:
    """The first line that differs is told, once for both sides of a card."""
    deck, data = good
    packed = tampered(data, "relu-negative", '<span class="o">-</span>', "", 2)

    assert looked(deck, packed) == BYTES


def test_a_missing_block_is_counted(good: tuple[Deck, bytes]) -> None:
    """Which block is which could not be told, so nothing else is said of the card."""
    deck, data = good
    packed = tampered(
        data, "relu-negative", "<figcaption>prints</figcaption><pre>", "", 1
    )

    assert (
        looked(deck, packed)
        == f"""\
cards/1-kink.md:7:4  packed card `relu-negative` shows 2 blocks of code and output, \
not 3
   7 | ## relu-negative
     |    ^^^^^^^^^^^^^
hint: {LOOK}"""
    )


def test_source_that_changed_since(tiny: Path) -> None:
    """A file that was saved between proof and package is noticed."""
    deck, data = built(tiny)
    change(tiny / SOURCE, "    return 0\n", "    return 0.0\n")

    assert (
        said(deck, data)
        == f"""\
cards/1-kink.md:27:4  packed card `relu-source` does not show the source of \
`kink.relu` as it is in toy/kink.py
  27 | ```python quote=kink.relu:code
     |    ^^^^^^^^^^^^^^^^^^^^^^^^^^^
     | -     return 0
     | +     return 0.0
hint: {SAVED}

cards/1-kink.md:18:1  packed card `relu-negative`: this is not what the code prints
  18 | 0
     | ^
     | - 0
     | + 0.0
hint: {LOOK}"""
    )


def test_source_that_is_gone(tiny: Path) -> None:
    """A symbol that was renamed since the proof cannot be compared with anything."""
    deck, data = built(tiny)
    path = tiny / SOURCE
    path.write_text(path.read_text("utf-8").replace("relu", "ramp"), "utf-8")

    first = said(deck, data).split("\n")[0]
    gone = "`kink.relu` is gone since card `relu-source` was proved"
    assert first == f"cards/1-kink.md:27:4  {gone}"


def test_a_refused_package_leaves_the_old_one(tiny: Path) -> None:
    """A template that shows a value otherwise is found by `build`, and only there."""
    done(tiny, "build")
    (before,) = (tiny / "dist").glob("*.apkg")
    first = before.read_bytes()
    (tiny / "templates").mkdir()
    text = (ROOT / "templates/blocks.html").read_text("utf-8")
    wrong = "[[ part.html | replace('>0<' | safe, '>1<' | safe) ]]"
    own = text.replace("[[ part.html ]]", wrong)
    assert own != text
    (tiny / "templates/blocks.html").write_text(own, "utf-8")
    done(tiny, "update")
    done(tiny, "check")

    result = nnanki(tiny, "build")

    assert result.exit_code == 1
    what = r"^cards/.*packed card `relu-source` shows `1`, its file says `0`$"
    assert re.search(what, result.output, re.MULTILINE)
    assert before.read_bytes() == first


# -- quoted source runs ---------------------------------------------------------------

MODULE = '''\
"""Code to be quoted."""

from functools import lru_cache


@lru_cache
def twice(x):
    """Twice."""
    return 2 * x


class Slope:
    """A slope."""

    SIGNS = [sign for sign in (-1, 1)]

    def __init__(self, slope):
        self.slope = slope

    @property
    def doubled(self):
        return twice(self.slope)

    @doubled.setter
    def doubled(self, value):
        self.slope = value / 2

    @staticmethod
    def where():
        return Slope.where.__code__.co_firstlineno


def where():
    return where.__code__.co_firstlineno
'''


class Shelf:
    """A project with a package `toy`, and a way to run cards on quoted source."""

    def __init__(self, root: Path) -> None:
        (root / "toy").mkdir()
        (root / "toy/__init__.py").write_text("")
        (root / "toy/kink.py").write_text(MODULE)
        sources = {}
        for name in ("toy.kink",):
            path = root / "toy/kink.py"
            sources[name] = (str(path), file_digest(path))
        self.server = Runner(Project(root, "shelf", "Shelf", seconds=5), sources)

    def run(self, *programs: Program) -> dict[str, Outcome]:
        return self.server.run(FIRST, programs, lambda: None)


@pytest.fixture(name="shelf", params=["fork", "spawn"])
def shelf_fixture(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Shelf:
    """Both ways to start a process give the same."""
    monkeypatch.setenv("NNANKI_START", request.param)
    return Shelf(tmp_path.resolve())


def card(key: str, code: str, *quotes: tuple[str, str]) -> Program:
    """A card that shows the symbols of `quotes` as these stand in a text."""
    jobs = tuple(
        {"module": "toy.kink", "name": name, "text": text} for name, text in quotes
    )
    return Program(key, "a.md", ({"do": "run", "code": code, "line": 1},), (), jobs)


def printed(outcome: Outcome) -> str:
    assert outcome.failure is None, outcome.failure
    return str(outcome.results[0]["merged"])


WHERE = "from toy.kink import Slope, where\nprint(where(), Slope.where())"


def test_quoted_source_stands_in_and_no_other_card_sees_it(shelf: Shelf) -> None:
    """The package's text runs, whoever calls it; the next card has the module's."""
    moved = "\n" * 100 + MODULE
    quotes = [(name, moved) for name in ("where", "Slope", "twice")]
    outcomes = shelf.run(
        card("before", WHERE), card("quoting", WHERE, *quotes), card("after", WHERE)
    )

    before, quoting, after = (printed(outcomes[key]) for key in outcomes)
    own = [int(number) for number in before.split()]
    assert [int(number) for number in quoting.split()] == [n + 100 for n in own]
    assert after == before


def test_a_card_that_fails_leaks_nothing_either(shelf: Shelf) -> None:
    """What stands in is taken out, also where code raises or a later quote is wrong."""
    moved = "\n" * 100 + MODULE
    outcomes = shelf.run(
        card("raising", "1 / 0", ("where", moved)),
        card("wrong", WHERE, ("where", moved), ("twice", "def twice(x) return x")),
        card("after", WHERE),
    )

    assert outcomes["raising"].failure is not None
    assert outcomes["wrong"].failure is not None
    assert printed(outcomes["after"]) == printed(shelf.run(card("x", WHERE))["x"])


WRONG = {
    "other code": ("2 * x", "3 * x", "twice", "gives other code than toy.kink runs"),
    "no Python": ("return 2", "return = 2", "twice", "is not Python: invalid syntax"),
    "another name": ("def twice", "def thrice", "twice", "defines no `twice`"),
    "a method": (
        "value / 2",
        "value / 3",
        "Slope",
        "gives other code than toy.kink runs",
    ),
    "another number": (
        "2 * x",
        "2.0 * x",
        "twice",
        "gives other code than toy.kink runs",
    ),
}


@pytest.mark.parametrize("old, new, name, detail", WRONG.values(), ids=WRONG)
def test_quoted_source_must_be_what_the_module_runs(
    shelf: Shelf, old: str, new: str, name: str, detail: str
) -> None:
    """It compiles, defines the same name, and gives the same code."""
    assert old in MODULE
    quote = (name, MODULE.replace(old, new))
    outcome = shelf.run(card("x", "", ("where", MODULE), quote))["x"]

    assert outcome.failure is not None
    expected = {"kind": "quote", "quote": 1, "detail": detail}
    assert expected.items() <= outcome.failure.items()
