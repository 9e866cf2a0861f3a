"""The corpus does the same in every run, and what depends on something does not."""

import ast
import os
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from .oracle import (
    ENVIRONMENT,
    FACTORS,
    Ran,
    factor,
    given,
    once,
    programs,
    ran,
    run,
    terminal,
    unlike,
)

GROUPS = {
    *("argparse", "async", "big", "classes", "closures", "contexts", "dataclasses"),
    *("dates", "descriptors", "doctest", "dynamic", "encodings", "ends", "enums"),
    *("exceptions", "exits", "files", "generators", "input", "locale", "logging"),
    *("main", "match", "metaclasses", "mixed", "names", "numbers", "numpy"),
    *("operators", "pickle", "processes", "signals", "sqlite", "standard", "threads"),
    *("time", "torch", "unittest", "walrus", "warnings", "zones"),
}

# -- the corpus -----------------------------------------------------------------------


def test_the_corpus_is_large_and_of_every_kind() -> None:
    """Each group has a program, and no program is without its group."""
    names = {program.stem for program in programs()}
    assert len(names) >= 170
    assert {name.partition("-")[0] for name in names} == GROUPS


def test_lines_are_given_to_programs_that_exist() -> None:
    """A file of lines has the name of its program."""
    lines = {path.stem for path in programs()[0].parent.glob("*.stdin")}
    assert lines <= {program.stem for program in programs()}
    assert {path.stem for path in programs() if given(path)} == lines


# -- the oracle -----------------------------------------------------------------------


def test_streams_are_seen_together_and_apart() -> None:
    """In the order in which they were written, whoever writes."""
    code = """
import os, subprocess, sys
print("a")
print("b", file=sys.stderr)
subprocess.run("echo c; echo d >&2", shell=True)
os.write(1, b"e")
"""
    merged = "a\nb\nc\nd\ne"
    assert ran(code) == Ran(merged, "a\nc\ne", "b\nd\n", merged, 0)


def test_one_of_the_runs_is_on_a_terminal() -> None:
    """Of the usual size, while standard input is none."""
    code = "import os, sys\nprint(os.isatty(1), os.isatty(2), os.isatty(0))"
    seen = ran(code)
    assert (seen.merged, seen.out) == ("False False False\n",) * 2
    assert seen.terminal == "True True False\n"
    size = "import os\nprint(*os.get_terminal_size(2), file=open(2, 'w'))"
    assert once(size, "", ENVIRONMENT, [terminal()])[0] == ["80 24\n"]


def test_a_program_finds_what_a_reader_has() -> None:
    """An empty folder, its own file elsewhere, the variables that were given."""
    code = """
import os
print(os.listdir(), __file__, os.listdir(os.path.dirname(__file__)))
print(sorted(set(os.environ) - {"LC_CTYPE"}))
"""
    seen = ran(code, environment={"LANG": "C.UTF-8", "A": "1"})
    assert seen.merged == "[] card.py ['card.py']\n['A', 'LANG']\n"


def test_lines_end_where_they_end() -> None:
    """Without any, there is nothing to read."""
    code = "import sys\nprint(repr(sys.stdin.read()))"
    assert ran(code, "a\nb").merged == "'a\\nb'\n"
    assert ran(code).merged == "''\n"


def test_bytes_that_are_no_text_are_kept() -> None:
    """As Python keeps them in names of files; a carriage return stays, too."""
    code = "import sys\nsys.stdout.buffer.write(b'\\xff\\r\\n')"
    assert ran(code).merged == ran(code).terminal == "\udcff\r\n"


def test_what_is_left_behind_is_ended() -> None:
    """What it wrote before counts."""
    code = """
import os, time
if os.fork() == 0:
    time.sleep(1000)
print("parent", flush=True)
"""
    assert once(code, "", ENVIRONMENT, [os.pipe()]) == (["parent\n"], 0)


def test_a_status_that_differs_is_noticed() -> None:
    """An oracle that answers otherwise each time is none."""
    with pytest.raises(AssertionError, match="ends with 0, 0, 1"):
        ran("import os, sys\nsys.exit(os.isatty(1))")


# -- what depends on something --------------------------------------------------------

WRITES = {"stderr", "thread", "unraisable", "warning"}  # to the stream of errors
STAYS = {"leftover-process", "leftover-thread", "network"}  # runs long, or asks around
SEEDS = [{"PYTHONHASHSEED": str(seed)} for seed in range(12)]
USERS = ["CI", "DISPLAY", "EDITOR", "LOGNAME", "SHELL", "USER"]
PLACES: dict[str, list[dict[str, str]]] = {
    "environment": [{}, dict.fromkeys([*USERS, "LANG", "TERM"], "ada")],
    "hash-seed": SEEDS,
    "locale": [{"LC_ALL": "C"}, {"LC_ALL": "C.UTF-8"}],
    "time-zone": [{"TZ": "Asia/Tokyo"}, {"TZ": "Europe/Berlin"}],
}
HANGS = [path for path in unlike() if factor(path) in PLACES]


def alone(program: Path, more: Mapping[str, str]) -> tuple[str, int]:
    """What a program writes in an environment with some more variables."""
    code, environment = program.read_text("utf-8"), {**ENVIRONMENT, **more}
    (merged,), status = once(code, given(program), environment, [os.pipe()])
    return merged, status


def test_each_such_program_says_what_it_hangs_on() -> None:
    """There are several of each kind."""
    counts = Counter(factor(path) for path in unlike())
    assert counts.keys() == FACTORS
    assert min(counts.values()) >= 3
    for path in unlike():
        ast.parse(path.read_text("utf-8"), path.name)


@pytest.mark.parametrize("program", HANGS, ids=lambda path: path.stem)
def test_a_program_that_hangs_on_a_variable_shows_it(program: Path) -> None:
    """It differs between two readers."""
    with ThreadPoolExecutor(2) as pool:
        shown = set(pool.map(lambda m: alone(program, m), PLACES[factor(program)]))
    assert {status for _, status in shown} == {0}
    assert len(shown) > 1


@pytest.mark.parametrize("kind", sorted(FACTORS - STAYS - PLACES.keys()))
def test_such_programs_are_in_order_otherwise(kind: str) -> None:
    """They end well, and only those that are refused for that write errors."""
    chosen = [path for path in unlike() if factor(path) == kind]
    with ThreadPoolExecutor(2) as pool:
        runs = dict(zip(chosen, pool.map(run, chosen), strict=True))
    for program, seen in runs.items():
        assert (seen.status, seen.out != "") == (0, True), program.name
        assert bool(seen.err) == (kind in WRITES), program.name
