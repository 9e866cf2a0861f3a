"""Names of decks that Anki keeps as they are; it knows a deck by its name."""

from __future__ import annotations

import re
import unicodedata

BETWEEN = "::"  # a deck and its subdeck
OWN = "default"  # what Anki calls the deck that every collection has
INVISIBLE = ("Cc", "Cf", "Zl", "Zp", "Zs")  # kinds of characters that nobody sees


def anki_name(name: str) -> str:
    """What Anki calls a deck of some name.

    >>> anki_name("A::"), anki_name(" a\\tb"), anki_name("e\\u0301") == "\\xe9"
    ('A::blank', 'ab', True)
    """
    return BETWEEN.join(_part(part) for part in name.split(BETWEEN))


def _part(part: str) -> str:
    # As Anki itself does whenever it is given a name: letters are composed, controls
    # dropped, and an empty part is called `blank`.
    whole = re.sub(r"[\x00-\x1f\x7f]", "", unicodedata.normalize("NFC", part))
    return re.sub(r"\A[\s:]+|[\s:]+\Z", "", whole) or "blank"


def name_fault(name: str) -> tuple[str, str] | None:
    """Why a deck cannot have a name, and what to write instead; None where it can."""
    composed = unicodedata.is_normalized("NFC", name)
    complaint = (
        f"`deck` cannot be {name!r}" if composed else f"`deck` cannot be {name!a}"
    )
    parts = name.split(BETWEEN)
    if not all(
        any(_is_visible(letter) for letter in part.strip(":")) for part in parts
    ):
        hint = "give it a name that people can read, and each part between `::` one"
        other = anki_name(name)
        why = f"Anki would call it `{other}`" if other != name else "nobody can see it"
        return f"{complaint}: {why}", hint
    if odd := [letter for letter in name if _control(letter)]:
        hint = f'write `deck = "{anki_name(_plain(name))}"`'
        return f"{complaint}: {odd[0]!r} cannot be shown", hint
    if anki_name(name) != name:
        what = f"{complaint}: Anki would call it `{anki_name(name)}`"
        return what, f'write `deck = "{anki_name(name)}"`'
    # Anki does not tell upper case from lower case in the names of decks.
    if name.lower() == OWN:
        return f"{complaint}: every Anki has a deck of that name", "choose another name"
    return None


def _is_visible(letter: str) -> bool:
    return unicodedata.category(letter) not in INVISIBLE


def _control(letter: str) -> bool:
    """Whether a character does something to a line instead of standing in it."""
    return unicodedata.category(letter) in ("Cc", "Zl", "Zp")


def _plain(name: str) -> str:
    """A name with blanks in the places of what cannot be shown."""
    return " ".join("".join(" " if _control(c) else c for c in name).split())
