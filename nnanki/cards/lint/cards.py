"""Rules about one card: what it asks, how long it is, what it gives away."""

from __future__ import annotations

import io
import re
import tokenize
from itertools import pairwise

from nnanki.cards.lint.registry import Finding, Findings, rule
from nnanki.cards.lint.words import (
    SPAN,
    answer,
    content,
    fences,
    front,
    prose,
    sentences,
    spans,
    text,
    words,
)
from nnanki.model.card import Card, Fence, Prose

# Of a pair the larger number refuses the deck, and the smaller one warns.
FRONT_WORDS, FRONT_WORDS_WELL = 45, 30
FRONT_LINES, FRONT_LINES_WELL = 18, 12
COLUMNS = 60
ANSWER_WORDS, ANSWER_WORDS_WELL = 30, 20
ANSWER_LINES = 8
TOKENS = 14
SENTENCE_WORDS = 25
ENUMERATION = re.compile(
    r"\b(list|name|give|enumerate) (all|some|the|two|three|four|five|\d+|a few|several)"
    r" (?!of\b)\w+s\b|\bwhat are the (two|three|four|five|\d+|main|different)\b",
    re.IGNORECASE,
)
YES_OR_NO = re.compile(
    r"(is|are|was|were|do|does|did|can|could|has|have|had|will|would|should|must|may)\b"
)
NOWHERE = re.compile(
    r"\b(the|this|that) (notebook|chapter|section|lesson|video|page|slide|tutorial)\b"
    r"|\b(above|previous|last|next|preceding|former) (card|example|question|code)\b"
    r"|\bas (we saw|mentioned|before|above|discussed)\b|\bsee (above|below)\b"
    r"|\b(mentioned|shown|discussed|defined) (above|earlier|before)\b"
    r"|\b(first|second|third|fourth|last) option\b",
    re.IGNORECASE,
)
OPEN = re.compile(
    r"^(discuss|describe|explain|elaborate|summari[sz]e)\b", re.IGNORECASE
)
NO_OPTION = re.compile(
    r"\b(all|none|both|neither) of (the above|them|these)\b", re.IGNORECASE
)


# -- what it asks ---------------------------------------------------------------------


@rule("F01", "A card asks one question.", error=True)
def one_question(card: Card) -> Findings:
    questions = front(card).count("?")
    if questions > 1:
        what = f"this card asks {questions} questions"
        yield Finding(card.id, card.place, what, "make each a card of its own")


@rule("F05", "A card does not ask for a list.", error=True)
def no_enumeration(card: Card) -> Findings:
    for block in prose(card, "front"):
        match = ENUMERATION.search(text(block))
        if match:
            hint = "lists do not stick; ask for one item, or for what tells them apart"
            what = f"`{match[0]}`: this asks for a list"
            yield Finding(card.id, block.place, what, hint)


@rule("F06", "A card cannot be answered by yes or no.", error=True)
def no_yes_or_no(card: Card) -> Findings:
    questions = [s for s in sentences(front(card)) if s.endswith("?")]
    reply = answer(card)
    if not questions or not YES_OR_NO.match(questions[-1].lower()):
        return
    # A longer answer says why, and whoever guesses does not know that.
    bare = reply is not None and len(words(text(reply))) < 4
    if bare and not fences(card, "back"):
        hint = "a coin knows half of these; ask which, where, how many or why"
        yield Finding(card.id, card.place, "this asks for yes or no", hint)


@rule("F07", "Nothing joins two questions in one sentence.")
def no_joined_questions(card: Card) -> Findings:
    for question in (s for s in sentences(front(card)) if s.endswith("?")):
        if re.search(r"\b(?:and|or) (?:wh(?:o|at|ich|y|en|ere)|how)\b", question):
            hint = "two cards, unless one answer gives both"
            yield Finding(card.id, card.place, "this sentence asks twice", hint)


