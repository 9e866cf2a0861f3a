"""From a card to its kind and its obligations."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from nnanki.cards.kinds import (
    blank,
    blocks,
    bug,
    choice,
    order,
    predict,
    question,
    raises,
    session,
    shape,
)
from nnanki.cards.kinds.base import INPUT, Kind, Obligations, Verb, input_below, syntax
from nnanki.cards.markup import languages
from nnanki.model import sessions
from nnanki.model.card import Block, Card, Claim, Fence, Prose
from nnanki.model.obligations import Check, Holds, Obligation, Value
from nnanki.model.problem import Problem

QUESTION = question.KIND
STRAY = {
    "output": "put it right below the code that prints it, or at the top of the back",
    "stderr": "put it right below the output of the code that writes it",
    "error": "put it right below the code that raises it, or at the top of the back",
    "trace": "put it right below the code that it follows, or at the top of the back",
    "also": "put it right below the answer",
}
TAKE_OUT = "remove it; the machine writes it where it belongs"
# A number with a point, a year, a version, a commit: what tells one text from the next.
VERSION = re.compile(r"\d\.\d|\b(19|20)\d\d\b|\bv\d|\b[0-9a-f]{7,40}\b")
TYPED = 40  # letters that one may be asked to type


@dataclass(frozen=True, eq=False)  # a project's own, loaded again, are others
class Kinds:
    """The kinds that a card may be of; the first that a card shows signs of is it."""

    kinds: tuple[Kind, ...]

    @cached_property
    def verbs(self) -> dict[str, Verb]:
        """What each verb of a fence takes."""
        mine = {kind.verb: kind.takes for kind in self.kinds if kind.verb}
        return {name: verb for name, (_, verb) in blocks.BLOCKS.items()} | mine

    @cached_property
    def golden(self) -> tuple[str, ...]:
        """Languages of fences that only the machine writes."""
        mine = [name for kind in self.kinds for name in (kind.golden, *kind.writes)]
        return tuple(dict.fromkeys(filter(None, (*blocks.GOLDEN, *mine))))

    def of(self, card: Card) -> tuple[Kind, Block | None]:
        """A card's kind, and the block on its front that makes it one."""
        # The first one wins: a `run` below a bug only shows what the bug does.
        for kind in self.kinds:
            for block in kind.asking(card):
                return kind, block
        return QUESTION, None

    def asking(self, card: Card) -> list[Block]:
        """All blocks that ask; those that a kind leaves to be run are none."""
        kind, _ = self.of(card)
        rivals = [other for other in self.kinds if other.whole or not kind.whole]
        ids = {id(block) for other in rivals for block in other.asking(card)}
        return [block for block in card.blocks if id(block) in ids]

    def obligations(self, card: Card) -> tuple[list[Obligation], list[Problem]]:
        """All that must be shown true of a card, from top to bottom."""
        items = list(self._items(card))
        obligations = [item for item in items if not isinstance(item, Problem)]
        items += self._stray(card, obligations)
        problems = [item for item in items if isinstance(item, Problem)]
        cited = "source" in card.options
        if not problems and not cited and not any(map(_proves, obligations)):
            hint = (
                "add a golden span, a `check`, code that runs or is quoted, "
                "or cite a `source:` under the heading"
            )
            problems.append(
                Problem(card.place, f"nothing on card `{card.id}` is proved", hint)
            )
        # What nothing here can prove rests on its source, and that changes over time.
        if (
            not problems
            and not obligations
            and not VERSION.search(card.options["source"])
        ):
            what = f"card `{card.id}` cites a source without its version"
            hint = "name the one you read: `…/docs/2.13/…`, `v1.4`, a year or a commit"
            problems.append(Problem(card.place, what, hint))
        return obligations, problems

    def asks(self, card: Card) -> str:
        """The way in which a card asks: it says so, or its kind does, or a trace."""
        kind, _ = self.of(card)
        return card.options.get("asks") or kind.asks or blocks.asks(card)

    def typed(self, card: Card) -> str:
        """What a learner is asked to type; empty where nothing is."""
        kind, question = self.of(card)
        if not isinstance(question, Fence) or "typed" not in question.flags:
            return ""
        return kind.typed(card, question) if kind.typed else ""

    def unrun(self, card: Card) -> tuple[str, ...]:
        """The languages of code on a card that nothing runs."""
        each = (
            block.foreign if isinstance(block, Prose) else [block.language]
            for block in card.blocks
            if isinstance(block, Prose)
            or not (block.verb or block.language in (INPUT, *self.golden))
        )
        names = (languages.name(word) for words in each for word in words)
        return tuple(dict.fromkeys(names))

    def _items(self, card: Card) -> Obligations:
        kind, question = self.of(card)
        asking = self.asking(card)
        for block in asking:
            if block is not question:
                hint = "one card asks one thing; make it two cards"
                yield Problem(block.place, "a second fence that asks", hint)
        claims = kind.claims if question is not None else None
        claimed = claims(card, question) if claims else []
        for block in card.blocks:
            if block is question:
                yield from kind.oblige(card, block)
                yield from self._typing(card, block)
            elif isinstance(block, Prose):
                yield from _prose(block)
            elif block not in asking and block not in claimed:
                yield from self._fence(card, block)

    def _typing(self, card: Card, block: Block) -> Obligations:
        """The problem with an answer that nobody wants to type."""
        text = self.typed(card)
        if "\n" in text or len(text) > TYPED:
            hint = f"use one line of at most {TYPED} characters, or remove `typed`"
            yield Problem(block.place, "this answer is too long to be typed", hint)

    def _fence(self, card: Card, fence: Fence) -> Obligations:
        if fence.verb in blocks.BLOCKS:
            if "typed" in fence.flags:
                hint = "remove `typed`, or make this the fence that asks"
                what = "this fence asks nothing, so there is nothing to type"
                yield Problem(fence.place, what, hint)
            yield from blocks.BLOCKS[fence.verb][0](card, fence)
        elif fence.verb == sessions.VERB:
            yield from session.session(card, fence)
        elif fence.verb:
            what = f"`{fence.verb}` asks a question, so it belongs on the front"
            yield Problem(fence.place, what, "move it above `---`")
        elif fence.language == INPUT:
            yield from _unread(card, fence)
        elif fence.language not in self.golden and (
            fault := languages.fault(fence.language, fence.code, self.golden)
        ):
            yield Problem(fence.place, fault.what, fault.hint)

    def _stray(self, card: Card, obligations: Sequence[Obligation]) -> Obligations:
        """Golden fences that nothing writes."""
        goldens = ("golden", "errors", "also", "change")
        texts = (
            getattr(obligation, name, None)
            for obligation in obligations
            for name in goldens
        )
        owned = {golden.start for golden in texts if golden is not None}
        for fence in (block for block in card.blocks if isinstance(block, Fence)):
            bare = not fence.verb and fence.language in self.golden
            if bare and fence.golden.start not in owned:
                what = f"`{fence.language}`: no code writes this golden text"
                yield Problem(fence.place, what, STRAY.get(fence.language, TAKE_OUT))


