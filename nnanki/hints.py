"""What the text of a card's code may do that two runs do not show.

It may depend on the order of a set, on the time, or on the interpreter itself: then
more runs are made. What it calls of the project counts like its own.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from nnanki.project import Project
from nnanki.server import Outcome, Program

ORDERLESS = ("len", "sorted", "min", "max", "sum", "any", "all")
AMONG_SETS = (ast.BitAnd, ast.BitOr, ast.BitXor, ast.Sub)
SETS = ("__hash__", "free_symbols", "atoms")  # attributes that are sets, or show hashes
TIMES = re.compile(
    r"^[ \t]*(import|from)\b.*\b(date)?time\b"
    r"|\b(today|now|utcnow|ctime|localtime|gmtime)\(",
    re.MULTILINE,
)
# NumPy and SQLite ask the system itself, so no run at another time shows it.
TODAY = (
    re.compile(r"datetime64[\s\S]*['\"](today|now)['\"]"),
    re.compile(r"['\"](today|now)['\"][\s\S]*datetime64"),
    re.compile(
        r"(?i)sqlite3[\s\S]*('now'|\bcurrent_(date|time|timestamp)\b"
        r"|\bselect\b.*\b(date|time|datetime|julianday|unixepoch)\(\s*\))"
    ),
)
# Names under which code looks at the interpreter that it runs in.
INNER = re.compile(
    r"\b(modules|gc|_getframe|_current_frames|getrefcount|meta_path|path_hooks|"
    r"builtin_module_names|getswitchinterval|get_threshold|threading|audit|"
    r"setrecursionlimit|getrecursionlimit|__module__|__loader__|__spec__|orig_argv|"
    r"__subclasses__|_ncallbacks|dispatch_table|get_num_threads|getrlimit|getsid|currentframe|"
    r"dont_write_bytecode|__cached__|hash_randomization)\b"
    r"|\bos\.(stat|lstat|access|readlink|urandom)\b(?!\s*\()"
)


def codes_of(project: Project, program: Program, outcome: Outcome) -> list[str]:
    """The code of a card, and of the project's modules that it imports."""
    root = f"{project.root}{os.sep}"
    read = outcome.noticed.get("read", {}).items()
    own = [(p, d) for p, d in read if p.startswith(root) and p.endswith(".py")]
    codes = [step["code"] for step in program.steps]
    return [*codes, *(_text(project, *file) for file in own)]


def _text(project: Project, path: str, digest: str) -> str:
    """A file's text, read once; nothing where that is gone."""
    known = _texts(path, digest)
    if not known:
        try:
            known.append(project.seen.read(path).decode())
        except (OSError, UnicodeDecodeError):
            known.append("")
    return known[0]


@lru_cache(maxsize=1024)
def _texts(path: str, digest: str) -> list[str]:  # noqa: ARG001 -- what names a text
    """A place for the text of a file that has a digest."""
    return []


def tells_time(codes: Iterable[str]) -> bool:
    """Whether any of some code may ask what time it is."""
    return any(map(TIMES.search, codes))


def asks_for_today(program: Program) -> Iterator[int]:
    """The steps that ask NumPy or SQLite what day it is."""
    for number, step in enumerate(program.steps):
        if any(today.search(step["code"]) for today in TODAY):
            yield number


def looks_inside(codes: Iterable[str]) -> bool:
    """Whether any of some code may tell the card's process from a fresh one."""
    return any(map(INNER.search, codes))


# -- imports --------------------------------------------------------------------------


def imports(codes: Iterable[str]) -> set[str]:
    """The packages and modules that some code imports, as paths, wherever they lie."""
    return {name for code in codes for name in _imports(code)}


@lru_cache(maxsize=4096)
def _imports(code: str) -> frozenset[str]:
    names: set[str] = set()
    for node in _nodes(code):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    parts = [name.removesuffix(".*").split(".") for name in names]
    return frozenset("/".join(p[:n]) for p in parts for n in range(1, len(p) + 1))


def _nodes(code: str) -> list[ast.AST]:
    """All parts of some code; none where it does not parse."""
    try:
        return list(ast.walk(ast.parse(code)))
    except SyntaxError:
        return []


# -- sets and hashes ------------------------------------------------------------------


def hashes(codes: Iterable[str]) -> bool:
    """Whether any of some code may show the order of a set, or a hash."""
    return any(map(_hashes, codes))


@lru_cache(maxsize=4096)
def _hashes(code: str) -> bool:
    nodes = _nodes(code)
    quiet = {id(inner) for node in nodes for inner in _unordered(node)}
    quiet |= {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    return any(id(node) not in quiet and _set(node) for node in nodes)


def _hash(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "hash"


def _set(node: ast.AST) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in ("set", "frozenset", "hash")
    if isinstance(node, ast.Name):  # `defaultdict(set)`, say
        return node.id in ("set", "frozenset")
    if isinstance(node, ast.BinOp) and isinstance(node.op, AMONG_SETS):
        return any(_view(side) for side in (node.left, node.right))
    attribute = isinstance(node, ast.Attribute) and node.attr in SETS
    return attribute or isinstance(node, ast.Set | ast.SetComp)


def _view(node: ast.AST) -> bool:
    """Whether this is a view of a dictionary, of which operators make sets."""
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    return called and node.func.attr in ("keys", "items")  # type: ignore[attr-defined]


def _unordered(node: ast.AST) -> Iterator[ast.AST]:
    """What is asked of a set without its order: is it equal, how large is it."""
    if isinstance(node, ast.Compare):
        sides = (node.left, *node.comparators)
        yield from (side for side in sides if not _hash(side))
    elif isinstance(node, ast.Call) and not node.keywords:
        # with a `key`, what is alike stays in its order
        yield from node.args if ast.unparse(node.func) in ORDERLESS else ()
