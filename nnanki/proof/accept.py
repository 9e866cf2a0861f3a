"""Which variants of a card's place the tests accept, and what the card must say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nnanki.cards.golden import UPDATE, mismatches
from nnanki.model.card import Edit, Golden
from nnanki.model.obligations import Blank, Bug, Order, Tried
from nnanki.model.problem import Problem
from nnanki.model.proof import Proof, Suite, Trial
from nnanki.proof.fillers import hidden
from nnanki.proof.library import Library
from nnanki.proof.orders import shuffled
from nnanki.proof.variants import Variant, Varied

LETTERS = "ABCDE"
OTHERS = "the list of what else is right"


def accepted(
    library: Library, obligation: Tried, varied: Varied, suite: Suite
) -> list[Problem]:
    """Problems with what a card says of its variants, given what the tests say."""
    trials = suite.variants.get(varied.key, ())
    unknown = next((trial for trial in trials if trial.fate == "unknown"), None)
    if unknown is not None:
        what = f"nobody knows which variants of `{obligation.symbol}` its tests accept"
        hint = f"{unknown.message}; make its tests end sooner"
        return [Problem(obligation.place, what, hint)]
    if isinstance(obligation, Bug):
        return list(_bug(library, obligation, varied.variants[0], trials))
    pairs = zip(varied.variants, trials, strict=True)
    # What survives its tests is right as far as anybody can tell, and the card says so.
    alive = [variant for variant, trial in pairs if trial.fate != "killed"]
    if isinstance(obligation, Blank):
        waived = _waived(library, obligation, suite.proofs[obligation.symbol])
        return list(_blank(obligation, [v.code for v in alive] + list(waived)))
    return list(_order(library, obligation, alive))


def _blank(blank: Blank, others: Sequence[str]) -> Iterator[Problem]:
    if blank.typed and others:
        what = f"`{others[0]}` is right as well, and Anki compares with one answer"
        yield Problem(blank.place, what, "take `typed` out, or hide less")
    text = "".join(f"{other}\n" for other in dict.fromkeys(others))
    yield from compare_list(blank.golden, text)


def _waived(library: Library, blank: Blank, proof: Proof) -> Iterator[str]:
    """Fillers that a waived mutant makes: nobody can tell them from the answer.

    No rewrite may have made them, and still the card must not call them wrong.
    """
    hole = hidden(library, blank)
    for trial in proof.trials:
        change = trial.change
        at = change.column - hole.column
        end = at + len(change.before)
        inside = change.line == hole.line and at >= 0 and end <= hole.stop - hole.start
        if trial.fate == "waived" and inside:
            yield blank.answer[:at] + change.after + blank.answer[end:]


def _order(
    library: Library, obligation: Order, alive: Sequence[Variant]
) -> Iterator[Problem]:
    orders = {tuple(map(int, variant.name.split())) for variant in alive}
    try:
        front, others = shuffled(library, obligation, orders)
    except StopIteration:
        what = (
            f"every order of `{obligation.symbol}:{obligation.part}` passes the tests"
        )
        yield Problem(obligation.place, what, "ask for an order that matters")
        return
    yield from mismatches(obligation.golden, front, "the shuffled source")
    lines = (" ".join(LETTERS[n] for n in order) for order in others)
    text = "".join(f"{line}\n" for line in sorted(lines))
    yield from compare_list(obligation.also, text)


def _bug(
    library: Library, obligation: Bug, variant: Variant, trials: Sequence[Trial]
) -> Iterator[Problem]:
    # A bug that only crashes teaches nothing of what should have come out.
    if not any(trial.how == "assertion" for trial in trials):
        what = f"no assertion notices `{obligation.mutant}` in `{obligation.symbol}`"
        yield Problem(
            obligation.place, what, "write a test that says what should come out"
        )
        return
    source = f"the source with `{obligation.mutant}`"
    yield from mismatches(obligation.golden, variant.code, source)
    sound = library.source(obligation.symbol, obligation.part).text
    yield from mismatches(
        obligation.change, _change(variant.code, sound), "how it is mended"
    )


def _change(broken: str, sound: str) -> str:
    """The lines that go and those that come in their place."""
    from difflib import ndiff

    lines = ndiff(broken.splitlines(), sound.splitlines())
    return "".join(f"{line.rstrip()}\n" for line in lines if line[:1] in "-+")


def compare_list(golden: Golden, text: str) -> list[Problem]:
    """As `mismatches`; a list that would be empty is not there at all."""
    if text:
        return mismatches(golden, text, OTHERS)
    if golden.text is None:
        return []
    edit = Edit(golden.place.path, golden.start, golden.stop, "")
    return [Problem(golden.place, f"{OTHERS} is empty", UPDATE, (edit,))]


def catching_test(trials: Sequence[Trial]) -> str:
    """The test that the card names: the first, by name, that asserts otherwise."""
    tests = sorted(test for trial in trials for test in trial.asserting)
    return tests[0].rpartition("::")[2].partition("[")[0] if tests else ""
