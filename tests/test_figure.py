"""A figure shows each letter as it is written, or is refused: with real matplotlib."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont
from matplotlib import font_manager
from PIL import Image, ImageChops
from playwright.sync_api import Browser

from nnanki.model.project import load
from nnanki.notes.templates import Templates
from nnanki.running.figures import themes
from nnanki.running.verdict.failures import reason
from nnanki.running.worker.figure import Undrawn, draw

from .browser import chromium

CSS = Templates(load(Path(__file__).parents[1])).render("style.css")
TITLE = "import matplotlib.pyplot as plt\nplt.title({0!r})\nplt.plot([1, 2])"


@pytest.fixture(name="browser", scope="module")
def browser_fixture() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def drawn(code: str, **names: Any) -> list[str]:
    step = {"themes": themes(CSS)}
    return draw(step, names, compile(code, "card.py", "exec"))


def refusal(code: str) -> tuple[str, str]:
    with pytest.raises(Undrawn) as refused:
        drawn(code)
    return reason({"kind": "figure", "detail": str(refused.value)}, None)


def test_a_letter_that_the_font_does_not_have_is_refused() -> None:
    """It is named, and so is a font that has it."""
    assert refusal(TITLE.format("閏年")) == (
        "this code writes `閏`, `年`, which DejaVu Sans does not have",
        'begin with `plt.rcParams["font.family"] = ["DejaVu Sans", "Noto Sans CJK JP"]`'
        ", and install the font wherever this is checked",
    )


@pytest.mark.parametrize("code", ["plt.xlabel({0!r})", "plt.text(0, 0, {0!r})"])
@pytest.mark.parametrize(
    "code_of", ["plt.plot([1], label={0!r}); plt.legend()", "plt.xticks([1], [{0!r}])"]
)
def test_a_letter_is_missed_wherever_it_stands(code: str, code_of: str) -> None:
    """On axes, in legends, at ticks, in the picture."""
    for line in (code, code_of, "plt.annotate({0!r}, (1, 1))", "plt.suptitle({0!r})"):
        said = refusal(f"import matplotlib.pyplot as plt\n{line.format('年')}")[0]
        assert said == "this code writes `年`, which DejaVu Sans does not have"


@pytest.mark.parametrize(
    ("letter", "font"),
    [
        ("あ", "Noto Sans CJK JP"),
        ("한", "Noto Sans CJK KR"),
        ("ह", "Noto Sans Devanagari"),
        ("ท", "Noto Sans Thai"),
        ("\U0001f9e0", "Noto Emoji"),
    ],
)
def test_the_hint_names_a_font_for_the_script(letter: str, font: str) -> None:
    assert f'"DejaVu Sans", "{font}"]' in refusal(TITLE.format(letter))[1]


def test_what_nobody_sees_is_named_by_its_number() -> None:
    what, hint = refusal(TITLE.format("a\tb"))
    assert what == "this code writes `U+0009`, which DejaVu Sans does not have"
    assert hint == "leave it out, or write what it stands for"


def test_many_letters_are_not_all_listed() -> None:
    assert "`五` and 2 more, which" in refusal(TITLE.format("一二三四五六七"))[0]


def test_letters_of_formulas_are_judged_each_time() -> None:
    """Matplotlib reads a formula once and remembers it, its complaint not."""
    for _ in range(2):
        assert refusal(TITLE.format("so $x_閏$"))[0] == (
            "this code writes `閏` in a formula, whose font does not have it"
        )


@pytest.mark.parametrize("said", ["سلام", "שָׁלוֹם $x$", "$\\mathrm{e\u0301}$"])
def test_letters_that_join_or_turn_are_refused_beside_a_formula(said: str) -> None:
    """There, matplotlib sets one letter after the other, from the left."""
    said = said if "$" in said else f"{said} $x^2$"
    what, hint = refusal(TITLE.format(said))
    assert "beside a formula, where letters do not join or turn" in what
    assert hint == "write it in a text of its own, without dollars"


def test_a_font_that_is_not_here_is_refused() -> None:
    """Another one would be taken without a word, and another elsewhere."""
    code = (
        'import matplotlib.pyplot as plt\nplt.rcParams["font.family"] = ["Nowhere"]\n'
    )
    assert refusal(code + 'plt.title("x")') == (
        "this code names the font `Nowhere`, which is not installed here",
        "install it, or name another; without it, letters differ",
    )


@pytest.mark.parametrize("family", ["serif", "monospace", "sans-serif", "STIXGeneral"])
def test_fonts_that_come_with_matplotlib_may_be_named(family: str) -> None:
    code = (
        f"import matplotlib.pyplot as plt\nplt.rcParams['font.family'] = {family!r}\n"
    )
    assert len(drawn(code + "plt.title('x')")) == 2


def test_a_second_font_helps_out() -> None:
    """With a font of the machine that has letters which the first one has not."""
    have = set(TTFont(font_manager.findfont("DejaVu Sans")).getBestCmap())
    for font in font_manager.fontManager.ttflist:
        more = set(TTFont(font.fname, fontNumber=0).getBestCmap() or ()) - have
        letter = next((chr(n) for n in sorted(more) if chr(n).isalpha()), None)
        if letter and font.fname.startswith("/usr") and font.weight == 400:
            break
    else:
        pytest.fail("no font here has more letters: install fonts-noto-core")
    family = f'plt.rcParams["font.family"] = ["DejaVu Sans", "{font.name}"]'
    code = f"import matplotlib.pyplot as plt\n{family}\nplt.title({letter!r})"
    assert len(drawn(code)) == 2


def test_letters_are_paths_whatever_the_code_says() -> None:
    """A phone has other fonts, so no figure relies on one."""
    code = "import matplotlib.pyplot as plt\nplt.rcParams['svg.fonttype'] = 'none'\n"
    for svg in drawn(code + "plt.title('x')"):
        assert "<text" not in svg
        assert "font-family" not in svg


def test_other_warnings_of_drawing_are_still_told() -> None:
    code = (
        "import warnings\nimport matplotlib.pyplot as plt\n"
        "plt.gca().xaxis.set_major_formatter("
        "lambda *_: warnings.warn('look here') or 'x')"
    )
    with pytest.warns(UserWarning, match="look here"):
        drawn(code)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(UserWarning, match="look here"):
            drawn(code)


@pytest.mark.parametrize("said", ["שלום, עולם!", "سلام لا", "e\u0301, \u00e9", "π ∮ ≤"])
def test_scripts_that_join_turn_or_pile_up_are_drawn_as_browsers_do(
    browser: Browser, said: str
) -> None:
    """Chromium, with the same font, shows the same letters in the same order."""
    code = (
        "import matplotlib.pyplot as plt\n"
        "plt.figure(figsize=(4, 1), layout='none')\n"
        f"plt.figtext(0.1, 0.3, {said!r}, size=36, color='black')"
    )
    svg = drawn(code)[0]
    font = font_manager.findfont("DejaVu Sans")
    page = browser.new_page(viewport={"width": 600, "height": 200})
    page.set_content(re.sub(r"<\?xml.*?<svg", "<svg", svg, flags=re.DOTALL))
    mine = ink(page.screenshot())
    page.set_content(
        "<style>span{font:48px 'DejaVu Sans';font-kerning:normal;white-space:pre}"
        f"</style><span dir='auto'>{said}</span><!-- {font} -->"
    )
    theirs = ink(page.screenshot())
    page.close()
    size = (mine.width, mine.height)
    assert abs(mine.width - theirs.width) <= 0.04 * mine.width
    apart = ImageChops.difference(mine, theirs.resize(size))
    assert sum(apart.histogram()[128:]) < 0.25 * sum(mine.histogram()[:128])


def ink(screenshot: bytes) -> Image.Image:
    """A picture cut to what is written on it."""
    grey = Image.open(io.BytesIO(screenshot)).convert("L")
    return grey.crop(grey.point(lambda value: 255 * (value < 128)).getbbox())
