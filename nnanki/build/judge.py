"""Runs tests and cards, and weighs what they show: the evidence of each card."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from threading import Event

from nnanki.build.cases import Case
from nnanki.model.card import Evidence, Place
from nnanki.model.obligations import Bug, Tried
from nnanki.model.problem import Problem
from nnanki.model.project import Project
from nnanki.model.proof import Proved, Suite, Trial
from nnanki.proof import refusal
from nnanki.proof.accept import accepted, catching_test
from nnanki.proof.bugs import misconception
from nnanki.proof.levels import SHOWING, cited_too_often, evidence, least, reaches
from nnanki.proof.library import Library
from nnanki.proof.quotes import misquoted
from nnanki.running import derive
from nnanki.running.execute import Means, Progress, execute
from nnanki.running.fresh import confirmed
from nnanki.running.outcomes import run_key
from nnanki.running.program import program
from nnanki.running.verdict import told_by, verdict


def weigh(
    project: Project,
    quoted: Library,
    cases: Sequence[Case],
    means: Means,
    problems: list[Problem],
) -> tuple[dict[str, Evidence], Suite]:
    """Run the tests and the cards side by side; evidence for every card that holds."""
    programs = {
        case.card.id: made
        for case in cases
        if (made := program(project.root, case.file, case.card, case.obligations))
    }
    sources = quoted.sources(project.root)
    varied = [each for case in cases for each in case.varied.values()]
    symbols = frozenset(name for case in cases for name in case.symbols)
    proved = Event()
    with ThreadPoolExecutor(1) as pool:
        cards = pool.submit(execute, project, sources, list(programs.values()), means)
        cards.add_done_callback(partial(_remains, proved, means.progress))
        from nnanki.proof.prove import (
            Request,
            prove,  # workers have begun to import, or soon will
        )

        try:
            request = Request(symbols, varied)
            suite, failing = prove(
                project, quoted, request, means.cache, means.progress
            )
            proved.set()
            outcomes, foreign = cards.result()
            keys = {key: run_key(project, sources, p) for key, p in programs.items()}
            ran = list(programs.values())
            outcomes = confirmed(project, ran, outcomes, means, keys)
        except BaseException:  # an interruption ends both at once
            means.workers.stop()
            raise
    problems += failing
    problems += [
        Problem(
            Place("pyproject.toml"),
            f"`import {name}` finds {file}, not the folder that the cards quote",
            "remove the other copy, or build from where it lies",
        )
        for name, file in sorted(foreign.items())
    ]
    sound = []
    for case in cases:
        found = misquoted(quoted, case.obligations)
        found += case.unfit
        told: derive.Told = ()
        if case.card.id in programs and not case.unfit:
            outcome = outcomes[case.card.id]
            found += verdict(case.file, case.obligations, outcome)
            told = told_by(case.file, case.obligations, outcome)
            found += derive.underived(case.card, told, case.symbols)
        case = replace(case, shows=derive.shows(case.card, case.obligations, told))
        if suite is not None and not found:
            found += _accepted(quoted, case, suite)
        problems += found
        sound += [] if found else [case]
    if suite is None:
        return {}, Suite()
    problems += refusal.waivers(quoted, suite)
    reached = _weighed(project, quoted, (sound, suite), problems)
    fresh = {key for key, outcome in outcomes.items() if outcome.fresh}
    return {key: replace(e, fresh=key in fresh) for key, e in reached.items()}, suite


def _remains(proved: Event, progress: Progress, _: object) -> None:
    """Say what is still being done once the cards have run."""
    if not proved.is_set():
        progress("running tests", 0, 0)


def _accepted(quoted: Library, case: Case, suite: Suite) -> list[Problem]:
    """Problems with what a card says of its variants; weak tests cannot judge them."""
    problems = []
    for item in case.obligations:
        if not isinstance(item, Tried) or item not in case.varied:
            continue
        if suite.proofs[item.symbol].level >= SHOWING:
            problems += accepted(quoted, item, case.varied[item], suite)
    return problems


def _trials(case: Case, item: Tried, suite: Suite) -> Sequence[Trial]:
    varied = case.varied.get(item)
    return suite.variants.get(varied.key, ()) if varied is not None else ()


def _weighed(
    project: Project,
    quoted: Library,
    proved: tuple[Sequence[Case], Suite],
    problems: list[Problem],
) -> dict[str, Evidence]:
    """The evidence of each card; where it is too weak, a problem, told once."""
    cases, suite = proved
    reached = {}
    needs: dict[tuple[str, str], list[str]] = {}
    for case in cases:
        card, names = case.card, case.symbols
        got = evidence(suite.proofs, names, case.obligations)
        got = replace(got, shows=case.shows, unrun=case.unrun)
        reached[card.id] = got = _bug(case, suite, got)
        needed = least(case.kind, card, case.obligations, names)
        weak = [
            n for n in names if n in suite.proofs and suite.proofs[n].level < needed
        ]
        for name in weak:
            needs.setdefault((name, needed), []).append(card.id)
        problems += [] if weak else reaches(card, got.level, needed)
    problems += cited_too_often([(d.card, reached[d.card.id]) for d in cases])
    for (name, needed), cards in needs.items():
        problems += refusal.refusals(
            project.root, quoted, suite.proofs[name], refusal.Need(needed, cards)
        )
    return reached


def _bug(case: Case, suite: Suite, got: Evidence) -> Evidence:
    """The evidence of a card with a bug: what is misunderstood, and who catches it."""
    for item in case.obligations:
        if isinstance(item, Bug):
            test = catching_test(_trials(case, item, suite))
            got = replace(got, misconception=misconception(item), caught=test)
    return got


def proof(case: Case, reached: Evidence) -> Proved:
    card, kind = case.card, case.kind
    source = card.options.get("source", "")
    return Proved(card.id, kind.name, case.file.concept, card.place, reached, source)
