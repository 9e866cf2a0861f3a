"""Every rewrite says what it should, where it should, and says the same."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import torch

from nnanki.proof.rewrite import REWRITES, Filler, fillers

CASES = Path(__file__).parent / "rewrites.txt"


def cases() -> list[tuple[str, str, list[str]]]:
    """A sentence, code whose hidden place stands between « and », its fillers."""
    blocks = CASES.read_text(encoding="utf-8").strip("\n").split("\n\n")
    return [
        (head, code, others.strip().split("\n") if others.strip() else [])
        for block in blocks
        for head, _, rest in [block.partition("\n")]
        for code, _, others in [rest.partition("\n.")]
    ]


def made(code: str) -> tuple[str, str, list[Filler]]:
    """The text, the place that is hidden in it, and what else could stand there."""
    start, stop = code.index("«"), code.index("»") - 1
    text = code.replace("«", "").replace("»", "") + "\n"
    return text, text[start:stop], fillers(text, "f", (start, stop))


@pytest.mark.parametrize(
    ("code", "others"), [c[1:] for c in cases()], ids=[c[0] for c in cases()]
)
def test_a_place_has_these_other_fillers(code: str, others: list[str]) -> None:
    """Named after their rewrites, in order; the rest of the module stays as it is."""
    text, hidden, found = made(code)
    start, stop = code.index("«"), code.index("»") - 1

    assert [f"{filler.rewrite}: {filler.text}" for filler in found] == others
    for filler in found:
        assert filler.module == text[:start] + filler.text + text[stop:]
        ast.parse(filler.module)
    assert len({f.text for f in found} | {hidden}) == len(found) + 1


def test_every_rewrite_has_a_case_and_a_sentence() -> None:
    """And no case names a rewrite that is none."""
    named = {line.partition(":")[0] for _, _, others in cases() for line in others}

    assert named == set(REWRITES)
    assert all(rewrite.sentence.endswith(".") for rewrite in REWRITES.values())


A, B = torch.tensor([[1.0, 2], [3, 4]]), torch.tensor([[5.0, -6], [7, 8]])


@pytest.mark.parametrize(
    "code",
    [
        "«a + b»",
        "«a @ b»",
        "«(a - b) ** 2»",
        "«torch.abs(a - b).mean()»",
        "«(a * b).sum(dim=0)»",
        "«a.mean(dim=1, keepdim=True)»",
        "«a[0].unsqueeze(1)»",
        "«torch.where(a <= 0, 0, a)»",
        "«(a[0] * b[0]).sum()»",
        "«a[0, 1]»",
        "«a[0, :]»",
        "«a <= b»",
    ],
)
def test_what_is_proposed_for_an_expression_has_the_same_value(code: str) -> None:
    """On two matrices, with torch."""
    text, hidden, found = made(f"def f(a, b):\n    return {code}")
    values = []
    for module in [text, *(filler.module for filler in found)]:
        names: dict[str, object] = {"torch": torch}
        exec(module, names)
        values.append(names["f"](A.clone(), B.clone()))

    assert found, hidden
    assert all(torch.equal(value, values[0]) for value in values)


def test_of_the_patterns_that_are_proposed_one_is_the_transpose() -> None:
    """Without `->` the letters of a result stand in the order of the alphabet."""
    code = 'def f(a, b):\n    return torch.einsum(«"ik,kj->ij"», a, b)'
    _, _, found = made(code)
    values = {}
    for filler in found:
        names: dict[str, object] = {"torch": torch}
        exec(filler.module, names)
        values[filler.text] = names["f"](A, B)

    assert torch.equal(values.pop("'ki,ij'"), (A @ B).T)
    assert len(values) == 3
    assert all(torch.equal(value, A @ B) for value in values.values())


def test_letters_of_more_than_one_byte_shift_nothing() -> None:
    """Before the place and in it."""
    _, hidden, found = made('def f(é, b):\n    "é"\n    return «é + b»  # é')

    assert (hidden, [filler.text for filler in found]) == ("é + b", ["b + é"])
