"""Golden values that have nothing to do with their card: literals, computed."""

from __future__ import annotations

import ast
import builtins
import re
import textwrap
import warnings
from collections.abc import Iterator

from nnanki.cards.lint.words import spans, text
from nnanki.cards.markup import languages
from nnanki.model import sessions
from nnanki.model.card import Card, CardFile, Fence, GoldenSpan, Prose
from nnanki.model.problem import Problem

BUILT_IN = frozenset(dir(builtins))
# Names of languages that are no English words: a card that speaks of one, and not of
# Python, does not ask what Python makes of some literals.
OTHER = re.compile(
    r"\b(JavaScript|TypeScript|Java|Kotlin|Scala|Ruby|Rust|Golang|PHP|Perl|Haskell|OCaml"
    r"|Erlang|Elixir|Clojure|Fortran|MATLAB|SQL|PostgreSQL|SQLite|Bash|PowerShell|Lua"
    r"|Node\.js|Excel)\b|\bC(\+\+|#)"
)
PYTHON = re.compile(r"\bC?Python\b")


def idle(file: CardFile, card: Card) -> Iterator[Problem]:
    """Problems with values that nothing on the card, in its file or project decides."""
    bound: set[str] | None = None
    for block in card.blocks:
        if not isinstance(block, Prose) or (block.choices and block.part == "front"):
            continue  # wrong options may be anything, and the right one is compared
        for span in block.witnesses:
            tree = _expression(span.expression)
            if not isinstance(span, GoldenSpan) or tree is None:
                continue
            bound = _bound(file, card) if bound is None else bound
            # A built-in name says nothing about the card, unless the card gives it a
            # meaning.
            if _free(tree) - (BUILT_IN - bound) or _stands(tree, card):
                continue
            what = f"`{span.expression}` has nothing to do with this card"
            hint = "compute with its names, or show this very expression as code"
            yield Problem(span.place, what, hint)


def _expression(code: str) -> ast.expr | None:
    tree = _parsed(code.strip())
    whole = tree.body if tree is not None else []
    return (
        whole[0].value if len(whole) == 1 and isinstance(whole[0], ast.Expr) else None
    )


def _parsed(code: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _free(tree: ast.AST) -> set[str]:
    """The names that an expression reads and does not bind itself."""
    nodes = list(ast.walk(tree))
    names = [node for node in nodes if isinstance(node, ast.Name)]
    own = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    own |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    return {node.id for node in names} - own


def _bound(file: CardFile, card: Card) -> set[str]:
    """Names that the setup or the card's code binds, built-in ones among them."""
    fences = [b.code for b in card.blocks if isinstance(b, Fence) and b.verb]
    trees = [_parsed(code) for code in (file.setup, *map(_typed, fences))]
    nodes = [node for tree in trees if tree is not None for node in ast.walk(tree)]
    names = set()
    for node in nodes:
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                names.add(name)
            case ast.alias(name=name, asname=other):
                names.add(other or name.partition(".")[0])
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
    return names


def _typed(code: str) -> str:
    """Code as it is typed, without the prompts of a session."""
    if not sessions.begins(code):
        return textwrap.dedent(code)
    return "".join(example.code for example in sessions.examples(code))


def _stands(tree: ast.expr, card: Card) -> bool:
    """Whether this very expression, or a larger one, stands on the card as Python."""
    if _literal(tree):
        return False  # it stands for itself, wherever else it stands
    dump = ast.dump(tree)
    trees = (_parsed(code) for code in _python(card))
    nodes = (node for other in trees if other is not None for node in ast.walk(other))
    return any(ast.dump(n) == dump for n in nodes if isinstance(n, ast.expr))


def _literal(tree: ast.expr) -> bool:
    try:
        ast.literal_eval(tree)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return False
    return True


def _python(card: Card) -> Iterator[str]:
    """Python that a learner sees; code between words is that of their language."""
    for block in card.blocks:
        if isinstance(block, Fence) and block.verb and block.verb != "check":
            yield _typed(block.code)
    if not _speaks_of_another(card):
        blocks = [block for block in card.blocks if isinstance(block, Prose)]
        yield from spans(blocks)


def _speaks_of_another(card: Card) -> bool:
    """Whether a card is about another language, and not about Python too."""
    prose = " ".join(text(block) for block in card.blocks if isinstance(block, Prose))
    words = [b.language for b in card.blocks if isinstance(b, Fence) and not b.verb]
    others = any(languages.programs(word) for word in words) or OTHER.search(prose)
    return bool(others) and not PYTHON.search(prose)
