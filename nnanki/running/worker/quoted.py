"""Source as a package shows it, in the place of the source that cards import."""

from __future__ import annotations

import ast
import contextlib
import gc
import importlib
import inspect
import warnings
from collections.abc import Iterator, Sequence
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..child.messages import Definition, Failure


class Misquoted(Exception):
    """A quote that is not the source of its symbol."""

    def __init__(self, what: str, number: int = 0) -> None:
        super().__init__(what)
        self.failure: Failure = {"kind": "quote", "quote": number, "detail": what}


@contextlib.contextmanager
def in_place(quotes: Sequence[Definition]) -> Iterator[None]:
    """Let symbols do what the quotes say; afterwards they do what they did before.

    Raises Misquoted where a quote gives other code than the module has.
    """
    with contextlib.ExitStack() as undo:
        for number, quote in enumerate(quotes):
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    put(quote, undo)
            except Misquoted as error:
                raise Misquoted(str(error), number) from None
            except SyntaxError as error:
                raise Misquoted(f"is not Python: {error.msg}", number) from None
            except Exception as error:
                what = f"does not run: {type(error).__name__}: {error}"
                raise Misquoted(what, number) from None
        yield


def put(quote: Definition, undo: contextlib.ExitStack) -> None:
    """Execute one definition: the functions of its module get its code.

    Of a class, that is each of its functions. Decorators have done their work when
    the module was imported; to call them again could register something twice.
    """
    module = importlib.import_module(quote["module"])
    whole = compile(quote["text"], str(module.__file__), "exec", dont_inherit=True)
    if not defines(ast.parse(quote["text"]).body, quote["name"]):
        raise Misquoted(f"defines no `{quote['name']}`")
    for code in codes_at(whole, quote["name"].split(".")):
        give(module, code, undo)


def defines(body: Sequence[ast.AST], name: str) -> bool:
    """Whether some statements give a dotted name a meaning."""
    head, _, rest = name.partition(".")
    for node in body:
        if isinstance(node, ast.If | ast.Try | ast.With | ast.ExceptHandler):
            if defines(list(ast.iter_child_nodes(node)), name):
                return True
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if name in {
                target.id for target in targets if isinstance(target, ast.Name)
            }:
                return True
        elif getattr(node, "name", "") == head:
            return not rest or defines(getattr(node, "body", []), rest)
    return False


def codes_at(code: CodeType, path: Sequence[str]) -> Iterator[CodeType]:
    """The code of a function; of a class, that of its functions."""
    for inner in code.co_consts:
        if not isinstance(inner, CodeType) or (path and inner.co_name != path[0]):
            continue
        if inner.co_flags & inspect.CO_OPTIMIZED:
            if not inner.co_name.startswith("<"):  # a comprehension is over and gone
                yield inner
        else:
            yield from codes_at(inner, path[1:])


def give(module: ModuleType, code: CodeType, undo: contextlib.ExitStack) -> None:
    """Let the function that everybody has run this code, which must be equal."""
    twin_code = bare(code)
    gc.unfreeze()  # what was imported before the fork is not found otherwise
    twins = [
        thing
        for thing in gc.get_referrers(module.__dict__)
        if type(thing) is FunctionType and bare(thing.__code__) == twin_code
    ]
    gc.freeze()
    if not twins:
        raise Misquoted(f"gives other code than {module.__name__} runs")
    for twin in twins:
        undo.callback(setattr, twin, "__code__", twin.__code__)
        twin.__code__ = code


def bare(code: CodeType) -> CodeType:
    """Code without the places that it came from, to be compared."""
    inner = [bare(c) if isinstance(c, CodeType) else c for c in code.co_consts]
    return code.replace(
        co_consts=tuple(inner), co_filename="", co_firstlineno=1, co_linetable=b""
    )
