"""What the text of a card's code may do that two runs do not show.

It may depend on the order of a set, on the time, or on the interpreter itself: then
more runs are made. What it calls of the project counts like its own.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from pkgutil import iter_modules

from nnanki.model.project import Project
from nnanki.running.libraries import TODAY
from nnanki.running.runner import Outcome, Program

ORDERLESS = ("len", "sorted", "min", "max", "sum", "any", "all")
AMONG_SETS = (ast.BitAnd, ast.BitOr, ast.BitXor, ast.Sub)
VIEWS = ("keys", "items")  # of a dictionary: operators make sets of them
# Attributes that are sets, or show hashes.
SETS = frozenset(
    {"__hash__", "free_symbols", "atoms", "__abstractmethods__", "__required_keys__"}
    | {"__optional_keys__", "co_consts"}
)
# Functions that make sets, show them, or take what is done in an order of their own.
MAKERS = frozenset(
    {"set", "frozenset", "hash", "literal_eval", "dis", "as_completed", "all_tasks"}
    | {"and_", "or_", "xor", "__and__", "__or__", "__xor__", "__sub__"}
)
WAITING = ("wait", "asyncio.wait", "futures.wait", "concurrent.futures.wait")
LOADING = ("pickle.loads", "pickle.load", "marshal.loads")
TIMES = re.compile(
    r"^[ \t]*(import|from)\b.*\b(date)?time\b"
    r"|\b(today|now|utcnow|ctime|localtime|gmtime)\(",
    re.MULTILINE,
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
    codes = [step["code"] for step in program.steps]
    return [*codes, *(_text(project, *file) for file in _modules(project, outcome))]


def _modules(project: Project, outcome: Outcome) -> list[tuple[str, str]]:
    """The project's modules that a card imports, with their digests."""
    root = f"{project.root}{os.sep}"
    read = outcome.noticed.get("read", {}).items()
    return [(p, d) for p, d in read if p.startswith(root) and p.endswith(".py")]


def _text(project: Project, path: str, digest: str) -> str:
    """A file's text, read once; nothing where that is gone."""
    slot = _texts(path, digest)
    if not slot:
        try:
            slot.append(project.reader.read(path).decode())
        except (OSError, UnicodeDecodeError):
            slot.append("")
    return slot[0]


@lru_cache(maxsize=1024)
def _texts(path: str, digest: str) -> list[str]:  # noqa: ARG001 -- what names a text
    """A place for the text of a file that has a digest."""
    return []


def tells_time(codes: Iterable[str]) -> bool:
    """Whether any of some code may ask what time it is."""
    return any(map(TIMES.search, codes))


def asks_for_today(program: Program) -> Iterator[int]:
    """The steps that ask NumPy or SQLite what day it is, whichever imported these."""
    whole = "\n".join(step["code"] for step in program.steps)
    for number, step in enumerate(program.steps):
        if any(who.search(whole) and asks.search(step["code"]) for who, asks in TODAY):
            yield number


def looks_inside(codes: Sequence[str]) -> bool:
    """Whether any of some code may tell the card's process from a fresh one."""
    return any(map(INNER.search, codes)) or _borrows(codes)


def _borrows(codes: Sequence[str]) -> bool:
    """Whether code uses `urllib.parse`, say, after `import urllib` alone.

    It is there if somebody else imported it: the worker, or another card.
    """
    imported = imports(codes)
    foreign = {name for code in codes for name in _dotted(code)} - imported
    paths = (name.rpartition("/") for name in foreign)
    return any(head in imported and tail in _parts(head) for head, _, tail in paths)


@lru_cache(maxsize=1024)
def _parts(package: str) -> frozenset[str]:
    """The modules of a package of the standard library."""
    folder = Path(os.__file__).parent / package
    return frozenset(module.name for module in iter_modules([str(folder)]))


@lru_cache(maxsize=4096)
def _dotted(code: str) -> frozenset[str]:
    """Names with attributes in some code, as paths; an alias is what it stands for."""
    nodes = _nodes(code)
    aliases = {
        alias.asname: alias.name
        for node in nodes
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.asname
    }
    parts = (ast.unparse(n).split(".") for n in nodes if isinstance(n, ast.Attribute))
    return frozenset(
        "/".join([*aliases.get(head, head).split("."), *rest])
        for head, *rest in parts
        if head.isidentifier()
    )


# -- imports --------------------------------------------------------------------------


def imports(codes: Iterable[str]) -> set[str]:
    """The packages and modules that some code imports, as paths, wherever they lie."""
    return {name for code in codes for name in _imports(code)}


def beside(project: Project, outcome: Outcome) -> Iterator[Path]:
    """Where the modules of packages that a card imports look for others of these."""
    for path, digest in _modules(project, outcome):
        for level, name in _relative(_text(project, path, digest)):
            yield Path(path).parents[level - 1] / name


@lru_cache(maxsize=4096)
def _relative(code: str) -> frozenset[tuple[int, str]]:
    """The relative imports of some code: how far up, and a path from there."""
    names: set[tuple[int, str]] = set()
    for node in _nodes(code):
        if isinstance(node, ast.ImportFrom) and node.level:
            within = node.module.split(".") if node.module else []
            names |= {(node.level, "/".join([*within, a.name])) for a in node.names}
            names |= {(node.level, "/".join(within))} if within else set()
    return frozenset(names)


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
    if any(map(_among_views, nodes)) and any(map(_view, nodes)):
        return True
    quiet = {id(inner) for node in nodes for inner in _unordered(node)}
    quiet |= {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    return any(id(node) not in quiet and _set(node) for node in nodes)


def _hash(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "hash"


def _set(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func)
        maker = name.rpartition(".")[2] in MAKERS
        return maker or name in WAITING or name in LOADING
    if isinstance(node, ast.Name):  # `defaultdict(set)`, say
        return node.id in ("set", "frozenset")
    attribute = isinstance(node, ast.Attribute) and node.attr in SETS
    return attribute or isinstance(node, ast.Set | ast.SetComp)


def _among_views(node: ast.AST) -> bool:
    """Whether this may make a set of two views: `-` of names is mostly arithmetic."""
    if not isinstance(node, ast.BinOp | ast.AugAssign):
        return False
    if isinstance(node.op, ast.Sub):
        own = (
            (node.value,)
            if isinstance(node, ast.AugAssign)
            else (node.left, node.right)
        )
        return any(map(_view, own))
    return isinstance(node.op, AMONG_SETS)


def _view(node: ast.AST) -> bool:
    """Whether this is a view of a dictionary."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    return node.func.attr in VIEWS


def _unordered(node: ast.AST) -> Iterator[ast.AST]:
    """What is asked of a set without its order: is it equal, how large is it."""
    if isinstance(node, ast.Compare):
        sides = (node.left, *node.comparators)
        yield from (side for side in sides if not _hash(side))
    elif isinstance(node, ast.Call) and not node.keywords:
        # with a `key`, what is alike stays in its order
        yield from node.args if ast.unparse(node.func) in ORDERLESS else ()
