"""What nnanki knows of the libraries that cards use; `worker/libraries` knows the rest.

These are tables: a library that is in none is treated right, only more slowly, or with
less care for what it alone can do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nnanki.running.child.messages import CardStep

# Their import takes seconds: cards that use them get fewer runs with other hash seeds.
HEAVY = ("torch", "tensorflow", "jax", "pandas", "sympy")
# NumPy and SQLite ask the system itself, so no run at another time shows it.
TODAY = (
    (re.compile(r"\b(datetime64|M8)\b"), re.compile(r"['\"](today|now)['\"]")),
    (
        re.compile(r"\bsqlite3\b"),
        re.compile(
            r"(?i)['\"]now['\"]|\bcurrent_(date|time|timestamp)\b"
            r"|(?<![.\w])(date|time|datetime|julianday|unixepoch)\(\s*\)"
            r"|(?<![.\w])strftime\(\s*(['\"])[^'\"]*\3\s*\)"
        ),
    ),
)

# -- late imports ---------------------------------------------------------------------

# A worker runs the `import` statements of its cards once, before it forks. What a
# library imports at its first use is in no statement: each card would import it anew,
# for a second or more. An entry that is missing or wrong costs time and nothing else:
# what cannot be imported quietly is left to the cards.

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
