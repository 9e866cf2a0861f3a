"""The colors of a style, by day and by night, and what figures need of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from nnanki.model.css import Declaration, StyleRule, rules

# A card is below the element that Anki gives the night's class, or is that element. A
# rule for anything else, such as `.nightMode img`, says nothing of the colors of all.
SIMPLE = re.compile(r"\*|html|body|:root|\.card|(\.nightMode|\.night_mode)(?![\w-])")
BETWEEN = re.compile(r"\s*>\s*|\s+|")
COLOR = re.compile(r"#(?:[0-9a-f]{3}){1,2}", re.IGNORECASE)  # matplotlib knows these
INKS = ("ink", "soft", "rule")
LINES = ("link", "operator", "good", "number", "keyword")
DAY = "`.card { --ink: #…; }`"
NIGHT = "`.nightMode .card, .night_mode .card { --ink: #…; }`"
DOCUMENT = "docs/style.md names the colors that pictures need"


class Palette(NamedTuple):
    """Colors by the names of their properties, without hyphens; all have a night."""

    day: Mapping[str, str]
    night: Mapping[str, str]


class Gap(NamedTuple):
    """What a style lacks for figures; `words` are those of the line to look at."""

    words: str
    what: str
    hint: str


def palette(css: str) -> Palette:
    """All colors that a style gives names to, for the whole of a card.

    >>> palette(".card { --ink: #111 } .nightMode .card { --ink: #eee }").night
    {'ink': '#eee'}
    """
    day = _colors(_of(css, night=False))
    return Palette(day, day | _colors(_of(css, night=True)))


def gaps(css: str) -> Iterator[Gap]:
    """Why a style cannot color figures.

    The night has to name each color itself. One that it took over from the day would be
    ink for white paper on a dark card, and nothing would look wrong in the file.
    """
    lines = css.split("\n")
    for night, name, where in ((False, "day", DAY), (True, "night", NIGHT)):
        blocks = _of(css, night)
        if not blocks:
            hint = f"write {where}; {DOCUMENT}"
            yield Gap("", f"this style has no rule for the colors of the {name}", hint)
            continue
        values = {d.name: d for block in blocks for d in block.declarations}
        for color in (*INKS, *LINES):
            declaration = values.get(f"--{color}")
            if declaration is None:
                what = f"figures need `--{color}`, which the {name} does not name"
                yield Gap(lines[blocks[0].line].strip(), what, DOCUMENT)
            elif not _is_color(declaration):
                what = (
                    f"figures need `--{color}` as a number, not `{declaration.value}`"
                )
                words = lines[declaration.line].strip()
                yield Gap(words, what, "write it like `#1c1e22` or `#fff`")


def _of(css: str, night: bool) -> list[StyleRule]:
    """The rules for all of a card, by day or by night."""
    return [
        rule
        for rule in rules(css)
        if any(_is_night(selector) is night for selector in rule.selectors)
    ]


def _is_night(selector: str) -> bool | None:
    """Whether a selector is that of the night; None where it is not for all of a card.

    >>> [_is_night(s) for s in (".card", ".nightMode .card", ".nightMode .prose img")]
    [False, True, None]
    """
    night, position = False, 0
    while position < len(selector):
        simple = SIMPLE.match(selector, position)
        if simple is None:
            return None
        night = night or simple[1] is not None
        position = BETWEEN.match(selector, simple.end()).end()  # type: ignore[union-attr]
    return night


def _colors(blocks: list[StyleRule]) -> dict[str, str]:
    return {
        declaration.name.removeprefix("--"): declaration.value
        for block in blocks
        for declaration in block.declarations
        if declaration.name.startswith("--") and _is_color(declaration)
    }


def _is_color(declaration: Declaration) -> bool:
    return COLOR.fullmatch(declaration.value) is not None
