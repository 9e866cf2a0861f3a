"""What any card may hold: code that runs, raises, is quoted, followed or compared."""

from __future__ import annotations

from collections.abc import Callable

from nnanki.cards.kinds.base import (
    Obligations,
    Verb,
    answer_golden,
    following_golden,
    streams,
    syntax,
)
from nnanki.model.card import Card, Fence, Prose
from nnanki.model.notation import ID
from nnanki.model.obligations import Check, Compare, Figure, Quote, Raises, Trace
from nnanki.model.problem import Problem


def run(card: Card, fence: Fence) -> Obligations:
    yield from syntax(fence.code, fence.place, fence.line)
    yield streams(card, fence, asks=False)


def raises(card: Card, fence: Fence) -> Obligations:
    yield from syntax(fence.code, fence.place, fence.line)
    golden = following_golden(card, fence, "error")
    yield Raises(fence.place, fence.code, fence.line, fence.argument, golden)


def check(card: Card, fence: Fence) -> Obligations:  # noqa: ARG001
    yield from syntax(fence.code, fence.place, fence.line)
    yield Check(fence.place, fence.code, fence.line)


def quote(card: Card, fence: Fence) -> Obligations:  # noqa: ARG001
    symbol, _, part = fence.argument.partition(":")
    yield Quote(fence.place, symbol, part, fence.golden)


def diff(card: Card, fence: Fence) -> Obligations:  # noqa: ARG001
    names, _, part = fence.argument.partition(":")
    old, comma, new = names.partition(",")
    if not comma or "," in new or not (old and new):
        hint = "write two symbols with a comma between them: `diff=before,after`"
        yield Problem(fence.place, "`diff` needs two symbols to compare", hint)
        return
    yield Compare(fence.place, (old, new), part or "code", fence.golden)


def trace(card: Card, fence: Fence) -> Obligations:
    yield from syntax(fence.code, fence.place, fence.line)
    names = tuple(name.strip() for name in fence.argument.split(","))
    for name in names:
        code = name.partition(":")[0]
        yield from syntax(code, fence.place, fence.line, "eval")
    golden = following_golden(card, fence, "trace")
    if golden.text is None and fence.part == "front":
        golden = answer_golden(card, "trace")  # a row or a cell of it is asked
    yield Trace(fence.place, fence.code, fence.line, names, golden)


def asks(card: Card) -> str:
    """What a block asks where no kind does: a cell of a trace, to be computed."""
    fences = (b for b in card.part("front") if isinstance(b, Fence))
    traces = (fence for fence in fences if fence.verb == "trace")
    hidden = any(following_golden(card, t, "trace").text is None for t in traces)
    return "compute" if hidden else ""


def figure(card: Card, fence: Fence) -> Obligations:
    yield from syntax(fence.code, fence.place, fence.line)
    if not ID.fullmatch(fence.argument):
        hint = "use lowercase letters, digits, single hyphens: `figure=relu-kink`"
        what = f"`{fence.argument}` cannot be the name of a picture"
        yield Problem(fence.place, what, hint)
        return
    source = f"figures/{fence.argument}.svg"
    pictures = (b.images for b in card.blocks if isinstance(b, Prose))
    if not any(image.source == source for images in pictures for image in images):
        hint = f"show it where it belongs: `![what it shows]({source})`"
        yield Problem(fence.place, "the card does not show this picture", hint)
    yield Figure(fence.place, fence.code, fence.line, fence.argument)


BLOCKS: dict[str, tuple[Callable[[Card, Fence], Obligations], Verb]] = {
    "run": (run, Verb()),
    "raises": (raises, Verb("TYPE")),
    "check": (check, Verb()),
    "quote": (quote, Verb("SYMBOL")),
    "diff": (diff, Verb("SYMBOL,SYMBOL")),
    "trace": (trace, Verb("NAME,NAME")),
    "figure": (figure, Verb("NAME")),
}
GOLDEN = ("output", "stderr", "error", "trace")
