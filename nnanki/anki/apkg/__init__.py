"""Any Anki package as values, whoever made it; the only folder that opens one."""

from nnanki.anki.apkg.read import open_package, read_package
from nnanki.anki.apkg.values import (
    Field,
    Package,
    PackedCard,
    PackedDeck,
    PackedFile,
    PackedNote,
    PackedNoteType,
    Template,
)

__all__ = [
    "Field",
    "Package",
    "PackedCard",
    "PackedDeck",
    "PackedFile",
    "PackedNote",
    "PackedNoteType",
    "Template",
    "open_package",
    "read_package",
]
