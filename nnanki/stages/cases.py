"""Cards on their way through the stages, with all that must be shown true of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from nnanki.cards import relevance
from nnanki.cards.curriculum import Texts
from nnanki.cards.kinds import Kind, Kinds, syntax
from nnanki.model.card import Card, CardFile, Evidence, Place
from nnanki.model.obligations import Figure, Obligation, Theme, Tried
from nnanki.model.problem import Problem
from nnanki.model.proof import Proved
from nnanki.proof import vary
from nnanki.proof.levels import symbols
from nnanki.proof.library import Library
from nnanki.proof.variants import Varied
from nnanki.running import figures

# The settings of matplotlib for day and night, and why a style gives none.
Look = tuple[tuple[Theme, ...], tuple[Problem, ...]]
NO_EVIDENCE = Evidence("")  # until its tests and its code have run


@dataclass(frozen=True)
class Case:
    """A card on its way: its kind and what it owes, then what it names, then its proof.

    `variants` are what its place could hold instead, worked out once: they are tried,
    judged, and told. `unfit` says where there can be none.
    """

    file: CardFile
    card: Card
    kind: Kind
    obligations: tuple[Obligation, ...]
    unrun: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()
    variants: Mapping[Tried, Varied] = field(default_factory=dict)
    unfit: tuple[Problem, ...] = ()
    shows: tuple[str, ...] = ()
    evidence: Evidence = NO_EVIDENCE

    @property
    def proof(self) -> Proved:
        """What its evidence is to others than the build."""
        card, source = self.card, self.card.options.get("source", "")
        concept, place = self.file.concept, card.place
        return Proved(card.id, self.kind.name, concept, place, self.evidence, source)


def cases(files: Sequence[CardFile], kinds: Kinds) -> tuple[list[Case], list[Problem]]:
    """Cards with their obligations; cards with problems go no further."""
    places: dict[str, Place] = {}
    problems: list[Problem] = []
    sound = []
    for file in files:
        setup = list(syntax(file.setup, file.place, file.setup_line))
        problems += setup
        for card in file.cards:
            twin = _twin(card, places)
            obligations, faults = kinds.obligations(card) if card.sound else ([], [])
            faults = faults or list(relevance.idle(file, card) if card.sound else ())
            problems += twin + faults
            if file.sound and card.sound and not (setup or twin or faults):
                kind, _ = kinds.of(card)
                unrun = kinds.unrun(card)
                sound.append(Case(file, card, kind, tuple(obligations), unrun))
    return sound, problems


def resolve(
    library: Library, case: Case, texts: Texts, look: Callable[[], Look]
) -> Case:
    """A case with all that its obligations name: symbols, bugs, pictures, variants."""
    # Only a picture needs the colors of the style, and only then it is rendered here.
    drawing = any(isinstance(each, Figure) for each in case.obligations)
    themes, gaps = look() if drawing else ((), ())
    names = symbols(library, case.file, case.obligations)
    varied, unfit = vary.varied(library, case.obligations)
    obligations = vary.resolved(library, case.obligations, varied)
    obligations = figures.resolved(case.file, obligations, texts, themes)
    return replace(
        case,
        symbols=names,
        obligations=obligations,
        variants=varied,
        unfit=(*unfit, *gaps),
    )


def _twin(card: Card, places: dict[str, Place]) -> list[Problem]:
    """The problem with an id, or a `was`, that another card has already."""
    names = {card.id, card.options.get("was", card.id)}
    twice = sorted(names & set(places))
    if not twice:
        places |= dict.fromkeys(names, card.place)
        return []
    other = places[twice[0]]
    what = f"two cards with the id `{twice[0]}`; the other: {other.path}:{other.line}"
    return [Problem(card.place, what, "give this one an id of its own")]
