"""Cards on their way through the stages, with all that must be shown true of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from nnanki.cards import relevance
from nnanki.cards.curriculum import Texts
from nnanki.cards.kinds import Kind, Kinds, syntax
from nnanki.model.card import Card, CardFile, Place
from nnanki.model.obligations import Figure, Obligation, Theme, Tried
from nnanki.model.problem import Problem
from nnanki.proof import variants
from nnanki.proof.evidence import symbols
from nnanki.proof.library import Library
from nnanki.proof.variants import Varied
from nnanki.running import figures

# The settings of matplotlib for day and night, and why a style gives none.
Look = tuple[tuple[Theme, ...], tuple[Problem, ...]]


@dataclass(frozen=True)
class Case:
    """A card on its way through the stages."""

    file: CardFile
    card: Card
    kind: Kind
    obligations: tuple[Obligation, ...]
    symbols: tuple[str, ...] = ()
    varied: Mapping[Tried, Varied] = field(default_factory=dict)
    unfit: tuple[Problem, ...] = ()
    shows: tuple[str, ...] = ()
    unrun: tuple[str, ...] = ()


def cases(
    files: Sequence[CardFile], known: Kinds, problems: list[Problem]
) -> list[Case]:
    """Cards with their obligations; cards with problems go no further."""
    seen: dict[str, Place] = {}
    made = []
    for file in files:
        faults = list(syntax(file.setup, file.place, file.setup_line))
        problems += faults
        for card in file.cards:
            twin = _twin(card, seen)
            obligations, found = known.obligations(card) if card.sound else ([], [])
            found = found or list(relevance.idle(file, card) if card.sound else ())
            problems += twin + found
            if file.sound and card.sound and not (faults or twin or found):
                kind, _ = known.of(card)
                unrun = known.unrun(card)
                made.append(Case(file, card, kind, tuple(obligations), unrun=unrun))
    return made


def resolved(
    quoted: Library, case: Case, texts: Texts, look: Callable[[], Look]
) -> Case:
    """A card with all that its obligations name: symbols, bugs, pictures."""
    # Only a picture needs the colors of the style, and only then it is rendered here.
    drawing = any(isinstance(each, Figure) for each in case.obligations)
    themes, gaps = look() if drawing else ((), ())
    names = symbols(quoted, case.file, case.obligations)
    obligations = variants.resolved(quoted, case.obligations)
    obligations = figures.resolved(case.file, obligations, texts, themes)
    varied, unfit = variants.varied(quoted, obligations)
    made = replace(case, symbols=names, obligations=obligations)
    return replace(made, varied=varied, unfit=(*unfit, *gaps))


def _twin(card: Card, seen: dict[str, Place]) -> list[Problem]:
    """The problem with an id, or a `was`, that another card has already."""
    names = {card.id, card.options.get("was", card.id)}
    taken = sorted(names & set(seen))
    if not taken:
        seen |= dict.fromkeys(names, card.place)
        return []
    other = seen[taken[0]]
    what = f"two cards with the id `{taken[0]}`; the other: {other.path}:{other.line}"
    return [Problem(card.place, what, "give this one an id of its own")]
