"""nnanki's own rewrites, in their order."""

from __future__ import annotations

from nnanki.proof.mutate.registry import Rewrite, defined
from nnanki.proof.rewrite import additions, arrays, operators, torch_tensors, updates

# A card shows what else is right in this order, so another one would change cards.
MODULES = (operators, updates, torch_tensors, arrays, additions)
REWRITES = defined(MODULES, Rewrite)
