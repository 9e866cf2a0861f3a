"""Evidence to fields: a card becomes a note."""

from __future__ import annotations

from dataclasses import dataclass

from nnanki.cards.kinds import Kinds
from nnanki.cards.markup.highlight import Highlight, escape, plain
from nnanki.model.card import FIELDS, Card, CardFile, Evidence, Note
from nnanki.model.disk.cache import digest
from nnanki.model.project import Project
from nnanki.model.schema import CONCEPT, OURS, guid
from nnanki.notes.pictures import Pictures
from nnanki.notes.sides import Sides
from nnanki.notes.templates import Templates


@dataclass(frozen=True)
class Renderer:
    """Turns cards into notes."""

    project: Project
    templates: Templates
    kinds: Kinds

    def note(
        self,
        file: CardFile,
        card: Card,
        evidence: Evidence,
        media: Pictures,
        highlight: Highlight,
    ) -> Note:
        kind, question = self.kinds.of(card)
        names = {source: name for source, (name, _) in media.items()}
        sides = Sides(self.templates, card, kind, question, evidence, names)
        meta = self._meta(file, card, kind.name, evidence)
        values = {**meta, **sides.fields(highlight)}
        shows = {"Shows": evidence.shows} if evidence.shows else {}
        return Note(
            id=card.id,
            # By the first id that the card ever had: a renamed card keeps its reviews.
            guid=guid(self.project, card.options.get("was", card.id)),
            fields=tuple(values.get(name, "") for name in FIELDS),
            tags=_tags(file.concept, kind.name, evidence),
            media=tuple(sorted(set(media.values()))),
            slabs=sides.slabs(),
            was=card.options.get("was", ""),
            # Before highlighting: a new release of Pygments changes no card for a
            # learner.
            digest=digest({**meta, **sides.fields(plain), **shows})[:16],
            level=evidence.level,
        )

    def _meta(
        self, file: CardFile, card: Card, kind: str, evidence: Evidence
    ) -> dict[str, str]:
        """The fields that say what a card is, beside what it shows."""
        meta = {
            "Id": card.id,
            "Concept": escape(file.title),
            "Kind": kind,
            "Level": evidence.level,
            "Symbols": escape(", ".join(evidence.symbols)),
            "Source": file.path,
        }
        if evidence.unrun:
            meta["Spare1"] = escape(", ".join(evidence.unrun))
        if typed := self.kinds.typed(card):
            meta["Typed"] = escape(typed)
        return meta


def _tags(concept: str, kind: str, evidence: Evidence) -> tuple[str, ...]:
    """What one may search for, or study a filtered deck of."""
    return (
        f"{CONCEPT}{concept}",
        f"{OURS}kind::{kind}",
        f"{OURS}proof::{evidence.level}",
        *(f"{OURS}shows::{block}" for block in evidence.shows),
    )
