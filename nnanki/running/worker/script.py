"""A card's code as the file `card.py`, and its parts as code that shows no runner."""

from __future__ import annotations
import __future__

import ast
import sys
from collections.abc import Sequence
from functools import partial
from types import CodeType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..child.messages import CardStep

NAME = "card.py"
# Steps that are statements of the program; others look at what it left.
STATEMENTS = frozenset({"run", "raises", "trace", "figure", "check", "entry"})
HIDDEN = "<card>"  # the file of what is no line of the program
MARK = "\0nnanki {}"  # a constant that an object of the runner takes the place of


class Caught:
    """What ended a piece of code; evaluated by the code itself, in its own frame."""

    def __init__(self) -> None:
        self.error: BaseException | None = None

    def __pos__(self) -> None:
        self.error = sys.exc_info()[1]

    def take(self) -> BaseException | None:
        """The exception, once."""
        error, self.error = self.error, None
        return error


class Sink:
    """Takes the value of an expression: `sink @ value`."""

    def __init__(self) -> None:
        self.value: Any = None

    def __matmul__(self, value: Any) -> None:
        self.value = value


class Script:
    """The text of a card's program, and where each of its lines stands on the card."""

    def __init__(self, steps: Sequence[CardStep], path: str) -> None:
        self.path = path
        self.steps = list(steps)
        self.starts: dict[int, int] = {}
        self.flags = 0
        lines: list[str] = []
        for number, step in enumerate(self.steps):
            if step["do"] in STATEMENTS:
                self.starts[number] = len(lines) + 1
                lines += step["code"].removesuffix("\n").split("\n")
        self.text = "".join(f"{line}\n" for line in lines)

    # -- places -----------------------------------------------------------------------

    def owner(self, line: int) -> tuple[CardStep, int] | None:
        """The step that a line of the file belongs to, and its line on the card."""
        for number, start in self.starts.items():
            step = self.steps[number]
            if 0 <= line - start <= step["code"].removesuffix("\n").count("\n"):
                return step, line - start + step["line"]
        return None

    # -- code -------------------------------------------------------------------------

    def tree(self, number: int, mode: str = "exec") -> Any:
        """The statements of a step, with the lines that they have in the file."""
        padding = "\n" * (self.starts[number] - 1)
        code = padding + self.steps[number]["code"]
        tree = compile(
            code, self.path, mode, ast.PyCF_ONLY_AST | self.flags, dont_inherit=True
        )
        self.flags |= futures(tree.body)
        return tree

    def expression(self, line: int, code: str) -> Any:
        """An expression of a card that is no part of the program."""
        tree = compile(
            code, HIDDEN, "eval", ast.PyCF_ONLY_AST | self.flags, dont_inherit=True
        )
        return ast.increment_lineno(tree, line - 1).body

    def compiled(self, tree: Any, caught: Caught, *objects: object) -> CodeType:
        """A tree as code that keeps its exceptions; objects for its marks."""
        mode = "single" if isinstance(tree, ast.Interactive) else "exec"
        tree = guarded(tree)
        file = HIDDEN if tree.body and hidden(tree) else self.path
        code = compile(tree, file, mode, self.flags, dont_inherit=True)
        return injected(code, {marked(n): o for n, o in enumerate((caught, *objects))})


def marked(number: int) -> str:
    """The constant that object `number` takes the place of; 0 is what catches."""
    return MARK.format(number)


def mark(number: int) -> ast.expr:
    return ast.Constant(marked(number))


def poured(number: int, value: ast.expr) -> ast.Module:
    """A statement that gives the value of an expression to a sink."""
    statement = ast.Expr(ast.BinOp(mark(number), ast.MatMult(), value))
    tree = ast.Module([ast.copy_location(statement, value)], [])
    tree.hidden = True  # type: ignore[attr-defined]
    return ast.fix_missing_locations(tree)


def hidden(tree: Any) -> bool:
    return bool(getattr(tree, "hidden", False))


def guarded(tree: Any) -> Any:
    """A program whose exceptions end in a mark, behind what must stand first."""
    head = 0
    while head < len(tree.body) and leads(tree.body[head], head):
        head += 1
    body = tree.body[head:]
    if body:
        keep = ast.Expr(ast.UnaryOp(ast.UAdd(), mark(0)))
        attempt = ast.Try(body, [ast.ExceptHandler(None, None, [keep])], [], [])
        ast.copy_location(attempt, body[0])
        for node in ast.walk(attempt.handlers[0]):
            if "lineno" in node._attributes:
                ast.copy_location(node, body[-1])
        tree.body = [*tree.body[:head], attempt]
    return ast.fix_missing_locations(tree)


def leads(node: ast.stmt, index: int) -> bool:
    """Whether a statement must stay at the head: the docstring, `from __future__`."""
    if isinstance(node, ast.ImportFrom):
        return node.module == "__future__"
    if index or not isinstance(node, ast.Expr):
        return False
    return isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def futures(body: Sequence[ast.stmt]) -> int:
    """The flags of the compiler that a program asks for."""
    flags = 0
    for node in body:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            for alias in node.names:
                feature = getattr(__future__, alias.name, None)
                flags |= getattr(feature, "compiler_flag", 0)
    return flags


def injected(code: CodeType, objects: dict[str, object]) -> CodeType:
    """Code with objects in the place of marks, in its functions as well."""
    constants: list[Any] = []
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            constants.append(injected(constant, objects))
        elif isinstance(constant, str) and constant in objects:
            constants.append(objects[constant])
        else:
            constants.append(constant)
    return code.replace(co_consts=tuple(constants))


def caller() -> Any:
    """A function of what to call, what catches and what takes: code that does so."""
    call = ast.parse("a @ b()").body[0]
    call.value.left, call.value.right.func = mark(1), mark(2)  # type: ignore[attr-defined]
    tree = guarded(ast.Module([call], []))
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # no constant can be called, but an object can
        template = compile(tree, HIDDEN, "exec", dont_inherit=True)
    return partial(injected, template)


CALLER = caller()


def calling(thunk: Any, caught: Caught, sink: Sink) -> CodeType:
    """Code that calls something from no function's frame."""
    code: CodeType = CALLER({marked(0): caught, marked(1): sink, marked(2): thunk})
    return code
