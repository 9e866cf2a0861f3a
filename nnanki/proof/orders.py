"""Other orders of the statements that a card shuffles; the tests say which work."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from itertools import permutations

from nnanki.model.obligations import Order
from nnanki.model.plural import count
from nnanki.proof.excerpt import statements
from nnanki.proof.library import Library
from nnanki.proof.unbound import doomed
from nnanki.proof.variants import Unfit, Variant

FEWEST, MOST = 3, 5  # statements that one is asked to put in order


def orders(library: Library, obligation: Order) -> Iterator[Variant]:
    """Every other order of the statements that can run."""
    pieces = _pieces(library, obligation)
    _, node = library.symbols[obligation.symbol]
    usual = tuple(range(len(pieces)))
    texts = {_joined(pieces, usual)}
    # Five statements have 119 other orders, most of which read a name before anything
    # is in it. These need no test, and would be most of what is tried.
    fails = doomed(node, statements(node, obligation.part))
    for order in permutations(usual):
        text = _joined(pieces, order)
        if text not in texts and not fails(order):
            texts.add(text)
            whole = library.with_text(obligation.symbol, obligation.part, text)
            yield Variant(" ".join(map(str, order)), "", whole)


def _pieces(library: Library, obligation: Order) -> list[str]:
    """The statements of a symbol, as text at the left margin."""
    source = library.source(obligation.symbol, obligation.part)
    _, node = library.symbols[obligation.symbol]
    lines = dict(zip(source.lines, source.text.split("\n"), strict=False))
    spans = [
        range(item.lineno, (item.end_lineno or item.lineno) + 1)
        for item in statements(node, obligation.part)
    ]
    if not FEWEST <= len(spans) <= MOST:
        many = count(len(spans), "statement")
        what = f"`{obligation.symbol}:{obligation.part}` has {many}"
        hint = f"ask for the order of {FEWEST} to {MOST}"
        raise Unfit(obligation.place, what, hint)
    if [n for span in spans for n in span] != list(source.lines):
        what = f"between the statements of `{obligation.symbol}` stands something else"
        raise Unfit(
            obligation.place, what, "leave no comment or empty line between them"
        )
    return ["\n".join(lines[n] for n in span) for span in spans]


def _joined(pieces: Sequence[str], order: Sequence[int]) -> str:
    return "\n".join(pieces[n] for n in order) + "\n"


def shuffled(
    library: Library, obligation: Order, accepted: set[tuple[int, ...]]
) -> tuple[str, list[tuple[int, ...]]]:
    """The statements as the card shows them, and how each accepted order reads there.

    Orders read as the places at which the card shows what comes first, second, ….
    The seed alone decides; an order that works is never shown.
    """
    pieces = _pieces(library, obligation)
    usual = tuple(range(len(pieces)))
    # A digest and not `random`: the same seed must give the same card for ever, with
    # any version of Python.
    orders = sorted(permutations(usual), key=lambda o: _digest(obligation.seed, str(o)))
    front = next(order for order in orders if order not in {usual, *accepted})
    return _joined(pieces, front), [
        tuple(front.index(n) for n in order) for order in sorted(accepted)
    ]


def _digest(seed: str, order: str) -> str:
    return hashlib.sha256(f"{seed}\0{order}".encode()).hexdigest()
