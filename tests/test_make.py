"""`make` sets up what it needs, says in a sentence what is missing, mends itself."""

import ast
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import nnanki

ROOT = Path(__file__).parents[1]

# Stands in for a Python that has every module but does not install anything: `pip`
# is told apart from other work by its arguments and writes down what it was asked.
PRETENDER = """#!/bin/sh
case "$*" in
  *"import sys"*) exit {old} ;;
  *"import ensurepip"*) exit {bare} ;;
  -V) echo "Python 3.9.2" ;;
  *"-m venv"*)
    mkdir -p .venv/bin .venv/lib/python3.11/site-packages
    echo "venv $*" >> asked
    cp "$0" .venv/bin/python
    echo "#!$PWD/.venv/bin/python" > .venv/bin/pip
    printf '#!/bin/sh\\necho "nnanki $1"\\n' > .venv/bin/nnanki
    chmod +x .venv/bin/nnanki ;;
  *--target*)
    mkdir -p "$7"
    echo "$8 ${{PIP_CONSTRAINT-free}}" >> asked
    test "$8" != "{lost}" ;;
  *"-m pip install"*) echo "install $*" >> asked; exit {offline} ;;
esac
"""


@pytest.fixture(name="clone")
def clone_fixture(tmp_path: Path) -> Path:
    """A folder with a space in its name and what `make` looks at."""
    folder = tmp_path / "my clone"
    folder.mkdir()
    (folder / "tests").mkdir()
    for name in ("Makefile", "pyproject.toml", "constraints.txt", "tests/ankis.txt"):
        shutil.copy2(ROOT / name, folder / name)
    return folder


def pretend(clone: Path, **faults: int | str) -> None:
    """Lay a Python into the clone; `lost` is what pip cannot get."""
    python = clone / "python"
    sound = {"old": 0, "bare": 0, "offline": 0, "lost": ""}
    python.write_text(PRETENDER.format(**sound | faults))
    python.chmod(0o755)
    inner = clone / ".venv" / "bin" / "python"
    if inner.exists():
        shutil.copy2(python, inner)


