"""The style can be read: every colour on every ground that it meets, day and night."""

import re
from itertools import product
from pathlib import Path

import pytest

from nnanki.model.project import load
from nnanki.notes.templates import Templates
from nnanki.running.palette import palette

CSS = Templates(load(Path(__file__).parents[1])).render("style.css")
DAY, NIGHT = palette(CSS)
CODE = "ink keyword define builtin number string operator punctuation comment soft"
MEETS = {  # what is written on what
    CODE: "slab well gold tint gone come page",
    "ink keyword define builtin number string operator punctuation comment": (
        "gone-mark come-mark"
    ),
    "ink": "gold-tint",
    "edge": "slab gold",
    "link": "page",
    "good": "gold come",
    "bad": "gold gone",
}
LEAST = 4.5  # WCAG 2.2, 1.4.3


def brightness(colour: str) -> float:
    """The relative luminance of WCAG."""
    digits = colour[1:]
    wide = digits if len(digits) == 6 else "".join(2 * digit for digit in digits)
    parts = [int(wide[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((brightness(one), brightness(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("night", [False, True])
def test_every_colour_is_readable_on_every_ground(night: bool) -> None:
    """Four and a half to one, also in a diff and in the answer."""
    colours = NIGHT if night else DAY
    faint = {
        f"{front} on {ground}": found
        for fronts, grounds in MEETS.items()
        for front, ground in product(fronts.split(), grounds.split())
        if (found := contrast(colours[front], colours[ground])) < LEAST
    }

    assert faint == {}


def test_the_night_has_a_colour_for_each_of_the_day() -> None:
    """None is left over that was chosen for a bright page."""
    assert {name for name, colour in DAY.items() if NIGHT[name] == colour} == set()


def test_the_style_heeds_what_a_learner_asked_of_every_page() -> None:
    """Night under both of its names, fingers, stillness, contrast, own colours."""
    asked = [
        r"\.nightMode \.card, \.night_mode \.card",
        r"\.mobile ",
        r"\(pointer: coarse\)",
        r"\(prefers-reduced-motion: reduce\)",
        r"\(prefers-contrast: more\)",
        r"\(forced-colors: active\)",
    ]
    assert [pattern for pattern in asked if not re.search(pattern, CSS)] == []
    assert not re.search(r"@import|url\(|@font-face", CSS)