@rule("F10", "A question names what it wants to hear.", error=True)
def no_open_verb(card: Card) -> Findings:
    for sentence in sentences(front(card)):
        match = OPEN.match(sentence)
        if match:
            hint = "ask for one fact: which, where, how many, why"
            what = f"`{match[0]}` asks for everything"
            yield Finding(card.id, card.place, what, hint)


# -- how long it is -------------------------------------------------------------------


@rule("F02", f"A front has at most {FRONT_WORDS} words.", error=True)
def short_front(card: Card) -> Findings:
    yield from _long_front(card, FRONT_WORDS, 10**6)


@rule("F02W", f"A front has at most {FRONT_WORDS_WELL} words, better.")
def shorter_front(card: Card) -> Findings:
    yield from _long_front(card, FRONT_WORDS_WELL, FRONT_WORDS)


def _long_front(card: Card, least: int, most: int) -> Findings:
    count = len(words(front(card)))
    if least < count <= most:
        hint = f"{least} are enough: say only what the answer needs"
        yield Finding(card.id, card.place, f"a front of {count} words", hint)


@rule("F03", f"Code on a front has at most {FRONT_LINES} lines.", error=True)
def short_code(card: Card) -> Findings:
    yield from _long_code(card, FRONT_LINES, 10**6)


@rule("F03W", f"Code on a front has at most {FRONT_LINES_WELL} lines, better.")
def shorter_code(card: Card) -> Findings:
    yield from _long_code(card, FRONT_LINES_WELL, FRONT_LINES)


def _long_code(card: Card, least: int, most: int) -> Findings:
    for fence in fences(card, "front"):
        lines = fence.code.count("\n")
        if least < lines <= most:
            hint = f"a phone shows {least} at a glance; quote less, or ask about a part"
            yield Finding(card.id, fence.place, f"{lines} lines of code", hint)


@rule("F03C", f"Code is at most {COLUMNS} columns wide.")
def narrow_code(card: Card) -> Findings:
    for part in ("front", "back", "details"):
        for fence in fences(card, part):
            widest = max((len(line) for line in fence.code.split("\n")), default=0)
            # What a program says is as wide as it is; nobody can break its lines.
            if widest > COLUMNS and fence.language not in ("error", "also"):
                hint = f"{COLUMNS} fit a phone; break the line"
                what = f"code {widest} columns wide"
                yield Finding(card.id, fence.place, what, hint)


@rule("F04", f"An answer has at most {ANSWER_WORDS} words.", error=True)
def short_answer(card: Card) -> Findings:
    yield from _long_answer(card, ANSWER_WORDS, 10**6)


@rule("F04W", f"An answer has at most {ANSWER_WORDS_WELL} words, better.")
def shorter_answer(card: Card) -> Findings:
    yield from _long_answer(card, ANSWER_WORDS_WELL, ANSWER_WORDS)


def _long_answer(card: Card, least: int, most: int) -> Findings:
    reply = answer(card)
    count = len(words(text(reply))) if reply is not None else 0
    if reply is not None and least < count <= most:
        hint = "what must be remembered first, the reasons in a paragraph below"
        yield Finding(card.id, reply.place, f"an answer of {count} words", hint)


@rule("F04C", f"An answer in code has at most {ANSWER_LINES} lines.")
def short_answer_code(card: Card) -> Findings:
    for fence in fences(card, "back")[:1]:
        lines = fence.code.count("\n")
        if lines > ANSWER_LINES and fence.language not in ("order", "also", "trace"):
            hint = "nobody recalls so much; print or quote a part"
            yield Finding(card.id, fence.place, f"an answer of {lines} lines", hint)


@rule("F12", f"What a blank hides has at most {TOKENS} tokens.")
def short_blank(card: Card) -> Findings:
    blanks = [f for f in fences(card, "front") if f.verb == "blank"]
    reply = answer(card)
    if not blanks or reply is None:
        return
    count = _tokens(reply.code)
    if count > 2 * TOKENS:
        hint = "hide what makes the difference"
        yield Finding(card.id, reply.place, f"a blank of {count} tokens", hint)


