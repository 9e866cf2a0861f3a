"""Whether a card would show nothing, as Anki judges it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nnanki.anki.apkg import NoteType
from nnanki.notes.anki_template import EMPTY, fill

CLOZE = re.compile(r"\{\{c([\d,]+)::")
MARK = "\0"


def blank(kind: NoteType, fields: Sequence[str], number: int) -> bool:
    """Whether a card of a note has no cloze, or a front that shows no field."""
    if kind.cloze:
        found = ",".join(CLOZE.findall("".join(fields))).split(",")
        return str(number + 1) not in found
    if number >= len(kind.templates):
        return True
    names = (field.name for field in kind.fields)
    given = {n for n, f in zip(names, fields, strict=False) if not EMPTY.fullmatch(f)}
    try:
        front = fill(kind.templates[number].front, dict.fromkeys(given, MARK))
    except IndexError:  # it closes what it did not open; Anki shows an error
        return False
    typed = (f"[[type:{name}]]" in front for name in given)
    return MARK not in front and not any(typed)
