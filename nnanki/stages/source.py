"""What an author wrote, read: texts, kinds of cards, card files in their order."""

from __future__ import annotations

from collections.abc import Mapping

from nnanki.cards import parse
from nnanki.cards.curriculum import Texts, card_texts, in_order
from nnanki.cards.kinds import BUILT_IN, Kinds
from nnanki.cards.kinds import own as own_kinds
from nnanki.cards.lint import RULES, Rule
from nnanki.cards.lint import own as own_rules
from nnanki.model.problem import Problem, Refused
from nnanki.model.project import RETIREMENTS, Project
from nnanki.stages.deck import Problems, Source


def read_source(project: Project, overrides: Texts) -> tuple[Source, list[Problem]]:
    """The card files in their order, with all that reading them takes and tells."""
    problems = Problems()
    texts = problems.of(card_texts(project, overrides))
    kinds = problems.of(_kinds(project))
    files = [
        problems.of(parse.parse(text, kinds))
        for text in texts.values()
        if text.path.endswith(".md") and text.path != RETIREMENTS
    ]
    files = problems.of(in_order(files))
    rules = problems.of(_rules(project))
    return Source(texts, kinds, tuple(files), rules), problems


def _kinds(project: Project) -> tuple[Kinds, list[Problem]]:
    try:
        return own_kinds.load(project), []
    except Refused as refused:
        return BUILT_IN, [refused.problem]


def _rules(project: Project) -> tuple[Mapping[str, Rule], list[Problem]]:
    try:
        return own_rules.load(project), []
    except Refused as refused:
        return RULES, [refused.problem]
