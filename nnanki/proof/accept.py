"""Which variants of a card's place the tests accept, and what the card must say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nnanki.cards.golden import UPDATE, mismatches
from nnanki.model.card import Edit, Golden
from nnanki.model.obligations import Blank, Bug, Order, Tried
from nnanki.model.problem import Problem
from nnanki.model.proof import Proof, Trial
from nnanki.proof.excerpt import Unquotable
from nnanki.proof.library import Library
from nnanki.proof.variants import Unfit, Variant, bug, hidden, shuffled, variants

LETTERS = "ABCDE"
OTHERS = "the list of what else is right"


def accepted(
    library: Library, obligation: Tried, trials: Sequence[Trial], proof: Proof
) -> list[Problem]:
    """Problems with what a card says of its variants, given what the tests say.

    `proof` is that of the symbol: a change to it that is waived is right as well.
    """
    try:
        made = list(variants(library, obligation))
        if any(trial.fate == "unknown" for trial in trials):
            what = (
                f"nobody knows which variants of `{obligation.symbol}` its tests accept"
            )
            said = next(trial.said for trial in trials if trial.fate == "unknown")
            return [
                Problem(obligation.place, what, f"{said}; make its tests end sooner")
            ]
        if isinstance(obligation, Bug):
            return list(_bug(library, obligation, trials))
        alive = [v for v, t in zip(made, trials, strict=True) if t.fate != "killed"]
        if isinstance(obligation, Blank):
            waived = list(_waived(library, obligation, proof))
            return list(_blank(obligation, [v.shown for v in alive] + waived))
        return list(_order(library, obligation, alive))
    except (Unfit, Unquotable):
        return []  # that was said before


def _blank(obligation: Blank, others: Sequence[str]) -> Iterator[Problem]:
    if obligation.typed and others:
        what = f"`{others[0]}` is right as well, and Anki compares with one answer"
        yield Problem(obligation.place, what, "take `typed` out, or hide less")
    text = "".join(f"{other}\n" for other in dict.fromkeys(others))
    yield from written(obligation.golden, text, OTHERS)


def _waived(library: Library, obligation: Blank, proof: Proof) -> Iterator[str]:
    """Fillers that a waived mutant makes: nobody can tell them from the answer."""
    start, stop, line = hidden(library, obligation)
    module, _ = library.symbols[obligation.symbol]
    first = start - module.lines[line - 1].index(obligation.answer)
    for trial in proof.trials:
        at = first + trial.column - 1 - start
        inside = proof.line + trial.line == line and at >= 0
        if trial.fate == "waived" and inside and at + len(trial.before) <= stop - start:
            yield (
                obligation.answer[:at]
                + trial.after
                + obligation.answer[at + len(trial.before) :]
            )


def _order(
    library: Library, obligation: Order, alive: Sequence[Variant]
) -> Iterator[Problem]:
    orders = {tuple(map(int, variant.name.split())) for variant in alive}
    try:
        shown, others = shuffled(library, obligation, orders)
    except StopIteration:
        what = (
            f"every order of `{obligation.symbol}:{obligation.part}` passes the tests"
        )
        yield Problem(obligation.place, what, "ask for an order that matters")
        return
    yield from mismatches(obligation.golden, shown, "the shuffled source")
    lines = (" ".join(LETTERS[n] for n in order) for order in others)
    text = "".join(f"{line}\n" for line in sorted(lines))
    yield from written(obligation.also, text, OTHERS)


def _bug(
    library: Library, obligation: Bug, trials: Sequence[Trial]
) -> Iterator[Problem]:
    broken = bug(library, obligation).shown
    if not any(trial.how == "assertion" for trial in trials):
        what = f"no assertion notices `{obligation.mutant}` in `{obligation.symbol}`"
        yield Problem(
            obligation.place, what, "write a test that says what should come out"
        )
        return
    yield from mismatches(
        obligation.golden, broken, f"the source with `{obligation.mutant}`"
    )
    sound = library.source(obligation.symbol, obligation.part).text
    yield from mismatches(obligation.change, _change(broken, sound), "how it is mended")


def _change(broken: str, sound: str) -> str:
    """The lines that go and those that come in their place."""
    from difflib import ndiff

    lines = ndiff(broken.splitlines(), sound.splitlines())
    return "".join(f"{line.rstrip()}\n" for line in lines if line[:1] in "-+")


def written(golden: Golden, text: str, source: str) -> list[Problem]:
    """As `compare`; a fence that would be empty is not there at all."""
    if text:
        return mismatches(golden, text, source)
    if golden.text is None:
        return []
    edit = Edit(golden.place.path, golden.start, golden.stop, "")
    return [Problem(golden.place, f"{source} is empty", UPDATE, (edit,))]


def caught(trials: Sequence[Trial]) -> str:
    """The test that the card names: the first, by name, that asserts otherwise."""
    tests = sorted(test for trial in trials for test in trial.asserting)
    return tests[0].rpartition("::")[2].partition("[")[0] if tests else ""
