"""Modules that are imported only when code runs, and take so long that once is enough.

A worker runs the `import` statements of its cards once, before it forks. What a
library imports at its first use is in no statement: each card would import it anew,
for a second or more. So a table says which mention in a card's code, or which kind of
step, is followed by which import. An entry that is missing or wrong costs time and
nothing else: what cannot be imported quietly is left to the cards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nnanki.running.child.messages import CardStep

# What a card's code mentions, and what the library imports when that is first used.
BY_MENTION = {
    "torch.optim": "torch._dynamo",  # by the first optimizer
}

# What the worker itself needs for a kind of step.
BY_KIND = {
    "figure": "matplotlib.pyplot",
}


def late_imports(steps: Sequence[CardStep]) -> Iterator[str]:
    """Statements that import what some steps would import while they run."""
    for kind, module in BY_KIND.items():
        if any(step["do"] == kind for step in steps):
            yield f"import {module}"
    for mention, module in BY_MENTION.items():
        if any(mention in step["code"] for step in steps):
            yield f"import {module}"
