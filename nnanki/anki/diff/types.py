"""What differs between two note types, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nnanki.anki.apkg import Field, PackedNoteType, Template
from nnanki.anki.diff.importing import same_part

Parts = Sequence[Field | Template]


def type_changes(before: PackedNoteType, now: PackedNoteType) -> Iterator[str]:
    """What differs between note types whose fields and templates Anki matches."""
    if before.name != now.name:
        yield f"it was called {before.name}"
    yield from _renamed("field", before.fields, now.fields)
    yield from _renamed("template", before.templates, now.templates)
    for old, new in zip(before.templates, now.templates, strict=True):
        if (old.front, old.back) != (new.front, new.back):
            yield f"template {new.name} changed"
        elif old.browser != new.browser:
            yield f"what Anki's browser shows of template {new.name} changed"
    if before.css != now.css:
        yield "style changed"
    if before.latex != now.latex:
        yield "LaTeX header or footer changed"
    if before.cloze != now.cloze:
        yield "it makes clozes now" if now.cloze else "it makes no clozes any more"


def _renamed(word: str, olds: Parts, news: Parts) -> Iterator[str]:
    for old, new in zip(olds, news, strict=True):
        if old.name != new.name:
            yield f"{word} {old.name} is called {new.name}"


def schema_changes(before: PackedNoteType, now: PackedNoteType) -> Iterator[str]:
    """Fields and templates that came, went, or stand elsewhere."""
    yield from _rebuilt("field", before.fields, now.fields)
    yield from _rebuilt("template", before.templates, now.templates)


def _rebuilt(word: str, olds: Parts, news: Parts) -> Iterator[str]:
    came = [each for each in news if not any(same_part(each, old) for old in olds)]
    went = [each for each in olds if not any(same_part(each, new) for new in news)]
    yield from (f"{word} {each.name} is new" for each in came)
    yield from (f"{word} {each.name} is gone" for each in went)
    places = [n for new in news for n, old in enumerate(olds) if same_part(new, old)]
    if places != sorted(places):
        yield f"{word}s stand in another order"
