"""Text to cards, with exact places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from nnanki.cards.fences import Fences
from nnanki.cards.front_matter import FrontMatter, concept_of
from nnanki.cards.kinds import BUILT_IN, Kinds
from nnanki.cards.markup import markdown
from nnanki.cards.spans import Spans
from nnanki.model.card import Block, Card, CardFile, Part, Place, Prose
from nnanki.model.conflict_marks import conflict
from nnanki.model.disk.text import Text
from nnanki.model.notation import ASKS, HEADING_KEYS, ID, LEVELS, heading_options
from nnanki.model.problem import Problem, neighbour

if TYPE_CHECKING:
    from markdown_it.token import Token

PARTS: tuple[Part, ...] = ("front", "back", "details")
RULE = re.compile(r"-{3,}\s*")


def parse(text: Text, kinds: Kinds = BUILT_IN) -> tuple[CardFile, list[Problem]]:
    """Parse one card file; what could be understood, and every problem in it."""
    file, problems = _parsed(text, kinds)
    return file, list(problems)


# Several stages ask for the same file, and a gallery that is being watched asks after
# each save; most files did not change.
@lru_cache(maxsize=256)
def _parsed(text: Text, kinds: Kinds) -> tuple[CardFile, tuple[Problem, ...]]:
    parser = _Parser(text, kinds)
    return parser.file(), tuple(parser.problems)


@dataclass
class _Parser:
    text: Text
    kinds: Kinds
    problems: list[Problem] = field(default_factory=list)

    def problem(self, place: Place, what: str, hint: str = "") -> None:
        self.problems.append(Problem(place, what, hint))

    def file(self) -> CardFile:
        # First of all: two versions of some lines may well parse, one below the other.
        if left := conflict(self.text.lines):
            line, what, hint = left
            self.problem(self.text.line_place(line), what, hint)
            concept = concept_of(self.text.path)
            place = Place(self.text.path)
            return CardFile(
                self.text.path, concept, concept, (), "", 1, (), place, False
            )
        front = FrontMatter(self.text, self.problems)
        meta, after_meta = front.read()
        meta = replace(meta, sound=not self.problems)
        # Empty lines instead of the front matter: so the lines of tokens are those of
        # the file.
        body = [""] * after_meta + self.text.lines[after_meta:]
        tokens, losses = markdown.checked_tokens("\n".join(body))
        for line, what, hint in losses:
            self.problem(self.text.line_place(line), what, hint)
        groups = self.cards(tokens)
        cards = [card for card in (self.card(*group) for group in groups) if card]
        return replace(meta, cards=tuple(cards))

    # -- cards ----------------------------------------------------------------

    def cards(self, tokens: list[Token]) -> Iterator[tuple[Token, Token, list[Token]]]:
        """Split the tokens of a file at its second-level headings."""
        before, sections = markdown.sections(tokens)
        stray = next((t for t in before if t.map and t.type != "comment"), None)
        if stray is not None and stray.map:
            what = "text before the first card"
            self.problem(
                self.text.line_place(stray.map[0]),
                what,
                "a card begins with `## its-id`",
            )
        if not sections and not self.problems:
            self.problem(
                self.text.line_place(0),
                "no card in this file",
                "a card begins with `## its-id`",
            )
        yield from sections

    def card(self, head: Token, title: Token, body: list[Token]) -> Card | None:
        assert head.map is not None
        line = head.map[0]
        name, where = (
            title.content.strip(),
            self.text.line_place(line, title.content.strip()),
        )
        if not name:
            hint = "give it one that never changes: `## relu-negative`"
            self.problem(self.text.line_place(line), "a card without id", hint)
            return None
        if not ID.fullmatch(name):
            words = name.partition(markdown.OPEN)[0].lower()
            slug = "-".join(re.findall(r"[a-z0-9]+", words)) or "relu-negative"
            hint = f"write `## {slug}`"
            what = (
                "a card's id is made of lower case letters, digits and single hyphens"
            )
            self.problem(where, what, hint)
            return None
        before = len(self.problems)
        options, body = self.options(body)
        card = Card(name, where, (), options)
        blocks = list(self.blocks(body))
        if len(self.problems) > before:
            # It keeps its id, which others may name and none may take; nothing of it
            # runs.
            return replace(card, sound=False)
        return self.complete(card, blocks, body)

    def options(self, body: list[Token]) -> tuple[dict[str, str], list[Token]]:
        """The comment right under the heading, where it holds options."""
        if not body or body[0].type != "comment" or not body[0].map:
            return {}, body
        content = body[0].content.strip()
        if content.startswith(("#", "check:", "=")) or markdown.OPEN in content:
            return {}, body
        options, line = heading_options(content), body[0].map[0]
        if options is None:
            return {}, body
        for key in options:
            if key not in HEADING_KEYS:
                words = (*HEADING_KEYS, "check")
                where = self.text.line_place(line, key)
                self.problem(where, f"unknown word `{key}`", neighbour(key, words))
        level = options.get("level", "L0")
        if level not in LEVELS:
            self.problem(
                self.text.line_place(line, level),
                f"no level `{level}`",
                neighbour(level, LEVELS),
            )
        asks = options.get("asks", "why")
        if asks not in ASKS:
            where = self.text.line_place(line, asks)
            self.problem(where, f"no card asks `{asks}`", neighbour(asks, ASKS))
        if not re.fullmatch(r"\d+( \d+)*", options.get("corrects", "0")):
            hint = "write `corrects: 1 13`"
            self.problem(self.text.line_place(line), "`corrects` takes numbers", hint)
        return options, body[1:]

    def complete(
        self, card: Card, blocks: list[Block], body: list[Token]
    ) -> Card | None:
        """The card with its blocks, if it has a question and an answer."""
        rules = [token for token in body if self.is_rule(token)]
        full = {block.part for block in blocks}
        if not rules or not rules[0].map:
            hint = "put `---` below the question and the answer below that"
            self.problem(card.place, f"card `{card.id}` has no answer", hint)
            return None
        if len(rules) > 2 and rules[2].map:
            hint = "front, back, details: that is all there is"
            self.problem(
                self.text.line_place(rules[2].map[0]), "a third `---` in one card", hint
            )
        if "front" not in full:
            self.problem(
                card.place, f"card `{card.id}` has no question", "ask one above `---`"
            )
            return None
        line = rules[0].map[0] + 1
        whole = replace(card, blocks=tuple(blocks))
        kind, _ = self.kinds.of(whole)
        if "back" not in full and not kind.golden:
            hint = "put the answer below `---`"
            self.problem(card.place, f"card `{card.id}` has no answer", hint)
            return None
        head, sound = self.text.offset(line), len(rules) <= 2
        asks = self.kinds.asks(whole)
        return replace(whole, head=head, head_line=line + 1, sound=sound, asks=asks)

    def is_rule(self, token: Token) -> bool:
        if token.type != "hr" or token.level or not token.map:
            return False
        return bool(RULE.fullmatch(self.text.lines[token.map[0]]))

    # -- blocks ---------------------------------------------------------------

    def blocks(self, body: list[Token]) -> Iterator[Block]:
        """One block for each fence and each paragraph, list, table or formula."""
        part = 0
        gathered: list[list[Token]] = []
        for token in body:
            if self.is_rule(token):
                yield from self.flush(PARTS[min(part, 2)], gathered)
                part, gathered = part + 1, []
            elif token.level == 0 and token.nesting >= 0:
                gathered.append([token])
            elif gathered:
                gathered[-1].append(token)
        yield from self.flush(PARTS[min(part, 2)], gathered)

    def flush(self, part: Part, groups: list[list[Token]]) -> Iterator[Block]:
        fences = Fences(self.text, self.kinds, self.problems)
        for tokens in groups:
            fence = fences.read(part, tokens[0]) if tokens[0].type == "fence" else None
            if fence is not None:
                yield fence
            elif tokens[0].type != "fence":
                yield from self.prose(part, tokens)

    def prose(self, part: Part, tokens: list[Token]) -> Iterator[Prose]:
        fences = Fences(self.text, self.kinds, self.problems)
        for before, token in zip([None, *tokens], tokens, strict=False):
            fences.inner(token)
            if before is None or before.type != "blockquote_open":
                fences.quoted(token)
        spans = Spans(self.text, part)
        prose = spans.read(tokens)
        self.problems += spans.problems
        if prose is not None:
            yield prose
