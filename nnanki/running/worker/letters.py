"""Whether each letter of a figure is drawn as it is written."""

from __future__ import annotations

import logging
import re
import unicodedata
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any


class Undrawn(Exception):
    """Raised where code draws no picture that a card can show: why, and a hint."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(f"{what}\n{hint}" if hint else what)


@contextmanager
def faithful(matplotlib: Any, figure: Any) -> Iterator[None]:
    """Raises Undrawn if a letter of a figure that is drawn here looks otherwise."""
    with _missing(matplotlib) as missing:
        yield
    texts = [
        text
        for text in figure.findobj(matplotlib.text.Text)
        if text.get_visible() and text.get_text().strip()
    ]
    _judge_fonts(matplotlib, texts)
    if missing:
        raise Undrawn(*_without(missing))
    _judge_scripts(matplotlib, texts)


@contextmanager
def _missing(matplotlib: Any) -> Iterator[dict[str, str]]:
    """Letters that are not in a font, each with its fonts, as matplotlib finds them.

    Of those in text it warns; of those in formulas it logs, once for each formula.
    """
    letters: dict[str, str] = {}
    logger = logging.getLogger("matplotlib.mathtext")
    handler, level = _Symbols(letters), logger.level
    matplotlib.mathtext.MathTextParser._parse_cached.cache_clear()
    logger.addHandler(handler)
    logger.setLevel(logging.WARNING)
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield letters
    finally:
        logger.setLevel(level)
        logger.removeHandler(handler)
    for each in caught:
        if glyph := GLYPH.match(str(each.message)):
            letters[chr(int(glyph[1]))] = glyph[2]
        else:  # it is shown as if nobody had listened
            place = each.filename, each.lineno
            warnings.warn_explicit(each.message, each.category, *place)


class _Symbols(logging.Handler):
    """Hears which symbols of formulas are drawn as another one."""

    def __init__(self, letters: dict[str, str]) -> None:
        super().__init__()
        self.letters = letters

    def emit(self, record: logging.LogRecord) -> None:
        arguments = record.args if isinstance(record.args, tuple) else ()
        if "does not have a glyph" in record.msg:
            self.letters[chr(arguments[2])] = ""  # type: ignore[arg-type]
        elif "No TeX to Unicode mapping" in record.msg:
            self.letters[str(arguments[0])] = ""


def _without(missing: dict[str, str]) -> tuple[str, str]:
    """What is said of letters that no font has, and a hint for the first of them."""
    letter, fonts = next(iter(missing.items()))
    letters = _listed(name for name in missing if missing[name] == fonts)
    if not fonts:
        hint = "write it outside of the dollars, or as a command of TeX"
        return f"writes {letters} in a formula, whose font does not have it", hint
    what = f"writes {letters}, which {fonts} does not have"
    if unicodedata.category(letter).startswith("C"):
        return what, "leave it out, or write what it stands for"
    names = ", ".join(f'"{name}"' for name in (*fonts.split(", "), _font(letter)))
    line = f'plt.rcParams["font.family"] = [{names}]'
    return what, f"begin with `{line}`, and install the font wherever this is checked"


def _listed(letters: Iterable[str]) -> str:
    """Some letters in back-ticks; those that nobody sees by their number."""
    names = [
        name if name.isprintable() else f"U+{ord(name[0]):04X}" for name in letters
    ]
    more = f" and {len(names) - MANY} more" if len(names) > MANY else ""
    return ", ".join(f"`{name}`" for name in names[:MANY]) + more


def _font(letter: str) -> str:
    """A free font that has a letter, by the script in the letter's name."""
    script = unicodedata.name(letter, "").partition(" ")[0]
    if script in FONTS:
        return FONTS[script]
    if unicodedata.category(letter)[0] in "LM":
        return f"Noto Sans {script.title()}"
    return "Noto Emoji" if letter >= "\U0001f300" else "Noto Sans Symbols 2"


def _judge_fonts(matplotlib: Any, texts: Iterable[Any]) -> None:
    """Raise Undrawn if a font is named that is not here: matplotlib takes another."""
    manager = matplotlib.font_manager
    installed = {font.name for font in manager.fontManager.ttflist}
    installed |= set(manager.font_family_aliases)
    for text in texts:
        if text.get_fontproperties().get_file() is None:
            for name in text.get_fontfamily():
                if name not in installed and name.lower() not in installed:
                    hint = "install it, or name another; without it, letters differ"
                    what = f"names the font `{name}`, which is not installed here"
                    raise Undrawn(what, hint)


def _judge_scripts(matplotlib: Any, texts: Iterable[Any]) -> None:
    """Raise Undrawn where letters stand side by side that should join or turn."""
    shapes = matplotlib.__version_info__ >= (3, 11)
    for text in texts:
        string = text.get_text()
        formula = text.get_parse_math() and matplotlib.cbook.is_math_text(string)
        letters = SHAPED.findall(string)
        if letters and formula:
            what = "beside a formula, where letters do not join or turn"
            hint = "write it in a text of its own, without dollars"
            raise Undrawn(f"writes `{letters[0]}` {what}", hint)
        if letters and not shapes:
            what = "whose letters this matplotlib does not join or turn"
            raise Undrawn(f"writes `{letters[0]}`, {what}", "take matplotlib 3.11")


MANY = 5
GLYPH = re.compile(r"Glyph (\d+) \(.*\) missing from font\(s\) (.*)\.$", re.DOTALL)
FONTS = {
    "CJK": "Noto Sans CJK JP",
    "HIRAGANA": "Noto Sans CJK JP",
    "KATAKANA": "Noto Sans CJK JP",
    "IDEOGRAPHIC": "Noto Sans CJK JP",
    "FULLWIDTH": "Noto Sans CJK JP",
    "HANGUL": "Noto Sans CJK KR",
}
# Scripts that are read from the right, that join, and marks on other letters.
SHAPED = re.compile(
    r"[\u0300-\u036f\u0590-\u109f\u1780-\u18af\u1ab0-\u1aff\u1dc0-\u1dff"
    r"\u20d0-\u20ff\ufb1d-\ufdff\ufe20-\ufe2f\ufe70-\ufefc"
    r"\U00010800-\U00010fff\U0001e800-\U0001efff]+"
)