def make(clone: Path, *words: str, python: str = "./python") -> tuple[int, str]:
    """The exit status of `make`, and all that it prints but its own last line."""
    result = subprocess.run(
        ["make", *words, f"PYTHON={python}"],
        cwd=clone,
        # These tests may themselves be run by `make`, which tells its children so.
        env={name: value for name, value in os.environ.items() if "MAKE" not in name},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    lines = [line for line in result.stdout.splitlines() if "make: ***" not in line]
    return result.returncode, "\n".join(lines)


# Anki's libraries that updates are tested with, besides the pinned one.
ANKIS = [
    f"anki=={line}"
    for line in (ROOT / "tests" / "ankis.txt").read_text().splitlines()
    if not line.startswith("#")
]


def asked(clone: Path) -> list[str]:
    """The work that `make` gave to Python since the last question."""
    path = clone / "asked"
    words = path.read_text().splitlines() if path.exists() else []
    path.write_text("")
    return [line.split()[0] for line in words]


def test_make_alone_lists_its_commands(clone: Path):
    status, printed = make(clone)
    assert status == 0
    names = {line.split()[1] for line in printed.splitlines()}
    phony = re.search(r"^\.PHONY: (.*)$", (clone / "Makefile").read_text(), re.M)
    assert phony is not None
    assert names == {*phony[1].split()} - {"moved"}


def test_a_missing_python_is_one_sentence(clone: Path):
    assert make(clone, "deck", python="no-such-python") == (
        2,
        "nnanki: there is no no-such-python; install Python 3.11 or newer, with venv",
    )


def test_an_old_python_is_one_sentence(clone: Path):
    pretend(clone, old=1)
    assert make(clone, "deck") == (
        2,
        "nnanki: Python 3.9.2 is too old; "
        "name Python 3.11 or newer: make PYTHON=python3.12 deck",
    )


def test_a_python_without_venv_is_one_sentence(clone: Path):
    pretend(clone, bare=1)
    assert make(clone, "test") == (
        2,
        "nnanki: this Python cannot make environments; "
        "install its venv module (on Debian and Ubuntu: apt install python3-venv)",
    )


def test_it_sets_up_once(clone: Path):
    pretend(clone)
    status, printed = make(clone, "deck")
    assert status == 0
    assert re.match(r"nnanki: setting up \.venv; .*\nnnanki build$", printed)
    assert asked(clone) == ["venv", "install"]
    assert make(clone, "deck") == (0, "nnanki build")
    assert asked(clone) == []


def test_it_installs_again_after_a_change_of_versions(clone: Path):
    pretend(clone)
    make(clone, "deck")
    asked(clone)
    stamp = clone / ".venv" / ".deck"
    later = stamp.stat().st_mtime + 5
    for name in ("constraints.txt", "pyproject.toml"):
        os.utime(clone / name, (later, later))
    make(clone, "deck")
    assert asked(clone) == ["install"]


def test_what_the_tests_need_comes_with_them(clone: Path):
    pretend(clone)
    make(clone, "deck")
    make(clone, "test")
    assert asked(clone) == ["venv", "install", "install", *ANKIS]
    assert make(clone, "deck") == (0, "nnanki build")


def test_old_versions_of_anki_that_are_there_stay(clone: Path):
    """The pins of the environment do not hold for them; what is half there goes."""
    pretend(clone, lost=ANKIS[1])
    status, printed = make(clone, "test")
    assert status == 2
    assert printed.endswith(
        "nnanki: the set-up did not finish; run the same command again"
    )
    assert asked(clone) == ["venv", "install", *ANKIS[:2]]
    half = clone / ".venv" / "ankis" / f"{ANKIS[1].removeprefix('anki==')}.part"
    (half / "wrong").touch()
    pretend(clone)
    make(clone, "test")
    assert (clone / "asked").read_text().splitlines()[1:] == [
        f"{name} free" for name in ANKIS[1:]
    ]
    folders = sorted(half.parent.iterdir())
    assert [f"anki=={path.name}" for path in folders] == ANKIS
    assert [path for folder in folders for path in folder.iterdir()] == []


def test_an_interrupted_set_up_goes_on_where_it_stopped(clone: Path):
    pretend(clone, offline=1)
    status, printed = make(clone, "deck")
    assert status == 2
    assert printed.endswith(
        "nnanki: the set-up did not finish; run the same command again"
    )
    packages = clone / ".venv" / "lib" / "python3.11" / "site-packages"
    (packages / "half-1.0.dist-info").mkdir()
    (packages / "whole-1.0.dist-info").mkdir()
    (packages / "whole-1.0.dist-info" / "INSTALLER").touch()
    (packages / "~alf").mkdir()
    asked(clone)
    pretend(clone)
    assert make(clone, "deck")[0] == 0
    assert asked(clone) == ["install"]
    assert [path.name for path in packages.iterdir()] == ["whole-1.0.dist-info"]


@pytest.mark.parametrize("part", ["pip", "python"])
def test_an_environment_without_its_heart_is_made_anew(clone: Path, part: str):
    pretend(clone)
    make(clone, "deck")
    asked(clone)
    (clone / ".venv" / "bin" / part).unlink()
    (clone / ".venv" / ".deck").unlink()
    assert make(clone, "deck")[0] == 0
    assert asked(clone) == ["venv", "install"]


def test_a_folder_that_moved_is_set_up_anew(clone: Path):
    pretend(clone)
    make(clone, "deck")
    moved = clone.rename(clone.with_name("moved"))
    asked(moved)
    assert make(moved, "deck")[0] == 0
    assert asked(moved) == ["venv", "install"]


def test_every_pin_is_exact_and_of_no_one_machine():
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    wrong = [line for line in pins if not re.fullmatch(r"[\w.-]+==[\w.]+", line)]
    assert not wrong


def needed(requirement: Requirement, extra: str = "") -> Iterator[str]:
    """What a requirement installs here, and all that this needs in turn."""
    if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
        return
    installed = distribution(requirement.name)
    yield f"{installed.name}=={installed.version.partition('+')[0]}".lower()
    for inner in installed.requires or []:
        for name in requirement.extras or {""}:
            yield from needed(Requirement(inner), name)


def test_everything_that_is_installed_is_pinned():
    pinned = (ROOT / "constraints.txt").read_text().lower().replace("-", "_").split()
    installed = set(needed(Requirement("nnanki[nn,test]"))) - {
        f"nnanki=={nnanki.__version__}"
    }
    # The large build of PyTorch brings drivers, which its own version pins.
    drivers = ("nvidia", "cuda", "triton")
    names = {
        name.replace("-", "_") for name in installed if not name.startswith(drivers)
    }
    assert names - set(pinned) == set()


# -- the quick tests ------------------------------------------------------------------

MISSING = {"anki", "axe_playwright_python", "matplotlib", "numpy", "playwright"}
MISSING |= {"sympy", "torch"}


def test_the_quick_tests_import_nothing_that_takes_long_to_install() -> None:
    """Neither by themselves nor through a helper beside them."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ")
    (line,) = [line for line in text.splitlines() if line.startswith("QUICK = ")]
    names = line.rpartition(",")[2].rstrip(")").split()
    waiting = {f"test_{name}" for name in names}
    assert len(waiting) > 10
    read: set[str] = set()
    while waiting:
        name = waiting.pop()
        read.add(name)
        tree = ast.parse((ROOT / "tests" / f"{name}.py").read_text(encoding="utf-8"))
        nodes = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        waiting |= {str(node.module) for node in nodes if node.level} - read
        imports = {str(node.module).partition(".")[0] for node in nodes}
        imports |= {
            alias.name.partition(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.Import)
            for alias in node.names
        }
        assert not imports & MISSING, name
