"""Says how far the evidence of each card reaches, and what keeps it from more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nnanki.model.card import Evidence
from nnanki.model.obligations import Bug
from nnanki.model.problem import Problem
from nnanki.model.project import Project
from nnanki.model.proof import Suite
from nnanki.proof import refusal
from nnanki.proof.accept import catching_test
from nnanki.proof.levels import cited_too_often, evidence, least, reaches
from nnanki.proof.library import Library
from nnanki.stages.cases import Case
from nnanki.stages.run import Runs


def level(
    project: Project, library: Library, cases: Sequence[Case], runs: Runs
) -> tuple[list[Case], list[Problem]]:
    """Cases with their evidence; where it is too weak, one problem for each symbol."""
    if not runs.sound:  # a failing test proves nothing, and that was said
        return [], []
    suite = runs.suite
    problems = refusal.waivers(library, suite)
    graded = []
    needs: dict[tuple[str, str], list[str]] = {}
    for case in cases:
        reached = _evidence(case, runs)
        graded.append(replace(case, evidence=reached))
        minimum = least(case.kind, case.card, case.obligations, case.symbols)
        weak = [name for name in case.symbols if _is_weak(suite, name, minimum)]
        for name in weak:
            needs.setdefault((name, minimum), []).append(case.card.id)
        problems += [] if weak else reaches(case.card, reached.level, minimum)
    problems += cited_too_often([(case.card, case.evidence) for case in graded])
    for (name, minimum), cards in needs.items():
        problems += refusal.refusals(
            project.root, library, suite.proofs[name], refusal.Need(minimum, cards)
        )
    return graded, problems


def _is_weak(suite: Suite, symbol: str, minimum: str) -> bool:
    return symbol in suite.proofs and suite.proofs[symbol].level < minimum


def _evidence(case: Case, runs: Runs) -> Evidence:
    """The evidence of a card; of a bug also what is misunderstood, and who notices."""
    suite, outcome = runs.suite, runs.outcomes.get(case.card.id)
    reached = replace(
        evidence(suite.proofs, case.symbols, case.obligations),
        shows=case.shows,
        unrun=case.unrun,
        fresh=outcome is not None and outcome.fresh,
    )
    for item in case.obligations:
        if isinstance(item, Bug) and (varied := case.variants.get(item)):
            misconception = varied.variants[0].misconception
            test = catching_test(suite.variants.get(varied.key, ()))
            reached = replace(reached, misconception=misconception, caught=test)
    return reached
