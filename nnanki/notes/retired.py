"""Cards that left the deck: why, and what takes their place; cards/RETIRED.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from nnanki.cards.markup import markdown
from nnanki.cards.markup.highlight import escape
from nnanki.model.card import FIELDS, Note, Place
from nnanki.model.conflict_marks import conflict
from nnanki.model.disk.cache import digest
from nnanki.model.disk.text import Text
from nnanki.model.notation import ID, heading_options
from nnanki.model.problem import Problem, neighbour
from nnanki.model.project import RETIREMENTS
from nnanki.model.schema import RETIRED_TAG, guid
from nnanki.notes.lock import NOTE_TYPE, RETIRED, Lock

if TYPE_CHECKING:
    from markdown_it.token import Token

    from nnanki.notes.templates import Templates

PLAIN = {"paragraph_open", "inline", "paragraph_close", "comment"}


@dataclass(frozen=True, slots=True)
class Retired:
    """A card that left the deck: `why`, and the ids of the cards `instead` of it."""

    id: str
    place: Place
    why: tuple[Token, ...]
    instead: tuple[str, ...] = ()


def retirements(text: Text) -> tuple[list[Retired], list[Problem]]:
    """Read RETIRED.md; what stands before its first id is for people."""
    cards: list[Retired] = []
    problems: list[Problem] = []
    if left := conflict(text.lines):
        line, what, hint = left
        return [], [Problem(text.line_place(line), what, hint)]
    tokens, losses = markdown.checked_tokens("\n".join(text.lines))
    _, sections = markdown.sections(tokens)
    problems += [
        Problem(text.line_place(line), what, hint) for line, what, hint in losses
    ]
    for head, title, body in sections:
        name = title.content.strip()
        place = text.line_place((head.map or [0])[0], name)
        card, faults = _one(name, place, body)
        faults += _doubts(text, body)
        if card.id in {other.id for other in cards}:
            faults.append(Problem(place, f"`{name}` stands here twice", "keep one"))
        problems += faults
        cards += [] if faults else [card]
    return cards, problems


def _doubts(text: Text, body: Sequence[Token]) -> Iterator[Problem]:
    """What in some words may mean something else than they show."""
    for token in body:
        for *_, what, hint in (token.meta or {}).get("doubts", ()):
            yield Problem(text.line_place((token.map or [0])[0]), what, hint)


def _one(
    name: str, place: Place, body: Sequence[Token]
) -> tuple[Retired, list[Problem]]:
    problems = []
    instead: tuple[str, ...] = ()
    for token in body:
        if token.type == "comment":
            options = heading_options(token.content) or {}
            if set(options) != {"instead"}:
                what = f"a retired card has no `<!-- {token.content.strip()} -->`"
                hint = "`<!-- instead: other-id -->` names what takes its place"
                problems.append(Problem(place, what, hint))
            instead += tuple(options.get("instead", "").replace(",", " ").split())
    if not ID.fullmatch(name):
        hint = "write `## its-id`, as it was in the deck"
        problems.append(Problem(place, "this is no card's id", hint))
    why = tuple(token for token in body if token.type != "comment")
    if not any(token.type == "inline" for token in why):
        hint = "write below it, in a sentence, why: learners read it"
        problems.append(Problem(place, f"nothing says why `{name}` left", hint))
    if not {token.type for token in body} <= PLAIN:
        hint = "say why in a sentence or two; nothing here is run"
        what = f"the words on `{name}` are more than paragraphs"
        problems.append(Problem(place, what, hint))
    return Retired(name, place, why, instead), problems


def wrong(
    cards: Sequence[Retired], lock: Lock, live: Mapping[str, Place]
) -> Iterator[Problem]:
    """Problems with what left: it must have been there, and what takes over must be."""
    entries = {name: e for name, e in lock.entries.items() if name != NOTE_TYPE}
    for card in cards:
        if card.id in live:
            other = live[card.id]
            what = f"`{card.id}` is in the deck: {other.path}:{other.line}"
            hint = "take it out there, or here"
            yield Problem(card.place, what, hint)
        elif card.id not in entries:
            what = f"no release has a card `{card.id}`"
            yield Problem(card.place, what, neighbour(card.id, entries))
        # What nobody has needs no farewell.
        elif not entries[card.id].first:
            what = f"no release has the card `{card.id}`"
            hint = "it may go without a word: take it out here"
            yield Problem(card.place, what, hint)
        for name in card.instead:
            if name not in live:
                what = f"`{name}`, instead of `{card.id}`, is no card of this deck"
                yield Problem(card.place, what, neighbour(name, live))


def farewell(templates: Templates, card: Retired, lock: Lock) -> Note:
    """The note that tells learners; the lock knows the first id that the card had."""
    project, first = templates.project, lock.entries[card.id].was or card.id
    values = {
        "why": Markup(markdown.html(card.why, escape, _no_picture)),
        "instead": card.instead,
        "tag": RETIRED_TAG,
    }
    meta = {"Id": card.id, "Concept": card.id, "Kind": RETIRED}
    meta["Source"] = RETIREMENTS
    sides = {
        name: templates.render("retired.html", side=side, **values)
        for name, side in (("Front", "front"), ("Back", "back"))
    }
    fields = {**meta, **sides}
    return Note(
        id=card.id,
        guid=guid(project, first),
        fields=tuple(fields.get(name, "") for name in FIELDS),
        tags=(RETIRED_TAG,),
        media=(),
        slabs=(),
        was=first if first != card.id else "",
        digest=digest(fields)[:16],
        level=RETIRED,
        # The note is packed without its card: learners who have it are told, others get
        # nothing.
        retired=True,
    )


def _no_picture(source: str, alternative: str) -> str:  # noqa: ARG001 -- one of two
    """What stands in the place of a picture: its words."""
    return escape(alternative)
