"""Both sides of one card: which blocks stand where, and what a template is told."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from nnanki.cards.kinds import Kind, choice
from nnanki.cards.markup import direction, languages, markdown
from nnanki.cards.markup.highlight import (
    Highlight,
    coded,
    escape,
    lines_of,
    plain,
    prompted,
)
from nnanki.model import sessions
from nnanki.model.card import Block, Card, Evidence, Fence, Part, Prose
from nnanki.model.notation import UNSEEN
from nnanki.model.table import cells
from nnanki.notes import diff_block
from nnanki.notes.code_width import breadth, longest
from nnanki.notes.templates import Templates
from nnanki.running.figures import night_of

if TYPE_CHECKING:
    from markdown_it.token import Token

LABELS = {
    "input": "reads",
    "output": "prints",
    "stderr": "writes to stderr",
    "error": "raises",
    "also": "also right",
}
LETTERS = "ABCDE"
GAP = "NNANKIGAP"  # in the place of what is hidden, while code is highlighted
HIDDEN = "?"
View = dict[str, Any]  # what a template is told of a block


@dataclass(frozen=True)
class Sides:
    """Front, back and details of one card."""

    templates: Templates
    card: Card
    kind: Kind
    question: Block | None
    evidence: Evidence
    images: dict[str, str]

    def fields(self, highlight: Highlight) -> dict[str, str]:
        back = self.views(self.visible("back"), "back", highlight)
        values = {
            "kind": self.kind.name,
            "columns": self.columns(),
            "typed": isinstance(self.question, Fence)
            and "typed" in self.question.flags,
            "hole": self.kind.hole if self.question is not None else None,
            "told": self.repeats_gap(),
            "answer": back[:1],
            "why": back[1:],
            "misconception": self.sentence(self.evidence.misconception),
        }
        fields = {
            name: self.templates.render(
                "side.html",
                side=side,
                ask=self.views(self.ask(side), side, highlight),
                **values,
            )
            for name, side in (("Front", "front"), ("Back", "back"))
        }
        details = self.views(self.visible("details"), "details", highlight)
        caught = self.evidence.caught
        folded = (
            self.templates.render(
                "details.html",
                blocks=details,
                caught=caught,
                columns=longest(self.visible("details")),
            )
            if details or caught
            else ""
        )
        return {**fields, "Details": folded}

    # -- blocks -----------------------------------------------------------------------

    def visible(self, part: Part) -> list[Block]:
        """The blocks that a learner sees: no checks, no remarks, nothing twice."""
        filling = self.filling()
        return [
            block
            for block in self.card.part(part)
            if block is not filling
            and not (isinstance(block, Fence) and block.verb in UNSEEN)
            and not (
                isinstance(block, Prose)
                and all(t.type == "comment" for t in block.tokens)
            )
        ]

    def filling(self) -> Block | None:
        """The golden fence that stands on the back in the place of what asks."""
        back = self.card.part("back")
        first = back[0] if back else None
        golden = isinstance(first, Fence) and first.language == self.kind.golden
        return first if self.kind.fills and golden else None

    def ask(self, side: str) -> list[Block]:
        """The blocks of the front as a side shows them: with a hole, or filled."""
        blocks = self.visible("front")
        if self.question is None or not isinstance(self.question, Fence):
            return blocks
        instead: Block = self.question
        if side == "front" and self.hidden():
            code = self.question.code.replace(self.hidden(), HIDDEN, 1)
            instead = replace(self.question, code=code)
        elif side == "back":
            instead = self.filling() or self.question
        return [instead if block is self.question else block for block in blocks]

    def hidden(self) -> str:
        """The text of the fence that asks which stands only on the back."""
        return self.kind.hides(self.card, self.question) if self.kind.hides else ""

    def slabs(self) -> tuple[Fence, ...]:
        """Every slab of the card: front, back (which repeats it), details."""
        rest = [*self.visible("back"), *self.visible("details")]
        blocks = [*self.ask("front"), *self.ask("back"), *rest]
        return tuple(block for block in blocks if isinstance(block, Fence))

    def repeats_gap(self) -> bool:
        """Whether the answer is nothing but the code that fills the gap."""
        first = self.visible("back")[:1]
        return any(
            isinstance(block, Prose) and only_code(block) == self.hidden()
            for block in first
        )

    def columns(self) -> int:
        """The longest line of code on both sides: it has one size on the card."""
        return longest([*self.ask("front"), *self.ask("back"), *self.visible("back")])

    # -- views ------------------------------------------------------------------------

    def views(
        self, blocks: Sequence[Block], side: str, highlight: Highlight
    ) -> list[View]:
        return [self.view(block, side, highlight) for block in blocks]

    def view(self, block: Block, side: str, highlight: Highlight) -> View:
        """What a template is told of a block."""
        if isinstance(block, Prose):
            if block is self.question:
                return self.choices(block)
            return {"name": "prose", "html": self.html(block.tokens)}
        if block.language == "trace":
            rows = self.rows(block)
            return {"name": "trace", "rows": rows, "columns": breadth(block.code)}
        if "diff" in (block.language, block.verb):
            names = block.argument.partition(":")[0].replace(",", " → ")
            return {
                "name": "diff",
                "lines": diff_block.rows(block.code, highlight),
                "label": names if block.verb else "mended",
            }
        if "order" in (block.language, block.verb):
            return {"name": "steps", "lines": self.steps(block, highlight)}
        if block.verb == sessions.VERB:
            lines = session(block.code, highlight)
            return {"name": "code session", "lines": lines, "label": "session"}
        if block.language != "python" and not block.verb:
            if block.language not in (*LABELS, self.kind.golden, *self.kind.writes):
                label, lines = languages.name(block.language), plain(block.code)
                return {"name": "foreign", "lines": lines, "label": label}
            python = block.language == "also" and self.kind.name == "blank"
            return {
                "name": block.language if block.language in LABELS else "code",
                "lines": (highlight if python else plain)(block.code),
                "label": LABELS.get(block.language, "text"),
            }
        name = block.argument.partition(":")[0]
        quoted = block.verb in ("quote", "blank", "bug")
        return {
            "name": "code",
            "lines": self.code(block, side, highlight),
            "label": name if quoted else "code",
        }

    def html(self, tokens: Sequence[Token]) -> Markup:
        return Markup(markdown.html(tokens, escape, self.image))

    def image(self, source: str, alternative: str) -> str:
        """A picture; where there is one for the night, both, of which one is seen."""
        day, night = self.images.get(source, source), self.images.get(night_of(source))
        if night is None:
            return _img(day, alternative)
        return _img(day, alternative, "by-day") + _img(night, alternative, "by-night")

    def sentence(self, text: str) -> Markup:
        """A sentence that no card file holds; its code is told from the card's own."""
        words = str(self.html(markdown.tokens(text)))
        return Markup(words.replace("<code", "<samp").replace("</code", "</samp"))

    def choices(self, block: Prose) -> View:
        """What a template is told of options; all stand as most of their words do."""
        options = choice.options(self.card, block)
        words = " ".join(direction.prose_of(tokens) for _, tokens in options)
        whole = direction.of(words) or direction.LEFT
        views = [
            self.option(letter, right, tokens, whole)
            for letter, (right, tokens) in zip(LETTERS, options, strict=False)
        ]
        return {"name": "options", "options": views, "direction": whole}

    def option(
        self, letter: str, right: bool, tokens: Sequence[Token], whole: str
    ) -> View:
        own = direction.of(direction.prose_of(tokens)) or whole
        html = Markup(markdown.html(tokens, escape, self.image, own))
        return {"letter": letter, "right": right, "html": html, "direction": own}

    def rows(self, block: Fence) -> list[list[Markup]]:
        return [[coded(cell) for cell in row] for row in cells(block.code)]

    def code(self, block: Fence, side: str, highlight: Highlight) -> list[Markup]:
        """The lines of some code; on the card's own place, what is hidden or filled."""
        hidden = self.hidden()
        if not hidden or block.place != getattr(self.question, "place", None):
            return highlight(block.code)
        assert isinstance(self.question, Fence)
        lines = highlight(self.question.code.replace(hidden, GAP, 1))
        inner = HIDDEN if side == "front" else hidden
        name = "gap" if side == "front" else "fill"
        mark = Markup(f'<mark class="{name}">{coded(inner)}</mark>')
        return [line.replace(GAP, mark) for line in lines]

    def steps(self, block: Fence, highlight: Highlight) -> list[tuple[str, Markup]]:
        """The lines of some statements; the first of each has its letter."""
        first = self.question.code if isinstance(self.question, Fence) else block.code
        letters = dict(zip(statements(first), LETTERS, strict=False))
        names = [
            letter
            for text in statements(block.code)
            for letter in (letters.get(text, ""), *[""] * text.count("\n"))
        ]
        return list(zip(names, highlight(block.code), strict=False))


