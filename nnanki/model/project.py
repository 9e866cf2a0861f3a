"""The project that is built: a folder with [tool.nnanki] in its pyproject.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nnanki.model import deck_name
from nnanki.model.card import Place
from nnanki.model.disk.reader import Reader
from nnanki.model.disk.text import BOM, NEWLINE, deepest, read
from nnanki.model.problem import Problem, Refused, neighbour

FILE = "pyproject.toml"
TABLE = "[tool.nnanki]"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
Table = Mapping[str, Any]  # of TOML, whose values nobody has checked yet
RETIREMENTS = "cards/RETIRED.md"  # the cards that left the deck


@dataclass(frozen=True, slots=True)
class Project:
    """What [tool.nnanki] says. `seconds` and `mebibytes` bound the code of a card.

    Its `terms` are those that no card may use before one introduces them, and
    `test_files` are patterns of files that its tests need although Git ignores them.
    Whatever a run reads of it is read through `reader`.
    """

    root: Path
    name: str
    deck: str
    license: str = ""
    package: str = ""
    tests: tuple[str, ...] = ()
    url: str = ""
    seconds: float = 10.0
    mebibytes: int = 2048
    terms: tuple[str, ...] = ()
    test_files: tuple[str, ...] = ()
    reader: Reader = field(default=None, compare=False, repr=False)  # type: ignore[assignment]

    def __post_init__(self) -> None:
        # Whoever makes a project by hand reads it with a new reader; a run goes on with
        # the one that has read its settings.
        if self.reader is None:
            object.__setattr__(self, "reader", Reader(self.root))

    @property
    def cards(self) -> Path:
        return self.root / "cards"

    @property
    def lock(self) -> Path:
        return self.cards / "nnanki.lock"

    @property
    def changelog(self) -> Path:
        """What releases say to learners."""
        return self.cards / "CHANGELOG.md"

    @property
    def output(self) -> Path:
        return self.root / "dist" / f"{self.name}.apkg"

    @property
    def note_type(self) -> str:
        """What Anki calls the notes of this project."""
        return f"nnanki {self.name}" if self.name != "nnanki" else "nnanki"

    @property
    def templates(self) -> tuple[Path, ...]:
        """The project's own templates, then those that come with nnanki."""
        here = Path(__file__).parents[1]
        inside = here / "templates"  # in a wheel; in a checkout beside the package
        built_in = inside if inside.is_dir() else here.parent / "templates"
        return self.root / "templates", built_in

    @property
    def paths(self) -> tuple[Path, ...]:
        """Where `import` looks for the project's own modules."""
        source = self.root / "src"
        return (self.root, source) if self.reader.is_folder(source) else (self.root,)


SETTINGS = "nnanki's docs/settings.md says what each setting takes"
KEYS: dict[str, type | tuple[type, ...]] = {
    "name": str,
    "deck": str,
    "package": str,
    "tests": list,
    "url": str,
    "seconds": (int, float),
    "mebibytes": int,
    "terms": list,
    "needed": list,
}


def load(root: Path) -> Project:
    """Read the project in a folder; raise Refused where it is none."""
    reader = Reader(root)
    if not reader.is_file(FILE):
        hint = "stand in the project's folder, or name it: `nnanki -C FOLDER …`"
        raise Refused(Problem(Place(FILE), "no pyproject.toml here", hint))
    text = read(reader, FILE).raw.removeprefix(BOM)
    data = _toml(text)
    table = data.get("tool", {}).get("nnanki")
    if not isinstance(table, dict):
        hint = 'add `[tool.nnanki]` with `deck = "…"`'
        raise Refused(Problem(Place(FILE), "no [tool.nnanki] table", hint))
    _check(table, text)
    return _project(reader, table, data.get("project", {}), text)


