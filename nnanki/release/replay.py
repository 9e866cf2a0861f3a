"""Runs what the finished package shows, once more, and holds it to what it shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from nnanki.anki import apkg
from nnanki.model.card import Card, Fence, Place
from nnanki.model.obligations import Bug, Figure, Obligation, Quote
from nnanki.model.problem import Problem
from nnanki.proof import vary
from nnanki.proof.excerpt import Unquotable
from nnanki.proof.library import Library, library
from nnanki.release.readback import with_packed_texts
from nnanki.release.verify import HINT, first_difference, packed_texts
from nnanki.running.agreement import of_terminals
from nnanki.running.child.messages import Definition
from nnanki.running.execute import Progress
from nnanki.running.program import program
from nnanki.running.runner import TERMINAL, Outcome, Program, Runner
from nnanki.running.verdict import verdict
from nnanki.stages.cases import Case
from nnanki.stages.deck import Deck

SAVED = "saved since the build began? then build again; if not, "


def replay(deck: Deck, data: bytes, progress: Progress) -> list[Problem]:
    """Problems with a package: its code and outputs are taken out, compared and run.

    Quoted source is compared with the file as it is now, and stands in for the module
    that the card's code imports.
    """
    # Rendering, templates and the packing itself lie between what was proved and what
    # learners get. So the proof starts from the other end once more, with nothing but
    # the bytes of the package and the files as they are now.
    fresh, problems = library(deck.project)
    packed = {note.guid: note.fields for note in apkg.open_package(data).notes}
    notes = {note.id: note for note in deck.notes}
    cases = []
    for case in deck.cases:
        note = notes[case.card.id]
        texts = packed_texts(packed[note.guid])
        card, faults = with_packed_texts(case.card, note, texts)
        faults += _misquoted(fresh, card, case.obligations)
        problems += faults
        if not faults:
            again, _ = deck.kinds.obligations(card)
            # A figure's files are in the package, but not in the card's HTML.
            figures = {d.place: d for d in case.obligations if isinstance(d, Figure)}
            again = [figures.get(item.place, item) for item in again]
            bugs, _ = vary.varied(fresh, [o for o in again if isinstance(o, Bug)])
            obligations = vary.resolved(fresh, again, bugs)
            cases.append(replace(case, card=card, obligations=obligations))
    problems += _run(deck, fresh, cases, progress)
    return list(dict.fromkeys(problems))  # a back repeats its front


def _misquoted(
    fresh: Library, card: Card, obligations: Sequence[Obligation]
) -> Iterator[Problem]:
    """Quotes that are not, byte for byte, the source as it stands in its file."""
    codes = _codes(card)
    for obligation in obligations:
        if not isinstance(obligation, Quote):
            continue
        if obligation.symbol not in fresh.symbols:
            what = f"`{obligation.symbol}` is gone since card `{card.id}` was proved"
            yield Problem(obligation.place, what, "build again")
            continue
        try:
            source = fresh.source(obligation.symbol, obligation.part)
        except Unquotable as error:
            what = f"`{obligation.symbol}` can no longer be quoted: {error}"
            yield Problem(obligation.place, what, "build again")
            continue
        text = codes[obligation.golden.start]
        if text != source.text:
            what = f"packed card `{card.id}` does not show the source of"
            what = f"{what} `{obligation.symbol}` as it is in {source.path}"
            lines = first_difference(text, source.text)
            yield Problem(obligation.place, what, SAVED + HINT, lines=lines)


def _codes(card: Card) -> dict[int, str]:
    """The code of each fence, by where it begins in the file."""
    fences = (block for block in card.blocks if isinstance(block, Fence))
    return {fence.golden.start: fence.code for fence in fences}


# -- run ------------------------------------------------------------------------------


def _run(
    deck: Deck, fresh: Library, cases: Sequence[Case], progress: Progress
) -> list[Problem]:
    """Run every card as it is packed, and judge it by what is packed."""
    groups: dict[str, list[Program]] = {}
    for case in cases:
        for each in _program(deck, fresh, case):
            groups.setdefault(each.file, []).append(each)
    number, total = 0, sum(map(len, groups.values()))

    def step() -> None:
        nonlocal number
        number += 1  # beyond the total where a program is run once more
        progress("running the package", min(number, total), total)

    runner = Runner(deck.project, fresh.sources(deck.project.root))
    programs = [program for group in groups.values() for program in group]
    results = runner.run(TERMINAL, programs, step)
    outcomes = {key: of_terminals(outcome) for key, outcome in results.items()}
    problems = [
        Problem(Place(fresh.modules[name].path), "not the file that ran", "build again")
        for name in sorted(runner.foreign)
    ]
    for case in cases:
        if case.card.id in outcomes:
            problems += _judged(case, outcomes[case.card.id])
    return problems


def _judged(case: Case, outcome: Outcome) -> Iterator[Problem]:
    """What a card did, held against what the package shows of it."""
    problems = verdict(case.file, case.obligations, outcome)
    failure = outcome.failure
    if failure is not None and failure["kind"] == "quote":
        quote = _quotes(case)[failure["quote"]]
        problems = [Problem(quote.place, f"`{quote.symbol}` {failure['detail']}")]
    for problem in problems:
        what = f"packed card `{case.card.id}`: {problem.what}"
        yield replace(problem, what=what, hint=HINT, edits=())


def _quotes(case: Case) -> list[Quote]:
    return [item for item in case.obligations if isinstance(item, Quote)]


def _program(deck: Deck, fresh: Library, case: Case) -> Iterator[Program]:
    """A card's steps, and the source that it shows in the place of the imported one."""
    root, codes = deck.project.root, _codes(case.card)
    steps = program(root, case.file, case.card, case.obligations)
    texts: tuple[Definition, ...] = tuple(
        {
            "module": fresh.symbols[quote.symbol][0].name,
            "name": fresh.inner_name(quote.symbol),
            "text": fresh.with_text(
                quote.symbol, quote.part, codes[quote.golden.start]
            ),
        }
        for quote in _quotes(case)
    )
    if steps is None and texts:  # it only quotes: its source is executed all the same
        steps = Program(case.card.id, str(root / case.file.path), ())
    if steps is not None:
        modules = tuple(f"import {text['module']}" for text in texts)
        yield replace(steps, quotes=texts, imports=(*steps.imports, *modules))
