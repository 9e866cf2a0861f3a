"""A project's own rules: each file in its folder `rules` holds one or several."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace

from nnanki.cards.lint.builtin import RULES
from nnanki.cards.lint.registry import Finding, Rule
from nnanki.model import plugins
from nnanki.model.card import Place
from nnanki.model.plugins import Plugin, first_line, guarded
from nnanki.model.problem import Problem, Refused
from nnanki.model.project import Project

FOLDER = "rules"
# A letter of their own, so that no rule that nnanki gets one day breaks a project.
LETTER = "X"
ID = re.compile(rf"{LETTER}\d\d[A-Z]?")


def load(project: Project) -> dict[str, Rule]:
    """nnanki's rules and the project's; raise Refused where a file holds none."""
    rules = dict(RULES)
    owners: dict[str, str] = {}
    for plugin in plugins.load(project, FOLDER).files:
        for rule in _defined(plugin):
            _check(rule, plugin, owners)
            owners[rule.id] = plugin.path
            find = guarded(plugin.path, rule.find, Finding)
            rules[rule.id] = replace(rule, find=find)
    return rules


def _defined(plugin: Plugin) -> list[Rule]:
    """What a file defines; nnanki's own that it imports are not its own."""
    mine = [rule for rule in plugin.values(Rule) if RULES.get(rule.id) is not rule]
    if not mine:
        hint = "write `@rule(…)` above a generator of findings, see docs/plugins.md"
        what = "this file defines no rule"
        raise Refused(Problem(Place(plugin.path), what, hint))
    return mine


def _check(rule: Rule, plugin: Plugin, owners: Mapping[str, str]) -> None:
    place = Place(plugin.path, first_line(rule.find))
    hint = f"{LETTER}01 to {LETTER}99 are a project's; {_free(owners)} is free"
    if rule.id in RULES:
        what = f"`{rule.id}` is a rule of nnanki"
        raise Refused(Problem(place, what, hint))
    if not ID.fullmatch(rule.id):
        what = f"`{rule.id}` cannot name a rule"
        raise Refused(Problem(place, what, hint))
    if rule.id in owners:
        what = f"`{rule.id}` is a rule of {owners[rule.id]}"
        raise Refused(Problem(place, what, hint))


def _free(ids: Collection[str]) -> str:
    """The first id that no rule of the project has."""
    numbers = (f"{LETTER}{number:02}" for number in range(1, 100))
    return next((name for name in numbers if name not in ids), f"{LETTER}01A")
