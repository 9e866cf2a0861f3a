"""Which language a block of code is in: by its fence's word, and by what it says."""

from __future__ import annotations

import ast
import re
import textwrap
import unicodedata
import warnings
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from html import unescape

from nnanki.cards.markup.highlight import language
from nnanki.model import sessions

WRITE = (
    "write `python run` to execute it, or `python quote=SYMBOL` to show tested source"
)
SESSION = "give it a fence of its own, ` ```pycon `: it is run, and its output written"
ERROR = "show it with `python raises=TYPE`, or in a session: ` ```pycon `"
# Words that name no language, but what is shown all the same: text, or a terminal.
TERMINALS = ("Bash Session", "MSDOS Session", "Tcsh Session", "PowerShell Session")
PLAIN = ("", "Text only", "Text output", *TERMINALS)
# Languages in which nothing is computed.
DATA = ("CSV", "Diff", "HTML", "INI", "JSON", "Markdown", "TOML", "XML", "YAML")
# Languages of which a piece may be Python as well, and is not meant to be.
KIN = ("Cython", "Mojo", "Xonsh", "GDScript", "Nimrod", "Boo", "Snakemake", "Vyper")
PYTHON = re.compile(r".*python.*|py[\d.]*w?|.*\.(pyw?|pyi|ipynb)|doctest|jupyter.*")
PROMPT = re.compile(r"^In ?\[\d*\]: ", re.MULTILINE)
TRACEBACK = re.compile(r"^\s*Traceback \(most recent call last\):", re.MULTILINE)
SIGNS = re.compile(
    r"^\s*(print\(.*\)|(async )?def \w+\(.*\).*:|class \w+(\(.*\))?:"
    r"|from [\w.]+ import .+|import \w+(\.\w+)*( as \w+)?)\s*(#.*)?$",
    re.MULTILINE,
)
BLOCKS = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.If,
    ast.With,
    ast.AsyncWith,
    ast.Try,
    ast.TryStar,
    ast.Match,
)
# What no other text has by chance.
TELLING = (
    *BLOCKS,
    ast.Call,
    ast.Lambda,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
    ast.JoinedStr,
    ast.AugAssign,
    ast.Assert,
    ast.Import,
    ast.ImportFrom,
    ast.Return,
    ast.Await,
)


@dataclass(frozen=True, slots=True)
class LanguageFault:
    """What is wrong with a block of code, and what to do about it."""

    what: str
    hint: str


def name(info: str) -> str:
    """The word by which a fence calls its language, without what surrounds it.

    >>> name("{.js .numberLines}"), name("c++"), name("text")
    ('js', 'c++', 'text')
    """
    return next(_words(info), "")


def is_session(info: str, text: str, golden: Collection[str]) -> bool:
    """Whether a fence is to be run as a session: its text says so, or its word.

    In a language that has a name of its own, the text must be Python as well.
    """
    if info.strip() in golden:
        return False
    if not sessions.begins(text):
        return _is_console(info)
    if language(name(info))[0] in PLAIN or _is_python(info):
        return True
    return not any(sessions.faults(text, 1))


def fault(info: str, text: str, golden: Collection[str]) -> LanguageFault | None:
    """What keeps a block without a verb from being shown, if anything does."""
    word = name(info)
    if not info.strip():
        what = "code in a language that has no name"
        return LanguageFault(what, f"{WRITE}; name any other language, or say `text`")
    if word.lower() in golden:
        what = f"`{info}` looks like golden text, which nothing writes"
        return LanguageFault(
            what, f"write `{word.lower()}`, right below the code that gives it"
        )
    if _is_python(info):
        return LanguageFault("code that nothing proves", WRITE)
    language_name = language(word)[0]
    if _has_session(text, language_name):
        return LanguageFault("a session with Python that nothing runs", SESSION)
    if language_name in PLAIN and TRACEBACK.search(text):
        return LanguageFault("an error of Python that nothing raises", ERROR)
    if _reads_as_python(text, language_name):
        what = f"this says `{word}` but reads as Python, and nothing proves it"
        return LanguageFault(what, f"{WRITE}; or name the language that it is in")
    return None


def programs(word: str) -> bool:
    """Whether a word names a language, other than Python, in which one programs."""
    language_name = language(name(word))[0]
    return language_name not in (*PLAIN, *DATA) and not _is_python(word)


# -- words ----------------------------------------------------------------------------


def _words(info: str) -> Iterator[str]:
    """The words of a fence that may name its language: one, or all between braces."""
    whole = unicodedata.normalize("NFKC", unescape(info)).strip()
    head = whole if whole.startswith("{") else "".join(whole.split()[:1])
    for word in re.findall(r"[^\s{},;:='\"()\[\]]+", head):
        yield word.lstrip(".#!`") or word


def _is_python(info: str) -> bool:
    words = {word.lower() for word in _words(info)}
    parts = {part for word in words for part in re.split(r"[-_/]", word)} | words
    return any(PYTHON.fullmatch(part) or language(part)[1] for part in parts)


def _is_console(info: str) -> bool:
    words = {word.lower() for word in _words(info)}
    return any(
        re.fullmatch(r"pycon\d*|doctest|pyrepl", word)
        or (language(word)[1] and "console" in language(word)[0])
        for word in words
    )


# -- text -----------------------------------------------------------------------------


def _has_session(text: str, language_name: str) -> bool:
    """Prompts of Python somewhere; in a language with a name, with Python behind."""
    rows = [row for row in text.split("\n") if sessions.STARTS.match(row)]
    if language_name in PLAIN:
        return bool(rows) or PROMPT.search(text) is not None
    return any(row.startswith(">>> ") and _parsed(row[4:]) for row in rows)


def _reads_as_python(text: str, language_name: str) -> bool:
    """Whether some text is Python, surely: it parses, and no other text looks so."""
    if language_name in KIN:
        return False
    tree = _parsed(textwrap.dedent(text))
    nodes = list(ast.walk(tree)) if tree is not None else []
    if language_name not in PLAIN:
        return any(isinstance(node, BLOCKS) for node in nodes)
    telling = any(isinstance(node, TELLING) or _computes(node) for node in nodes)
    return telling or SIGNS.search(text) is not None


def _computes(node: ast.AST) -> bool:
    """An assignment of more than a plain value."""
    plain = ast.Constant | ast.Name | ast.UnaryOp
    return isinstance(node, ast.Assign) and not isinstance(node.value, plain)


def _parsed(text: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            # This may be no Python at all, and need not warn of itself.
            warnings.simplefilter("ignore")
            return ast.parse(text.strip("\n"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
