"""Rules about what was typed and what was printed: numbers, places, live text."""

from __future__ import annotations

import re

from nnanki.cards.lint.cards import visible_code
from nnanki.cards.lint.registry import Finding, Findings, WholeDeck, deck_rule, rule
from nnanki.cards.lint.words import prose, text
from nnanki.model import sessions
from nnanki.model.card import Card, Fence, GoldenSpan, Place, Prose

DIGITS = 6
STYLE = Place("templates/style.css")
NUMBER = re.compile(r"(?<![\w.])-?\d+\.\d+(?![\w.]|\.\d)")
HTML = re.compile(
    r"</?(b|i|u|br|em|strong|img|div|span|a|p|ul|ol|li|sub|sup|code|pre|samp|kbd"
    r"|table|script|iframe|details)\b[^>]*>"
)
# What Anki replaces wherever it stands in a field: it would vanish, or run.
LIVE = re.compile(r"\{\{.*?\}\}|\[sound:|\[/?latex\]|\[\${1,2}\]|\[anki:")


@rule("C04", "A measured number is written by the machine, not by hand.", error=True)
def no_typed_number(card: Card) -> Findings:
    sources = set(NUMBER.findall(_sources(card)))
    for block in prose(card, "back") + prose(card, "details"):
        for number in NUMBER.findall(text(block)):
            # A sign may stand in the sentence, and the number without it in an output.
            if number not in sources and number.lstrip("-") not in sources:
                hint = f"make it golden: `` `{number}`<!-- =expression --> ``"
                what = f"nothing on this card computed `{number}`"
                yield Finding(card.id, block.place, what, hint)


def _sources(card: Card) -> str:
    """What the front says, and all code, outputs and values."""
    fronts = " ".join(text(block) for block in prose(card, "front"))
    return f"{fronts}\n{visible_code(card)}"


@rule("C05", f"A value shows at most {DIGITS} significant digits.")
def few_digits(card: Card) -> Findings:
    for block in card.blocks:
        if isinstance(block, Fence):
            texts = [_printed(block)] if block.language != "error" else []
        else:
            spans = (w for w in block.witnesses if isinstance(w, GoldenSpan))
            texts = [span.golden.text or "" for span in spans]
        for number in (n for line in texts for n in NUMBER.findall(line)):
            if len(number.lstrip("-0.").replace(".", "")) > DIGITS:
                hint = "format it: another machine computes the last digits otherwise"
                yield Finding(card.id, block.place, f"`{number}` has many digits", hint)


def _printed(fence: Fence) -> str:
    """What some code printed: an output, an error, a trace, or a part of a session."""
    if fence.verb == sessions.VERB:
        return sessions.outputs(fence.code)
    return fence.code if fence.language in ("output", "error", "trace") else ""


@rule("H01", "Prose holds nothing that Anki takes for its own.", error=True)
def nothing_live(card: Card) -> Findings:
    for block in (b for b in card.blocks if isinstance(b, Prose)):
        for pattern in (HTML, LIVE):
            match = pattern.search(text(block))
            if match:
                hint = "mark it as code, or write it in Markdown"
                what = f"`{match[0]}` is shown as it stands"
                yield Finding(card.id, block.place, what, hint)


@rule("H02", "A picture is of a kind that every phone shows.")
def common_picture(card: Card) -> Findings:
    for block in (b for b in card.blocks if isinstance(b, Prose)):
        for image in block.images:
            if image.source.lower().endswith((".avif", ".webp")):
                hint = "save it as PNG or SVG"
                what = f"older phones do not show `{image.source}`"
                yield Finding(card.id, image.place, what, hint)


@deck_rule("H03", "A style of one's own has colours for the night.")
def colours_for_the_night(deck: WholeDeck) -> Findings:
    css = deck.css
    if css and not ("nightMode" in css and "night_mode" in css):
        hint = "colour `.nightMode` and `.night_mode`: phones invert everything else"
        yield Finding("", STYLE, "no colours for the night", hint)
