"""A card runs as its reader would run it: Python itself is the oracle.

Every program of the corpus runs as a card, and as `python -u card.py` in a process of
its own: with both streams in one pipe, and on a terminal. What was written, in which
order, and how it ended must be alike, to the letter.
"""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from nnanki.model.disk.cache import Cache
from nnanki.model.project import Project
from nnanki.running.agreement import woven
from nnanki.running.execute import Means, execute
from nnanki.running.fresh import confirmed
from nnanki.running.outcomes import run_key
from nnanki.running.runner import FIRST, Interpreter, Outcome, Program, Runner
from nnanki.stages.examine import quiet
from tests import oracle
from tests.oracle import Ran

TERMINAL = Interpreter(0, False, ("terminal",))
# Programs that cannot do on a card what they do in a script, and what refuses them.
REFUSED = {
    "encodings-not-utf8-to-stdout": "encoding",
    "exceptions-recursion": "differs",
    "exceptions-recursion-depth": "differs",
    "main-module-that-nobody-imported": "fresh",
    "main-modules-before-import": "fresh",
    "main-nothing-is-replaced": "differs",
}
# What nobody notices as yet: what processes that a card starts find otherwise, and what
# no library varies. The README names them; whoever mends one takes it out of here.
UNNOTICED = {
    "chance-in-a-child",
    "date-by-the-shell",
    "date-in-a-child",
    "leftover-process-zombie",
    "locale-getlocale",
    "outside-file-by-a-child",
    "processors-of-a-child",
}
ENDS = {  # with an exception; all others that are not named here end with 0
    1: """
    async-group async-timeout classes-abstract classes-mangled-names
    classes-property-without-setter closures-unbound-local contexts-class
    dataclasses-frozen dataclasses-mutable-default dates-constants
    dynamic-exec-and-eval encodings-lone-surrogate enums-plain enums-unique
    exceptions-assert-message exceptions-await-outside exceptions-cause
    exceptions-context exceptions-custom exceptions-from-none
    exceptions-future-too-late exceptions-group exceptions-group-nested
    exceptions-hook exceptions-hook-that-fails exceptions-in-a-comprehension
    exceptions-in-a-lambda exceptions-in-class-body exceptions-indentation
    exceptions-name-is-deleted exceptions-notes exceptions-of-wrapped-functions
    exceptions-os-error
    exceptions-over-several-lines exceptions-raise-a-class-or-not
    exceptions-recursion exceptions-return-outside exceptions-suggestions
    exceptions-syntax exceptions-uncaught exceptions-unicode-in-source
    exits-atexit-after-error exits-exception-with-code-in-context
    exits-finally-runs exits-object exits-text files-json files-modes
    files-not-flushed files-walk files-wrong-encoding generators-send
    generators-stop-iteration-inside input-end-of-file input-not-a-number
    locale-set-to-c main-module-that-nobody-imported match-captures
    metaclasses-call mixed-before-an-error
    names-delete numbers-decimal numbers-integers numbers-math numpy-errors-raised
    numpy-shapes operators-not-implemented operators-vector
    processes-subprocess-fails sqlite-memory sqlite-rollback
    standard-array-and-bytes standard-collections standard-configuration
    standard-dicts standard-heap-and-bisect standard-regular-expressions
    standard-sets-sorted standard-sorting standard-strings standard-struct
    standard-textwrap-and-templates standard-xml-and-html threads-pool
    torch-seeded-layer unittest-main unittest-mock warnings-simplefilter
    warnings-then-exception zones-naive-against-aware
    """,
    2: "argparse-missing argparse-own-type argparse-subcommands exits-builtin",
    3: "exits-three",
    4: "exits-in-a-function",
    7: "exits-at-once",
    9: "exits-big-status",
    -2: "exceptions-keyboard-interrupt",
    -14: "signals-alarm-unhandled",
    -15: "processes-terminates-itself",
}
STATUS = {name: status for status, names in ENDS.items() for name in names.split()}
# What the second run varies, by what the result of a program depends on; elsewhere what
# is noticed refuses it, or the words on standard error do.
VARIED = {
    "clock": {"clock", "chance"},
    "date": {"clock"},
    "hash-seed": {"hash seed"},
    "listing": {"listing"},
    "locale": {"locale"},
    "processors": {"processors"},
    "terminal": {"terminal"},
    "time-of-day": {"clock"},
    "time-zone": {"time zone"},
    "weekday": {"clock"},
    "year": {"clock"},
}


def carded(path: Path) -> Program:
    """A program as the only fence of a card."""
    code = path.read_text(encoding="utf-8")
    step = {"do": "run", "code": code, "line": 1}
    given = oracle.given(path)
    return Program(path.stem, "a.md", (step,), stdin=given)


