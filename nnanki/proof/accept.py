"""Which variants of a card's place the tests accept, and what the card must say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nnanki.cards.golden import Demands, Expected
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
) -> Demands:
    """What a card must say of its variants, given what the tests say, and problems."""
    trials = suite.variants.get(varied.key, ())
    unknown = next((trial for trial in trials if trial.fate == "unknown"), None)
    if unknown is not None:
        what = f"nobody knows which variants of `{obligation.symbol}` its tests accept"
        hint = f"{unknown.message}; make its tests end sooner"
        return [], [Problem(obligation.place, what, hint)]
    if isinstance(obligation, Bug):
        return _bug(library, obligation, varied.variants[0], trials)
    pairs = zip(varied.variants, trials, strict=True)
    # What survives its tests is right as far as anybody can tell, and the card says so.
    alive = [variant for variant, trial in pairs if trial.fate != "killed"]
    if isinstance(obligation, Blank):
        waived = _waived(library, obligation, suite.proofs[obligation.symbol])
        return _blank(obligation, [v.code for v in alive] + list(waived))
    return _order(library, obligation, alive)


def _blank(blank: Blank, others: Sequence[str]) -> Demands:
    problems = []
    if blank.typed and others:
        what = f"`{others[0]}` is right as well, and Anki compares with one answer"
        hint = "take `typed` out, or hide less"
        problems.append(Problem(blank.place, what, hint))
    text = "".join(f"{other}\n" for other in dict.fromkeys(others))
    return [Expected(blank.golden, text, OTHERS, listed=True)], problems


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


def _order(library: Library, obligation: Order, alive: Sequence[Variant]) -> Demands:
    orders = {tuple(map(int, variant.name.split())) for variant in alive}
    try:
        front, others = shuffled(library, obligation, orders)
    except StopIteration:
        what = (
            f"every order of `{obligation.symbol}:{obligation.part}` passes the tests"
        )
        return [], [Problem(obligation.place, what, "ask for an order that matters")]
    lines = (" ".join(LETTERS[n] for n in order) for order in others)
    text = "".join(f"{line}\n" for line in sorted(lines))
    return [
        Expected(obligation.golden, front, "the shuffled source"),
        Expected(obligation.also, text, OTHERS, listed=True),
    ], []


def _bug(
    library: Library, obligation: Bug, variant: Variant, trials: Sequence[Trial]
) -> Demands:
    # A bug that only crashes teaches nothing of what should have come out.
    if not any(trial.how == "assertion" for trial in trials):
        what = f"no assertion notices `{obligation.mutant}` in `{obligation.symbol}`"
        hint = "write a test that says what should come out"
        return [], [Problem(obligation.place, what, hint)]
    source = f"the source with `{obligation.mutant}`"
    sound = library.source(obligation.symbol, obligation.part).text
    change = _change(variant.code, sound)
    return [
        Expected(obligation.golden, variant.code, source),
        Expected(obligation.change, change, "how it is mended"),
    ], []


def _change(broken: str, sound: str) -> str:
    """The lines that go and those that come in their place."""
    from difflib import ndiff

    lines = ndiff(broken.splitlines(), sound.splitlines())
    return "".join(f"{line.rstrip()}\n" for line in lines if line[:1] in "-+")


def catching_test(trials: Sequence[Trial]) -> str:
    """The test that the card names: the first, by name, that asserts otherwise."""
    tests = sorted(test for trial in trials for test in trial.asserting)
    return tests[0].rpartition("::")[2].partition("[")[0] if tests else ""
