"""Small programs that stood on cards otherwise than Python prints them.

The cards of `cases/execution.md` are as somebody who trusts them would write them; each
that is true stands, each that is not is refused for its own reason.
"""

from collections import defaultdict
from pathlib import Path
from shutil import copyfile, copytree

import pytest

from nnanki.model.problem import Problem
from nnanki.model.project import load
from nnanki.stages.examine import examine, quiet

HERE = Path(__file__).parent
CARDS = HERE / "cases" / "execution.md"
# What it computes is another year's in the second run; what it sets up is so once.
CONFIG = """\
import datetime
import logging
import sys

YEAR = datetime.date.today().year
LOG = logging.getLogger("toy")
LOG.addHandler(logging.StreamHandler(sys.stdout))
"""
REFUSED = {
    "warning-is-no-error": "divide by zero encountered in log",
    "warning-is-not-raised": "raises nothing",
    "warning-of-the-compiler": "raises nothing",
    "traceback-on-the-other-stream": "writes to stderr",
    "log-on-the-other-stream": "writes to stderr",
    "never-awaited": "was never awaited",
    "exits-early": "exit status 3",
    "asks-nobody": "```input right below the code",
    "reads-elsewhere": "/etc/passwd, which is outside the project",
    "reads-elsewhere-by-opening": "/etc/hostname, which is outside the project",
    "year-of-today": "depends on the clock",
    "weekday-of-today": "depends on the clock",
    "await-at-the-top": "asyncio.run(main())",
    "variable-of-the-environment": "depends on environment variables",
    "terminal-or-none": "something different in a terminal",
    "processors": "depends on the number of processors",
    "length-of-the-folder": "depends on the folder",
    "rare-coin": "a random generator without a seed: random",
    "set-of-two-words": "the order of a set",
    "set-with-a-key": "the order of a set",
    "weekend": "depends on the clock",
    "year-by-a-database": "depends on the clock",
    "month-by-numpy": "depends on the clock",
    "sleeps-on-a-terminal": "stopped after",
    "year-of-a-module": "depends on the clock",
    "subclasses-of-an-error": "something different in a fresh Python",
}
TRUE = [
    "asks-after-it",
    "class-of-the-card",
    "constants",
    "empty-folder",
    "log-that-is-shown",
    "main-guard",
    "name-compared",
    "name-of-the-module",
    "order-of-writers",
    "pool",
    "set-with-one-answer",
    "time-zone-by-name",
    "numpy-with-a-seed",
    "doctest-of-the-card",
    "link-to-a-module",
    "set-up-by-a-module",
]


@pytest.fixture(name="found", scope="module")
def found_fixture(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Problem]]:
    """The problems of each card."""
    root = copytree(HERE / "tiny", tmp_path_factory.mktemp("cases") / "tiny")
    copyfile(CARDS, root / "cards" / "3-execution.md")
    config = root / "toy" / "config.py"
    config.write_text(CONFIG, "utf-8")
    deck = examine(load(root), quiet)
    lines = CARDS.read_text("utf-8").splitlines()
    heads = {n: line[3:] for n, line in enumerate(lines, 1) if line.startswith("## ")}
    problems = defaultdict(list)
    for problem in deck.problems:
        place = problem.place
        if place.path.endswith("3-execution.md"):
            problems[heads[max(n for n in heads if n <= place.line)]].append(problem)
    return problems


def test_each_card_is_expected_to_be_something() -> None:
    names = [
        line[3:] for line in CARDS.read_text("utf-8").splitlines() if "## " in line
    ]
    assert sorted(names) == sorted([*REFUSED, *TRUE])


@pytest.mark.parametrize("name", TRUE)
def test_what_python_does_may_stand_on_a_card(
    name: str, found: dict[str, list[Problem]]
) -> None:
    assert found[name] == []


@pytest.mark.parametrize("name", REFUSED)
def test_what_python_does_not_do_is_refused_with_the_reason(
    name: str, found: dict[str, list[Problem]]
) -> None:
    """One problem a card: that it is false, and not what follows from that."""
    (problem,) = found[name]
    assert REFUSED[name] in f"{problem.what}\n{problem.hint}\n{problem.lines}"