@pytest.fixture(name="outcomes", scope="module")
def outcomes_fixture(
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[Interpreter, dict[str, Outcome]]:
    """What the tool says that all programs do."""
    root = tmp_path_factory.mktemp("reader").resolve()
    server = Runner(Project(root, "reader", "Reader", seconds=60), {})
    programs = [carded(path) for path in oracle.programs()]
    runs = {FIRST: programs, TERMINAL: programs}
    return dict(zip(runs, server.run_each(runs, lambda: None), strict=True))


@pytest.fixture(name="readers", scope="module")
def readers_fixture() -> dict[str, Ran]:
    """What Python says that all programs do."""
    paths = oracle.programs()
    with ThreadPoolExecutor(2) as pool:
        return dict(
            zip([p.stem for p in paths], pool.map(oracle.run, paths), strict=True)
        )


@pytest.fixture(name="judged", scope="module")
def judged_fixture(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """What a check says of programs that no card may show, and of what is unlike."""
    root = tmp_path_factory.mktemp("judged").resolve()
    project = Project(root, "reader", "Reader", seconds=20)
    programs = [carded(path) for path in oracle.unlike()]
    programs += [carded(p) for p in oracle.programs() if p.stem in REFUSED]
    means = Means(Cache(root), quiet)
    outcomes, _ = execute(project, {}, programs, means)
    keys = {p.key: run_key(project, {}, p) for p in programs}
    return confirmed(project, programs, outcomes, means, keys)


def test_there_are_programs_enough() -> None:
    """The promise is a corpus of at least 150."""
    assert len(oracle.programs()) >= 150
    assert STATUS.keys() <= {path.stem for path in oracle.programs()}


@pytest.mark.parametrize("name", [path.stem for path in oracle.programs()])
def test_a_program_does_the_same_in_every_run(
    name: str, readers: dict[str, Ran]
) -> None:
    """On a terminal as in a pipe, with any hash seed; both streams are all there is."""
    one = readers[name]
    assert one.merged == one.terminal
    assert Counter(one.merged) == Counter(one.out + one.err)
    assert one.status == STATUS.get(name, 0)
    assert one.merged, "it shows nothing"
    assert "reader-" not in one.merged, "it shows its folder"


def written(outcome: Outcome, name: str) -> str:
    """All that a program wrote to a stream, until its very end."""
    parts = [*outcome.results, outcome.failure or {}, outcome.rest]
    return "".join(part.get(name, "") for part in parts)


ALIKE = [path.stem for path in oracle.programs() if path.stem not in REFUSED]


@pytest.mark.parametrize("name", ALIKE)
def test_a_program_does_on_a_card_what_it_does_in_a_script(
    name: str, outcomes: dict[Interpreter, dict[str, Outcome]], readers: dict[str, Ran]
) -> None:
    """Both streams in their order, through a pipe and on a terminal, and the status."""
    reader = readers[name]
    piped, shown = (outcomes[variant][name] for variant in (FIRST, TERMINAL))
    assert written(piped, "merged") == reader.merged
    assert woven(reader.terminal, written(shown, "out"), written(shown, "err"))
    assert {piped.status, shown.status} == {reader.status}


def raised(outcome: Outcome) -> Iterator[str]:
    failure = outcome.failure or {}
    if failure.get("kind") == "raised":
        yield f"{failure['type']}: {failure['message']}"


@pytest.mark.parametrize("name", [path.stem for path in oracle.programs()])
def test_the_exception_that_ends_a_program_is_the_one_that_a_reader_sees(
    name: str, outcomes: dict[Interpreter, dict[str, Outcome]], readers: dict[str, Ran]
) -> None:
    """Its type and the first line of its message stand in Python's own traceback."""
    for text in raised(outcomes[FIRST][name]):
        kind, _, message = text.partition(": ")
        if kind not in ("SystemExit", "KeyboardInterrupt"):
            assert kind in readers[name].merged
            assert message.removesuffix("…") in readers[name].merged


@pytest.mark.parametrize("name", REFUSED)
def test_a_program_that_cannot_be_alike_is_refused(
    name: str, judged: dict[str, Outcome]
) -> None:
    failure = judged[name].failure
    assert failure is not None
    assert failure["kind"] == REFUSED[name]


NOTICED = [path for path in oracle.unlike() if path.stem not in UNNOTICED]


@pytest.mark.parametrize("path", NOTICED, ids=lambda path: path.stem)
def test_a_program_that_hangs_on_something_is_refused(
    path: Path, judged: dict[str, Outcome]
) -> None:
    """With the factor that is varied, or for what it writes to standard error."""
    outcome = judged[path.stem]
    failure = outcome.failure
    if failure is None:
        parts = [*outcome.results, outcome.rest]
        assert any(part.get("stderr") for part in parts)
    elif failure["kind"] == "differs" and oracle.factor(path) in VARIED:
        assert failure["detail"] in VARIED[oracle.factor(path)]
