"""Evidence to fields: Jinja, templates/, Markdown and highlighting meet here."""

from __future__ import annotations

import hashlib
import html
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from markupsafe import Markup

from nnanki import markdown
from nnanki.cache import digest
from nnanki.card import (
    FIELDS,
    Block,
    Card,
    CardFile,
    Evidence,
    Fence,
    Image,
    Note,
    Part,
    Prose,
)
from nnanki.errors import Problem, neighbour
from nnanki.kinds import kind_of
from nnanki.notation import GOLDEN
from nnanki.project import Project
from nnanki.templates import Templates

NARROWEST, WIDEST = 20, 72
LABELS = {"output": "prints", "error": "raises"}
Highlight = Callable[[str], list[Markup]]

# Live in Anki even inside code: sounds, LaTeX, clozes and hints.
LIVE = {"[": "&#91;", "{": "&#123;", "}": "&#125;", "\\": "&#92;", "::": "&#58;&#58;"}


def escape(text: str) -> str:
    """Text as HTML that Anki shows byte for byte.

    >>> escape("a[sound:x] {{b}} ::")
    'a&#91;sound:x] &#123;&#123;b&#125;&#125; &#58;&#58;'
    """
    return _guarded(html.escape(text))


def _guarded(markup: str) -> str:
    for live, dead in LIVE.items():
        markup = markup.replace(live, dead)
    if unicodedata.is_normalized("NFC", f">{markup}"):  # it may stand behind a tag
        return markup
    return "".join(_written_out(character) for character in markup)


def _written_out(character: str) -> str:
    """A character that Anki cannot join with its neighbour."""
    plain = character.isascii() or unicodedata.category(character) in ("Cc", "Cn")
    return character if plain else f"&#{ord(character)};"


def plain(code: str) -> list[Markup]:
    """The lines of a text, escaped."""
    return [Markup(escape(line)) for line in _lines(code)]


def _lines(code: str) -> list[str]:
    return code.removesuffix("\n").split("\n")


# -- one note -------------------------------------------------------------------------


Pictures = dict[str, tuple[str, bytes]]


SUFFIXES = (".avif", ".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp")


def pictures(root: Path, file: CardFile, card: Card) -> tuple[Pictures, list[Problem]]:
    """The pictures of a card: packed name and bytes, by the source in the card."""
    found: Pictures = {}
    problems: list[Problem] = []
    for block in card.blocks:
        for image in block.images if isinstance(block, Prose) else ():
            path = picture_path(root, file, image)
            fault = _fault(root, path, image)
            if fault is not None:
                problems.append(Problem(image.place, *fault))
                continue
            data = path.read_bytes()
            name = hashlib.sha256(data).hexdigest()[:20] + path.suffix.lower()
            found[image.source] = (f"nnanki-{name}", data)
    return found, problems


def picture_path(root: Path, file: CardFile, image: Image) -> Path:
    """Where a picture should lie: its source is relative to the card file."""
    return ((root / file.path).parent / unquote(image.source)).resolve()


def _fault(root: Path, path: Path, image: Image) -> tuple[str, str] | None:
    """What is wrong with a picture, and what to do."""
    if "://" in image.source or image.source.startswith("//"):
        hint = "keep the picture beside the card file: nothing is fetched"
        return "a picture from elsewhere", hint
    if not image.alternative.strip():
        hint = "say what it shows: `![a line with a kink at 0](relu.svg)`"
        return "a picture without alt text", hint
    if path.suffix.lower() not in SUFFIXES:
        return f"no picture by its name: `{path.name}`", neighbour("", SUFFIXES)
    if not path.is_relative_to(root):
        return "a picture outside the project", "keep it beside the card file"
    if not path.is_file():
        hint = f"it was looked for at {path.relative_to(root).as_posix()}"
        return f"no picture `{unquote(image.source)}`", hint
    return None


def guid(project: Project, card: Card) -> str:
    """A note's identity in Anki: the project's name and the card's first id alone."""
    first = card.options.get("was", card.id)
    return hashlib.sha256(f"nnanki {project.name} {first}".encode()).hexdigest()[:20]


