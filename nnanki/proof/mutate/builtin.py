"""nnanki's own mutation operators, in their order."""

from __future__ import annotations

from nnanki.proof.mutate import (
    arithmetic,
    arrays,
    calls,
    generic,
    tables,
    torch_gradients,
)
from nnanki.proof.mutate.registry import Operator, defined

# Two operators may make the same change, which is then tried once, under the name that
# comes first. So what people get wrong stands before mere slips: a misconception can be
# asked for on a card, and its sentence is shown there.
MODULES = (tables, arrays, arithmetic, torch_gradients, generic, calls)
OPERATORS = defined(MODULES, Operator)
