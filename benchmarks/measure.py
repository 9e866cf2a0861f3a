"""How long whole commands take, beside each other; a row of the table."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 3
COPIED = ("cards", "nnanki", "templates", "tests", "pyproject.toml", "constraints.txt")
IGNORED = shutil.ignore_patterns("__pycache__", ".nnanki_cache", "dist")
IMPORT_TORCH = [sys.executable, "-c", "import torch"]


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured, against what, and what is promised."""

    what: str
    measured: str
    bound: str
    held: bool

    def __str__(self) -> str:
        return f"| {self.what} | {self.measured} | {self.bound} |"


def seconds(command: list[str], folder: Path, **variables: str) -> float:
    """How long a whole command takes; it must succeed."""
    start = time.perf_counter()
    environment = {**os.environ, **variables}
    subprocess.run(
        command, cwd=folder, env=environment, check=True, capture_output=True
    )
    return time.perf_counter() - start


def nnanki(folder: Path, *words: str) -> float:
    """How long a command of this project takes in a folder."""
    command = [sys.executable, "-m", "nnanki", *words]
    return seconds(command, folder, PYTHONPATH=str(folder))


def ratio(ours: Callable[[], float], theirs: Callable[[], float]) -> tuple[float, ...]:
    """The median of the ratio of two measurements that take turns, and of ours."""
    pairs = [(theirs(), ours()) for _ in range(ROUNDS)]
    ratios = [mine / other for other, mine in pairs]
    return statistics.median(ratios), statistics.median(mine for _, mine in pairs)


def copied(folder: Path) -> Path:
    """A copy of this project that nothing is known of."""
    root = folder / "project"
    for name in COPIED:
        path = ROOT / name
        if path.is_dir():
            shutil.copytree(path, root / name, ignore=IGNORED)
        else:
            shutil.copy2(path, root / name)
    return root


def forgotten(root: Path) -> None:
    shutil.rmtree(root / ".nnanki_cache", ignore_errors=True)