def _tokens(code: str) -> int:
    lines = io.StringIO(code).readline
    try:
        tokens = [t.string for t in tokenize.generate_tokens(lines)]
    except (tokenize.TokenError, SyntaxError):  # a blank may hide half an expression
        return len(code.split())
    return sum(bool(token.strip()) for token in tokens)


@rule("D09", f"A sentence has at most {SENTENCE_WORDS} words.")
def short_sentences(card: Card) -> Findings:
    for block in (b for b in card.blocks if isinstance(b, Prose) and not b.choices):
        for sentence in sentences(text(block)):
            count = len(words(sentence))
            if count > SENTENCE_WORDS:
                what = f"a sentence of {count} words"
                yield Finding(card.id, block.place, what, "make it two")


# -- what it says ---------------------------------------------------------------------


@rule("F08", "A card stands alone: it points at nothing that is not on it.", error=True)
def points_nowhere(card: Card) -> Findings:
    for block in (b for b in card.blocks if isinstance(b, Prose)):
        match = NOWHERE.search(text(block))
        if match:
            hint = "cards come one by one; name the thing itself"
            what = f"`{match[0]}` points at nothing on this card"
            yield Finding(card.id, block.place, what, hint)


@rule("F09", "The front does not give the answer away.", error=True)
def no_leak(card: Card) -> Findings:
    reply = answer(card)
    # Code and formulas that stand on both sides are what the question is about.
    if reply is None or reply.code or list(spans([reply])):
        return
    question, solution = set(content(front(card))), content(text(reply))
    leaked = [word for word in solution if word in question]
    if len(solution) >= 3 and len(leaked) >= 0.75 * len(solution):
        what = f"the front holds the answer's words: {', '.join(leaked)}"
        yield Finding(card.id, card.place, what, "ask without the words of the answer")


@rule("F13", "The options of a choice are alike in form.", error=True)
def alike_options(card: Card) -> Findings:
    # What stands out is taken for the answer by people who do not know it.
    for block in (b for b in prose(card, "front") if b.choices):
        lines = [t.content for t in block.tokens if t.type == "inline"]
        options = [re.sub(r"<!--.*?-->|\[.\]", "", line).strip() for line in lines]
        match = NO_OPTION.search(" ".join(options))
        if match:
            hint = "options are facts; this one is about the others"
            what = f"an option says `{match[0]}`"
            yield Finding(card.id, block.place, what, hint)
        lengths = sorted(map(len, options))
        # Below eight letters a ratio says nothing: `0` and `None` are alike.
        if lengths[-1] > 3 * max(8, lengths[0]):
            what = "one option is much longer than another"
            yield Finding(card.id, block.place, what, "the longest is taken for right")


@rule("F14", "A picture is not the only answer.", error=True)
def answer_in_words(card: Card) -> Findings:
    back = card.part("back")
    pictures = any(isinstance(block, Prose) and block.images for block in back)
    if pictures and not prose(card, "back") and not fences(card, "back"):
        hint = "say in words what is to be seen"
        yield Finding(card.id, card.place, "the answer is nothing but a picture", hint)


@rule("F17", "No word stands twice in a row.", error=True)
def no_word_twice(card: Card) -> Findings:
    for block in (b for b in card.blocks if isinstance(b, Prose)):
        for one, other in pairwise(text(block).lower().split()):
            # Two spans of code may be alike, and English doubles these two words.
            if one == other and one.isalpha() and one not in (SPAN, "that", "had"):
                what = f"`{one}` stands twice in a row"
                yield Finding(card.id, block.place, what, "take one of them out")


def visible_code(card: Card) -> str:
    """All code and output on a card, and its spans."""
    blocks = [b.code for b in card.blocks if isinstance(b, Fence)]
    return "\n".join(
        [*blocks, *spans([b for b in card.blocks if isinstance(b, Prose)])]
    )
