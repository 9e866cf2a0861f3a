"""Every small change to a definition that means something else."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import CodeType

from nnanki.proof.mutate.builtin import OPERATORS
from nnanki.proof.mutate.registry import Operator
from nnanki.proof.mutate.splice import Module, find, meaning


@dataclass(frozen=True, slots=True)
class Mutant:
    """One changed definition. `text` is the whole module with the change in it.

    `line` and `column` (both from 1) are where `before` stood and `after` stands;
    `digest` names what the definition now means, `misconception` what whoever writes it
    so gets wrong.
    """

    operator: str
    line: int
    column: int
    before: str
    after: str
    text: str
    digest: str
    misconception: str = ""


def mutants(
    text: str, name: str, operators: Iterable[Operator] = tuple(OPERATORS.values())
) -> list[Mutant]:
    """Every distinct small change to the definition `name` of a module.

    Of two operators for one change the first has it.

    Errors: KeyError where the module has no such definition.

    >>> for mutant in mutants("def f(x):\\n    return x - 1\\n", "f")[1:]:
    ...     print(mutant.operator, mutant.before, "->", mutant.after)
    drop-term x - 1 -> x
    swap-arithmetic x - 1 -> x + 1
    swap-operands x - 1 -> 1 - x
    change-number 1 -> 2
    change-number 1 -> 0
    """
    module = Module(text, name)
    code = _code(text)
    meanings = {meaning(module.node)}
    distinct = []
    order: dict[str, int] = {}
    for operator in operators:
        order[operator.name] = len(order)
        for mutant in _mutants(module, operator):
            if mutant.digest in meanings:
                continue
            meanings.add(mutant.digest)
            # What Python compiles to the same code no test can notice: it would stay
            # alive for ever, and refuse the card for nothing.
            if _code(mutant.text) not in (code, None):
                distinct.append(mutant)
    return sorted(distinct, key=lambda m: (m.line, m.column, order[m.operator]))


def code_digest(text: str, name: str) -> str:
    """A short name for what a definition means: docstrings and layout do not count.

    >>> one = code_digest("def f(x): return x", "f")
    >>> one == code_digest('def f(x):\\n    "Same."\\n    return x  # ', "f")
    True
    """
    return meaning(find(ast.parse(text), name))[:12]


def _mutants(module: Module, operator: Operator) -> Iterator[Mutant]:
    for change in operator.make(module):
        splice = module.splice(change)
        if splice is not None:
            yield Mutant(
                operator.name,
                splice.line,
                splice.column,
                splice.before,
                splice.after,
                splice.text,
                meaning(splice.node)[:32],
                operator.misconception,
            )


def _code(text: str) -> tuple[object, ...] | None:
    """What a module's code does; None where it is none (`return` outside, say)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # a mutant may look odd
        try:
            return _shape(compile(text, "", "exec", dont_inherit=True))
        except SyntaxError:
            return None


def _shape(code: CodeType) -> tuple[object, ...]:
    """All that some code does, without where it stands and what it says of itself."""
    # Lines and the file's name differ with every change, and mean nothing.
    inner = [
        _shape(c) if isinstance(c, CodeType) else (type(c), repr(c))
        for c in code.co_consts
    ]
    names = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
    return (code.co_code, tuple(inner), names, code.co_flags, code.co_exceptiontable)