@dataclass(frozen=True)
class Renderer:
    """Turns cards into notes."""

    project: Project
    templates: Templates

    def note(
        self,
        file: CardFile,
        card: Card,
        evidence: Evidence,
        media: Pictures,
        highlight: Highlight,
    ) -> Note:
        kind, _ = kind_of(card)
        names = {source: name for source, (name, _) in media.items()}
        sides = Sides(self.templates, card, names)
        meta = {
            "Id": card.id,
            "Concept": escape(file.title),
            "Kind": kind.name,
            "Level": evidence.level,
            "Symbols": escape(", ".join(evidence.symbols)),
            "Source": file.path,
        }
        values = {**meta, **sides.fields(highlight)}
        return Note(
            id=card.id,
            guid=guid(self.project, card),
            fields=tuple(values.get(name, "") for name in FIELDS),
            tags=(
                f"nnanki::concept::{file.concept}",
                f"nnanki::kind::{kind.name}",
                f"nnanki::proof::{evidence.level}",
            ),
            media=tuple(sorted(set(media.values()))),
            slabs=sides.slabs(),
            was=card.options.get("was", ""),
            digest=digest({**meta, **sides.fields(plain)})[:16],
            level=evidence.level,
        )


@dataclass(frozen=True)
class Sides:
    """Front, back and details of one card."""

    templates: Templates
    card: Card
    images: dict[str, str]

    def fields(self, highlight: Highlight) -> dict[str, str]:
        kind, asked = kind_of(self.card)
        front, back = self.views("front", highlight), self.views("back", highlight)
        values = {
            "kind": kind.name,
            "columns": self.columns(),
            "ask": front,
            "hole": kind.hole if asked is not None else None,
            "answer": back[:1],
            "why": back[1:],
        }
        details = self.views("details", highlight)
        return {
            "Front": self.templates.render("side.html", side="front", **values),
            "Back": self.templates.render("side.html", side="back", **values),
            "Details": self.templates.render("details.html", blocks=details)
            if details
            else "",
        }

    def views(self, part: Part, highlight: Highlight) -> list[dict[str, Any]]:
        return [self.view(block, highlight) for block in self.shown(part)]

    def shown(self, part: Part) -> list[Block]:
        """The blocks that a learner sees: no checks, no remarks."""
        return [
            block
            for block in self.card.part(part)
            if not (isinstance(block, Fence) and block.verb == "check")
            and not (
                isinstance(block, Prose)
                and all(t.type == "comment" for t in block.tokens)
            )
        ]

    def view(self, block: Block, highlight: Highlight) -> dict[str, Any]:
        if isinstance(block, Prose):
            text = markdown.html(
                block.tokens, escape, lambda source: self.images.get(source, source)
            )
            return {"name": "prose", "html": Markup(text)}
        if block.language in GOLDEN:
            lines = plain(block.code)
            return {
                "name": block.language,
                "lines": lines,
                "label": LABELS.get(block.language, ""),
            }
        label = block.argument.partition(":")[0] if block.verb == "quote" else "code"
        lines = (
            highlight(block.code) if block.language == "python" else plain(block.code)
        )
        return {
            "name": "code",
            "lines": lines,
            "label": label if block.verb else "text",
        }

    def slabs(self) -> tuple[Fence, ...]:
        """Every slab of the card: front, back (which repeats it), details."""
        parts: tuple[Part, ...] = ("front", "front", "back", "details")
        return tuple(
            block
            for part in parts
            for block in self.shown(part)
            if isinstance(block, Fence)
        )

    def columns(self) -> int:
        """The longest line of code on any side."""
        parts: tuple[Part, ...] = ("front", "back")
        lengths = (
            len(line)
            for part in parts
            for block in self.shown(part)
            if isinstance(block, Fence) and block.language != "error"
            for line in _lines(block.code)
        )
        return min(WIDEST, max([NARROWEST, *lengths]))


def highlighter() -> Highlight:
    """Python as spans with Pygments' classes; imported only where it is needed."""
    from pygments import highlight
    from pygments.formatters.html import HtmlFormatter
    from pygments.lexers.python import PythonLexer

    lexer = PythonLexer(stripnl=False, stripall=False, ensurenl=False)
    formatter = HtmlFormatter(nowrap=True)
    seen: dict[str, list[Markup]] = {}

    def lines(code: str) -> list[Markup]:
        if code not in seen:
            markup = highlight(code.removesuffix("\n"), lexer, formatter).removesuffix(
                "\n"
            )
            found = [Markup(_guarded(line)) for line in markup.split("\n")]
            seen[code] = found if len(found) == len(_lines(code)) else plain(code)
        return seen[code]

    return lines
