"""A proof stands as long as what made it: an edit of the tool proves again what it may.

Results are kept under the digest of the folders of the tool that they rest on. Too few
folders would let a wrong proof stand, and nobody would see it; too many would let an
author wait for nothing. Both are held to account here, on a copy of the tool.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from nnanki.model.disk.cache import PROOFS, RUNS

from .test_rooms import MODULES, OURS, inner, inside

ROOT = Path(__file__).parents[1]
TINY = Path(__file__).parent / "tiny"
IGNORED = shutil.ignore_patterns("__pycache__", ".nnanki_cache", "dist", "nn")

# Runs a command, and says which of the tool's own scripts it started.
COUNTED = """
import json, subprocess, sys
started = set()
popen = subprocess.Popen
class Counted(popen):
    def __init__(self, words, *rest, **named):
        started.update(w.split("/")[-2] for w in words if w.endswith("__main__.py"))
        super().__init__(words, *rest, **named)
subprocess.Popen = Counted
from nnanki.cli import main
try:
    main(sys.argv[1:])
finally:
    print(json.dumps(sorted(started)))
"""


@pytest.fixture(name="tool", scope="module")
def tool_fixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tool, and beside it a project that it has found good."""
    folder = tmp_path_factory.mktemp("tool")
    shutil.copytree(ROOT / "nnanki", folder / "nnanki", ignore=IGNORED)
    shutil.copytree(ROOT / "templates", folder / "templates")
    shutil.copytree(TINY, folder / "tiny", ignore=IGNORED)
    assert started(folder, "update") == {"suite", "worker"}
    assert started(folder) == set()
    return folder


def started(folder: Path, command: str = "check") -> set[str]:
    """Which processes a command of this copy of the tool needs."""
    result = subprocess.run(
        [sys.executable, "-c", COUNTED, command],
        cwd=folder / "tiny",
        env={**os.environ, "PYTHONPATH": str(folder), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return set(json.loads(result.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    ("edited", "again"),
    [
        ("gallery/chart.py", set()),
        ("commands/check.py", set()),
        ("cards/lint/cards.py", set()),
        ("notes/sides.py", set()),
        ("release/package.py", set()),
        ("stages/judge.py", set()),
        ("proof/mutate/generic.py", {"suite"}),
        ("proof/rewrite/operators.py", {"suite"}),
        ("proof/suite/kill.py", {"suite"}),
        ("running/worker/steps.py", {"suite", "worker"}),
        ("running/child/landlock.py", {"suite", "worker"}),
        ("model/disk/dependency.py", {"suite", "worker"}),
    ],
)
def test_an_edit_of_the_tool_proves_again_what_it_may_change(
    tool: Path, edited: str, again: set[str]
):
    path = tool / "nnanki" / edited
    before = path.read_text(encoding="utf-8")
    path.write_text(before + "# another line\n", encoding="utf-8")
    try:
        assert started(tool) == again
    finally:
        path.write_text(before, encoding="utf-8")


def closure(beginnings: set[str]) -> set[str]:
    """All modules of the tool that these import, and those that they import."""
    reached: set[str] = set()
    waiting = set(beginnings)
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting |= {other for other, _ in inner(name) if other in OURS} - reached
    return reached - {"__init__"}


@pytest.mark.parametrize(
    ("makers", "folders"),
    [
        ("running.execute running.fresh running.outcomes running.worker", RUNS),
        ("proof.prove proof.harness proof.suite", PROOFS),
    ],
)
def test_what_makes_a_kept_result_imports_nothing_that_its_key_leaves_out(
    makers: str, folders: tuple[str, ...]
):
    """An arrow out of the digested folders would let a result outlive its maker."""
    beginnings = {name for name in OURS if inside(name, makers)}
    outside = {
        name for name in closure(beginnings) if not inside(name, " ".join(folders))
    }
    assert outside == set(), "a kept result rests on these; its key does not"


def test_every_folder_that_a_key_names_is_there():
    assert {*RUNS, *PROOFS} <= set(MODULES)
