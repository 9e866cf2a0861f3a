"""Examines a project: the stages in their order, which is written here alone.

A stage takes values and returns a value and its problems; it calls no other stage.
`Problems.of` gathers the problems and hands the value on.
"""

from __future__ import annotations

from dataclasses import replace
from warnings import filterwarnings, simplefilter

from nnanki.cards.curriculum import Texts
from nnanki.model.disk.cache import Cache
from nnanki.model.problem import Problem
from nnanki.model.project import Project
from nnanki.proof.library import library
from nnanki.running.execute import Means, Progress
from nnanki.running.pool import Pool
from nnanki.stages.cases import cases, resolve
from nnanki.stages.deck import Deck, Problems, ordered
from nnanki.stages.judge import judge
from nnanki.stages.learners import compared, read_lock, retire
from nnanki.stages.level import level
from nnanki.stages.linting import linting
from nnanki.stages.looks import Looks
from nnanki.stages.run import run
from nnanki.stages.source import read_source


def examine(
    project: Project,
    progress: Progress,
    overrides: Texts | None = None,
    workers: Pool | None = None,
    deep: bool = False,
) -> Deck:
    """Run every stage but packaging; `overrides` are texts that stand in for files.

    Worker processes end with this, unless `workers` keeps them for the next time. With
    `deep`, every card runs in a fresh process as well.
    """
    simplefilter("ignore", SyntaxWarning)  # of code on cards: its run tells
    filterwarnings("ignore", "invalid escape", DeprecationWarning)  # as it was before
    means = Means(Cache(project.reader), progress, workers or Pool(), deep)
    problems = Problems()
    source = problems.of(read_source(project, overrides or {}))
    looks = Looks(project, source.kinds)
    deck = Deck(project, source, cache=means.cache)
    with linting(source, looks, means.workers) as lint:
        deck = problems.of(prove_cards(deck, looks, means))
    errors, warnings = lint.result()
    deck = problems.of(looks.render(deck))
    # A card must be true before it can be good, and only a whole deck can say what has
    # left it or how it differs from what learners have. So from here on a stage has its
    # say if nothing is wrong so far.
    if not problems:
        problems += errors
    deck = problems.of(read_lock(deck))
    if not problems:
        deck = problems.of(retire(deck, looks))
    if not problems:
        deck = problems.of(compared(deck))
    return replace(
        deck, problems=tuple(ordered(problems)), warnings=tuple(ordered(warnings))
    )


def prove_cards(deck: Deck, looks: Looks, means: Means) -> tuple[Deck, list[Problem]]:
    """The cards that hold, each with its evidence and the level that this reaches."""
    problems = Problems()
    owed = problems.of(cases(deck.files, deck.kinds))
    quoted, unread = library(deck.project)
    problems += unread
    if unread:  # every card that quotes would be wrong for this one reason
        owed = []
    owed = [resolve(quoted, case, deck.texts, looks.themes) for case in owed]
    runs = problems.of(run(deck.project, quoted, owed, means))
    sound = problems.of(judge(quoted, owed, runs))
    graded = problems.of(level(deck.project, quoted, sound, runs))
    deck = replace(
        deck,
        library=quoted,
        suite=runs.suite,
        cases=tuple(graded),
        symbols=len({name for case in owed for name in case.symbols}),
        places={case.card.id: case.card.place for case in owed},
    )
    return deck, problems


def quiet(stage: str, number: int, of: int) -> None:
    """Progress that nobody hears."""
