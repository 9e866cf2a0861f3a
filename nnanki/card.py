"""The nouns: what flows from one room to the next, frozen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

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
    start: int
    stop: int
    text: str


@dataclass(frozen=True, slots=True)
class Golden:
    """Text that only the machine writes.

    `text` is None where it has to be inserted; `before` and `after` are what stands
    around it in the file: a fence's two lines, a span's backticks or dollars.
    """

    place: Place
    start: int
    stop: int
    text: str | None
    form: Literal["fence", "code", "math"]
    before: str = ""
    after: str = ""


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


# -- obligations: what must be shown true of a card, as data ---------------------------


@dataclass(frozen=True, slots=True)
class Run:
    """Code that runs and prints what `golden` says; without one it prints nothing.

    With a `broken` definition it runs while that stands in the place of the sound one,
    and must then do something else.
    """

    place: Place
    code: str
    line: int
    golden: Golden
    asked: bool = False
    broken: Broken | None = None


@dataclass(frozen=True, slots=True)
class Raises:
    """Code that raises `type`, with the message in `golden`; `broken` as of `Run`."""

    place: Place
    code: str
    line: int
    type: str
    golden: Golden
    broken: Broken | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """An expression whose shape is `answer`, whatever the sizes."""

    place: Place
    code: str
    line: int
    sizes: tuple[dict[str, int], ...]
    answer: str
    answered: Place


@dataclass(frozen=True, slots=True)
class Value:
    """An expression whose text is `golden`."""

    place: Place
    span: GoldenSpan

    @property
    def golden(self) -> Golden:
        return self.span.golden


@dataclass(frozen=True, slots=True)
class Holds:
    """An expression that is true, and could be false; or false, and could be true."""

    place: Place
    expression: str
    truth: bool = True


@dataclass(frozen=True, slots=True)
class Check:
    """Code whose asserts are reached, hold, and could fail."""

    place: Place
    code: str
    line: int


@dataclass(frozen=True, slots=True)
class Quote:
    """A symbol's source, shown; every line that runs is covered by a test."""

    place: Place
    symbol: str
    part: str
    golden: Golden
    verb: str = "quote"


@dataclass(frozen=True, slots=True)
class Trace:
    """Code whose loop is followed: `golden` is the table of `names`, turn by turn."""

    place: Place
    code: str
    line: int
    names: tuple[str, ...]
    golden: Golden


@dataclass(frozen=True, slots=True)
class Figure:
    """Code that draws a picture: the `files` that a card shows, by day and by night.

    `themes` are the settings of matplotlib for both; a file that is missing has no
    text.
    """

    place: Place
    code: str
    line: int
    name: str
    files: tuple[tuple[str, str | None], ...] = ()
    themes: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Answers:
    """Code whose output is the right one of some options, and none of the others."""

    place: Place
    code: str
    line: int
    right: tuple[Golden, ...]
    wrong: tuple[Golden, ...]


@dataclass(frozen=True, slots=True)
class Blank:
    """A place of quoted source that is hidden: the tests accept `answer` there.

    `golden` lists all other fillers that they accept; none but `answer` where it is
    to be typed.
    """

    place: Place
    symbol: str
    part: str
    answer: str
    answered: Place
    golden: Golden
    typed: bool = False
    verb: str = "blank"


@dataclass(frozen=True, slots=True)
class Order:
    """The statements of a symbol, shuffled in `golden` by `seed`.

    The tests accept their own order and those in `also`.
    """

    place: Place
    symbol: str
    part: str
    seed: str
    golden: Golden
    also: Golden
    verb: str = "order"


@dataclass(frozen=True, slots=True)
class Bug:
    """A symbol's source with a mutant in it; `change` is what goes and comes."""

    place: Place
    symbol: str
    part: str
    mutant: str
    golden: Golden
    change: Golden
    verb: str = "bug"


@dataclass(frozen=True, slots=True)
class Compare:
    """How the source of one symbol differs from that of another, line by line."""

    place: Place
    symbols: tuple[str, str]
    part: str
    golden: Golden
    verb: str = "diff"


Executed = Run | Raises | Shape | Value | Holds | Check | Trace | Figure | Answers
Tried = Blank | Order | Bug
Showing = Tried | Quote | Compare
Obligation = Executed | Showing


@dataclass(frozen=True, slots=True)
class Broken:
    """The text of a module in which a definition, `name`, has a bug."""

    symbol: str
    module: str = ""
    name: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a card may be shown; `shows` names the blocks on it that are special.

    Of a bug: what is misunderstood by whoever writes it, and a test that catches it.
    """

    level: str
    symbols: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    misconception: str = ""
    caught: str = ""


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
