"""What this deck promises: whole sources, executed outputs, corrections listed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from nnanki.card import Card, Fence
from nnanki.curriculum import read
from nnanki.kinds import BUILT_IN
from nnanki.parse import parse
from nnanki.project import load

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
]


def cards() -> dict[str, Card]:
    texts, _ = read(load(ROOT), {})
    files = [parse(text)[0] for path, text in texts.items() if path.endswith(".md")]
    return {card.id: card for file in files for card in file.cards}


CARDS = cards()
FENCES = [
    block
    for card in CARDS.values()
    for block in card.blocks
    if isinstance(block, Fence)
]


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_a_card_shows_the_whole_source(symbol: str) -> None:
    """All of the function but its docstring, at least on one card."""
    quoted = {fence.argument for fence in FENCES if fence.verb == "quote"}

    assert quoted & {symbol, f"{symbol}:code"}


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_a_card_shows_an_executed_output(symbol: str) -> None:
    """Code that calls the function is run, and what it prints is on the card."""
    run = [fence.code for fence in FENCES if fence.verb == "run"]
    short = "relu(" if symbol == "activation.relu" else f"{symbol}("

    assert any(short in code for code in run)


def test_the_deck_begins_at_the_beginning() -> None:
    """The first cards say what the deck is, how it is proved and how to study it."""
    first = list(CARDS)[:4]

    assert first == [
        "three-ideas",
        "guess-first",
        "test-that-can-fail",
        "recall-beats-rereading",
    ]


def test_corrections_are_listed_where_they_are_made() -> None:
    """The table of provenance names exactly the cards that say `corrects`."""
    marked = {
        (int(number), card.id)
        for card in CARDS.values()
        for number in card.options.get("corrects", "").split()
    }
    text = (ROOT / "cards" / "PROVENANCE.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \|.*\|.*\| (.*) \|$", text, re.MULTILINE)
    listed = {(int(n), name) for n, row in rows for name in re.findall("`(.*?)`", row)}

    assert listed == marked


def test_every_card_is_held_to_account() -> None:
    """No card of the deck is without an obligation, but for the few that cite."""
    cited = [name for name, card in CARDS.items() if not BUILT_IN.obligations(card)[0]]

    assert len(cited) <= len(CARDS) / 20
    assert all("source" in CARDS[name].options for name in cited)
