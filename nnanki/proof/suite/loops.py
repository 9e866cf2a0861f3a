"""Counts how often loops turn, so that a loop without end is told by counting.

A mutant that never ends is killed, and how soon must not depend on how busy the machine
is: a clock would make of a slow test a killed mutant, or of a fast machine a survivor.
"""

from __future__ import annotations

import ast
import builtins
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType

from .messages import Baselines

TURN = "__nnanki_turn__"
# A right change may take some more turns, a search by halves that became one by ones a
# hundred times as many; what goes beyond that has no end for whoever waits.
FACTOR = 100
LEAST = 10  # turns that any loop may have as its baseline, also one that never turned
Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Turns:
    """How often the loops of each function turned since the last `reset`.

    `usual` is how often they turn in each test while nothing is changed.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.usual: Baselines = {}
        self.baseline: dict[str, int] | None = None
        self.diverged: Callable[[str], None] = lambda _: None
        setattr(builtins, TURN, self.turn)

    def turn(self, key: str) -> bool:
        """One turn of a loop. True, so that it may stand among conditions."""
        self.counts[key] += 1
        if self.baseline is not None:
            limit = FACTOR * max(self.baseline.get(key, 0), LEAST)
            if self.counts[key] > limit:
                self.diverged(key)
        return True

    def begin(self, test: str) -> None:
        """Start to count for a test, and let no loop turn much more than usual."""
        self.reset()
        self.baseline = self.usual.get(test, {})

    def reset(self) -> dict[str, int]:
        """Start to count anew, without a limit; return what was counted."""
        counts = dict(self.counts)
        self.counts.clear()
        self.baseline = None
        return counts


def compiled(tree: ast.Module, path: str) -> CodeType:
    """The code of a module whose loops are counted; the tree is changed for it."""
    _Counting(path).visit(tree)
    ast.fix_missing_locations(tree)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # a mutant may look odd
        return compile(tree, path, "exec", dont_inherit=True)


class _Counting(ast.NodeTransformer):
    """Puts a call at the head of each loop; all loops of a function share a count.

    A mutant may move a loop, or make two of one, so loops are not told apart by number.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.names: list[str] = []

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, Scope):
            self.names.append(node.name)
            self.generic_visit(node)
            self.names.pop()
            return node
        self.generic_visit(node)
        if isinstance(node, ast.For | ast.AsyncFor | ast.While):
            head = ast.copy_location(ast.Expr(self.call(node)), node.body[0])
            node.body.insert(0, head)
        elif isinstance(node, ast.comprehension):
            node.ifs.insert(0, self.call(node.target))
        return node

    def call(self, where: ast.AST) -> ast.Call:
        key = f"{self.path}:{'.'.join(self.names)}"
        call = ast.Call(ast.Name(TURN, ast.Load()), [ast.Constant(key)], [])
        for node in ast.walk(call):
            ast.copy_location(node, where)
        return call


# -- modules as they are imported -----------------------------------------------------


class _Loader(SourceFileLoader):
    """Compiles a module anew, with its loops counted; `text` stands in for its file."""

    text: str | None = None

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        text = self.text
        text = self.get_source(fullname) or "" if text is None else text
        return compiled(ast.parse(text, path), path)


class Finder(MetaPathFinder):
    """Finds the modules of some files, and has their loops counted."""

    def __init__(self, files: Sequence[str], instead: dict[str, str]) -> None:
        self.files = set(files)
        self.instead = instead

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.origin not in self.files:
            return None
        loader = _Loader(fullname, str(spec.origin))
        loader.text = self.instead.get(str(spec.origin))
        spec.loader = loader
        return spec


def count_imports(files: Sequence[str], instead: dict[str, str]) -> None:
    """From now on, count the loops of these files' modules."""
    sys.meta_path.insert(0, Finder(files, instead))


def codes(code: CodeType, path: tuple[str, ...] = ()) -> Iterator[tuple[str, CodeType]]:
    """All code objects inside a module's code, by dotted name; twins get a number."""
    twins: Counter[str] = Counter()
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            twins[inner.co_name] += 1
            number = f"#{twins[inner.co_name]}" if twins[inner.co_name] > 1 else ""
            name = (*path, inner.co_name + number)
            yield ".".join(name), inner
            yield from codes(inner, name)
