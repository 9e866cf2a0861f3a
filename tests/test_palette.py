"""Pictures take their colors from the rules of a style, or say what it lacks."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from nnanki.cli import main
from nnanki.running.palette import INKS, LINES, gaps, palette

ROOT = Path(__file__).parents[1]
STYLE = (ROOT / "templates" / "style.css").read_text("utf-8")
MARK = "/* ---- night"
CARD = """\
---
title: Rise
---

## rise

What does it show?

```python figure=rise
import matplotlib.pyplot as plt
plt.plot([1, 2])
plt.title("x")
```

![a line that rises](figures/rise.svg)

---

A line.
"""


def styled(root: Path, css: str) -> Path:
    """A project with a picture, and with a style of its own."""
    (root / "templates").mkdir()
    (root / "templates" / "style.css").write_text(css, "utf-8")
    (root / "cards" / "3-rise.md").write_text(CARD, "utf-8")
    return root


def updated(root: Path) -> str:
    return CliRunner().invoke(main, ["-C", str(root), "update"]).output


def test_a_comment_of_the_style_means_nothing(tiny: Path) -> None:
    """With nnanki's own style but for one comment, the night has its own inks."""
    assert MARK in STYLE
    styled(tiny, STYLE.replace(MARK, "/* == dark"))
    assert "wrote cards/figures/rise.night.svg" in updated(tiny)
    day, night = (
        (tiny / "cards" / "figures" / f"rise{name}.svg").read_text("utf-8")
        for name in ("", ".night")
    )
    assert "#1c1e22" in day
    assert "#14608c" in day
    assert "#e9e8e4" in night
    assert "#8ecbf2" in night
    assert "#1c1e22" not in night
    assert CliRunner().invoke(main, ["-C", str(tiny), "check"]).exit_code == 0


PAGE = (ROOT / "docs" / "style.md").read_text("utf-8")
ENOUGH, MESSAGE = re.findall(r"```\w+\n(.*?)```", PAGE, re.DOTALL)


def test_the_style_of_the_page_is_enough() -> None:
    assert list(gaps(ENOUGH)) == []


def test_the_page_names_what_pictures_need() -> None:
    table = re.findall(r"^\| `--([a-z]+)` \|", PAGE, re.MULTILINE)
    assert tuple(table) == (*INKS, *LINES)


@pytest.mark.parametrize("name", [*INKS, *LINES])
@pytest.mark.parametrize("time", ["day", "night"])
def test_no_color_that_pictures_need_may_be_missing(name: str, time: str) -> None:
    """Not by night either: it would be the day's, on a dark card."""
    day, middle, night = ENOUGH.partition(".nightMode")
    first, second = (
        (re.sub(rf"--{name}: #\w+;", "", block) if time == which else block)
        for which, block in (("day", day), ("night", night))
    )
    (gap,) = gaps(first + middle + second)
    assert gap.what == f"figures need `--{name}`, which the {time} does not name"
    assert gap.words.startswith(".card" if time == "day" else ".nightMode")


def test_a_style_that_lacks_a_color_is_refused_at_its_place(tiny: Path) -> None:
    """As the page shows it, once, however many cards have pictures."""
    day, night = ENOUGH.split("\n\n")
    lines = [" ".join(day.split()), *[""] * 3, night.replace(" --rule: #4b4d51;", "")]
    output = updated(styled(tiny, "\n".join(lines)))
    assert output.startswith(MESSAGE.strip() + "\n\n")
    assert "1 problem\n" in output
    assert not (tiny / "cards" / "figures").exists()


def test_a_style_without_a_night_is_refused_at_its_place(tiny: Path) -> None:
    day = ENOUGH.split("\n\n")[0]
    output = updated(styled(tiny, day.replace("#1c1e22", "black")))
    assert "style.css:2:3  figures need `--ink` as a number, not `black`\n" in output
    assert "style.css:1:1  this style has no rule for the colors of the night" in output


def test_a_deck_without_pictures_needs_no_colors(tiny: Path) -> None:
    styled(tiny, ".card, .nightMode, .night_mode { color: red }")
    (tiny / "cards" / "3-rise.md").unlink()
    assert "wrote cards/nnanki.lock" in updated(tiny)


@pytest.mark.parametrize(
    ("css", "ink"),
    [
        ('.card { content: "} .card { --ink: #abc"; --ink: #123; }', "#123"),
        ("/* .card { --ink: #abc } */ :root { --ink: #123456 }", "#123456"),
        (".card { --ink: #abc } @media print { .card { --ink: #123 } }", "#abc"),
        ("@import 'a.css'; .card { b { --ink: #123 } --ink: #ABC }", "#ABC"),
        (".card .more { --ink: #123 } html .card, x { --ink: #abc; }", "#abc"),
        (".card { --ink: #123 } .nightMode .card { --ink: #abc }", "#123"),
        (".card { --ink: #123; background: url(data:a;--ink:#abc) }", "#123"),
        (".card:is(a, .card) { --ink: #123 } .card { --ink: #abc } }", "#abc"),
        (".card { --ink: #123; } .card { --ink: #abc", "#123"),
    ],
)
def test_rules_are_read_as_browsers_read_them(css: str, ink: str) -> None:
    """Strings, comments, conditions, nested rules, lists of selectors, a last brace."""
    assert palette(css).day == {"ink": ink}


@pytest.mark.parametrize(
    "selector",
    [
        ".nightMode .card",
        ".card.night_mode",
        "body.nightMode",
        ".night_mode",
        "html body.nightMode > .card",
        "x, .nightMode .card",
    ],
)
def test_the_night_has_many_selectors(selector: str) -> None:
    css = f".card {{ --ink: #111 }} {selector} {{ --ink: #eee }}"
    assert (palette(css).day["ink"], palette(css).night["ink"]) == ("#111", "#eee")


@pytest.mark.parametrize("selector", [".nightModes .card", ".night", ".nightMode img"])
def test_what_only_looks_like_the_night_is_none(selector: str) -> None:
    css = f".card {{ --ink: #111 }} {selector} {{ --ink: #eee }}"
    assert palette(css).night["ink"] == "#111"
