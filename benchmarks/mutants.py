"""Mutants per second, and those of mutmut on the same code."""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator
from pathlib import Path

from measure import ROUNDS, Row, copied, forgotten

MUTMUT = "mutmut==3.8.1"


def mutants(folder: Path) -> Iterator[Row]:
    """Mutants per second while they are tried, and of mutmut on the same code."""
    root = copied(folder)
    tool = mutmut(folder)
    rates = []
    for _ in range(ROUNDS):
        forgotten(root)
        rates.append((tried_per_second(root), tool(root)))
    ours, theirs = (statistics.median(rate) for rate in zip(*rates, strict=True))
    measured = f"{ours / theirs:.1f} times ({ours:.0f} to {theirs:.0f} a second)"
    what = "mutants a second, against mutmut 3 on two cores"
    yield Row(what, measured, "at least 15 times", ours >= 15 * theirs)


def tried_per_second(root: Path) -> float:
    """Run the tests and all mutants of the deck; how fast the mutants went."""
    program = """
import sys, time
from pathlib import Path
from nnanki.model.project import load
from nnanki.proof.prove import Request, targets_of
from nnanki.proof.library import library
from nnanki.proof.harness.session import Session

class Timed(Session):
    def begin(self, *arguments):
        self.began = time.perf_counter()
        return super().begin(*arguments)

    def hear(self, *arguments):
        super().hear(*arguments)
        self.heard = time.perf_counter()

project = load(Path.cwd())
quoted, _ = library(project)
session = Timed(project, quoted, lambda *_: None)
targets = targets_of(project, quoted, Request(frozenset(quoted.symbols)))
_, problems = session.run(targets)
assert not problems, problems
print(session.tried / (session.heard - session.began))
"""
    result = subprocess.run(
        [sys.executable, "-c", program],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        check=True,
        capture_output=True,
        text=True,
    )
    return float(result.stdout)


def mutmut(folder: Path) -> Callable[[Path], float]:
    """Install mutmut beside the libraries of this project; a function that runs it."""
    home = folder / "mutmut"
    venv.create(home, with_pip=True)
    python = home / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", MUTMUT], check=True)
    (site,) = (home / "lib").glob("python3*/site-packages")
    ours = [path for path in sys.path if path.endswith("site-packages")]
    (site / "libraries.pth").write_text("\n".join(ours), encoding="utf-8")

    def run(root: Path) -> float:
        work = folder / "mutated"
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(root / "nnanki", work / "nnanki")
        shutil.copytree(root / "tests" / "nn", work / "tests" / "nn")
        shutil.copy2(root / "tests" / "conftest.py", work / "tests")
        (work / "pyproject.toml").write_text(MUTMUT_SETTINGS, encoding="utf-8")
        command = [home / "bin" / "mutmut", "run", "--max-children", "2"]
        result = subprocess.run(
            command, cwd=work, check=True, capture_output=True, text=True
        )
        (rate,) = re.findall(r"([\d.]+) mutations/second", result.stdout)
        return float(rate)

    return run


MUTMUT_SETTINGS = """
[tool.mutmut]
source_paths = ["nnanki"]
only_mutate = ["nnanki/nn/*.py"]
pytest_add_cli_args_test_selection = ["tests/nn"]
also_copy = ["tests"]

[tool.pytest.ini_options]
markers = ["exact: rounds nothing"]
addopts = ["--import-mode=importlib"]
"""
