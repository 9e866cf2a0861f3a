"""The gallery: every card as Anki shows it, and why it may be shown, on one page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from markupsafe import Markup

from nnanki.cards.markup import direction, markdown
from nnanki.cards.markup.highlight import escape
from nnanki.gallery.forecast import Forecast, forecast
from nnanki.model.card import FIELDS, Card, CardFile, Note, NoteType, Prose
from nnanki.model.problem import Problem
from nnanki.model.project import Project
from nnanki.model.proof import Proof, Proved
from nnanki.notes.anki_template import CardHtml, card_html
from nnanki.notes.lock import edition
from nnanki.notes.mathml import with_mathml
from nnanki.stages.deck import Deck


@dataclass(frozen=True)
class Exhibit:
    """A card of the gallery; `note` says what is to be said of it, beside its proof."""

    id: str
    concept: str
    question: Markup
    direction: str
    html: CardHtml
    proof: Proved
    media: tuple[tuple[str, bytes], ...]
    typed: str = ""
    note: str = ""

    @property
    def kind(self) -> str:
        return self.proof.kind

    @property
    def level(self) -> str:
        return self.proof.evidence.level

    @property
    def unrun(self) -> str:
        return ", ".join(self.proof.evidence.unrun)

    @property
    def place(self) -> str:
        return f"{self.proof.place.path}:{self.proof.place.line}"


@dataclass(frozen=True)
class Concept:
    """A concept with the ids of its cards, in their order."""

    name: str
    title: str
    path: str
    after: tuple[str, ...]
    ids: tuple[str, ...]


class SourceLines(NamedTuple):
    """Where a symbol stands in its file: all lines of that, its first and its last."""

    lines: Sequence[str]
    first: int
    last: int


@dataclass(frozen=True)
class Gallery:
    """All that the page shows. `waiting` are problems that `nnanki update` mends."""

    project: Project
    note_type: NoteType
    concepts: tuple[Concept, ...]
    exhibits: Mapping[str, Exhibit]
    proofs: Mapping[str, Proof]
    versions: Mapping[str, str]
    sources: Mapping[str, SourceLines]
    problems: tuple[Problem, ...] = ()
    waiting: tuple[Problem, ...] = ()
    package: tuple[str, int] | None = None
    live: bool = False
    forecasts: tuple[Forecast, ...] = ()
    edition: str = ""


def with_forecast(deck: Deck, note_type: NoteType) -> Gallery:
    """The gallery for readers: with a forecast, for which an author need not wait."""
    return replace(make_gallery(deck, note_type), forecasts=forecast(deck.cards))


def make_gallery(deck: Deck, note_type: NoteType) -> Gallery:
    """The gallery of a deck: all cards of it that are proved."""
    notes = {note.id: note for note in deck.notes}
    proofs = {item.id: item for item in deck.proofs}
    exhibits = {
        card.id: _exhibit(
            card,
            proofs[card.id],
            notes[card.id],
            card_html(note_type, notes[card.id], deck.project),
        )
        for file in deck.files
        for card in file.cards
        if card.id in notes
    }
    return Gallery(
        project=deck.project,
        note_type=note_type,
        concepts=tuple(_concepts(deck.files)),
        exhibits=exhibits,
        proofs=deck.suite.proofs,
        versions=deck.suite.versions,
        sources={
            name: SourceLines(module.lines, node.lineno, node.end_lineno or node.lineno)
            for name, (module, node) in deck.library.symbols.items()
        },
        edition=edition(deck.lock, notes),
    )


def _exhibit(card: Card, proof: Proved, note: Note, sides: CardHtml) -> Exhibit:
    text, way = question(card)
    return Exhibit(
        id=card.id,
        concept=proof.concept,
        question=text,
        direction=way,
        # The page has no MathJax, which Anki brings along.
        html=CardHtml(with_mathml(sides.front), with_mathml(sides.back)),
        proof=proof,
        media=note.media,
        typed=note.fields[FIELDS.index("Typed")],
    )


def question(card: Card) -> tuple[Markup, str]:
    """The first paragraph of a card's front, in one line, and its direction."""
    prose = (block for block in card.part("front") if isinstance(block, Prose))
    for block in prose:
        inline = [token for token in block.tokens if token.type == "inline"][:1]
        if inline:
            way = direction.of(direction.prose_of(inline)) or direction.LEFT
            text = markdown.html(inline, escape, lambda _, alt: alt, way)
            return Markup(with_mathml(text)), way
    return Markup(escape(card.id)), direction.LEFT


def _concepts(files: Sequence[CardFile]) -> Iterator[Concept]:
    names = {file.concept for file in files}
    for file in files:
        # A file that cannot be read is no concept, but others may build on it.
        after = tuple(name for name, _ in file.after if name in names)
        ids = tuple(dict.fromkeys(card.id for card in file.cards))
        yield Concept(file.concept, file.title, file.path, after, ids)


def picture_files(gallery: Gallery) -> dict[str, bytes]:
    """The pictures of all cards, by their names."""
    return dict(item for card in gallery.exhibits.values() for item in card.media)
