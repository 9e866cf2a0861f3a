"""Whether cards are good to study: rules on their questions, lengths and words."""

from nnanki.cards.lint.builtin import RULES
from nnanki.cards.lint.check import lint
from nnanki.cards.lint.registry import (
    Finding,
    Findings,
    Rule,
    WholeDeck,
    deck_rule,
    rule,
)

__all__ = [
    "RULES",
    "Finding",
    "Findings",
    "Rule",
    "WholeDeck",
    "deck_rule",
    "lint",
    "rule",
]
