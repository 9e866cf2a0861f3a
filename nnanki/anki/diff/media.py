"""The files that fields show, as Anki finds them."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator

from nnanki.anki.apkg import Note, Package

# Anki takes a file if a field names it in one of these ways. It looks for them in the
# text itself, also in comments and attributes, so no reader of HTML would do here.
SHOWN = re.compile(
    r"""<(?:img|audio|video|object|source)\b[^>]*?\b(?:src|data)=
    (?:"([^"]+)"|'([^']+)'|([^\s>]+))
    |\[sound:(.+?)\]""",
    re.IGNORECASE | re.VERBOSE,
)
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
STATIC = ("_", "latex-")


def shown(note: Note) -> set[str]:
    """The names of the files that a note's fields show."""
    return {name for field in note.fields for name in _names(field)}


def _names(field: str) -> Iterator[str]:
    for match in SHOWN.finditer(field):
        name = html.unescape(next(group for group in match.groups() if group))
        if not ELSEWHERE.match(name):
            yield unicodedata.normalize("NFC", name)


def static(name: str) -> bool:
    """Whether Anki imports a file once and never looks at it again."""
    return name.startswith(STATIC)


def missing(package: Package) -> dict[str, list[Note]]:
    """The files that fields show and the package lacks, and the notes that do."""
    found: dict[str, list[Note]] = {}
    for note in package.notes:
        for name in sorted(shown(note) - set(package.media)):
            found.setdefault(name, []).append(note)
    return found


def changed(old: Package, new: Package) -> list[str]:
    """The files that have another content under the same name."""
    both = sorted(set(old.media) & set(new.media))
    return [name for name in both if old.media[name].digest != new.media[name].digest]
