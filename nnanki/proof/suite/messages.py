"""What nnanki and the process that runs a project's tests say to each other.

Each message is one line of JSON. Both sides import this module, the suite under a name
of its own, so it needs the standard library alone. Wherever a line is named, it counts
from 1 at the head of its file.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict, final

# Of each test, how often the loops of each function turn while it runs.
Baselines = dict[str, dict[str, int]]

# -- what is tried --------------------------------------------------------------------


@final
class Mutant(TypedDict):
    """A small change that a test should notice; `text` is its whole module."""

    kind: Literal["mutant"]
    operator: str
    line: int
    column: int
    before: str
    after: str
    digest: str
    text: str


@final
class Variant(TypedDict):
    """Another way to write a symbol, right or wrong; `text` is its whole module.

    With `all_tests` it meets every one of its tests, whichever of them fails: a card
    names the test that catches its bug, and not the one that happens to come first.
    """

    kind: Literal["variant"]
    text: str
    all_tests: bool


@final
class Control(TypedDict):
    """Nothing is changed, so no test may fail."""

    kind: Literal["control"]


Change = Mutant | Variant | Control


class Subject(TypedDict):
    """A definition, `name` in the file at `path`; `code` is what a waiver names."""

    symbol: str
    path: str
    name: str
    code: str


# -- what nnanki says -----------------------------------------------------------------


class Order(TypedDict):
    """Which tests are run, and how; all paths are those of the project.

    `files` are the modules that cards quote, and `texts` what stands in those of which
    something is tried. With `shrink` hypothesis looks for the smallest input that makes
    a test fail.
    """

    paths: list[str]
    files: list[str]
    texts: dict[str, str]
    tests: list[str]
    fork: bool
    mebibytes: int
    shrink: bool


@final
class Job(Order):
    """The first message to a process: an order whose paths lie in its own copy.

    `root` is the project in the copy at `folder`, which is itself a copy of `origin`;
    `original` is where the project really lies. One process of all has to `record` what
    the tests do.
    """

    root: str
    folder: str
    origin: str
    original: str
    record: bool


@final
class Question(TypedDict):
    """A change, and the tests that it meets in this order, for so many seconds.

    With `anew` its module is imported from the start. A process that did not run the
    tests itself is told the `baselines` of their loops.
    """

    subject: Subject
    change: Change
    tests: list[str]
    seconds: float
    anew: bool
    baselines: Baselines | None


@final
class AnewJob(TypedDict):
    """All that a new interpreter needs to try one change, and then it ends."""

    job: Job
    question: Question


# -- what the suite says --------------------------------------------------------------


class Failure(TypedDict):
    """A test that fails although nothing was changed."""

    test: str
    path: str
    line: int
    message: str


class Waiver(TypedDict):
    """What a waiver beside the tests says, and where it stands."""

    symbol: str
    operator: str
    before: str
    after: str
    code: str
    reason: str
    path: str
    line: int


class Recording(TypedDict):
    """What the tests do: which pass, in how many seconds, and which are exact.

    `lines` are, file by file, the tests that run each line, whose number is text, since
    JSON has no other keys; `statements` are the lines at which a statement begins, and
    `reads` what each test has read, as names of dependencies.
    """

    passed: dict[str, float]
    exact: list[str]
    lines: dict[str, dict[str, list[str]]]
    statements: dict[str, list[int]]
    reads: dict[str, list[str]]
    waivers: list[Waiver]


@final
class Ready(TypedDict):
    """The first answer of a process that has nothing to tell, but can be asked."""

    ready: Literal[True]


@final
class Recorded(TypedDict):
    """The first answer where all tests pass.

    `elsewhere` are modules that were imported from the project and not from its copy.
    """

    recording: Recording
    baselines: Baselines
    elsewhere: dict[str, str]


@final
class Ended(TypedDict):
    """The first and last answer where a test fails, or where there is none."""

    ended: int
    failures: list[Failure]
    elsewhere: dict[str, str]


First = Ready | Recorded | Ended


class Fate(TypedDict):
    """What became of a change, and how that was noticed.

    A fate is `killed`, `waived`, `survived` or `unknown`; `unswappable` of what must be
    imported anew, and `untested` of what no test runs. `how` is `assertion`, `crash` or
    `diverged`; `test` is the first that noticed, and `tests` are all where all were
    run, `asserting` those of them that found a difference. `reads` are dependencies.
    """

    fate: str
    how: NotRequired[str]
    test: NotRequired[str]
    tests: NotRequired[list[str]]
    asserting: NotRequired[list[str]]
    message: NotRequired[str]
    example: NotRequired[str]
    reads: NotRequired[list[str]]
    anew: NotRequired[bool]
