"""A note as Anki shows it: the templates of its note type, filled with its fields."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from nnanki.model.card import FIELDS, Note, NoteType
from nnanki.model.project import Project

# A small model of Anki's own language: the gallery shows cards without Anki, and a
# mistake in a template must be told before learners import it.
TAG = re.compile(r"\{\{([#^/]?)\s*(.*?)\s*\}\}", re.DOTALL)
# What Anki takes for an empty field: space, and the tags that its editor leaves.
EMPTY = re.compile(r"(\s|</?(br|div)\s?/?>)*", re.IGNORECASE)
SIDE = "FrontSide"
SPECIAL = ("Card", "CardFlag", "CardID", "Deck", "Subdeck", "Tags", "Type")
FILTERS = ("type", "text")
OPEN, CLOSE = "#^", "/"


class CardHtml(NamedTuple):
    """The HTML of both sides; a field to be typed is left as `[[type:Field]]`."""

    front: str
    back: str


def card_html(note_type: NoteType, note: Note, project: Project) -> CardHtml:
    """Both sides of a note, as Anki's own library renders them."""
    deck = project.deck
    values = dict(zip(FIELDS, note.fields, strict=True))
    values |= {"Card": "Card", "Deck": deck, "Subdeck": deck.rsplit("::", 1)[-1]}
    values |= {"Tags": " ".join(sorted(note.tags)), "Type": project.note_type}
    front = fill(note_type.front, values)
    return CardHtml(front, fill(note_type.back, {**values, SIDE: front}))


def fill(template: str, values: Mapping[str, str]) -> str:
    """A template with fields in the place of their names.

    >>> fill("{{#A}}<b>{{A}}</b>{{/A}}{{^B}}no B{{/B}}", {"A": "1", "B": " "})
    '<b>1</b>no B'
    """
    parts: list[str] = []
    hidden: list[bool] = []
    end = 0
    for tag in TAG.finditer(template):
        if not any(hidden):
            parts.append(template[end : tag.start()])
        sign, name = tag.groups()
        if sign and sign in OPEN:
            empty = EMPTY.fullmatch(values.get(name, "")) is not None
            hidden.append(empty == (sign == "#"))
        elif sign == CLOSE:
            hidden.pop()
        elif not any(hidden):
            parts.append(_value(name, values))
        end = tag.end()
    return "".join([*parts, template[end:]])


def _value(name: str, values: Mapping[str, str]) -> str:
    *filters, field = name.split(":")
    if "type" in filters:
        return f"[[type:{field}]]"
    value = values.get(field, "")
    return re.sub(r"<[^>]*>", "", value) if "text" in filters else value


def mistakes(template: str) -> Iterator[tuple[str, str, str]]:
    """What Anki would not understand: the tag, what is wrong, the name that is."""
    inside: list[tuple[str, str]] = []
    names = {*FIELDS, *SPECIAL, SIDE}
    for tag in TAG.finditer(template):
        sign, name = tag.groups()
        *filters, field = name.split(":")
        if sign == CLOSE:
            opened = inside.pop()[1] if inside else ""
            if opened != name:
                yield tag[0], "closes what is not open", ""
            continue
        if sign:
            inside.append((tag[0], name))
        if field not in names:
            yield tag[0], f"the note type has no field `{field}`", field
        for word in (word for word in filters if word not in FILTERS):
            yield tag[0], f"no filter `{word}`", word
    for opened, name in inside:
        yield opened, f"is never closed by `{{{{/{name}}}}}`", ""
