"""The nouns: what flows from one room to the next, frozen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

# markdown-it is imported only where Markdown is read: a check of what did not change
# does without.
if TYPE_CHECKING:
    from markdown_it.token import Token

Part = Literal["front", "back", "details"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands: a file, a line and a column (both from 1), a width.

    Line 0 means the file as a whole, which may have no lines.
    """

    path: str
    line: int = 1
    column: int = 1
    width: int = 1


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace `start:stop` of a file's text by `text`; lines end in a bare newline."""

    path: str
    # Offsets and not lines: one line may hold several edits, and all that stands around
    # them stays byte for byte.
    start: int
    stop: int
    text: str


@dataclass(frozen=True, slots=True)
class Golden:
    """Text that only the machine writes.

    `text` is None where it has to be inserted; `before` and `after` are what stands
    around it in the file: a fence's two lines, a span's backticks or dollars. In a
    `cell` of a table bars must be escaped.
    """

    place: Place
    start: int
    stop: int
    text: str | None
    form: Literal["fence", "code", "math"]
    before: str = ""
    after: str = ""
    cell: bool = False


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block. `line` is the line of its first line of code."""

    place: Place
    part: Part
    language: str
    verb: str
    argument: str
    options: tuple[tuple[str, str], ...]
    code: str
    golden: Golden
    end: int
    flags: tuple[str, ...] = ()

    @property
    def line(self) -> int:
        # The place of a fence is the line that opens it; its code begins below that.
        return self.place.line + 1


@dataclass(frozen=True, slots=True)
class GoldenSpan:
    """A code or math span whose text is the value of `expression`."""

    expression: str
    conversion: str
    format: str
    place: Place
    golden: Golden


@dataclass(frozen=True, slots=True)
class Claim:
    """`<!-- check: expression -->`; `option` is the mark of the option it judges."""

    expression: str
    place: Place
    option: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture that a card shows."""

    source: str
    alternative: str
    place: Place


@dataclass(frozen=True, slots=True)
class Prose:
    """Markdown between fences, as tokens, with what the machine must look at."""

    place: Place
    part: Part
    tokens: tuple[Token, ...]
    witnesses: tuple[GoldenSpan | Claim, ...] = ()
    images: tuple[Image, ...] = ()
    code: str = ""
    choices: tuple[tuple[str, Place], ...] = ()
    end: int = 0

    @property
    def foreign(self) -> list[str]:
        """The words of the fences inside it."""
        return [token.info for token in self.tokens if token.type == "fence"]


Block = Fence | Prose


@dataclass(frozen=True, slots=True)
class Card:
    """One card as its author wrote it; `sound` where all of it was understood.

    `head` is where its back begins in the file; `asks` one of the five ways to ask.
    """

    id: str
    place: Place
    blocks: tuple[Block, ...]
    options: dict[str, str] = field(default_factory=dict)
    head: int = 0
    head_line: int = 0
    sound: bool = True
    asks: str = ""

    def part(self, part: Part) -> tuple[Block, ...]:
        return tuple(block for block in self.blocks if block.part == part)


@dataclass(frozen=True, slots=True)
class CardFile:
    """One file of cards: one concept; `sound` where its front matter was understood."""

    path: str
    concept: str
    title: str
    after: tuple[tuple[str, Place], ...]
    setup: str
    setup_line: int
    cards: tuple[Card, ...]
    place: Place
    sound: bool = True


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a card may be shown; `shows` names the blocks on it that are special.

    Of a bug: what is misunderstood by whoever writes it, and a test that catches it.
    `unrun` are the languages of code on it that nothing runs. `fresh` says that its
    code did the same in a process that had imported nothing before.
    """

    level: str
    symbols: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    misconception: str = ""
    caught: str = ""
    unrun: tuple[str, ...] = ()
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A card as Anki gets it. `digest` names its content before highlighting.

    `slabs` are its blocks of code in the order in which its fields show them. A
    `retired` note has no card of its own: whoever has one keeps it, nobody gets one.
    """

    id: str
    guid: str
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    media: tuple[tuple[str, bytes], ...]
    slabs: tuple[Fence, ...]
    digest: str
    level: str
    was: str = ""
    retired: bool = False


# The note type's fields, in order and for ever: changing them would cost every learner
# their next updates. New content goes into the spare ones.
FIELDS = (
    "Id",
    "Front",
    "Back",
    "Details",
    "Typed",
    "Concept",
    "Kind",
    "Level",
    "Symbols",
    "Source",
    "Spare1",
    "Spare2",
    "Spare3",
    "Spare4",
    "Spare5",
)


@dataclass(frozen=True, slots=True)
class NoteType:
    """What all notes share: both sides and the style. `digest` names all of it.

    `schema` is what may never change, line by line.
    """

    front: str
    back: str
    css: str
    digest: str
    schema: tuple[str, ...] = ()
