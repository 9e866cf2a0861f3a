"""The steps of a card: code in, what it did out."""

from __future__ import annotations

import ast
import builtins
import contextlib
import importlib
import re
import sys
import traceback
import types
from collections.abc import Callable, Iterator
from typing import Any

from .asserts import Judge, columns
from .figure import Undrawn, draw

Job = dict[str, Any]
Message = dict[str, Any]

CONTROL = re.compile("[\0-\x1f\x7f-\x9f]")
VALUE_LETTERS = 10_000
MESSAGE_LETTERS = 300
TURNS = 20  # rows of a table that fits a card


class Fault(Exception):
    """Something about a step that is not an exception of its code."""

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(kind)
        self.failure = {"kind": kind, "detail": detail}


def exception(error: BaseException, file: str, step: Job) -> Message:
    """Type, first line of the message, and where in the card it happened."""
    place: Message = {}
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            place = position(trace, step)
        trace = trace.tb_next
    try:
        message = str(error)
    except Exception:
        message = ""
    if isinstance(error, SyntaxError) and not place:
        shift = 0 if error.filename == file else step["line"] - 1
        line, column = (error.lineno or 1) + shift, error.offset or 1
        place, message = {"line": line, "column": column}, error.msg
    first = "".join(message.strip().splitlines()[:1])
    name = type(error).__name__
    return {"kind": "raised", "type": name, "message": visible(first), **place}


