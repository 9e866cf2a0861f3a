"""Which of these? One option is shown to be right, and each of the others wrong."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING

from nnanki.cards.kinds.base import Choosing, Obligations, following_golden, syntax
from nnanki.model.card import Card, Claim, Fence, GoldenSpan, Prose
from nnanki.model.obligations import Answers, Holds, Value
from nnanki.model.problem import Problem

if TYPE_CHECKING:
    from markdown_it.token import Token

FEWEST, MOST = 3, 4
MARK = re.compile(r"\[[ xX]\]\s+")


def oblige(card: Card, prose: Prose) -> Obligations:
    count = len(prose.choices)
    if not FEWEST <= count <= MOST:
        what = f"a choice of {count}: the list needs {FEWEST} or {MOST} options"
        yield Problem(prose.choices[0][1], what, "options that nobody picks teach none")
        return
    right = [place for mark, place in prose.choices if mark.strip()]
    if len(right) != 1:
        what = f"{len(right) or 'none'} of the options marked as right"
        yield Problem(prose.choices[0][1], what, "mark one of them: `- [x]`")
        return
    if _is_checked(prose):
        yield from _checked(_each(prose), prose)
    else:
        yield from _valued(card, prose, _each(prose))


Witnesses = Sequence[GoldenSpan | Claim]


def _each(prose: Prose) -> list[list[GoldenSpan | Claim]]:
    """What stands behind each option."""
    # A witness belongs to the option above it; the last one goes on to the end.
    starts = [place for _, place in prose.choices]
    stops = [*starts[1:], replace(starts[-1], line=10**9)]
    return [
        [w for w in prose.witnesses if start <= w.place < stop]
        for start, stop in zip(starts, stops, strict=True)
    ]


def _is_checked(prose: Prose) -> bool:
    return all(any(isinstance(w, Claim) for w in option) for option in _each(prose))


def _checked(each: Sequence[Witnesses], prose: Prose) -> Obligations:
    """Every option has a check: it holds for the right one and for no other."""
    for witnesses, (mark, _) in zip(each, prose.choices, strict=True):
        for witness in witnesses:
            place = witness.place
            yield from syntax(witness.expression, place, place.line, "eval")
            if isinstance(witness, GoldenSpan):
                yield Value(place, witness)
            else:
                yield Holds(place, witness.expression, bool(mark.strip()))


def _valued(card: Card, prose: Prose, each: Sequence[Witnesses]) -> Obligations:
    """Every option has a value, and the right one is what the card's code prints."""
    spans = [[w for w in option if isinstance(w, GoldenSpan)] for option in each]
    for values, (_, place) in zip(spans, prose.choices, strict=True):
        if len(values) != 1:
            hint = "add `<!-- check: … -->`, or a value: `` `2.4`<!-- =loss:.1f --> ``"
            yield Problem(place, "nothing shows whether this option is right", hint)
            return
    code = code_above(card, prose)
    if not code:
        hint = "ask for the output of a `run` above them, or give each a `check:`"
        yield Problem(prose.choices[0][1], "nothing says which value is asked", hint)
        return
    for fence in code:
        yield from syntax(fence.code, fence.place, fence.line)
    marks = [mark.strip() for mark, _ in prose.choices]
    pairs = list(zip(marks, (option[0].golden for option in spans), strict=True))
    right = tuple(golden for mark, golden in pairs if mark)
    wrong = tuple(golden for mark, golden in pairs if not mark)
    yield Answers(code[0].place, code[0].code, code[0].line, right, wrong)
    for span in (option[0] for option in spans):
        place = span.place
        yield from syntax(span.expression, place, place.line, "eval")
        yield Value(place, span)


def code_above(card: Card, prose: Prose) -> list[Fence]:
    """The code above the options whose output they are."""
    if _is_checked(prose):
        return []
    front = card.part("front")
    before = front[: front.index(prose)]
    fences = [b for b in before if isinstance(b, Fence) and b.verb == "run"]
    return [f for f in fences if following_golden(card, f, "output").text is None][-1:]


# -- as the card shows them -----------------------------------------------------------


def options(card: Card, prose: Prose) -> list[tuple[bool, list[Token]]]:
    """The options in an order that the card's id alone decides, and which is right."""
    marks = [bool(mark.strip()) for mark, _ in prose.choices]
    items = list(zip(marks, _items(prose), strict=True))
    # As the author wrote them, the right one would often be the first. By chance, each
    # build would be another. By the id alone, they stay where they are after an edit.
    order = sorted(
        range(len(items)),
        key=lambda n: hashlib.sha256(f"{card.id} {n}".encode()).digest(),
    )
    return [items[n] for n in order]


def _items(prose: Prose) -> Iterator[list[Token]]:
    """What each option says, without its mark."""
    inside: list[Token] | None = None
    for token in prose.tokens:
        if token.type == "list_item_open" and token.level == 1:
            inside = []
        elif token.type == "list_item_close" and token.level == 1:
            yield inside or []
            inside = None
        elif inside is not None:
            inside.append(_unmarked(token) if not inside[1:] else token)


def _unmarked(token: Token) -> Token:
    """A paragraph that begins with a mark, without it."""
    if token.type != "inline" or not token.children:
        return token
    bare, first = copy(token), copy(token.children[0])
    first.content = MARK.sub("", first.content, count=1)
    bare.children = [first, *token.children[1:]]
    return bare


KIND = Choosing(
    "choice", verb="", hole="", oblige=oblige, least="L1", whole=True, claims=code_above
)