def session(code: str, highlight: Highlight) -> list[Markup]:
    """The lines of a session: prompts, what is typed in colour, what is shown plain."""
    rows = plain(code)
    prompts = [""] * len(rows)
    for example in sessions.examples(code, 0):
        typed = slice(example.line, example.line + len(example.lines))
        code = example.code.rstrip("\n")  # a block may end in a prompt alone
        rows[typed] = [*highlight(code), *[Markup()] * len(example.lines)][
            : len(rows[typed])
        ]
        prompts[typed] = [line[: sessions.MARGIN] for line in example.lines]
    return prompted(rows, prompts)


def _img(source: str, alternative: str, name: str = "") -> str:
    kind = f' class="{name}"' if name else ""
    return f'<img{kind} src="{escape(source)}" alt="{escape(alternative)}">'


def only_code(block: Prose) -> str:
    """The code that some prose consists of; nothing where it also has words."""
    inside = [
        child
        for token in block.tokens
        for child in token.children or ()
        if child.type != "comment" and (child.content.strip() or child.nesting)
    ]
    whole = len(inside) == 1 and inside[0].type == "code_inline"
    return inside[0].content if whole else ""


def statements(code: str) -> list[str]:
    """The statements of some code, each with all of its lines."""
    lines = lines_of(code)
    try:
        nodes = ast.parse(code).body
    except (SyntaxError, ValueError):  # what is shown was parsed before; be safe
        return lines
    texts = ["\n".join(lines[node.lineno - 1 : node.end_lineno]) for node in nodes]
    return texts if texts and "\n".join(texts) == "\n".join(lines) else lines
