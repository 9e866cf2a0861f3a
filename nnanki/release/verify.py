"""Opens the finished package again and looks at it as others will see it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from nnanki.anki import apkg
from nnanki.model.card import FIELDS, Note, Place
from nnanki.model.html import EMPTY, Attributes, HtmlReader
from nnanki.model.problem import Problem
from nnanki.model.table import tabular
from nnanki.notes.mathml import FORMULA

HINT = "look at the project's own templates/; without any, this is nnanki's mistake"
# A card must look the same offline, and must tell nobody that it was studied.
FETCHING = re.compile(r"@import|url\(", re.IGNORECASE)


def verify(
    data: bytes, notes: Sequence[Note], places: dict[str, Place]
) -> list[Problem]:
    """Problems with a package that should hold these notes."""
    # Read like a package of anybody, not with the knowledge of how it was written: what
    # the writer forgets, the reader must miss.
    packed = apkg.open_package(data)
    whole = Place("dist")
    number = sum(not note.retired for note in notes)
    cards = sum(len(note.cards) for note in packed.notes)
    fields = {note.guid: note.fields for note in packed.notes}
    if cards != number or len(fields) != len(notes):
        what = f"the package has {cards} cards of {len(fields)} notes"
        return [Problem(whole, f"{what}, not {number} of {len(notes)}", HINT)]
    faults = list(_type_faults(packed.types.values()))
    problems = [Problem(whole, f"the note type {fault}", HINT) for fault in faults]
    names: set[str] = set()
    for note in notes:
        values = fields.get(note.guid, ())
        names |= set(re.findall(r'src="([^"]+)"', "".join(values)))
        problems += [
            Problem(places[note.id], f"packed card `{note.id}` {what}", HINT)
            for what in _note(note, values)
        ]
        problems += _slabs(note, packed_texts(values).slabs)
    if names != set(packed.media):
        odd = ", ".join(sorted(names ^ set(packed.media)))
        what = f"pictures packed and used differ: {odd}"
        problems.append(Problem(whole, what, HINT))
    return list(dict.fromkeys(problems))  # a back repeats its front


def _type_faults(types: Iterable[apkg.PackedNoteType]) -> Iterator[str]:
    """What templates and style must not hold."""
    for note_type in types:
        yield from _Text.of(
            "".join(t.front + t.back for t in note_type.templates)
        ).faults
        if FETCHING.search(note_type.css):
            yield "fetches something from outside"


def _note(note: Note, values: Sequence[str]) -> Iterator[str]:
    """What is wrong with one packed note."""
    if len(values) != len(FIELDS):
        yield f"has {len(values)} fields, not {len(FIELDS)}: U+001F parts them"
        return
    fields = dict(zip(FIELDS, values, strict=True))
    sides = [_Text.of(fields.get(name, "")) for name in ("Front", "Back", "Details")]
    for side in sides:
        yield from side.faults
    if not sides[0].words.strip():
        yield "has an empty front"
    slabs = sum(len(side.slabs) for side in sides)
    if slabs != len(note.slabs):
        yield f"shows {slabs} blocks of code and output, not {len(note.slabs)}"


def _slabs(note: Note, slabs: Sequence[str]) -> Iterator[Problem]:
    """Code and outputs that are not what the card file says."""
    for fence, slab in zip(note.slabs, slabs, strict=False):
        code = fence.code if fence.code.endswith("\n") else f"{fence.code}\n"
        if slab != code and len(slabs) == len(note.slabs):
            what = f"packed card `{note.id}` does not show its code byte for byte"
            yield Problem(fence.place, what, HINT, lines=first_difference(slab, code))


def first_difference(packed: str, original: str) -> tuple[str, ...]:
    """The first line that a package shows otherwise, and how it should be."""
    # Not a diff: one line is enough to see which of the two is wrong.
    pairs = zip_longest(packed.split("\n"), original.split("\n"))
    pair = next((pair for pair in pairs if pair[0] != pair[1]), (None, None))
    marked = zip("-+", pair, strict=True)
    return tuple(f"{mark} {line}" for mark, line in marked if line is not None)


@dataclass(frozen=True)
class PackedTexts:
    """What a packed note shows, un-HTMLed: slabs, code in its text, formulas."""

    slabs: tuple[str, ...]
    codes: tuple[str, ...]
    formulas: tuple[str, ...]


def packed_texts(values: Sequence[str]) -> PackedTexts:
    """Code, outputs and formulas in the fields of a note, in order."""
    fields = dict(zip(FIELDS, values, strict=False))
    markups = [fields.get(name, "") for name in ("Front", "Back", "Details")]
    sides = [_Text.of(markup) for markup in markups]
    formulas = (match[1] or match[2] for match in FORMULA.finditer("".join(markups)))
    return PackedTexts(
        slabs=tuple(slab for side in sides for slab in side.slabs),
        codes=tuple(code for side in sides for code in side.codes),
        formulas=tuple(html.unescape(formula or "") for formula in formulas),
    )


class _Text(HtmlReader):
    """The text of some HTML, its code, and what must not be there."""

    def __init__(self) -> None:
        super().__init__()
        self.words = ""
        self.slabs: list[str] = []
        self.codes: list[str] = []
        self.inside: list[str] | None = None
        self.rows: list[list[str]] | None = None  # of a table that is a slab
        self.faults: list[str] = []

    def begin(self, tag: str, attributes: Attributes) -> None:
        if tag == "script" or any(name.startswith("on") for name, _ in attributes):
            self.faults.append("holds a script")
        if any(name == "style" for name, _ in attributes):
            self.faults.append("holds an inline style")
        if any(name == "src" and "//" in (value or "") for name, value in attributes):
            self.faults.append("fetches something from outside")
        if tag in EMPTY:
            return
        if tag == "table" and self.path[-2:-1] == ["figure"]:
            self.rows = []
        if self.rows is not None and tag in ("tr", "th", "td"):
            self.rows.append([]) if tag == "tr" else self.rows[-1].append("")
        if self.path[-3:] == ["figure", "pre", "code"]:
            self.inside = self.slabs
            self.slabs.append("")
        elif tag == "code" and "pre" not in self.path:
            self.inside = self.codes
            self.codes.append("")

    def end(self, tag: str) -> None:
        if tag == "code":
            self.inside = None
        if tag == "table" and self.rows is not None:
            self.slabs.append(tabular(self.rows))
            self.rows = None

    def text(self, text: str) -> None:
        self.words += text
        if self.inside is not None:
            self.inside[-1] += text
        if self.rows and {"th", "td"} & set(self.path):
            self.rows[-1][-1] += text
