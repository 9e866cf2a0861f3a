"""Whether cards are good to study: rules on their questions, lengths and words."""

from nnanki.cards.lint.builtin import RULES
from nnanki.cards.lint.check import lint
from nnanki.cards.lint.registry import Deck, Finding, Findings, Rule, deck_rule, rule

__all__ = [
    "RULES",
    "Deck",
    "Finding",
    "Findings",
    "Rule",
    "deck_rule",
    "lint",
    "rule",
]
