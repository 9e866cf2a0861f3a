"""The wheel works where the checkout is not: another folder, another environment."""

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import nnanki

ROOT = Path(__file__).parents[1]
OTHER = {".git", ".venv", "dist", "build", "cards", "tests"}


def others(folder: str, names: list[str]) -> set[str]:
    """What a wheel is not made of; at the top alone, for `nnanki/cards` is ours."""
    return {
        n for n in names if n == "__pycache__" or (Path(folder) == ROOT and n in OTHER)
    }


def run(*command: str | Path, cwd: Path) -> str:
    """What a command prints, run where no variable of ours reaches it."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "PYTEST", "NNANKI", "VIRTUAL_ENV"))
    }
    constraints = shutil.copy(ROOT / "constraints.txt", cwd)
    pinned = {"PIP_CONSTRAINT": constraints, "PIP_BUILD_CONSTRAINT": constraints}
    result = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=kept | pinned | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, f"{command}: {result.stdout}{result.stderr}"
    return result.stdout


@pytest.fixture(name="wheel", scope="module")
def wheel_fixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of the tree, so that nothing is left in it."""
    folder = tmp_path_factory.mktemp("wheel")
    source = shutil.copytree(ROOT, folder / "source", ignore=others)
    pip = (sys.executable, "-m", "pip", "-qq", "wheel", "--no-deps")
    run(*pip, "-w", folder, source, cwd=folder)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(name="installed", scope="module")
def installed_fixture(
    wheel: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """The Python of a fresh environment that holds the wheel and what it asks for."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / "bin" / "python"
    run(python, "-m", "pip", "-qq", "install", wheel, cwd=folder)
    yield python
    shutil.rmtree(folder)


def test_the_wheel_carries_code_templates_and_licence_and_nothing_else(wheel: Path):
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert tops == {"nnanki", f"nnanki-{nnanki.__version__}.dist-info"}
    folder, home = ROOT / "templates", "nnanki/templates/"
    files = (path for path in folder.rglob("*") if path.is_file())
    templates = {path.relative_to(folder).as_posix() for path in files}
    inside = {n.removeprefix(home) for n in names if n.startswith(home)}
    assert inside == templates
    assert any(name.endswith("/LICENSE") for name in names)


def test_the_installed_tool_says_its_version(installed: Path, tmp_path: Path):
    printed = run(installed, "-m", "nnanki", "--version", cwd=tmp_path)
    assert printed == f"nnanki, version {nnanki.__version__}\n"


def test_the_installed_tool_needs_neither_torch_nor_numpy(
    installed: Path, tmp_path: Path
):
    listing = run(installed, "-m", "pip", "list", "--format=freeze", cwd=tmp_path)
    packages = {line.partition("==")[0].lower() for line in listing.splitlines()}
    assert "nnanki" in packages
    assert not packages & {"torch", "numpy", "sympy", "hypothesis", "anki"}


def test_the_installed_tool_builds_a_deck_with_its_own_templates(
    installed: Path, tiny: Path
):
    where = "import nnanki; print(nnanki.__file__)"
    assert str(installed.parents[1]) in run(installed, "-c", where, cwd=tiny)
    tool = installed.with_name("nnanki")
    assert "0 problems" in run(tool, "check", cwd=tiny)
    last = run(tool, "build", cwd=tiny).splitlines()[-1]
    assert last.startswith("dist/tiny.apkg: ")
    assert (tiny / "dist" / "tiny.apkg").stat().st_size > 1000
    assert run(tool, "preview", cwd=tiny) == "dist/gallery: 4 cards\n"
