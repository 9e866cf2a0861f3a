"""Which shape has this expression? The rule is tried with several sizes."""

from __future__ import annotations

from nnanki.cards.kinds.base import Kind, Obligations, Verb, answer_code, syntax
from nnanki.model.card import Card, Fence
from nnanki.model.obligations import Shape
from nnanki.model.problem import Problem

# Sizes for each name, all different: no coincidence makes an answer right.
PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47)


def oblige(card: Card, fence: Fence) -> Obligations:
    yield from syntax(fence.code, fence.place, fence.line, "eval")
    names = [name.strip() for name in fence.argument.split(",")]
    wrong = [name for name in names if not name.isidentifier()]
    if wrong or len(names) > 5:
        hint = "write `shape=n,k,m`: at most five names"
        yield Problem(fence.place, f"`{fence.argument}` are not names of sizes", hint)
        return
    answer = answer_code(card)
    if answer is None:
        hint = "write it as code: `(n, m)`"
        yield Problem(fence.place, "the back does not say which shape", hint)
        return
    yield from syntax(answer.code, answer.place, answer.place.line, "eval")
    turns = [PRIMES[turn * len(names) : (turn + 1) * len(names)] for turn in (0, 2, 1)]
    sizes = tuple(dict(zip(names, turn, strict=True)) for turn in turns)
    yield Shape(fence.place, fence.code, fence.line, sizes, answer.code, answer.place)


KIND = Kind(
    "shape",
    verb="shape",
    hole="shape",
    oblige=oblige,
    takes=Verb("n,k,m"),
    asks="compute",
)
