"""Asserts, rewritten so that each part of a condition can be seen to decide."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .constants import Weigher, weigh, weighed
from .script import Script, mark

if TYPE_CHECKING:
    from ..child.messages import Assert, CardStep, Part, Position


class Judge(ast.NodeTransformer):
    """Rewrites each assert so that every part of its condition can be negated."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.verdicts: list[Assert] = []
        self.current: list[Assert] = []  # asserts within asserts, the innermost last
        self.weigher = Weigher(self.weigh)

    def visit_Assert(self, node: ast.Assert) -> ast.stmt:
        parts: list[ast.expr] = []
        movable = not any(
            isinstance(inner, ast.NamedExpr | ast.Await | ast.Yield | ast.YieldFrom)
            for inner in ast.walk(node)
        )
        test = split(node.test, parts) if movable else node.test
        last = node.end_col_offset if node.end_lineno == node.lineno else None
        weights = [weight(part) for part in parts]
        self.verdicts.append(
            {**self.place(node, last), "reached": False, "parts": weights}
        )
        case = ast.Tuple(
            [
                ast.Constant(len(self.verdicts) - 1),
                delayed(test, "__part__"),
                delayed(node.msg or ast.Constant("")),
                delayed(sides(node.test)),
            ],
            ast.Load(),
        )
        # An operator on a constant: there is no name that a card could give away.
        call = ast.BinOp(mark(1), ast.MatMult(), case)
        return ast.copy_location(ast.Expr(call), node)

    def place(self, node: ast.Assert, last: int | None) -> Position:
        """Where an assert stands on the card."""
        owner = self.script.owner(node.lineno)
        if owner is None:
            return {"line": node.lineno}
        step, line = owner
        return columns(step, line, node.col_offset, last)

    def __matmul__(
        self,
        case: tuple[
            int,
            Callable[[Callable[..., bool]], Any],
            Callable[[], Any],
            Callable[[], Any],
        ],
    ) -> None:
        """Judge an assert where it is reached."""
        number, test, message, sides = case
        verdict = self.verdicts[number]
        verdict["reached"] = True
        truth: dict[int, bool] = {}  # of each part, computed once
        texts = [item["text"] for item in verdict["parts"]]

        def part(index: int, thunk: Callable[[], Any], flipped: int = -1) -> bool:
            if index not in truth:
                result = thunk()
                truth[index] = bool(result)
                if callable(result):  # `assert f`, where `f(x)` was meant
                    verdict["parts"][index]["fixed"] = True
            alike = flipped >= 0 and texts[index] == texts[flipped]  # `x or not x`
            return truth[index] != alike

        self.current.append(verdict)
        try:
            if not test(part):
                raise AssertionError(explained(message, sides))
            for index, item in enumerate(verdict["parts"]):
                item["decides"] = item["decides"] or not stands(test, part, index)
        finally:
            self.current.pop()

    def weigh(self, index: int, *condition: Any) -> Any:
        """Evaluate a condition; keep which of its expected values never mattered."""
        result, idle = weigh(*condition)
        part = self.current[-1]["parts"][index]
        part["idle"] = (
            idle
            if part["idle"] is None
            else [value for value in part["idle"] if value in idle]
        )
        return result


def weight(part: ast.expr) -> Part:
    """A condition of which nobody knows yet what it decides."""
    return {
        "text": ast.unparse(part),
        "fixed": fixed(part),
        "decides": False,
        "idle": None,
    }


def stands(
    test: Callable[[Callable[..., bool]], Any], part: Callable[..., bool], flipped: int
) -> bool:
    """Whether an assert holds even with one of its conditions negated."""
    try:
        return bool(test(lambda index, thunk: part(index, thunk, flipped)))
    except Exception:
        return False


def explained(message: Callable[[], Any], sides: Callable[[], Any]) -> str:
    """What a failed assert says: its message, and both sides of its comparison."""
    text = str(message())
    try:
        pair = sides()
    except Exception:  # reading them again may fail: `next(it) == 1`
        pair = None
    if pair is None:
        return text
    left, operator, right = pair
    compared = f"{shorten(repr(left))} {operator} {shorten(repr(right))}"
    return f"{text}: {compared}" if text else compared


def shorten(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:57] + "…"


def delayed(body: ast.expr, *arguments: str) -> ast.Lambda:
    names = [ast.arg(name) for name in arguments]
    return ast.Lambda(ast.arguments([], names, None, [], [], None, []), body)


def sides(test: ast.expr) -> ast.expr:
    """Both sides of a plain comparison and what stands between, for the message."""
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        name = ast.Name("_", ast.Load())
        operator = ast.unparse(ast.Compare(name, test.ops, [name])).strip("_ ")
        both = [test.left, ast.Constant(operator), test.comparators[0]]
        return ast.Tuple(both, ast.Load())
    return ast.Constant(None)


def split(test: ast.expr, parts: list[ast.expr]) -> ast.expr:
    """Wrap each condition between `and`, `or` and `not` so that it can be negated."""
    if isinstance(test, ast.BoolOp):
        return ast.BoolOp(test.op, [split(value, parts) for value in test.values])
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return ast.UnaryOp(ast.Not(), split(test.operand, parts))
    parts.append(test)
    name, index = ast.Name("__part__", ast.Load()), len(parts) - 1
    return ast.Call(name, [ast.Constant(index), delayed(weighed(test, index))], [])


def fixed(part: ast.expr) -> bool:
    """Whether a condition has one truth value whatever the code does."""
    working = (ast.Name, ast.Call, ast.BinOp)
    if not any(isinstance(inner, working) for inner in ast.walk(part)):
        return True  # `2 > 1`: nothing is computed
    if isinstance(part, ast.Compare) and len(part.ops) == 1:
        return ast.dump(part.left) == ast.dump(part.comparators[0])
    return isinstance(
        part,
        ast.Constant
        | ast.Tuple
        | ast.List
        | ast.Set
        | ast.Dict
        | ast.JoinedStr
        | ast.Lambda
        | ast.GeneratorExp,
    )


def columns(step: CardStep, line: int, start: int, stop: int | None) -> Position:
    """A column (from 1) and a width in letters; Python counts bytes."""
    text = step["code"].split("\n")[line - step["line"]].encode()
    before, within = text[:start].decode(), text[start:stop].decode()
    return {"line": line, "column": len(before) + 1, "width": len(within)}
