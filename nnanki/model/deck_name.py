"""Names of decks that Anki keeps as they are; it knows a deck by its name."""

from __future__ import annotations

import re
import unicodedata

BETWEEN = "::"  # a deck and its subdeck
OWN = "default"  # what Anki calls the deck that every collection has
SEEN = ("Cc", "Cf", "Zl", "Zp", "Zs")  # kinds of characters that nobody sees


def kept(name: str) -> str:
    """What Anki calls a deck of some name.

    >>> kept("A::"), kept(" a\\tb"), kept("e\\u0301") == "\\xe9"
    ('A::blank', 'ab', True)
    """
    return BETWEEN.join(_part(part) for part in name.split(BETWEEN))


def _part(part: str) -> str:
    whole = re.sub(r"[\x00-\x1f\x7f]", "", unicodedata.normalize("NFC", part))
    return re.sub(r"\A[\s:]+|[\s:]+\Z", "", whole) or "blank"


def unfit(name: str) -> tuple[str, str] | None:
    """Why a deck cannot have a name, and what to write instead; None where it can."""
    composed = unicodedata.is_normalized("NFC", name)
    said = f"`deck` cannot be {name!r}" if composed else f"`deck` cannot be {name!a}"
    parts = name.split(BETWEEN)
    if not all(any(_seen(letter) for letter in part.strip(":")) for part in parts):
        hint = "give it a name that people can read, and each part between `::` one"
        other = kept(name)
        why = f"Anki would call it `{other}`" if other != name else "nobody can see it"
        return f"{said}: {why}", hint
    if odd := [letter for letter in name if _control(letter)]:
        hint = f'write `deck = "{kept(_plain(name))}"`'
        return f"{said}: {odd[0]!r} cannot be shown", hint
    if kept(name) != name:
        what = f"{said}: Anki would call it `{kept(name)}`"
        return what, f'write `deck = "{kept(name)}"`'
    if name.lower() == OWN:
        return f"{said}: every Anki has a deck of that name", "choose another name"
    return None


def _seen(letter: str) -> bool:
    return unicodedata.category(letter) not in SEEN


def _control(letter: str) -> bool:
    """Whether a character does something to a line instead of standing in it."""
    return unicodedata.category(letter) in ("Cc", "Zl", "Zp")


def _plain(name: str) -> str:
    """A name with blanks in the places of what cannot be shown."""
    return " ".join("".join(" " if _control(c) else c for c in name).split())
