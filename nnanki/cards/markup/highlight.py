"""Text and code as HTML that every Anki shows as it is; knows Pygments."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Any

from markupsafe import Markup

from nnanki.cards.markup.direction import isolated

Highlight = Callable[[str], list[Markup]]

# Live in Anki even inside code: sounds, LaTeX, clozes and hints.
LIVE = {"[": "&#91;", "{": "&#123;", "}": "&#125;", "\\": "&#92;", "::": "&#58;&#58;"}


def escape(text: str) -> str:
    """Text as HTML that Anki shows byte for byte.

    >>> escape("a[sound:x] {{b}} ::")
    'a&#91;sound:x] &#123;&#123;b&#125;&#125; &#58;&#58;'
    """
    return _guarded(html.escape(text))


def _guarded(markup: str) -> str:
    for live, dead in LIVE.items():
        markup = markup.replace(live, dead)
    if unicodedata.is_normalized("NFC", f">{markup}"):  # it may stand behind a tag
        return markup
    return "".join(_written_out(character) for character in markup)


def _written_out(character: str) -> str:
    """A character that Anki cannot join with its neighbour."""
    plain = character.isascii() or unicodedata.category(character) in ("Cc", "Cn")
    return character if plain else f"&#{ord(character)};"


def plain(code: str) -> list[Markup]:
    """The lines of a text, escaped."""
    return [coded(line) for line in lines_of(code)]


def coded(text: str) -> Markup:
    """A piece of code or output, escaped, to be read from the left."""
    return Markup(_guarded(isolated(html.escape(text))))


def lines_of(code: str) -> list[str]:
    return code.removesuffix("\n").split("\n")


def highlighter() -> Highlight:
    """Python as spans with Pygments' classes."""
    return lambda code: list(_highlighted(code))


@cache
def _highlighted(code: str) -> tuple[Markup, ...]:
    from pygments import highlight

    text = highlight(code.removesuffix("\n"), *_python()).removesuffix("\n")
    lines = [Markup(_guarded(isolated(line))) for line in text.split("\n")]
    # A lexer may drop or add a line. Then signs and letters would stand beside the
    # wrong one, and code without color is better.
    return tuple(lines if len(lines) == len(lines_of(code)) else plain(code))


@cache
def _python() -> tuple[Any, Any]:
    """What reads Python and what writes HTML; imported only where it is needed."""
    from pygments.formatters.html import HtmlFormatter
    from pygments.lexers.python import PythonLexer

    lexer = PythonLexer(stripnl=False, stripall=False, ensurenl=False)
    return lexer, HtmlFormatter(nowrap=True)


@cache
def language(word: str) -> tuple[str, bool]:
    """The name that Pygments has for a language, and whether it is Python.

    >>> language("py3"), language("js"), language("nothing-of-the-kind")
    (('Python', True), ('JavaScript', False), ('', False))
    """
    from pygments.lexers import find_lexer_class_by_name, python
    from pygments.util import ClassNotFound

    try:
        lexer: Any = find_lexer_class_by_name(word)
    except ClassNotFound:
        return "", False
    kinds: tuple[Any, ...] = (
        python.PythonLexer,
        python.Python2Lexer,
        python.PythonConsoleLexer,
        python.PythonTracebackLexer,
        python.Python2TracebackLexer,
    )
    return str(lexer.name), issubclass(lexer, kinds)


def prompted(rows: list[Markup], prompts: list[str]) -> list[Markup]:
    """Lines of a session; what is typed stands behind a prompt, what is shown has none.

    >>> prompted([Markup("1")], [">>> "])
    [Markup('<span class="prompt">&gt;&gt;&gt; </span>1')]
    """
    return [
        Markup(f'<span class="prompt">{escape(prompt)}</span>{row}') if prompt else row
        for row, prompt in zip(rows, prompts, strict=True)
    ]
