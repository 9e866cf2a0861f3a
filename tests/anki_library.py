"""An author at the command line, and a learner with a real Anki collection."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

import anki.collection  # noqa: F401  first: Anki's modules import each other
from anki.cards import Card
from anki.collection import Collection, ImportAnkiPackageRequest
from anki.consts import CARD_TYPE_NEW
from anki.notes import Note, NoteFieldsCheckResult
from click.testing import CliRunner, Result

from nnanki.build import Deck, quiet
from nnanki.cli import main
from nnanki.package import package
from nnanki.project import load
from nnanki.update import update
from nnanki.verify import verify

TINY = Path(__file__).parent / "tiny"
IGNORED = shutil.ignore_patterns(
    "__pycache__", ".nnanki_cache", "dist", ".pytest_cache"
)


# -- the author -----------------------------------------------------------------------


def fresh(folder: Path) -> Path:
    """The tiny project with its first lock and package; copies of it are built soon."""
    root = Path(shutil.copytree(TINY, folder / "tiny", ignore=IGNORED))
    update(load(root), quiet, now=1_700_000_000).write()
    done(root, "build")
    return root


def nnanki(root: Path, *words: str) -> Result:
    """Run a command in a project."""
    command = ["-C", str(root), *words]
    return CliRunner().invoke(main, command, catch_exceptions=False)


def done(root: Path, *words: str) -> str:
    """Run a command that has to succeed; what it printed."""
    result = nnanki(root, *words)
    assert result.exit_code == 0, result.output
    return result.output


def released(root: Path) -> Path:
    """Update, build; the package of the project."""
    done(root, "update")
    done(root, "build")
    return next((root / "dist").glob("*.apkg"))


def packed(deck: Deck) -> bytes:
    """The package of a deck that has no problems."""
    assert not deck.problems + deck.stale, deck.problems + deck.stale
    assert deck.kind is not None
    data = package(deck.project, deck.kind, deck.notes, deck.lock)
    assert verify(data, deck.notes, dict(deck.places)) == []
    return data


def change(path: Path, old: str, new: str) -> None:
    """Replace words that stand in a file exactly once; touch nothing else."""
    data = path.read_bytes()
    assert data.count(old.encode()) == 1, f"{old!r} in {path.name}"
    path.write_bytes(data.replace(old.encode(), new.encode()))


def tree(root: Path) -> dict[str, bytes]:
    """Every file of a project that git would see."""
    hidden = {".nnanki_cache", "dist", "__pycache__", ".pytest_cache"}
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not hidden & set(path.relative_to(root).parts)
    }


# -- the learner ----------------------------------------------------------------------


class Imported(NamedTuple):
    """What Anki says about an import, in card ids."""

    new: list[str]
    updated: list[str]
    duplicate: list[str]
    other: list[str]


class Sides(NamedTuple):
    """A card as Anki shows it."""

    front: str
    back: str
    sounds: int


class Learner:
    """A collection that imports packages with the options that Anki offers first."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.col = Collection(str(folder / "collection.anki2"))
        everyday = self.col.decks.get_config(1)
        everyday["new"]["perDay"] = everyday["rev"]["perDay"] = 9999
        self.col.decks.update_config(everyday)

    def take(self, package: Path) -> Imported:
        """Import a package."""
        options = self.col._backend.get_import_anki_package_presets()
        request = ImportAnkiPackageRequest(package_path=str(package), options=options)
        log = self.col.import_anki_package(request).log
        groups = {
            field.name: [note.fields[0] for note in getattr(log, field.name)]
            for field in log.DESCRIPTOR.fields
            if field.message_type
        }
        known = [groups.pop(name) for name in ("new", "updated", "duplicate")]
        return Imported(*known, [name for group in groups.values() for name in group])

    def notes(self) -> dict[str, Note]:
        found = (self.col.get_note(note) for note in self.col.find_notes(""))
        return {note["Id"]: note for note in found}

    def odd_fields(self) -> list[str]:
        """Notes whose first field is empty or another note's, and odd clozes."""
        fine = NoteFieldsCheckResult.NORMAL
        return [n for n, note in self.notes().items() if note.fields_check() != fine]

    def style(self) -> str:
        """The CSS of the one note type that the notes have, not from Python's cache."""
        (kind,) = {note.mid for note in self.notes().values()}
        return str(self.col._backend.get_notetype(kind).config.css)

    def card(self, name: str) -> Card:
        (card,) = self.notes()[name].cards()
        return card

    def shown(self) -> dict[str, Sides]:
        """Every card as Anki renders it."""
        return {name: sides(note.cards()[0]) for name, note in self.notes().items()}

    def unseen(self, deck: str) -> list[str]:
        """The new cards of a deck in the order in which they will come."""
        self.col.decks.select(self.col.decks.id_for_name(deck))
        queue = self.col.sched.get_queued_cards(fetch_limit=10_000).cards
        new = [item.card.note_id for item in queue if item.card.ctype == CARD_TYPE_NEW]
        return [self.col.get_note(note)["Id"] for note in new]

    def answer(self, deck: str, rating: int) -> str:
        """Answer the next card of a deck; which one it was."""
        self.col.decks.select(self.col.decks.id_for_name(deck))
        card = self.col.get_card(
            self.col.sched.get_queued_cards(fetch_limit=1).cards[0].card.id
        )
        card.start_timer()
        states = self.col._backend.get_scheduling_states(card.id)
        answer = self.col.sched.build_answer(card=card, states=states, rating=rating)
        self.col.sched.answer_card(answer)
        return card.note()["Id"]

    def schedule(self) -> dict[str, tuple[object, ...]]:
        """Everything that Anki knows about when a card comes, and its reviews."""
        columns = (
            "id did ord type queue due ivl factor reps lapses left odue odid flags data"
        )
        return {
            name: (
                *self.col.db.all(
                    f"select {columns.replace(' ', ',')} from cards where nid = ?",
                    note.id,
                ),
                *self.col.db.all(
                    "select r.* from revlog r join cards c on c.id = r.cid"
                    " where c.nid = ? order by r.id",
                    note.id,
                ),
            )
            for name, note in self.notes().items()
        }


def sides(card: Card) -> Sides:
    output = card.render_output(reload=True)
    sounds = len(output.question_av_tags) + len(output.answer_av_tags)
    return Sides(card.question(), card.answer(), sounds)


@contextmanager
def learner(folder: Path) -> Iterator[Learner]:
    """A learner who has just installed Anki."""
    someone = Learner(folder)
    try:
        yield someone
    finally:
        someone.col.close()


# -- what a browser makes of it -------------------------------------------------------


class Seen(HTMLParser):
    """The text of some HTML, and each piece of code in it."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.codes: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside = False
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "code":
            self.inside = True
            self.codes.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "code":
            self.inside = False

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.inside:
            self.codes[-1] += data
