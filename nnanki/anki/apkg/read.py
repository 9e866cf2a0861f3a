"""Opens a package, whoever made it, or says why it is none."""

from __future__ import annotations

from pathlib import Path

from nnanki.anki.apkg import archive
from nnanki.anki.apkg.database import UNREADABLE, database
from nnanki.anki.apkg.values import BrokenPackage, Package
from nnanki.model.card import Place
from nnanki.model.problem import Problem, Refused

HINT = "give it a package that Anki imports, or get that one anew"
# Any program may have written a package, so that any value may be of another type than
# it should be. This is what looking at such values raises.
ODD = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


def read_package(path: Path) -> Package:
    """Read a package; raise Refused where there is none."""
    try:
        data = path.read_bytes()
    except OSError as error:
        what = f"cannot be read: {error.strerror or error}"
        hint = "look at the file and its rights"
        raise Refused(Problem(Place(str(path), line=0), what, hint)) from None
    return open_package(data, str(path))


def open_package(data: bytes, name: str = "package") -> Package:
    """The package of some bytes; raise Refused where they are none."""
    try:
        with archive.Archive(data) as files:
            notes, types, decks = database(files.database())
            media = dict(sorted(files.media()))
        return Package(notes, types, decks, media, len(data))
    except BrokenPackage as error:
        what = str(error)
    except (*archive.UNREADABLE, *UNREADABLE, *ODD) as error:
        what = "is no Anki package" if data else "is empty"
        if archive.is_zip(data):
            what = f"is damaged: {str(error) or type(error).__name__}"
    raise Refused(Problem(Place(name, line=0), what, HINT))
