"""What crosses between nnanki and its workers, and lies in the cache: plain values.

All of it travels as JSON, a line each. nnanki sends `Settings`, then lists of
`Request`s. A worker answers with `Ready`, then with a `Reply` for each request, and
with `Idle` after each list. Inside a worker, the process of a card leaves `Report`s in
memory that both share.

The worker imports these types only for mypy, so that it starts no later for them. They
check the code of nnanki, not the code of cards: what a card's process says may be
anything, and nothing may be concluded from a type here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NotRequired, Required, TypedDict, final

# -- what nnanki sends ----------------------------------------------------------------


class Settings(TypedDict):
    """What a worker knows of its project, and the limits of what cards may use."""

    root: str
    cards: str
    paths: list[str]
    sources: dict[str, tuple[str, str]]  # modules that cards quote: file and digest
    imports: Sequence[str]
    anew: bool  # cards import the project's modules, each for itself
    factors: Sequence[str]  # those that all its cards have in common
    seconds: float
    importing: float  # seconds more for a program that imports what others share
    memory: int
    output: int


class Definition(TypedDict):
    """A text that a definition of a module shall run, for one step or one card."""

    module: str
    name: str
    text: str


class Theme(TypedDict):
    """The settings of matplotlib for the day or for the night."""

    lines: list[str]
    rc: dict[str, str | float | list[float]]


class CardStep(TypedDict):
    """A piece of a card's code, and what shall be done with it."""

    do: str  # one of `STEPS` in the worker
    code: str
    line: int
    broken: NotRequired[Definition]  # a bug that is in place while it runs
    themes: NotRequired[list[Theme]]  # of a figure
    names: NotRequired[list[str]]  # of a trace: expressions, each with its format
    answer: NotRequired[str]  # of a shape: the expression that must give the same
    sizes: NotRequired[list[dict[str, int]]]
    conversion: NotRequired[str]  # of a value, as in an f-string
    format: NotRequired[str]
    latex: NotRequired[bool]


class Request(TypedDict):
    """A card's program, and the surroundings to vary for it."""

    key: str
    steps: list[CardStep]
    stdin: str
    imports: list[str]
    factors: Sequence[str]
    quotes: NotRequired[list[Definition]]


# -- what a worker answers ------------------------------------------------------------


class Position(TypedDict, total=False):
    """A place in the file of a card."""

    line: int
    column: int
    width: int


class Output(TypedDict, total=False):
    """What code wrote: `merged` without a terminal; with one, `out` and `err`.

    nnanki adds `printed` and `stderr` once it has compared two runs: one knows the
    order of all that was written, the other which stream it was written to.
    """

    merged: str
    out: str
    err: str
    printed: str
    stderr: str


class Failure(Position, Output, total=False):
    """Why a program ended early; an exception has type and message, others a detail."""

    kind: Required[str]
    detail: str
    step: int
    type: str
    message: str
    quote: int  # which of the quotes is not the source of its symbol
    texts: list[str]  # what two runs gave, where they differ


class Part(TypedDict):
    """One condition of an assert, and what became of the assert without it."""

    text: str
    fixed: bool
    decides: bool
    idle: list[str] | None  # values that any other value could stand for


class Assert(Position):
    """An assert of a check, weighed."""

    reached: bool
    parts: list[Part]


class Try(TypedDict):
    """The shape of an expression for some sizes, and that of the answer."""

    sizes: dict[str, int]
    shape: str | None
    answer: str


class Result(Output, total=False):
    """What one step did; which of these there are depends on the kind of the step."""

    start: int  # the step's first line in the program's file
    raised: Failure | None
    traceback: str  # its last lines, as an interpreter shows them in a session
    rows: list[list[str]]
    pictures: list[str]  # SVG, one for each theme
    tries: list[Try]
    asserts: list[Assert]
    text: str
    type: str
    dtype: str
    shape: str
    free: list[str]  # names in a formula that stand for any number
    sound: str | Failure | None  # what the step did without its bug
    entries: list[Result]  # of a session: nnanki puts its steps together


class Noticed(TypedDict, total=False):
    """What a program depends on: paths with the digests that were taken in passing."""

    read: dict[str, str]
    listed: list[str]
    questions: dict[str, str]
    kinds: list[str]  # of doings by which it may have read anything
    noted: dict[str, list[str]]  # what a card must not do, by the kind of the failure
    draws: dict[str, int]  # generators that were drawn from, and their states


class Reply(TypedDict):
    """All that a program did."""

    key: str
    results: list[Result]
    status: int | None
    rest: Output  # what it wrote after its last step
    noticed: Noticed
    foreign: list[tuple[str, str]]  # quoted modules, and from where else they came
    failure: NotRequired[Failure]
    modules: NotRequired[dict[str, str]]  # files that all programs depend on; digests


@final
class Idle(TypedDict):
    """All that was asked for is done."""

    idle: bool


class Ready(TypedDict):
    """Everything is imported; `noisy` are the statements that must not be shared."""

    noisy: list[str]
    files: list[str]


# -- what stays in one place ----------------------------------------------------------


class Ending(Noticed, total=False):
    """What a card's process says last."""

    ended: int
    last: int  # the number of its last step
    threads: list[str]
    foreign: list[tuple[str, str]]


class Report(Result, Ending, total=False):
    """What a card's process says of a step, of a failure, or of its end."""

    failure: Failure


class Conditions(Settings):
    """A worker's settings, and what it has prepared for all processes of its cards."""

    pipes: list[int]  # to be closed in them: by these the worker is asked, and woken
    filters: list[Any]  # for warnings, as they were before anything was imported
    runs: str  # the folder that all their folders lie in
    rules: int | None  # a descriptor, of what they may read and write
    bound: int  # bytes that they may take with all that the worker has imported
    varied: list[str]  # factors that the worker itself has varied


class OutcomeRecord(TypedDict):
    """An outcome in the cache."""

    results: list[Result]
    failure: Failure | None
    status: int | None
    rest: Output
    noticed: Noticed
    fresh: bool