def _toml(text: str) -> Table:
    """The settings as values."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        place = Place(FILE, int(line[1]) if line else 1)
        hint = "https://toml.io shows what TOML allows"
        raise Refused(Problem(place, f"not TOML: {error}", hint)) from None
    except RecursionError:
        place = Place(FILE, deepest(text.split("\n")) + 1)
        what, hint = "brackets are nested too deep", "no setting needs so many"
        raise Refused(Problem(place, what, hint)) from None


def _check(table: Table, text: str) -> None:
    for key, value in table.items():
        if key not in KEYS:
            hint = neighbour(key, KEYS)
            raise Refused(Problem(_key(text, key), f"unknown key `{key}`", hint))
        strings = isinstance(value, list) and all(
            isinstance(item, str) for item in value
        )
        limit = not isinstance(value, int | float) or value > 0
        if (
            not isinstance(value, KEYS[key])
            or (KEYS[key] is list and not strings)
            or not limit
        ):
            what = f"`{key}` cannot be {value!r}"
            raise Refused(Problem(_key(text, key), what, SETTINGS))


def _project(reader: Reader, table: Table, meta: Table, text: str) -> Project:
    name = _name(table, meta, text)
    deck = str(table.get("deck", name))
    if why := deck_name.name_fault(deck):
        raise Refused(Problem(_key(text, "deck" if "deck" in table else "name"), *why))
    tests = tuple(table.get("tests", ()))
    root = reader.root
    # Tests run in a copy of the project. A link that leads out of it would bring in
    # files that nobody copies, and whose changes nobody notices.
    for test in tests:
        if not (root / test).resolve().is_relative_to(root):
            hint = "tests that prove a deck lie in its own folder"
            raise Refused(Problem(_place(text, test), f"`{test}` lies elsewhere", hint))
        if not reader.exists(test):
            hint = "name the files or folders whose tests prove the quoted code"
            raise Refused(Problem(_place(text, test), f"no tests at `{test}`", hint))
    for pattern in table.get("needed", ()):
        if not pattern or Path(pattern).is_absolute() or ".." in Path(pattern).parts:
            hint = "name files of the project, such as `data/*.csv`, from its folder"
            what = f"`{pattern}` lies elsewhere"
            raise Refused(Problem(_place(text, pattern), what, hint))
    licence = meta.get("license", "")
    return Project(
        root=root,
        name=name,
        deck=deck,
        license=licence if isinstance(licence, str) else "",
        package=table.get("package", ""),
        tests=tests,
        url=table.get("url", "").rstrip("/"),
        seconds=float(table.get("seconds", 10.0)),
        mebibytes=int(table.get("mebibytes", 2048)),
        terms=tuple(table.get("terms", ())),
        test_files=tuple(table.get("needed", ())),
        reader=reader,
    )


def _name(table: Table, meta: Table, text: str) -> str:
    """What names the package."""
    name = str(table.get("name", meta.get("name", "")))
    if NAME.fullmatch(name):
        return name
    if not name:
        hint = 'add `name = "my-deck"`: it names the package and must never change'
        place = _place(text, "[tool.nnanki]")
        raise Refused(Problem(place, "the deck has no name", hint))
    parts = re.findall(r"[A-Za-z0-9._-]+", name.strip("._- "))
    slug = "-".join(parts).lower() or "my-deck"
    what = f"`name` cannot be {name!r}: it names a file"
    hint = f'write `name = "{slug}"`; what learners read is `deck`'
    table_of = TABLE if "name" in table else "[project]"
    raise Refused(Problem(_key(text, "name", table_of), what, hint))


def _key(text: str, key: str, table: str = TABLE) -> Place:
    """Where a key of a table gets its value; else where it stands at all."""
    inside = False
    for number, line in enumerate(NEWLINE.split(text), start=1):
        if line.lstrip().startswith("["):
            inside = line.split("#")[0].strip() == table
        match = re.match(rf"\s*([\"']?){re.escape(key)}\1\s*=", line)
        if inside and match:
            column = line.index(key) + 1
            return Place(FILE, number, column, len(key))
    return _place(text, key)


def _place(text: str, word: str) -> Place:
    """Where a word stands in the [tool.nnanki] table."""
    lines = NEWLINE.split(text)
    start = next((n for n, line in enumerate(lines) if line.strip() == TABLE), 0)
    for number, line in enumerate(lines[start:], start=start + 1):
        if word in line:
            return Place(FILE, number, line.index(word) + 1, len(word))
    return Place(FILE, start + 1)
