"""Runs what the finished package shows, once more, and holds it to what it shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from nnanki import kinds, verdict
from nnanki.build import Deck, Duty
from nnanki.card import Block, Card, Fence, Note, Obligation, Place, Quote
from nnanki.errors import Problem
from nnanki.execute import Progress
from nnanki.resolve import Library, library
from nnanki.server import FIRST, Program, Server
from nnanki.verify import HINT, opened, slabs


def replay(deck: Deck, data: bytes, progress: Progress) -> list[Problem]:
    """Problems with a package: its code and outputs are taken out, compared and run.

    Quoted source is compared with the file as it is now, and stands in for the module
    that the card's code imports.
    """
    fresh, problems = library(deck.project)
    packed = opened(data)
    notes = {note.id: note for note in deck.notes}
    duties = []
    for duty in deck.duties:
        note = notes[duty.card.id]
        texts = dict(_texts(note, slabs(packed.notes[note.guid])))
        card = _as_packed(duty.card, texts)
        found = list(_misquoted(fresh, card, duty.obligations, texts))
        problems += found
        if not found:
            obligations, _ = kinds.obligations(card)
            duties.append(replace(duty, card=card, obligations=tuple(obligations)))
    return problems + list(_run(deck, fresh, duties, progress))


def _texts(note: Note, shown: Sequence[str]) -> Iterator[tuple[Place, str]]:
    """What each fence of a card looks like in the package."""
    for fence, text in zip(note.slabs, shown, strict=True):
        whole = fence.code.endswith("\n") or not text.endswith("\n")
        yield fence.place, text if whole else text[:-1]


def _as_packed(card: Card, texts: Mapping[Place, str]) -> Card:
    """The card with the package's code and outputs in the place of its own."""

    def packed(block: Block) -> Block:
        if not isinstance(block, Fence) or block.place not in texts:
            return block
        text, golden = texts[block.place], block.golden
        if golden.text == block.code:
            golden = replace(golden, text=text)
        return replace(block, code=text, golden=golden)

    return replace(card, blocks=tuple(map(packed, card.blocks)))


def _misquoted(
    fresh: Library,
    card: Card,
    duties: Sequence[Obligation],
    texts: Mapping[Place, str],
) -> Iterator[Problem]:
    """Quotes that are not, byte for byte, the source as it stands in its file."""
    for duty in duties:
        if isinstance(duty, Quote) and duty.symbol not in fresh.symbols:
            what = f"`{duty.symbol}` is gone since card `{card.id}` was proved"
            yield Problem(duty.place, what, "build again")
        elif isinstance(duty, Quote):
            source = fresh.source(duty.symbol, duty.part).text
            if source != texts[duty.place]:
                what = f"packed card `{card.id}` does not show the source of"
                yield Problem(duty.place, f"{what} `{duty.symbol}` as it is", HINT)


def _run(
    deck: Deck, fresh: Library, duties: Sequence[Duty], progress: Progress
) -> Iterator[Problem]:
    """Run every card as it is packed, and judge it by what is packed."""
    programs = {duty.card.id: _program(deck, fresh, duty) for duty in duties}
    groups: dict[str, list[Program]] = {}
    for program in programs.values():
        if program is not None:
            groups.setdefault(program.file, []).append(program)
    done = 0

    def told() -> None:
        nonlocal done
        done += 1
        progress("running the package", done, sum(map(len, groups.values())))

    server = Server(deck.project, fresh.sources(deck.project.root))
    outcomes = server.run(FIRST, list(groups.values()), told)
    places = {duty.card.id: duty.card.place for duty in duties}
    for duty in duties:
        if duty.card.id in outcomes:
            outcome = outcomes[duty.card.id]
            for problem in verdict.verdict(
                duty.file, duty.obligations, outcome, places
            ):
                what = f"packed card `{duty.card.id}`: {problem.what}"
                yield replace(problem, what=what, hint=HINT, edits=())


def _program(deck: Deck, fresh: Library, duty: Duty) -> Program | None:
    """A card's steps, and the source that it shows in the place of the imported one."""
    root = deck.project.root
    program = verdict.program(root, duty.file, duty.card, duty.obligations)
    quotes = [item for item in duty.obligations if isinstance(item, Quote)]
    if not quotes:
        return program
    codes = {
        block.place: block.code
        for block in duty.card.blocks
        if isinstance(block, Fence)
    }
    texts = tuple(
        {
            "module": fresh.symbols[quote.symbol][0].name,
            "name": fresh.inner_name(quote.symbol),
            "text": fresh.with_text(quote.symbol, quote.part, codes[quote.place]),
        }
        for quote in quotes
    )
    if program is None:  # it only quotes: its source is executed all the same
        program = Program(duty.card.id, str(root / duty.file.path), (), ())
    return replace(program, quotes=texts)
