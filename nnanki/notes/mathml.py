"""Formulas as MathML, which browsers show by themselves; knows latex2mathml."""

from __future__ import annotations

import html
import re
from functools import cache

# As Anki writes them in a field: `\(…\)` in a line, `\[…\]` on lines of their own.
FORMULA = re.compile(r"\\\((.*?)\\\)|\\\[(.*?)\\\]", re.DOTALL)
# The name of a function is no operator with space around it.
NAME = re.compile(r"<mo>([A-Za-z]{2,})</mo>")


def with_mathml(markup: str) -> str:
    """Some HTML with its formulas drawn; `data-tex` keeps what stood there.

    >>> with_mathml(r"so \\(x\\)").count("<math")
    1
    """
    return FORMULA.sub(lambda match: _formula(match[0], match[1], match[2]), markup)


# The same few formulas stand on many cards, and each card is shown twice.
@cache
def _formula(whole: str, inline: str | None, display: str | None) -> str:
    tex = html.unescape(inline if inline is not None else display or "")
    kind = "inline" if inline is not None else "block"
    picture = _mathml(tex.strip(), kind) or f"<code>{html.escape(tex)}</code>"
    return f'<span class="formula" data-tex="{html.escape(whole)}">{picture}</span>'


def _mathml(tex: str, kind: str) -> str:
    """MathML, or nothing where the formula is not understood."""
    from latex2mathml.converter import convert

    try:
        return NAME.sub(r"<mi>\1</mi>", convert(tex, display=kind))
    except Exception:  # one of many of its own, none of them about us
        return ""
