"""From a card to its kind and its obligations."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from nnanki.card import (
    Card,
    Check,
    Claim,
    Fence,
    Holds,
    Obligation,
    Place,
    Prose,
    Quote,
    Raises,
    Run,
    Value,
)
from nnanki.errors import Problem
from nnanki.kinds import predict, question, raises, shape
from nnanki.kinds.base import Found, Kind, following_golden, syntax
from nnanki.notation import GOLDEN

__all__ = ["ASKING", "Kind", "kind_of", "obligations", "syntax"]

QUESTION = question.KIND
ASKING = {kind.verb: kind for kind in (predict.KIND, raises.KIND, shape.KIND)}
STRAY = {
    "output": "put it right below the code that prints it, or at the back's head",
    "error": "put it right below the code that raises it, or at the back's head",
}
TAKE_OUT = "take it out; the machine writes it where it belongs"
# A number with a point, a year, a version, a commit: what tells one text from the next.
VERSION = re.compile(r"\d\.\d|\b(19|20)\d\d\b|\bv\d|\b[0-9a-f]{7,40}\b")
LATER = ("blank", "bug", "order", "trace", "figure")


def kind_of(card: Card) -> tuple[Kind, Fence | None]:
    """A card's kind, and the fence on its front that makes it one."""
    for fence in _asking(card):
        return ASKING[fence.verb], fence
    return QUESTION, None


def obligations(card: Card) -> tuple[list[Obligation], list[Problem]]:
    """All that must be shown true of a card, from top to bottom."""
    found = list(_found(card))
    duties = [item for item in found if not isinstance(item, Problem)]
    found += _stray(card, duties)
    problems = [item for item in found if isinstance(item, Problem)]
    cited = "source" in card.options
    if not problems and not cited and not any(map(_proves, duties)):
        hint = (
            "add a golden span, a `check`, code that runs or is quoted, "
            "or cite a `source:` under the heading"
        )
        problems.append(
            Problem(card.place, f"nothing on card `{card.id}` is proved", hint)
        )
    if not problems and not duties and not VERSION.search(card.options["source"]):
        what = f"card `{card.id}` cites a source without its version"
        hint = "name the one you read: `…/docs/2.13/…`, `v1.4`, a year, a commit"
        problems.append(Problem(card.place, what, hint))
    return duties, problems


def _proves(duty: Obligation) -> bool:
    """Whether an obligation can fail: a `check` without `assert` only lends names."""
    if not isinstance(duty, Check):
        return True
    return any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(duty.code)))


def _asking(card: Card) -> list[Fence]:
    return [
        block
        for block in card.part("front")
        if isinstance(block, Fence)
        and block.verb in ASKING
        and following_golden(card, block, ASKING[block.verb].golden).text is None
    ]


def _found(card: Card) -> Found:
    asking = _asking(card)
    for fence in asking[1:]:
        hint = "one card asks one thing; make it two cards"
        yield Problem(fence.place, "a second fence that asks", hint)
    asked = asking[0] if asking else None
    for block in card.blocks:
        if isinstance(block, Prose):
            yield from _prose(block)
        elif block is asked:
            yield from ASKING[block.verb].oblige(card, block)
        elif block not in asking:
            yield from _fence(card, block)


def _prose(prose: Prose) -> Found:
    if prose.choices and prose.part == "front":
        yield _not_built(prose.choices[0][1], "choice")
        return
    for witness in prose.witnesses:
        yield from syntax(witness.expression, witness.place, witness.place.line, "eval")
        if isinstance(witness, Claim):
            yield Holds(witness.place, witness.expression)
        else:
            yield Value(witness.place, witness)


def _fence(card: Card, fence: Fence) -> Found:
    if fence.verb in LATER:
        place, width = fence.place, len(fence.verb)
        column = place.column + len(f"{fence.language} ")
        yield _not_built(Place(place.path, place.line, column, width), fence.verb)
    elif fence.verb == "shape":
        hint = "ask it above `---`"
        yield Problem(fence.place, "`shape` asks, so it stands on the front", hint)
    elif fence.verb == "quote":
        symbol, _, part = fence.argument.partition(":")
        yield Quote(fence.place, symbol, part, fence.golden)
    elif fence.verb:
        yield from syntax(fence.code, fence.place, fence.line)
        yield from _executed(card, fence)
    elif fence.language in ("python", "py"):
        hint = (
            "give it a verb: `run` to execute it, `quote=SYMBOL` to show tested source"
        )
        yield Problem(fence.place, "code that nothing proves", hint)


def _executed(card: Card, fence: Fence) -> Found:
    if fence.verb == "run":
        golden = following_golden(card, fence, "output")
        yield Run(fence.place, fence.code, fence.line, golden)
    elif fence.verb == "raises":
        golden = following_golden(card, fence, "error")
        yield Raises(fence.place, fence.code, fence.line, fence.argument, golden)
    elif fence.verb == "check":
        yield Check(fence.place, fence.code, fence.line)


def _stray(card: Card, duties: Sequence[Obligation]) -> Found:
    """Golden fences that nothing writes."""
    fences = [block for block in card.blocks if isinstance(block, Fence)]
    if any(fence.verb in LATER for fence in fences):
        return
    owned = {duty.golden.start for duty in duties if isinstance(duty, Run | Raises)}
    for fence in fences:
        bare = not fence.verb and fence.language in GOLDEN
        if bare and fence.golden.start not in owned:
            what = f"`{fence.language}`: golden text that no code writes"
            yield Problem(fence.place, what, STRAY.get(fence.language, TAKE_OUT))


def _not_built(place: Place, name: str) -> Problem:
    hint = "ask it another way for now: `run`, `raises`, `shape`, or in words"
    return Problem(place, f"`{name}` is not built yet", hint)
