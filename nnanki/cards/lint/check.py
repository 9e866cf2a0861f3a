"""What the rules have to say of a deck, but for what its cards waive."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from nnanki.cards.lint.builtin import RULES
from nnanki.cards.lint.registry import Rule, WholeDeck
from nnanki.model.card import Card, CardFile
from nnanki.model.problem import Problem, neighbour

WAIVER = re.compile(r"\s*(\S+)(?:\s+because\b\s*(.*))?\s*", re.DOTALL)


def lint(
    files: Sequence[CardFile],
    css: str = "",
    terms: Sequence[str] = (),
    rules: Mapping[str, Rule] = RULES,
) -> tuple[list[Problem], list[Problem]]:
    """Errors and warnings about the cards of a deck, its terms and its style."""
    # A card that cannot be read whole would break rules that it does not break.
    sound = [(file, card) for file in files for card in file.cards if card.sound]
    findings = [
        replace(finding, rule=rule.id)
        for rule in rules.values()
        for finding in rule.find(WholeDeck(sound, terms, css))
    ]
    waived = {(card.id, name) for _, card in sound for name, _ in _waivers(card)}
    errors: list[Problem] = []
    warnings: list[Problem] = []
    for finding in findings:
        if (finding.card, finding.rule) not in waived:
            error = rules[finding.rule].error
            level = "" if error else "warning "
            what = f"{level}{finding.rule}: {finding.what}"
            problem = Problem(finding.place, what, finding.hint)
            (errors if error else warnings).append(problem)
    # A waiver that waives nothing would hide the next fault of that card.
    for _, card in sound:
        broken = {finding.rule for finding in findings if finding.card == card.id}
        errors += _void(card, broken, rules)
    return errors, warnings


def _waivers(card: Card) -> Iterator[tuple[str, str]]:
    """The rules that a card waives, and why."""
    for part in filter(str.strip, card.options.get("waive", "").split(";")):
        match = WAIVER.fullmatch(part)
        if match:
            yield match[1], (match[2] or "").strip()
        else:
            yield part.strip(), ""


def _void(card: Card, broken: set[str], rules: Mapping[str, Rule]) -> Iterator[Problem]:
    """Problems with waivers that waive nothing, or say nothing."""
    for name, reason in _waivers(card):
        if name not in rules:
            what, hint = f"no rule `{name}` to waive", neighbour(name, rules)
        elif name not in broken:
            what, hint = f"this waiver of {name} waives nothing", "take it out"
        elif not reason:
            what = f"this waiver of {name} gives no reason"
            hint = f"write `<!-- waive: {name} because … -->`"
        else:
            continue
        yield Problem(card.place, what, hint)
