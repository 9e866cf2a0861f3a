"""The steps of a card: code in, what it did out.

A step is a generator. It yields what is to be called, which happens from no frame of
this runner, so that code finds around it what it finds in `python card.py`; it returns
what the code did.
"""

from __future__ import annotations

import ast
import importlib
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .asserts import Judge
from .figure import Undrawn, draw
from .libraries import symbolic, symbols
from .scope import Calls, Ended, Scope, StepFault, exception
from .script import mark

if TYPE_CHECKING:
    from ..child.messages import CardStep, Result

VALUE_LETTERS = 10_000
TURNS = 20  # rows of a table that fits a card


# -- statements -----------------------------------------------------------------------


def run(number: int, step: CardStep, scope: Scope) -> Calls:  # noqa: ARG001
    yield from scope.execute(scope.script.tree(number))
    return {}


def raises(number: int, step: CardStep, scope: Scope) -> Calls:
    """The exception that the code raises, as a result."""
    try:
        yield from scope.execute(scope.script.tree(number))
    except Ended as ended:  # `raises=SystemExit` is a card, too
        return {"raised": (yield from exception(ended.error, scope, step))}
    except SyntaxError as error:
        return {"raised": (yield from exception(bare(error), scope, step))}
    return {"raised": None}


def entry(number: int, step: CardStep, scope: Scope) -> Calls:
    """One example of a session: its value is shown as the interpreter shows it."""
    if not ast.parse(step["code"]).body:  # nothing but a remark
        return {"raised": None, "traceback": ""}
    try:
        yield from scope.execute(scope.script.tree(number, "single"))
    except Ended as ended:
        error = ended.error
        if not isinstance(error, Exception):
            raise
        lines = yield from scope.call(last_lines, error)
        raised = yield from exception(error, scope, step)
        return {"raised": raised, "traceback": lines}
    return {"raised": None, "traceback": ""}


def last_lines(error: BaseException) -> str:
    """The last lines of a traceback; classes of the card have no module, as in one."""
    lines = traceback.TracebackException.from_exception(error).format_exception_only()
    text = "".join(lines).removeprefix("__main__.")
    return text.encode("utf-8", "backslashreplace").decode()


def trace(number: int, step: CardStep, scope: Scope) -> Calls:
    """The values of some expressions at the end of each turn of the innermost loop."""
    rows: list[list[str]] = []
    pairs = [name.partition(":")[::2] for name in step["names"]]
    # what they raise is told of the loop: the file is none that has a place on a card
    cells = [(compile(code.strip(), "<trace>", "eval"), spec) for code, spec in pairs]

    class Follow:
        def __pos__(self) -> None:
            rows.append([cell(eval(code, scope.names), spec) for code, spec in cells])
            if len(rows) > TURNS:
                raise StepFault("turns", str(TURNS))

    tree = scope.script.tree(number)
    followed(tree)
    yield from scope.execute(tree, Follow())
    return {"rows": rows}


def figure(number: int, step: CardStep, scope: Scope) -> Calls:
    """What the code draws, as SVG."""
    script = scope.script
    code = compile(script.tree(number), script.path, "exec", script.flags)
    try:
        return {"pictures": (yield from scope.call(draw, step, scope.names, code))}
    except Ended as ended:
        if isinstance(ended.error, Undrawn):
            raise StepFault("figure", str(ended.error)) from None
        raise


def followed(tree: ast.AST) -> None:
    """Let the innermost of loops within loops end each turn with a row."""
    loops: list[Any] = [node for node in ast.iter_child_nodes(tree) if is_loop(node)]
    if not loops:
        return
    loop, inner = loops[0], loops[0]
    while inner is not None:
        loop = inner
        inner = next((node for node in loop.body if is_loop(node)), None)
    call = ast.Expr(ast.UnaryOp(ast.UAdd(), mark(1)))
    loop.body = [ast.Try(loop.body, [], [], [ast.copy_location(call, loop)])]
    ast.copy_location(loop.body[0], loop)


def is_loop(node: ast.AST) -> bool:
    return isinstance(node, ast.For | ast.While)


