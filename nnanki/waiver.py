"""Says, next to a symbol's tests, why a change to it that no test notices is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

Observe = Callable[..., object]
Input = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Waiver:
    """One mutant, and the witness that it does what the original does.

    `observe(function, *input)` calls the function and returns all that it did, as
    plain values; the first line of its docstring is the reason.
    """

    symbol: str
    operator: str
    before: str
    after: str
    code: str
    draw: Callable[[Random], Input]
    edges: Sequence[Input]
    observe: Observe


def waive(
    symbol: str,
    operator: str,
    before: str,
    after: str,
    *,
    code: str,
    draw: Callable[[Random], Input],
    edges: Sequence[Input],
) -> Callable[[Observe], Observe]:
    """Waive one mutant of a symbol: `before` became `after`, and nothing changed.

    `nnanki check` calls the decorated function with the original and with the mutant,
    on 1,000 inputs from `draw` and on all `edges`, and compares what it returns. `code`
    is the digest that the refusal of the mutant names: the waiver is void as soon as
    the symbol's code is another.

    >>> @waive("kink.relu", "comparison-boundary", "x > 0", "x >= 0", code="0" * 12,
    ...        draw=lambda random: (random.uniform(-1, 1),), edges=[(0.0,)])
    ... def zero_is_zero(relu, x):
    ...     "At 0 both branches return 0."
    ...     return relu(x)
    >>> zero_is_zero.waivers[0].symbol
    'kink.relu'
    """

    def decorated(observe: Observe) -> Observe:
        waiver = Waiver(symbol, operator, before, after, code, draw, edges, observe)
        observe.waivers = [waiver, *getattr(observe, "waivers", [])]  # type: ignore[attr-defined]
        return observe

    return decorated
