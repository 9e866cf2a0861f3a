"""Small changes to a definition: every one should make a test fail."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType

from nnanki.proof.mutate import calls, domain, generic, gradients, registry
from nnanki.proof.mutate.registry import Operator
from nnanki.proof.mutate.splice import Module, find, meaning

__all__ = ["OPERATORS", "Mutant", "Operator", "code_digest", "mutants"]

# Of two names for one change the first stays: what people get wrong, then mere slips.
ORDER = [module.__name__ for module in (domain, gradients, generic, calls)]
OPERATORS = {
    found.name: found
    for found in sorted(
        registry.OPERATORS.values(), key=lambda o: ORDER.index(o.make.__module__)
    )
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One changed definition. `text` is the whole module with the change in it.

    `line` and `column` (both from 1) are where `before` stood and `after` stands;
    `digest` names what the definition now means.
    """

    operator: str
    line: int
    column: int
    before: str
    after: str
    text: str
    digest: str


def mutants(text: str, name: str) -> list[Mutant]:
    """Every distinct small change to the definition `name` of a module.

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
    seen = {meaning(module.node)}
    found = []
    for operator in OPERATORS.values():
        for mutant in _made(module, operator):
            if mutant.digest in seen:
                continue
            seen.add(mutant.digest)
            if _code(mutant.text) not in (code, None):
                found.append(mutant)
    order = {name: n for n, name in enumerate(OPERATORS)}
    return sorted(found, key=lambda m: (m.line, m.column, order[m.operator]))


def code_digest(text: str, name: str) -> str:
    """A short name for what a definition means: docstrings and layout do not count.

    >>> one = code_digest("def f(x): return x", "f")
    >>> one == code_digest('def f(x):\\n    "Same."\\n    return x  # ', "f")
    True
    """
    return meaning(find(ast.parse(text), name))[:12]


def _made(module: Module, operator: Operator) -> Iterator[Mutant]:
    for change in operator.make(module):
        made = module.splice(change)
        if made is not None:
            digest = meaning(made.node)[:32]
            place = (made.line, made.column, made.before, made.after, made.text)
            yield Mutant(operator.name, *place, digest)


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
    inner = [
        _shape(c) if isinstance(c, CodeType) else (type(c), repr(c))
        for c in code.co_consts
    ]
    names = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
    return (code.co_code, tuple(inner), names, code.co_flags, code.co_exceptiontable)
