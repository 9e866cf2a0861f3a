"""Bugs of the kind that students make, which no operator makes, are noticed, too.

A bug is a text file: what is misunderstood; a symbol and its code with the bug in it;
the tests that notice it. `python tests/test_bugs.py` writes who notices it now.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from nnanki.model.project import load
from nnanki.proof.harness.jobs import targets
from nnanki.proof.harness.session import Session
from nnanki.proof.library import library
from nnanki.proof.mutate import code_digest, mutants
from nnanki.proof.suite.messages import Variant

ROOT = Path(__file__).parents[1]
BUGS = sorted((ROOT / "tests" / "bugs").glob("*.txt"))
FORM = re.compile(r"(.+)\n\n@@ (\S+)\n(.+)\n\n@@ noticed by\n(.*)", re.DOTALL)


def parts(path: Path) -> tuple[str, str, str, list[str]]:
    """A bug's sentence, symbol, code, and the tests that notice it."""
    match = FORM.fullmatch(path.read_text(encoding="utf-8"))
    assert match is not None, path
    sentence, symbol, code, tests = match.groups()
    return sentence, symbol, f"{code}\n", tests.split()


def changed(text: str, name: str, code: str) -> str:
    """A module's text with other code in the place of one function."""
    node = next(n for n in ast.parse(text).body if getattr(n, "name", "") == name)
    lines = text.splitlines(keepends=True)
    return "".join([*lines[: node.lineno - 1], code, *lines[node.end_lineno :]])


@cache
def noticed() -> dict[str, list[str]]:
    """For each bug the tests that fail with it, parameters left out."""
    project = load(ROOT)
    quoted, _ = library(project)
    symbols = {parts(path)[1] for path in BUGS}
    tried = {
        target.key: replace(target, changes=())
        for target in targets(ROOT, quoted, symbols)
    }
    names: dict[tuple[str, int], str] = {}
    for path in BUGS:
        _, symbol, code, _ = parts(path)
        target = tried[symbol]
        names[symbol, len(target.changes)] = path.stem
        text = changed(target.text, target.subject["name"], code)
        variant = Variant(kind="variant", text=text, all_tests=True)
        tried[symbol] = replace(target, changes=(*target.changes, variant))
    session = Session(project, quoted, lambda *_: None)
    _, problems = session.run(list(tried.values()))
    assert not problems
    return {
        name: sorted(
            {
                test.partition("[")[0]
                for test in session.fates[symbol][n].get("tests", ())
            }
        )
        for (symbol, n), name in names.items()
    }


@pytest.mark.parametrize("path", BUGS, ids=lambda path: path.stem)
def test_a_bug_is_noticed_by_these_tests(path: Path) -> None:
    """The tests that fail with the bug are those that its file names."""
    *_, tests = parts(path)

    assert tests
    assert noticed()[path.stem] == tests


@pytest.mark.parametrize("path", BUGS, ids=lambda path: path.stem)
def test_no_operator_makes_a_bug(path: Path) -> None:
    """The bug is none of the mutants of its symbol."""
    _, symbol, code, _ = parts(path)
    module, name = symbol.split(".")
    text = (ROOT / f"nnanki/nn/{module}.py").read_text(encoding="utf-8")
    made = {mutant.digest[:12] for mutant in mutants(text, name)}

    assert code_digest(changed(text, name, code), name) not in made


def test_there_are_twenty() -> None:
    """At least twenty bugs, on at least ten symbols."""
    assert len(BUGS) >= 20
    assert len({parts(path)[1] for path in BUGS}) >= 10


def rewritten() -> Iterator[str]:
    """Write into every file who notices its bug; say which changed."""
    for path in BUGS:
        text = path.read_text(encoding="utf-8")
        head, mark, _ = text.partition("\n@@ noticed by\n")
        new = head + mark + "".join(f"{test}\n" for test in noticed()[path.stem])
        path.write_text(new, encoding="utf-8")
        if new != text:
            yield path.stem


if __name__ == "__main__":
    sys.stdout.write("".join(f"{name}\n" for name in rewritten()))
