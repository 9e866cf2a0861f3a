"""What stands between the words: golden spans, claims, options, pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from nnanki.cards.markup import markdown
from nnanki.model.card import Claim, Golden, GoldenSpan, Image, Part, Place, Prose
from nnanki.model.disk.text import Text
from nnanki.model.notation import HEADING_KEYS, heading_options, interpolation
from nnanki.model.problem import Problem, neighbour

if TYPE_CHECKING:
    from markdown_it.token import Token

OPTION = re.compile(r"\[([ xX])\]\s")


@dataclass
class Spans:
    """Reads the inline tokens of one Markdown block of a file."""

    text: Text
    part: Part
    problems: list[Problem] = field(default_factory=list)
    cursors: dict[int, int] = field(default_factory=dict)

    def read(self, tokens: list[Token]) -> Prose | None:
        """The block as prose, or None where it is only a remark."""
        witnesses: list[GoldenSpan | Claim] = []
        images: list[Image] = []
        choices: list[tuple[str, Place]] = []
        for before, token in zip([None, *tokens], tokens, strict=False):
            if token.type == "comment":
                witnesses += self.comment(token, None, self.block_offset(token))
            if token.type == "inline":
                cell = before is not None and before.type in ("th_open", "td_open")
                starts = self.locate(token, cell)
                option = OPTION.match(token.content)
                mark = option[1] if option else ""
                choices += [(mark, self.text.place(starts[0], 3))] if option else []
                witnesses += self.witnesses(token, starts, mark)
                images += self.images(token, starts)
                self.problems += self.doubts(token, starts)
            elif token.meta.get("doubts") and token.map:
                place = self.text.line_place(token.map[0])
                self.problems += [Problem(place, *why) for why in token.meta["doubts"]]
        if not any(token.type != "comment" for token in tokens) and not witnesses:
            return None
        self.problems += self.dead_links(tokens)
        code = next(
            (c.content for _, c in markdown.walk(tokens) if c.type == "code_inline"), ""
        )
        return Prose(
            self.text.line_place(next((t.map[0] for t in tokens if t.map), 0)),
            self.part,
            tuple(tokens),
            tuple(witnesses),
            tuple(images),
            code,
            tuple(choices),
            self.end(tokens),
        )

    def end(self, tokens: list[Token]) -> int:
        """The offset at which a block ends: behind its last line that is not blank."""
        stops = [token.map[1] for token in tokens if token.map]
        last = max(stops, default=1) - 1
        while last and not self.text.lines[last].strip():
            last -= 1
        return self.text.offset(last, len(self.text.lines[last]))

    def doubts(self, token: Token, starts: list[int]) -> Iterator[Problem]:
        """What in a paragraph may mean something else than it shows."""
        for position, width, what, hint in token.meta["doubts"]:
            place = self.text.place(self.offset(token, starts, position), width)
            yield Problem(place, what, hint)

    def dead_links(self, tokens: list[Token]) -> Iterator[Problem]:
        """Links that lead nowhere from a card."""
        for token, child in markdown.walk(tokens):
            target = str(child.attrs.get("href", ""))
            if child.type == "link_open" and not re.match(r"[a-z]+:", target):
                place = self.text.line_place(token.map[0] if token.map else 0, target)
                hint = "link to a whole address: `https://…`"
                yield Problem(place, "a link that leads nowhere from a card", hint)

    def witnesses(
        self, token: Token, starts: list[int], option: str
    ) -> Iterator[GoldenSpan | Claim]:
        """What the comments of a paragraph ask for; `option` is what they judge."""
        children = token.children or []
        for previous, child in zip([None, *children], children, strict=False):
            if child.type == "comment":
                offset = self.offset(token, starts, child.meta["pos"])
                for witness in self.comment(child, previous, offset):
                    if isinstance(witness, Claim):
                        witness = replace(witness, option=option)
                    yield witness

    def block_offset(self, token: Token) -> int:
        line = token.map[0] if token.map else 0
        return self.text.offset(line, max(0, self.text.lines[line].find(markdown.OPEN)))

    # -- offsets --------------------------------------------------------------

    def locate(self, token: Token, cell: bool) -> list[int]:
        """The offset in the file of each line of an inline token's content."""
        first = token.map[0] if token.map else 0
        contents = [line.strip() for line in token.content.split("\n")]
        find = self.cell if cell else self.column
        return [
            self.text.offset(line, find(line, content))
            for line, content in enumerate(contents, start=first)
        ]

    def column(self, line: int, content: str) -> int:
        """Where the text of a line begins, behind the marks of lists and quotations."""
        # As markdown-it reads it: a NUL would break the search for what it gave us.
        source = self.text.lines[line].replace("\0", "\ufffd").rstrip()
        if source.endswith(content):
            return len(source) - len(content)
        return max(0, source.find(content))

    def cell(self, line: int, content: str) -> int:
        """Where the text of a table's next cell begins; `\\|` stands for `|` in it."""
        if not content:
            return self.cursors.get(line, 0)
        source = self.text.lines[line].replace("\0", "\ufffd")
        words = re.escape(content).replace(r"\|", r"\\?\|")
        # Two cells of a row may say the same: each is looked for behind the one before
        # it.
        if line in self.cursors:
            pattern = re.compile(rf"[\s|]*\|\s*({words})")
            match = pattern.match(source, self.cursors[line])
        else:
            match = re.search(rf"({words})\s*(?:\||$)", source)
        self.cursors[line] = match.end(1) if match else self.cursors.get(line, 0)
        return match.start(1) if match else self.cursors[line]

    def offset(self, token: Token, starts: list[int], position: int) -> int:
        """The offset in the file of a position in an inline token's content."""
        before = token.content[:position]
        line = before.count("\n")
        whole = token.content.split("\n")[line]
        raw, place = self.text.raw, starts[line]
        for letter in before.split("\n")[line][len(whole) - len(whole.lstrip()) :]:
            place += 2 if letter == "|" and raw.startswith("\\|", place) else 1
        return place

    # -- comments -------------------------------------------------------------

    def comment(
        self, token: Token, previous: Token | None, offset: int
    ) -> list[GoldenSpan | Claim]:
        content = token.content.strip()
        place = self.text.place(offset, len(token.content.split("\n")[0]) + 7)
        if not token.meta["closed"] or markdown.OPEN in content:
            hint = "close it with `-->`"
            self.problems.append(Problem(place, "this comment is never closed", hint))
        elif content.startswith("#"):
            pass
        elif content in ("=", "check:"):
            hint = "write `<!-- check: loss < 3 -->`, or `` `2.42`<!-- =loss --> ``"
            self.problems.append(Problem(place, "a comment without expression", hint))
        elif content.startswith("="):
            return self.golden(token, previous, offset, place)
        elif content.startswith("check:"):
            return [Claim(content.removeprefix("check:").strip(), place)]
        else:
            self.problems.append(self.unknown(content, place))
        return []

    def unknown(self, content: str, place: Place) -> Problem:
        options = heading_options(content)
        if options and all(key in HEADING_KEYS for key in options):
            hint = "move it to the line under the card's heading"
            return Problem(place, "options stand right under the heading", hint)
        word = re.split(r"[:\s=]", content)[0] if content else ""
        hint = neighbour(word, ("check", *HEADING_KEYS))
        if not hint.startswith("did you mean"):
            hint = "a remark for people begins with `#`: `<!-- # … -->`"
        return Problem(place, "a comment that says nothing to the machine", hint)

    def golden(
        self, token: Token, previous: Token | None, offset: int, place: Place
    ) -> list[GoldenSpan | Claim]:
        start, stop = self.span(previous, offset), offset
        if previous is None or start is None:
            hint = "put it right behind a code or math span: `` `2.42`<!-- =loss --> ``"
            what = "no span stands before this comment"
            self.problems.append(Problem(place, what, hint))
            return []
        markup = previous.markup
        form = "code" if previous.type == "code_inline" else "math"
        width = len(re.split(r"[\r\n]", self.text.raw[start:stop])[0])
        golden = Golden(
            self.text.place(start, width),
            start,
            stop,
            previous.content,
            "code" if form == "code" else "math",
            markup,
            markup,
            token.meta["cell"],
        )
        expression, conversion, spec = interpolation(token.content.strip()[1:].strip())
        return [GoldenSpan(expression, conversion, spec, place, golden)]

    def span(self, token: Token | None, stop: int) -> int | None:
        """The offset at which a code or math span begins that ends at another."""
        if token is None or token.type not in ("code_inline", *markdown.MATH):
            return None
        raw, markup = self.text.raw, token.markup
        inner = stop - len(markup)
        if not raw.startswith(markup, inner):
            return None
        if token.type == "code_inline":
            # Markdown changes the text of a span, but not its marks: these can be found
            # again.
            runs = [m.start() for m in re.finditer("`+", raw[:inner]) if m[0] == markup]
            return runs[-1] if runs else None
        content = _letters(token.content)
        for start in range(inner - len(markup), -1, -1):
            inside = raw[start + len(markup) : inner]
            if raw.startswith(markup, start) and _letters(inside) == content:
                return start
        return None

    def images(self, token: Token, starts: list[int]) -> Iterator[Image]:
        position = 0
        for child in token.children or []:
            if child.type != "image":
                continue
            source, offset = str(child.attrs["src"]), starts[0]
            begin = token.content.find(f"]({source}", position)
            if begin >= 0:
                position = begin + 2
                offset = self.offset(token, starts, position)
            place = self.text.place(offset, len(source))
            yield Image(source, markdown.alternative(child), place)


def _letters(text: str) -> str:
    """A formula without what a quotation, a line's end or a table's cell adds to it."""
    return re.sub(r"[\s>]", "", text.replace("\\|", "|").replace("\0", "\ufffd"))
