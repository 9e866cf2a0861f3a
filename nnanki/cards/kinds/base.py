"""What a kind of card is, and the small tools that kinds share."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from nnanki.model.card import Block, Card, Fence, Golden, Place, Prose
from nnanki.model.conflict_marks import HINT, MERGE, is_mark
from nnanki.model.obligations import Obligation, Run
from nnanki.model.problem import Problem

# Levels of an expression. Python itself gives up at some hundreds, and where exactly
# depends on its version and on what already runs.
DEEPEST = 150
Obligations = Iterator[Obligation | Problem]
INPUT, OUTPUT, ERRORS = "input", "output", "stderr"


@dataclass(frozen=True)
class Verb:
    """What the second word of a fence may carry: `verb=ARGUMENT option=NAME flag`."""

    argument: str = ""
    options: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    """One kind: the verb that makes it, the label of its hole, its obligations.

    `golden` is the language of the fence in which the machine writes the answer, and
    `writes` those of what else it writes. Where that fence `fills` the place of the one
    that asks, the back shows it there. `least` is the level that the project's own code
    on such a card must reach. A kind that is `whole` leaves the card's other code to be
    run and shown, but what it `claims`; else a card has one fence that asks. `hides`
    says which text of that fence stands only on the back, `typed` what a learner types.
    `asks` is the way in which all its cards ask, where they do so alike.
    """

    name: str
    verb: str
    hole: str
    oblige: Callable[[Card, Any], Obligations]
    golden: str = ""
    writes: tuple[str, ...] = ()
    least: str = "L3"
    takes: Verb = Verb()
    whole: bool = False
    hides: Callable[[Card, Any], str] | None = None
    typed: Callable[[Card, Any], str] | None = None
    fills: bool = False
    claims: Callable[[Card, Any], list[Fence]] | None = None
    asks: str = ""

    def asking(self, card: Card) -> list[Block]:
        """The blocks on a card's front that make it one of this kind."""
        return [
            block
            for block in card.part("front")
            if isinstance(block, Fence)
            and block.verb == self.verb
            and bool(self.verb)
            # Code with its output right below hides nothing: it is there to be read.
            and (self.whole or following_golden(card, block, self.golden).text is None)
        ]


class Choosing(Kind):
    """A kind that a list of options makes, not a fence."""

    def asking(self, card: Card) -> list[Block]:
        return [
            block
            for block in card.part("front")
            if isinstance(block, Prose) and block.choices
        ]


def answer_golden(card: Card, language: str) -> Golden:
    """The golden fence at the head of the back, or the place to put it."""
    back = card.part("back")
    if back and isinstance(back[0], Fence) and back[0].language == language:
        return back[0].golden
    place = Place(card.place.path, max(1, card.head_line - 1), 1, 3)
    return Golden(
        place, card.head, card.head, None, "fence", f"\n```{language}", "```\n"
    )


def following_golden(card: Card, block: Block, language: str) -> Golden:
    """The golden fence right below a block, or the place to put it."""
    for after in card.blocks[card.blocks.index(block) + 1 :][:1]:
        if isinstance(after, Fence) and language and after.part == block.part:  # noqa: SIM102
            if after.language == language:
                return after.golden
    return Golden(
        block.place, block.end, block.end, None, "fence", f"\n\n```{language}", "```"
    )


def golden_below(card: Card, golden: Golden, language: str) -> Golden:
    """The golden fence right below another one, or the place to put it."""
    for block in card.blocks:
        if isinstance(block, Fence) and block.golden.start == golden.start:
            return following_golden(card, block, language)
    return Golden(
        golden.place, golden.stop, golden.stop, None, "fence", f"\n```{language}", "```"
    )


def input_below(card: Card, fence: Fence) -> Fence | None:
    """The fence right below some code whose lines the code can read."""
    for after in card.blocks[card.blocks.index(fence) + 1 :][:1]:
        below = isinstance(after, Fence) and after.part == fence.part
        if below and after.language == INPUT and not after.verb:  # type: ignore[union-attr]
            return after  # type: ignore[return-value]
    return None


def streams(card: Card, fence: Fence, asks: bool) -> Run:
    """Code with the lines that it reads, and the golden text of both its streams."""
    lines = input_below(card, fence)
    below = lines or fence
    golden = following_golden(card, below, OUTPUT)
    errors = golden_below(card, golden, ERRORS)
    if golden.text is None:
        errors = following_golden(card, below, ERRORS)
    # What is asked for stands on the back; a program may write to either stream alone.
    if asks:
        golden = answer_golden(card, OUTPUT)
        errors = golden_below(card, golden, ERRORS)
        if golden.text is None:
            errors = answer_golden(card, ERRORS)
    return Run(
        fence.place,
        fence.code,
        fence.line,
        golden,
        asks,
        errors=errors if errors.text is not None else None,
        stdin=lines.code if lines else "",
        stdin_place=lines.place if lines else None,
    )


def answer_code(card: Card) -> Prose | None:
    """The first paragraph of the back that holds code: the answer stands in it."""
    answers = (
        block for block in card.part("back") if isinstance(block, Prose) and block.code
    )
    return next(answers, None)


def syntax(code: str, place: Place, line: int, mode: str = "exec") -> Iterator[Problem]:
    """The problem with some Python that does not parse, at its own line and column."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it is Python all the same; the run tells
            tree = ast.parse(code.strip() if mode == "eval" else code, mode=mode)
        if _depth(tree) > DEEPEST:
            raise RecursionError
    except (RecursionError, MemoryError):
        where = place if mode == "eval" else Place(place.path, line, 1, len(code))
        hint = "build it in steps, in a `check` or in the project's code"
        yield Problem(where, "this code is nested too deep", hint)
    except SyntaxError as error:
        what = f"not Python: {error.msg}"
        if mode == "eval":
            yield Problem(place, what, "one Python expression belongs here")
        else:
            inner = max(1, min(error.lineno or 1, code.count("\n") + 1))
            where = Place(place.path, line + inner - 1, error.offset or 1)
            hint = "correct it here, or just above"
            if is_mark(code.split("\n")[inner - 1]):
                where, what, hint = replace(where, column=1, width=1000), MERGE, HINT
            yield Problem(where, what, hint)


def _depth(tree: ast.AST) -> int:
    """How many levels some code has, each term of a sum being one."""
    depth, level = 0, [tree]
    while level:
        depth += 1
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    return depth
