"""The files that fields show, as Anki finds them."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator

from nnanki.anki.apkg import Package, PackedNote

# Anki takes a file if a field names it in one of these ways. It looks for them in the
# text itself, also in comments and attributes, so no reader of HTML would do here.
REFERENCE = re.compile(
    r"""<(?:img|audio|video|object|source)\b[^>]*?\b(?:src|data)=
    (?:"([^"]+)"|'([^']+)'|([^\s>]+))
    |\[sound:(.+?)\]""",
    re.IGNORECASE | re.VERBOSE,
)
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
# Templates name such files. Anki cannot rename one without breaking them, so that it
# skips one that is there already.
STATIC = ("_", "latex-")


def references(note: PackedNote) -> set[str]:
    """The names of the files that a note's fields show."""
    return {name for field in note.fields for name in _names(field)}


def _names(field: str) -> Iterator[str]:
    for match in REFERENCE.finditer(field):
        name = html.unescape(next(group for group in match.groups() if group))
        # Anki composes accents in a field before it looks for the file.
        if not ELSEWHERE.match(name):
            yield unicodedata.normalize("NFC", name)


def static(name: str) -> bool:
    """Whether Anki imports a file once and never looks at it again."""
    return name.startswith(STATIC)


def dangling(package: Package) -> dict[str, list[PackedNote]]:
    """The files that fields show and the package lacks, and the notes that do."""
    notes: dict[str, list[PackedNote]] = {}
    for note in package.notes:
        for name in sorted(references(note) - set(package.media)):
            notes.setdefault(name, []).append(note)
    return notes


def other_content(old: Package, new: Package) -> list[str]:
    """The files that have another content under the same name."""
    both = sorted(set(old.media) & set(new.media))
    return [name for name in both if old.media[name].digest != new.media[name].digest]