def _unread(card: Card, fence: Fence) -> Obligations:
    """The problem with lines that no code reads."""
    before = card.blocks[card.blocks.index(fence) - 1]
    if not isinstance(before, Fence) or input_below(card, before) is not fence:
        hint = "put them right below the code that reads them"
        yield Problem(fence.place, "`input`: no code reads these lines", hint)
    elif before.verb != "run":
        hint = "put them below a `python run`; no other fence reads lines"
        yield Problem(fence.place, "`input`: the code above reads no lines", hint)


def _proves(obligation: Obligation) -> bool:
    """Whether an obligation can fail: a `check` without `assert` only lends names."""
    if not isinstance(obligation, Check):
        return True
    return any(
        isinstance(node, ast.Assert) for node in ast.walk(ast.parse(obligation.code))
    )


def _prose(prose: Prose) -> Obligations:
    for witness in prose.witnesses:
        yield from syntax(witness.expression, witness.place, witness.place.line, "eval")
        if isinstance(witness, Claim):
            yield Holds(witness.place, witness.expression)
        else:
            yield Value(witness.place, witness)


# A choice comes first and a prediction late: the code above options, and below a bug, a
# blank or an order, belongs to these and asks nothing itself.
BUILT_IN = Kinds(
    (
        choice.KIND,
        bug.KIND,
        blank.KIND,
        order.KIND,
        predict.KIND,
        raises.KIND,
        shape.KIND,
    )
)
