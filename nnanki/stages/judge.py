"""Judges each card: what its code and its tests did, held against what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nnanki.cards.golden import Demands, all_mismatches
from nnanki.model.obligations import Tried
from nnanki.model.problem import Problem
from nnanki.model.proof import Suite
from nnanki.proof.accept import accepted
from nnanki.proof.levels import SHOWING
from nnanki.proof.library import Library
from nnanki.proof.quotes import expected_quotes
from nnanki.running import derive
from nnanki.running.verdict import results_of, verdict
from nnanki.stages.cases import Case
from nnanki.stages.run import Runs


def judge(
    library: Library, cases: Sequence[Case], runs: Runs
) -> tuple[list[Case], list[Problem]]:
    """The cards that are as they say, and what is wrong with the others."""
    sound, problems = [], []
    for case in cases:
        judged, faults = _judge(library, case, runs)
        problems += faults
        sound += [] if faults else [judged]
    return sound, problems


def _judge(library: Library, case: Case, runs: Runs) -> tuple[Case, list[Problem]]:
    expected, problems = expected_quotes(library, case.obligations)
    problems += [*all_mismatches(expected), *case.unfit]
    results: derive.Results = ()
    outcome = runs.outcomes.get(case.card.id)
    if outcome is not None and not case.unfit:
        problems += verdict(case.file, case.obligations, outcome)
        results = results_of(case.file, case.obligations, outcome)
        problems += derive.underived(case.card, results, case.symbols)
    case = replace(case, shows=derive.shows(case.card, case.obligations, results))
    # What tests accept of its variants matters only where the card is right itself.
    if runs.sound and not problems:
        expected, problems = _accepted(library, case, runs.suite)
        problems += all_mismatches(expected)
    return case, problems


def _accepted(library: Library, case: Case, suite: Suite) -> Demands:
    """What a card must say of its variants, and problems with them.

    Weak tests cannot judge variants: they would accept nearly all. So a symbol below
    the level of cards that show code is left to `level`, which asks for better tests.
    """
    expected, problems = [], []
    for item in case.obligations:
        if not isinstance(item, Tried) or item not in case.variants:
            continue
        if suite.proofs[item.symbol].level >= SHOWING:
            texts, faults = accepted(library, item, case.variants[item], suite)
            expected += texts
            problems += faults
    return expected, problems
