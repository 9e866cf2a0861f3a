"""An author at the command line, and a learner with a real Anki collection."""

from __future__ import annotations

import shutil
from html.parser import HTMLParser
from pathlib import Path

from click.testing import CliRunner, Result

from nnanki.cli import main
from nnanki.model.project import load
from nnanki.release.package import package
from nnanki.release.update import update
from nnanki.release.verify import verify
from nnanki.stages.deck import Deck
from nnanki.stages.examine import quiet

from .learner import Imported, Learner, Sides, learner, sides

# The learner's file needs nothing of this project; tests get both from here.
__all__ = ("Imported", "Learner", "Sides", "learner", "sides")
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
    assert deck.note_type is not None
    data = package(deck.project, deck.note_type, deck.notes, deck.lock)
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
