"""The words of the notation that no kind brings: keys, levels, ids, golden spans."""

from __future__ import annotations

import ast
import re

FRONT_MATTER = ("title", "after", "setup")
HEADING_KEYS = ("was", "level", "asks", "corrects", "source", "waive")
ASKS = ("define", "compute", "predict", "mend", "why")
LEVELS = ("L0", "L1", "L2", "L3", "L4")
# What cards and gallery say of a level.
MEANINGS = {
    "L0": "The code can be read, and every name in it exists.",
    "L1": "Run twice, in unlike interpreters, with the same result.",
    "L2": "Tests that pass run every line of its code.",
    "L3": "Tests notice each of the small faults planted in its code.",
    "L4": "Exact tests alone notice each of the small faults planted in its code.",
    "cited": "Taken from a source, because no code can show it.",
}
# Verbs of fences that only the machine reads: no side of a card shows these.
UNSEEN = ("check", "figure")
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def heading_options(text: str) -> dict[str, str] | None:
    """The keys under a heading, or None where the comment is not of that form.

    >>> heading_options("level: L4, corrects: 1 13")
    {'level': 'L4', 'corrects': '1 13'}
    >>> heading_options("nothing of the kind")
    """
    options: dict[str, str] = {}
    # A value may hold commas: only one before the next key ends it.
    for item in re.split(r",\s*(?=[a-z]+:\s)", text.strip()):
        key, colon, value = item.partition(":")
        if not colon or not re.fullmatch(r"[a-z]+", key.strip()):
            return None
        options[key.strip()] = value.strip()
    return options


def interpolation(text: str) -> tuple[str, str, str]:
    """Split `expression!r:.2f` as an f-string would.

    >>> interpolation("losses[0]:.2f")
    ('losses[0]', '', '.2f')
    >>> interpolation("d['a:b'] != 1")
    ("d['a:b'] != 1", '', '')
    >>> interpolation("name!s:>8")
    ('name', 's', '>8')
    """
    # A colon may belong to a slice, a dict or a lambda. The format begins at the first
    # one that has a whole expression before it, as in an f-string.
    for position, character in enumerate(text):
        if character == ":" and _is_expression(text[:position]):
            body, spec = text[:position], text[position + 1 :].strip()
            break
    else:
        body, spec = text, ""
    match = re.fullmatch(r"(.*)!([rsa])\s*", body, re.DOTALL)
    if match and _is_expression(match.group(1)):
        return match.group(1).strip(), match.group(2), spec
    return body.strip(), "", spec


def _is_expression(text: str) -> bool:
    try:
        ast.parse(re.sub(r"![rsa]\s*$", "", text.strip()), mode="eval")
    except (SyntaxError, RecursionError, MemoryError):
        return False
    return True
