"""A card runs as its reader would run it: Python itself is the oracle.

Every program of the corpus runs as a card, and as `python -u card.py` in a process of
its own: with both streams in one pipe, and on a terminal. What was written, in which
order, and how it ended must be alike, to the letter.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from nnanki.agreement import woven
from nnanki.project import Project
from nnanki.server import FIRST, Outcome, Program, Server, Variant
from tests import oracle
from tests.oracle import Ran

TERMINAL = Variant(0, False, ("terminal",))


def carded(path: Path) -> Program:
    """A program as the only fence of a card."""
    code = path.read_text(encoding="utf-8")
    step = {"do": "run", "code": code, "line": 1}
    given = oracle.given(path)
    return Program(path.stem, "a.md", (step,), stdin=given)


@pytest.fixture(name="outcomes", scope="module")
def outcomes_fixture(
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[Variant, dict[str, Outcome]]:
    """What the tool says that all programs do."""
    root = tmp_path_factory.mktemp("reader").resolve()
    server = Server(Project(root, "reader", "Reader", seconds=60), {})
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


def test_there_are_programs_enough() -> None:
    """The promise is a corpus of at least 150."""
    assert len(oracle.programs()) >= 150


def written(outcome: Outcome, name: str) -> str:
    """All that a program wrote to a stream, until its very end."""
    parts = [*outcome.results, outcome.failure or {}, outcome.rest]
    return "".join(part.get(name, "") for part in parts)


@pytest.mark.parametrize("name", [path.stem for path in oracle.programs()])
def test_a_program_does_on_a_card_what_it_does_in_a_script(
    name: str, outcomes: dict[Variant, dict[str, Outcome]], readers: dict[str, Ran]
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
    name: str, outcomes: dict[Variant, dict[str, Outcome]], readers: dict[str, Ran]
) -> None:
    """Its type and the first line of its message stand in Python's own traceback."""
    for text in raised(outcomes[FIRST][name]):
        kind, _, message = text.partition(": ")
        if kind not in ("SystemExit", "KeyboardInterrupt"):
            assert kind in readers[name].merged
            assert message.removesuffix("…") in readers[name].merged
