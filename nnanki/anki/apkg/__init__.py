"""Any Anki package as values, whoever made it; the only folder that opens one."""

from nnanki.anki.apkg.read import load, opened
from nnanki.anki.apkg.values import (
    Card,
    Deck,
    Field,
    Media,
    Note,
    NoteType,
    Package,
    Template,
)

__all__ = [
    "Card",
    "Deck",
    "Field",
    "Media",
    "Note",
    "NoteType",
    "Package",
    "Template",
    "load",
    "opened",
]
