"""What the text of a card's code may do that two runs do not show.

It may depend on the order of a set, on the time, or on the interpreter itself: then
more runs are made.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache

from nnanki.server import Program

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
    re.compile(r"(?i)sqlite3[\s\S]*('now'|\bcurrent_(date|time|timestamp)\b)"),
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


def tells_time(program: Program) -> bool:
    """Whether code of a card may ask what time it is."""
    return any(TIMES.search(step["code"]) for step in program.steps)


def asks_for_today(program: Program) -> Iterator[int]:
    """The steps that ask NumPy or SQLite what day it is."""
    for number, step in enumerate(program.steps):
        if any(today.search(step["code"]) for today in TODAY):
            yield number


def looks_inside(program: Program) -> bool:
    """Whether code of a card may tell the card's process from a fresh one."""
    return any(INNER.search(step["code"]) for step in program.steps)


# -- imports --------------------------------------------------------------------------


def imports(program: Program) -> set[str]:
    """The packages and modules that code of a card imports, wherever they lie."""
    return {name for step in program.steps for name in _imports(step["code"])}


@lru_cache(maxsize=4096)
def _imports(code: str) -> frozenset[str]:
    names: set[str] = set()
    for node in _nodes(code):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return frozenset(names)


def _nodes(code: str) -> list[ast.AST]:
    """All parts of some code; none where it does not parse."""
    try:
        return list(ast.walk(ast.parse(code)))
    except SyntaxError:
        return []


# -- sets and hashes ------------------------------------------------------------------


def hashes(program: Program) -> bool:
    """Whether code of a card may show the order of a set, or a hash."""
    return any(map(_hashes, (step["code"] for step in program.steps)))


@lru_cache(maxsize=4096)
def _hashes(code: str) -> bool:
    nodes = _nodes(code)
    quiet = {id(inner) for node in nodes for inner in _unordered(node)}
    return any(id(node) not in quiet and _set(node) for node in nodes)


def _hash(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "hash"


def _set(node: ast.AST) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in ("set", "frozenset", "hash")
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
