"""Other ways to write what a card hides; the tests say which of them are right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nnanki.model.obligations import Blank
from nnanki.proof.library import Library
from nnanki.proof.variants import Unfit, Variant


@dataclass(frozen=True, slots=True)
class Hole:
    """Where the answer begins and ends in its module's text, and where it stands."""

    start: int
    stop: int
    line: int
    column: int


def fillers(library: Library, blank: Blank) -> Iterator[Variant]:
    """What could stand at the hidden place; a change that was waived stands there."""
    from nnanki.proof import rewrite

    hole = hidden(library, blank)
    module, _ = library.symbols[blank.symbol]
    name = library.inner_name(blank.symbol)
    for filler in rewrite.fillers(
        module.text, name, (hole.start, hole.stop), library.rewrites.values()
    ):
        yield Variant(filler.rewrite, filler.text, filler.module)


def hidden(library: Library, blank: Blank) -> Hole:
    """The place of the answer; raises Unfit where it is none, or not the only one."""
    source = library.source(blank.symbol, blank.part)
    times = source.text.count(blank.answer)
    if times != 1:
        often = f"{times} times" if times else "nowhere"
        what = f"`{blank.answer}` stands {often} in `{blank.symbol}`"
        hint = "the first code of the back is what is hidden: it must stand there once"
        raise Unfit(blank.answered, what, hint)
    before = source.text[: source.text.index(blank.answer)]
    number = source.lines[before.count("\n")]
    module, _ = library.symbols[blank.symbol]
    column = module.lines[number - 1].index(blank.answer)
    start = sum(len(line) + 1 for line in module.lines[: number - 1]) + column
    return Hole(start, start + len(blank.answer), number, column + 1)
