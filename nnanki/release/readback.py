"""A card as its package shows it: code, outputs and values read back from the HTML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from nnanki.cards.kinds import choice
from nnanki.cards.markup.markdown import MATH
from nnanki.model.card import Block, Card, Fence, GoldenSpan, Note, Part, Place, Prose
from nnanki.model.problem import Problem
from nnanki.release.verify import HINT, PackedTexts

if TYPE_CHECKING:
    from markdown_it.token import Token

PARTS: tuple[Part, ...] = ("front", "front", "back", "details")  # a back shows both


def with_packed_texts(
    card: Card, note: Note, texts: PackedTexts
) -> tuple[Card, list[Problem]]:
    """The card with what the package shows in the place of what its file says."""
    slabs = dict(_slabs(note, texts))
    spans, problems = _spans(card, texts)
    if problems:
        return card, problems
    blocks = (
        _prose(block, spans) if isinstance(block, Prose) else _fence(block, slabs)
        for block in card.blocks
    )
    return replace(card, blocks=tuple(blocks)), []


def _slabs(note: Note, texts: PackedTexts) -> Iterator[tuple[Place, str]]:
    """What each fence of a card looks like in the package."""
    for fence, text in zip(note.slabs, texts.slabs, strict=True):
        # A template ends each block with a line end; the file need not.
        whole = fence.code.endswith("\n") or not text.endswith("\n")
        yield fence.place, text if whole else text[:-1]


def _fence(block: Block, slabs: Mapping[Place, str]) -> Block:
    if not isinstance(block, Fence) or block.place not in slabs:
        return block  # a check is not shown
    text, golden = slabs[block.place], block.golden
    if golden.text == block.code:
        golden = replace(golden, text=text)
    return replace(block, code=text, golden=golden)


# -- code and formulas in running text ------------------------------------------------


def _spans(
    card: Card, texts: PackedTexts
) -> tuple[dict[Place, list[str]], list[Problem]]:
    """The spans of each paragraph in the package; problems where they are others."""
    codes, formulas = iter(texts.codes), iter(texts.formulas)
    spans: dict[Place, list[str]] = {}
    problems = []
    for block in (block for part in PARTS for block in card.part(part)):
        if isinstance(block, Prose):
            tokens = [token for token, _ in _inline(block.tokens)]
            # Choices are shuffled, so texts are matched in the order of the package and
            # handed out by token.
            there = {
                id(token): next(formulas if _math(token) else codes, "")
                for token in _displayed(card, block)
            }
            displayed = [there.get(id(token), "") for token in tokens]
            spans[block.place] = displayed
            problems += [
                _other(card, block, _text(token), text)
                for token, text in zip(tokens, displayed, strict=True)
                if text != _text(token)
            ]
    if next(codes, None) is not None or next(formulas, None) is not None:
        what = f"packed card `{card.id}` shows more code or formulas than its file"
        problems.append(Problem(card.place, what, HINT))
    return spans, problems


def _other(card: Card, block: Prose, original: str, text: str) -> Problem:
    what = f"packed card `{card.id}` shows `{text}`, its file says `{original}`"
    return Problem(block.place, what, HINT)


def _prose(block: Prose, spans: Mapping[Place, list[str]]) -> Prose:
    """A paragraph whose golden spans and answer are those of the package."""
    texts = list(zip(_inline(block.tokens), spans[block.place], strict=True))
    values = iter([text for (_, golden), text in texts if golden])
    witnesses = tuple(
        replace(item, golden=replace(item.golden, text=next(values)))
        if isinstance(item, GoldenSpan)
        else item
        for item in block.witnesses
    )
    codes = (text for (token, _), text in texts if token.type == "code_inline")
    return replace(block, witnesses=witnesses, code=next(codes, ""))


def _displayed(card: Card, block: Prose) -> Iterator[Token]:
    """The code and the formulas of a paragraph in the order in which it shows them."""
    groups: list[Sequence[Token]] = [block.tokens]
    if block.choices and block.part == "front":
        groups = [tokens for _, tokens in choice.options(card, block)]
    return (token for group in groups for token, _ in _inline(group))


def _inline(tokens: Sequence[Token]) -> list[tuple[Token, bool]]:
    """The code and the formulas of a paragraph, and whether each is a golden span."""
    spans = []
    for token in tokens:
        children = [*(token.children or []), None]
        if token.type == "math_block":
            spans.append((token, False))
        for child, following in pairwise(children):
            if child is not None and child.type in ("code_inline", *MATH):
                spans.append((child, _is_golden(following)))
    return spans


def _text(token: Token) -> str:
    return token.content.strip() if token.type == "math_block" else token.content


def _math(token: Token) -> bool:
    return token.type != "code_inline"


def _is_golden(token: Token | None) -> bool:
    """Whether a comment asks for the value of the span before it."""
    return token is not None and (
        token.type == "comment" and token.content.strip().startswith("=")
    )