def cell(value: object, spec: str) -> str:
    """A value in one cell of a table; a tensor of one number is that number."""
    shape = getattr(value, "shape", None)
    if shape is not None and tuple(shape) == ():
        value = value.item()  # type: ignore[attr-defined]
    text = format(value, spec) if spec else str(value)
    return " ".join(text.split())


# -- expressions ----------------------------------------------------------------------

CONVERSIONS: dict[str, Callable[[Any], Any]] = {"r": repr, "s": str, "a": ascii}


def value(number: int, step: CardStep, scope: Scope) -> Calls:  # noqa: ARG001
    """The text of an expression, and what it is."""
    result = yield from scope.evaluate(step, step["code"])
    facts: Result = yield from scope.call(nature, result)
    if step["latex"] and (yield from scope.call(symbolic, result)):
        free = yield from scope.call(symbols, result)
        latex = importlib.import_module("sympy").latex
        text = yield from scope.call(latex, result)
        return {**facts, "free": free, "text": fitting(text)}
    if step["conversion"]:
        result = yield from scope.call(CONVERSIONS[step["conversion"]], result)
    text = yield from scope.call(format, result, step["format"])
    return {**facts, "text": fitting(text)}


def fitting(text: object) -> str:
    whole = str(text)
    if len(whole) > VALUE_LETTERS:
        raise StepFault("output", f"{VALUE_LETTERS:,}")
    return whole


def nature(result: object) -> Result:
    """What a value is: its type, and what tells arrays and tensors apart."""
    facts: Result = {"type": type(result).__name__}
    if hasattr(result, "dtype"):
        facts["dtype"] = str(result.dtype)
    if hasattr(result, "shape"):
        facts["shape"] = str(result.shape)
    return facts


def shape(number: int, step: CardStep, scope: Scope) -> Calls:  # noqa: ARG001
    """The shape of an expression and of the answer, for several sizes."""
    tries = []
    code, lead = step["code"].strip(), len(step["code"]) - len(step["code"].lstrip())
    placed: CardStep = {
        **step,
        "line": step["line"] + step["code"].count("\n", 0, lead),
    }
    for sizes in step["sizes"]:
        names = {**scope.names, **sizes}
        result = yield from scope.evaluate(placed, code, names)
        actual = yield from scope.call(getattr, result, "shape", None)
        got = None if actual is None else str((yield from scope.call(tuple, actual)))
        try:
            answer = str((yield from scope.evaluate(step, step["answer"], dict(sizes))))
        except (Ended, SyntaxError) as fault:
            error = fault.error if isinstance(fault, Ended) else fault
            raise StepFault("answer", f"{type(error).__name__}: {error}") from None
        tries.append({"sizes": sizes, "shape": got, "answer": answer})
    return {"tries": tries}


# -- asserts --------------------------------------------------------------------------


def check(number: int, step: CardStep, scope: Scope) -> Calls:  # noqa: ARG001
    """Run asserts; say which were reached and which of their parts decide anything."""
    return (yield from judged(scope.script.tree(number), scope))


def holds(number: int, step: CardStep, scope: Scope) -> Calls:  # noqa: ARG001
    """Judge one expression as an assert."""
    code = f"\n{step['code']}\n"  # the expression may end in a remark
    node = ast.Assert(scope.script.expression(step["line"] - 1, f"({code})"))
    tree = ast.Module([ast.copy_location(node, node.test)], [])
    tree.hidden = True  # type: ignore[attr-defined]
    return (yield from judged(tree, scope))


def judged(tree: Any, scope: Scope) -> Calls:
    judge = Judge(scope.script)
    yield from scope.execute(judge.visit(tree), judge, judge.weigher)
    for verdict in judge.verdicts:
        verdict["parts"].sort(key=lambda part: not part["fixed"])
    return {"asserts": judge.verdicts}


def bare(error: SyntaxError) -> SyntaxError:
    """Python shows no frames for code that does not parse."""
    return error.with_traceback(None)


STEPS: dict[str, Callable[[int, CardStep, Scope], Calls]] = {
    "run": run,
    "raises": raises,
    "entry": entry,
    "trace": trace,
    "figure": figure,
    "value": value,
    "shape": shape,
    "check": check,
    "holds": holds,
}
