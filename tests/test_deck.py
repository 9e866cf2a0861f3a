"""What this deck promises: whole sources, executed outputs, corrections listed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from nnanki.cards.curriculum import card_texts
from nnanki.cards.kinds import BUILT_IN
from nnanki.cards.parse import parse
from nnanki.model.card import CardFile, Fence
from nnanki.model.notation import ASKS
from nnanki.model.project import load

from .nn.document import CODE, TABLE

ROOT = Path(__file__).parent.parent
SYMBOLS = [
    "matmul.loops",
    "matmul.row_by_column",
    "matmul.broadcast",
    "matmul.einsum",
    "matmul.operator",
    "activation.relu",
    "loss.mae",
    "loss.mse",
    "loss.quad_mae",
    "descent.step",
    "descent.loop",
    "descent.document",
    "unit.unit",
    "gradient.centred",
    "linear.forward",
    "linear.backward",
    "relu.backward",
    "cross_entropy.backward",
    "mlp.forward",
    "mlp.backward",
    "sgd.momentum",
    "training.train",
    "value.Value.backward",
]
# How a card calls those that it does not call by their whole name.
CALLED = {
    "activation.relu": "relu(",
    "training.train": "reader.experiment(",
    "value.Value.backward": ".backward()",
}


def files() -> list[CardFile]:
    texts, _ = card_texts(load(ROOT), {})
    return [parse(text)[0] for path, text in texts.items() if path.endswith(".md")]


FILES = files()
CARDS = {card.id: card for file in FILES for card in file.cards}
FENCES = [
    block
    for card in CARDS.values()
    for block in card.blocks
    if isinstance(block, Fence)
]


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_a_card_shows_the_whole_source(symbol: str) -> None:
    """All of the function but its docstring, at least on one card: front or back."""
    whole = ("quote", "blank", "order")
    shown = {fence.argument for fence in FENCES if fence.verb in whole}

    assert shown & {symbol, f"{symbol}:code", f"{symbol}:body"}


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_a_card_shows_an_executed_output(symbol: str) -> None:
    """Code that calls the function is run, and what it prints is on the card."""
    run = [fence.code for fence in FENCES if fence.verb == "run"]
    call = CALLED.get(symbol, f"{symbol}(")

    assert any(call in code for code in run)


def test_the_deck_begins_at_the_beginning() -> None:
    """The first cards say what the deck is, how it is proved and how to study it."""
    first = list(CARDS)[:5]

    assert first == [
        "three-ideas",
        "guess-first",
        "test-that-can-fail",
        "recall-beats-rereading",
        "minutes-a-day",
    ]


def test_every_card_is_held_to_account() -> None:
    """No card of the deck is without an obligation, but for the few that cite."""
    cited = [name for name, card in CARDS.items() if not BUILT_IN.obligations(card)[0]]

    assert len(cited) <= len(CARDS) / 20
    assert all("source" in CARDS[name].options for name in cited)


@pytest.mark.parametrize("file", FILES[1:], ids=lambda file: file.concept)
def test_every_concept_asks_in_all_five_ways(file: CardFile) -> None:
    """A small one too, which the linter spares; *Start here* teaches no concept."""
    assert FILES[0].concept == "start-here"
    assert {card.asks for card in file.cards} >= set(ASKS)


# -- the document that the deck follows, and corrects ---------------------------------

PROVENANCE = (ROOT / "cards" / "PROVENANCE.md").read_text(encoding="utf-8")
LISTED, FOLLOWED = PROVENANCE.split("\n## ")[1:]
# Statements of the document, which is not in this repository; its code is.
COUNTS = {
    "Definition": 5,
    "Motivation": 8,
    "Output": 1,
    "Take-away": 9,
    "Further work": 5,
    "References": 3,
    "Throughout": 2,
    "Left unsaid": 11,
}
NO_CARD = 25  # spelling and links: the table says what answers it


class Row(NamedTuple):
    """What the document says at one place, and the cards about it."""

    key: str
    says: str
    taught: frozenset[str]
    corrected: Mapping[int, frozenset[str]]


def ids(cell: str) -> frozenset[str]:
    return frozenset(re.findall("`(.*?)`", cell))


def cells(table: str) -> list[list[str]]:
    """The cells of a table without its head."""
    lines = [line for line in table.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line[1:-1].split("|")] for line in lines]


def read_row(key: str, says: str, taught: str, corrected: str) -> Row:
    numbered = (part.partition(":") for part in corrected.split(";") if part)
    by_number = {int(number): ids(names) for number, _, names in numbered}
    return Row(key.strip("`"), says, ids(taught), by_number)


def rows() -> dict[str, list[Row]]:
    """The rows about each part of the document."""
    parts = (part.partition("\n") for part in FOLLOWED.split("\n### ")[1:])
    return {
        name: [read_row(*each) for each in cells(table)] for name, _, table in parts
    }


def corrections() -> dict[int, frozenset[str]]:
    """The cards that the first table names, by the number of the correction."""
    return {int(number): ids(last) for number, *_, last in cells(LISTED)}


def marked() -> dict[int, frozenset[str]]:
    """The cards that say which correction they make."""
    pairs = [
        (int(number), card.id)
        for card in CARDS.values()
        for number in card.options.get("corrects", "").split()
    ]
    numbers = {number for number, _ in pairs}
    return {n: frozenset(name for m, name in pairs if m == n) for n in numbers}


def statements(body: list[ast.stmt]) -> Iterator[str]:
    """What each statement is called: by what it defines, imports, sets or calls."""
    for node in body:
        match node:
            case ast.FunctionDef(name=name):
                yield name
                yield from statements(node.body if len(node.body) > 1 else [])
            case ast.Import(names=[ast.alias(name=name)]) | ast.ImportFrom(module=name):
                yield str(name)
            case ast.Assign(targets=[target]) | ast.AugAssign(target=target):
                yield ast.unparse(target)
            case ast.Expr(value=ast.Call(func=called)):
                yield ast.unparse(called)
            case ast.With(items=[ast.withitem(context_expr=ast.Call(func=called))]):
                yield ast.unparse(called)
                yield from statements(node.body)
            case ast.For():
                yield "for"
                yield from statements(node.body)
            case ast.Return():
                yield "return"
            case _:
                raise ValueError(ast.unparse(node))


def test_corrections_are_listed_where_they_are_made() -> None:
    """The table names exactly the cards that say `corrects`, by each of 25 numbers."""
    listed = corrections()

    assert list(listed) == list(range(1, 26))
    assert {number: names for number, names in listed.items() if names} == marked()
    assert listed.keys() - marked().keys() == {NO_CARD}


def test_every_statement_of_the_document_has_its_row() -> None:
    """As many as there are; and those about its code are those of its code."""
    found = rows()
    keys = {name: [row.key for row in part] for name, part in found.items()}
    counted = {
        name: [str(n + 1) for n in range(count)] for name, count in COUNTS.items()
    }
    code = list(statements(ast.parse(CODE).body))

    assert keys == {**counted, "Code": code}
    assert {"quad_mae", "loss.backward", "print"} <= set(code) and len(code) == 25
    assert all(row.says for part in found.values() for row in part)
    (output,) = found["Output"]
    assert set(re.findall(r"\d\.\d+", output.says)) == {
        TABLE.splitlines()[place].partition("loss=")[2] for place in (0, -1)
    }


def test_every_row_leads_to_a_card_of_the_deck() -> None:
    """But for those that say which test answers them."""
    named: set[str] = set()
    bare: dict[str, set[int]] = {}
    for part, found in rows().items():
        for number, row in enumerate(found, start=1):
            names = row.taught.union(*row.corrected.values())
            named |= names
            if not names and NO_CARD not in row.corrected:
                bare.setdefault(part, set()).add(number)

    assert named <= CARDS.keys()
    assert not bare


def test_rows_name_the_corrections_that_they_need() -> None:
    """Each number stands in some row, with cards that make that correction."""
    known = corrections()
    pairs = [
        pair
        for found in rows().values()
        for row in found
        for pair in row.corrected.items()
    ]

    assert {number for number, _ in pairs} == known.keys()
    for number, names in pairs:
        assert names <= known[number], number
        assert bool(names) == bool(known[number]), number
