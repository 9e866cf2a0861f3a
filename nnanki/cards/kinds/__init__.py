"""The kinds of cards: what makes a card one of a kind, and what it owes."""

from nnanki.cards.kinds.base import Kind, Verb, answer_golden, syntax
from nnanki.cards.kinds.table import BUILT_IN, Kinds

__all__ = ["BUILT_IN", "Kind", "Kinds", "Verb", "answer_golden", "syntax"]
