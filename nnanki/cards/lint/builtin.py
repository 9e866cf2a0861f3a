"""nnanki's own rules, in their order."""

from __future__ import annotations

from nnanki.cards.lint import cards, deck, outputs
from nnanki.cards.lint.registry import defined

RULES = defined((cards, outputs, deck))
