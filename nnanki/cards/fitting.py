"""Whether a value fits where it is shown, so that what is written is read back."""

from __future__ import annotations

import re

from nnanki.cards.markup.formulas import faults
from nnanki.model.card import Golden

CONTROL = {chr(n) for n in range(32)} - {"\t"} | {"\x7f"}
# Python can print half of a pair; no file in UTF-8 can hold it.
SURROGATES = {chr(n) for n in range(0xD800, 0xE000)}
ESCAPES = re.compile(r"\\+\Z")  # a formula's last backslashes
BAR = re.compile(r"(?<!\\)\|")
FORMAT = "format it, or show it with `run` and its output"
CODE = "show it as code, between back-ticks"


def trimmed(golden: Golden, text: str) -> str:
    """A value as it is shown: TeX minds no blanks at the ends of a formula."""
    return text.strip() if golden.form == "math" else text


def misfit(golden: Golden, text: str) -> tuple[str, str] | None:
    """Why a value cannot be shown in a span, and what to do; None where it can."""
    if not text.strip() or text.splitlines() != [text]:
        return "this value does not fit into a line", FORMAT
    if (CONTROL | SURROGATES).intersection(text):
        return "this value holds what cannot be shown", FORMAT
    return _formula(golden, text) if golden.form == "math" else None


def _formula(golden: Golden, text: str) -> tuple[str, str] | None:
    """What keeps a value from being a formula."""
    if "$" in text:
        return "a dollar sign would end the formula", FORMAT
    # Two backslashes are a line's end in TeX, and leave the mark behind them alone.
    last = ESCAPES.search(text)
    if last and len(last[0]) % 2:
        return "a backslash would hide the end of the formula", CODE
    if "`" in text or "<!--" in text:
        return "back-ticks and comments cannot stand in a formula", CODE
    if golden.cell and BAR.search(text):
        what = "a bar would end this cell of the table"
        return what, "show this formula outside of a table"
    return next(faults(text), None)
