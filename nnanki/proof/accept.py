"""Which variants of a card's place the tests accept, and what the card must say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nnanki.cards.golden import UPDATE, compare
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
    library: Library, duty: Tried, trials: Sequence[Trial], proof: Proof
) -> list[Problem]:
    """Problems with what a card says of its variants, given what the tests say.

    `proof` is that of the symbol: a change to it that is waived is right as well.
    """
    try:
        made = list(variants(library, duty))
        if any(trial.fate == "unknown" for trial in trials):
            what = f"nobody knows which variants of `{duty.symbol}` its tests accept"
            said = next(trial.said for trial in trials if trial.fate == "unknown")
            return [Problem(duty.place, what, f"{said}; make its tests end sooner")]
        if isinstance(duty, Bug):
            return list(_bug(library, duty, trials))
        alive = [v for v, t in zip(made, trials, strict=True) if t.fate != "killed"]
        if isinstance(duty, Blank):
            waived = list(_waived(library, duty, proof))
            return list(_blank(duty, [v.shown for v in alive] + waived))
        return list(_order(library, duty, alive))
    except (Unfit, Unquotable):
        return []  # that was said before


def _blank(duty: Blank, others: Sequence[str]) -> Iterator[Problem]:
    if duty.typed and others:
        what = f"`{others[0]}` is right as well, and Anki compares with one answer"
        yield Problem(duty.place, what, "take `typed` out, or hide less")
    text = "".join(f"{other}\n" for other in dict.fromkeys(others))
    yield from written(duty.golden, text, OTHERS)


def _waived(library: Library, duty: Blank, proof: Proof) -> Iterator[str]:
    """Fillers that a waived mutant makes: nobody can tell them from the answer."""
    start, stop, line = hidden(library, duty)
    module, _ = library.symbols[duty.symbol]
    first = start - module.lines[line - 1].index(duty.answer)
    for trial in proof.trials:
        at = first + trial.column - 1 - start
        inside = proof.line + trial.line == line and at >= 0
        if trial.fate == "waived" and inside and at + len(trial.before) <= stop - start:
            yield duty.answer[:at] + trial.after + duty.answer[at + len(trial.before) :]


def _order(
    library: Library, duty: Order, alive: Sequence[Variant]
) -> Iterator[Problem]:
    orders = {tuple(map(int, variant.name.split())) for variant in alive}
    try:
        shown, others = shuffled(library, duty, orders)
    except StopIteration:
        what = f"every order of `{duty.symbol}:{duty.part}` passes the tests"
        yield Problem(duty.place, what, "ask for an order that matters")
        return
    yield from compare(duty.golden, shown, "the shuffled source")
    lines = (" ".join(LETTERS[n] for n in order) for order in others)
    text = "".join(f"{line}\n" for line in sorted(lines))
    yield from written(duty.also, text, OTHERS)


def _bug(library: Library, duty: Bug, trials: Sequence[Trial]) -> Iterator[Problem]:
    broken = bug(library, duty).shown
    if not any(trial.how == "assertion" for trial in trials):
        what = f"no assertion notices `{duty.mutant}` in `{duty.symbol}`"
        yield Problem(duty.place, what, "write a test that says what should come out")
        return
    yield from compare(duty.golden, broken, f"the source with `{duty.mutant}`")
    sound = library.source(duty.symbol, duty.part).text
    yield from compare(duty.change, _change(broken, sound), "how it is mended")


def _change(broken: str, sound: str) -> str:
    """The lines that go and those that come in their place."""
    from difflib import ndiff

    lines = ndiff(broken.splitlines(), sound.splitlines())
    return "".join(f"{line.rstrip()}\n" for line in lines if line[:1] in "-+")


def written(golden: Golden, text: str, source: str) -> list[Problem]:
    """As `compare`; a fence that would be empty is not there at all."""
    if text:
        return compare(golden, text, source)
    if golden.text is None:
        return []
    edit = Edit(golden.place.path, golden.start, golden.stop, "")
    return [Problem(golden.place, f"{source} is empty", UPDATE, (edit,))]


def caught(trials: Sequence[Trial]) -> str:
    """The test that the card names: the first, by name, that asserts otherwise."""
    tests = sorted(test for trial in trials for test in trial.asserting)
    return tests[0].rpartition("::")[2].partition("[")[0] if tests else ""
