"""Whether a card would show nothing, as Anki judges it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nnanki.anki.apkg import PackedNoteType
from nnanki.notes.anki_template import EMPTY, fill

CLOZE = re.compile(r"\{\{c([\d,]+)::")
MARK = "\0"


def blank(note_type: PackedNoteType, fields: Sequence[str], number: int) -> bool:
    """Whether a card of a note has no cloze, or a front that shows no field."""
    # A card of such a note is a cloze number, whatever the template shows beside it.
    if note_type.cloze:
        numbers = ",".join(CLOZE.findall("".join(fields))).split(",")
        return str(number + 1) not in numbers
    if number >= len(note_type.templates):
        return True
    names = (field.name for field in note_type.fields)
    full = {n for n, f in zip(names, fields, strict=False) if not EMPTY.fullmatch(f)}
    try:
        front = fill(note_type.templates[number].front, dict.fromkeys(full, MARK))
    except IndexError:  # it closes what it did not open; Anki shows an error
        return False
    # The filter `type:` leaves this in the place of its field, and Anki counts it.
    typed = (f"[[type:{name}]]" in front for name in full)
    return MARK not in front and not any(typed)
