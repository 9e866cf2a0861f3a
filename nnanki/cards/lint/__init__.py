"""Whether cards are good to study: rules on their questions, lengths and words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nnanki.cards.lint import cards, deck, outputs
from nnanki.cards.lint.registry import RULES, Finding, Given, Rule
from nnanki.model.card import Card, CardFile
from nnanki.model.problem import Problem, neighbour

__all__ = ["RULES", "Finding", "Rule", "lint"]

MODULES = (cards, outputs, deck)  # they fill RULES
WAIVER = re.compile(r"\s*(\S+)(?:\s+because\b\s*(.*))?\s*", re.DOTALL)


def lint(
    files: Sequence[CardFile], css: str = "", terms: Sequence[str] = ()
) -> tuple[list[Problem], list[Problem]]:
    """Errors and warnings about the cards of a deck, its terms and its style."""
    sound = [(file, card) for file in files for card in file.cards if card.sound]
    found = [
        Finding(f.card, f.place, f.what, f.hint, rule.id)
        for rule in RULES.values()
        for f in rule.find(Given(sound, terms, css))
    ]
    waived = {(card.id, name) for _, card in sound for name, _ in _waivers(card)}
    kept = [f for f in found if (f.card, f.rule) not in waived]
    errors = [_problem(f) for f in kept if RULES[f.rule].error]
    warnings = [_problem(f) for f in kept if not RULES[f.rule].error]
    for _, card in sound:
        errors += _void(card, {f.rule for f in found if f.card == card.id})
    return errors, warnings


def _problem(finding: Finding) -> Problem:
    kind = "" if RULES[finding.rule].error else "warning "
    what = f"{kind}{finding.rule}: {finding.what}"
    return Problem(finding.place, what, finding.hint)


def _waivers(card: Card) -> Iterator[tuple[str, str]]:
    """The rules that a card waives, and why."""
    for part in filter(str.strip, card.options.get("waive", "").split(";")):
        match = WAIVER.fullmatch(part)
        if match:
            yield match[1], (match[2] or "").strip()
        else:
            yield part.strip(), ""


def _void(card: Card, found: set[str]) -> Iterator[Problem]:
    """Problems with waivers that waive nothing, or say nothing."""
    for name, reason in _waivers(card):
        if name not in RULES:
            what, hint = f"no rule `{name}` to waive", neighbour(name, RULES)
        elif name not in found:
            what, hint = f"this waiver of {name} waives nothing", "take it out"
        elif not reason:
            what = f"this waiver of {name} gives no reason"
            hint = f"write `<!-- waive: {name} because … -->`"
        else:
            continue
        yield Problem(card.place, what, hint)