def position(trace: types.TracebackType, step: Job) -> Message:
    """Line, column and width of the expression that was running."""
    positions = list(trace.tb_frame.f_code.co_positions())
    line, end, column, stop = positions[trace.tb_lasti // 2]
    if line is None or column is None or stop is None:
        return {"line": trace.tb_lineno}
    return {"line": line, **columns(step, line, column, stop if line == end else None)}


def visible(text: str) -> str:
    """A line without control characters or broken letters, and not without end."""
    text = text.encode("utf-8", "backslashreplace").decode()
    text = CONTROL.sub(lambda odd: f"\\x{ord(odd[0]):02x}", text)
    return text if len(text) <= MESSAGE_LETTERS else text[: MESSAGE_LETTERS - 1] + "…"


def compiled(source: str, line: int, file: str, mode: str = "exec") -> Any:
    tree: Any = ast.parse(source, mode=mode)
    ast.increment_lineno(tree, line - 1)
    return compile(tree, file, mode, dont_inherit=True)


def run(step: Job, names: dict[str, Any], file: str) -> Message:
    exec(compiled(step["code"], step["line"], file), names)
    return {}


def raises(step: Job, names: dict[str, Any], file: str) -> Message:
    """The exception that the code raises, as a result."""
    code = compiled(step["code"], step["line"], file)
    try:
        exec(code, names)
    except BaseException as error:  # `raises=SystemExit` is a card, too
        return {"raised": exception(error, file, step)}
    return {"raised": None}


def entry(step: Job, names: dict[str, Any], file: str) -> Message:
    """One example of a session: a value shows itself, and an exception is shown."""
    if not ast.parse(step["code"]).body:  # nothing but a remark
        return {"raised": None, "shown": ""}
    code = compiled(step["code"], step["line"], file, "single")
    try:
        with last_value(names):
            exec(code, names)
    except Exception as error:
        if isinstance(error, Warning):  # one that is an error here, not the card's own
            raise
        return {"raised": exception(error, file, step), "shown": ending(error, names)}
    return {"raised": None, "shown": ""}


LAST: list[Any] = []  # the names of a session, and the value that it showed last


@contextlib.contextmanager
def last_value(names: dict[str, Any]) -> Iterator[None]:
    """Let `_` be the last value of this session, as a terminal does; of no other."""
    scope = vars(builtins)
    if LAST and LAST[0] is names:
        scope["_"] = LAST[1]
    try:
        yield
    finally:
        if "_" in scope:
            LAST[:] = names, scope.pop("_")


def ending(error: BaseException, names: dict[str, Any]) -> str:
    """The last lines of a traceback; classes of the card have no module, as in one."""
    told = traceback.TracebackException.from_exception(error).format_exception_only()
    text = "".join(told).removeprefix(f"{names['__name__']}.")
    return text.encode("utf-8", "backslashreplace").decode()


def trace(step: Job, names: dict[str, Any], file: str) -> Message:
    """The values of some expressions at the end of each turn of the innermost loop."""
    tree = ast.parse(step["code"])
    ast.increment_lineno(tree, step["line"] - 1)
    rows: list[list[str]] = []
    pairs = [name.partition(":")[::2] for name in step["names"]]
    wanted = [(compiled(code, 1, "<trace>", "eval"), spec) for code, spec in pairs]

    def follow() -> None:
        rows.append([cell(eval(code, names), spec) for code, spec in wanted])
        if len(rows) > TURNS:
            raise Fault("turns", str(TURNS))

    followed(tree)
    names["__follow__"] = follow
    ast.fix_missing_locations(tree)
    exec(compile(tree, file, "exec", dont_inherit=True), names)
    return {"rows": rows}


def figure(step: Job, names: dict[str, Any], file: str) -> Message:
    """What the code draws, as SVG."""
    code = compiled(step["code"], step["line"], file)
    try:
        return {"drawn": draw(step, names, code)}
    except Undrawn as error:
        raise Fault("figure", str(error)) from None


def followed(tree: ast.AST) -> None:
    """Let the innermost of loops within loops end each turn with a row."""
    found: list[Any] = [node for node in ast.iter_child_nodes(tree) if is_loop(node)]
    if not found:
        return
    loop, inner = found[0], found[0]
    while inner is not None:
        loop = inner
        inner = next((node for node in loop.body if is_loop(node)), None)
    call = ast.Expr(ast.Call(ast.Name("__follow__", ast.Load()), [], []))
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


CONVERSIONS: dict[str, Callable[[Any], Any]] = {
    "": lambda result: result,
    "r": repr,
    "s": str,
    "a": ascii,
}


def value(step: Job, names: dict[str, Any], file: str) -> Message:
    """The text of an expression, and what it is."""
    result = eval(compiled(step["code"], step["line"], file, "eval"), names)
    facts: Message = {"type": type(result).__name__}
    facts |= {
        name: str(getattr(result, name))
        for name in ("dtype", "shape")
        if hasattr(result, name)
    }
    if step["latex"] and symbolic(result):
        facts["free"] = sorted(map(str, getattr(result, "free_symbols", ())))
        text = importlib.import_module("sympy").latex(result)
    else:
        text = format(CONVERSIONS[step["conversion"]](result), step["format"])
    if len(text) > VALUE_LETTERS:
        raise Fault("output", f"{VALUE_LETTERS:,}")
    return {**facts, "text": text}


def symbolic(result: object) -> bool:
    sympy = sys.modules.get("sympy")
    if sympy is None:
        return False
    if isinstance(result, list | tuple):
        return any(symbolic(item) for item in result)
    return isinstance(result, sympy.Basic | sympy.MatrixBase)


def shape(step: Job, names: dict[str, Any], file: str) -> Message:
    """The shape of an expression and of the answer, for several sizes."""
    code = compiled(step["code"].strip(), step["line"], file, "eval")
    answer = compiled(step["answer"], 1, "<answer>", "eval")
    tries = []
    for sizes in step["sizes"]:
        scope = {**names, **sizes}
        shown = getattr(eval(code, scope), "shape", None)
        got = None if shown is None else str(tuple(shown))
        try:
            said = str(eval(answer, dict(sizes)))
        except Exception as error:
            raise Fault("answer", f"{type(error).__name__}: {error}") from None
        tries.append({"sizes": sizes, "shape": got, "answer": said})
    return {"tries": tries}


def check(step: Job, names: dict[str, Any], file: str) -> Message:
    """Run asserts; say which were reached and which of their parts decide anything."""
    tree = ast.parse(step["code"])
    ast.increment_lineno(tree, step["line"] - 1)
    judge = Judge(step)
    tree = ast.fix_missing_locations(judge.visit(tree))
    names |= {"__assert__": judge.hear, "__weigh__": judge.weigh}
    exec(compile(tree, file, "exec", dont_inherit=True), names)
    for verdict in judge.verdicts:
        verdict["parts"].sort(key=lambda part: not part["fixed"])
    return {"asserts": judge.verdicts}


def holds(step: Job, names: dict[str, Any], file: str) -> Message:
    """Judge one expression as an assert."""
    code = f"assert (\n{step['code']}\n)"  # the expression may end in a remark
    return check({**step, "code": code, "line": step["line"] - 1}, names, file)


STEPS: dict[str, Callable[[Job, dict[str, Any], str], Message]] = {
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
