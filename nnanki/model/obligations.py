"""Obligations: what must be shown true of a card, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from nnanki.model.card import Golden, GoldenSpan, Place
from nnanki.model.sessions import Example


@dataclass(frozen=True, slots=True)
class Run:
    """Code that runs and prints what `golden` says; without one it prints nothing.

    With a `broken` definition it runs while that stands in the place of the sound one,
    and must then do something else. `errors` is what goes to standard error: where a
    card does not show it, there must be none. `stdin` are the lines that it can read,
    `stdin_place` is the fence that they stand in.
    """

    place: Place
    code: str
    line: int
    golden: Golden
    asks: bool = False
    broken: Broken | None = None
    errors: Golden | None = None
    stdin: str = ""
    stdin_place: Place | None = None


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
class Session:
    """Examples that run one by one; `golden` holds them with all that they give."""

    place: Place
    examples: tuple[Example, ...]
    golden: Golden

    @property
    def code(self) -> str:
        """What is typed, as one program."""
        return "".join(example.code for example in self.examples)


class Theme(TypedDict):
    """Settings of matplotlib: the colors of lines in their order, and all others."""

    lines: list[str]
    rc: dict[str, str | float | bool | list[float]]


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
    themes: tuple[Theme, ...] = ()


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


# What runs as a step of its card's program, one after the other.
Step = Run | Raises | Shape | Value | Holds | Check | Trace | Figure | Answers
Executed = Step | Session
# What is judged by running the tests on other source than the package has.
Tried = Blank | Order | Bug
Showing = Tried | Quote | Compare
Obligation = Executed | Showing


@dataclass(frozen=True, slots=True)
class Broken:
    """The text of a module in which a definition, `name`, has a bug."""

    symbol: str
    # Empty until the library is read: the kind of a card knows nothing but the symbol.
    module: str = ""
    name: str = ""
    text: str = ""
