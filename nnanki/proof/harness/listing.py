"""Which files of a project its tests may need: what Git tracks or does not ignore."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

FILE = "pyproject.toml"
BUILT = ("dist",)  # at the top of a project; what nnanki builds lies there
CACHES = frozenset(
    {
        ".git",
        ".hg",
        ".hypothesis",
        ".ipynb_checkpoints",
        ".mypy_cache",
        ".nnanki_cache",
        ".nox",
        ".pytest_cache",
        ".ruff_cache",
        ".svn",
        ".tox",
        "__pycache__",
        "node_modules",
    }
)
ENVIRONMENTS = ("pyvenv.cfg", "conda-meta")  # what shows that a folder is one
# Files of the folders above a project, up to where its repository begins.
ABOVE = (
    *("conftest.py", FILE, "tox.ini", "setup.cfg"),
    *("pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml"),
)


def listing(
    root: Path, places: Iterable[str] = (), patterns: Iterable[str] = ()
) -> list[str]:
    """The files and links of a project, from its folder; no caches, no environments.

    In a submodule, or a repository inside, its own Git is asked. Some places, and what
    some patterns mean, are listed although Git may ignore them.
    """
    files = _tracked(root)
    if files is None or FILE not in files:  # in a folder that is ignored as a whole
        files = {name for name in walk(root) if name.split("/")[0] not in BUILT}
    extra = {
        name
        for path in (
            *(root / place for place in places),
            *(path for pattern in patterns for path in root.glob(pattern)),
        )
        for name in _inside(root, path)
    }
    environments: dict[str, bool] = {}
    return sorted(
        name
        for name in files | extra
        if not _beside(root, name, environments) and _ordinary(root / name)
    )


def top(root: Path) -> Path:
    """The folder of the repository that a project lies in, or its own."""
    for folder in (root, *root.parents):
        if (folder / ".git").exists():
            return folder
    return root


def above(root: Path) -> Iterator[Path]:
    """Settings of pytest, and what tests share, above a folder of a repository."""
    highest = top(root)
    for folder in root.parents if highest != root else ():
        yield from (path for name in ABOVE if (path := folder / name).is_file())
        if folder == highest:
            return


def walk(folder: Path, prefix: str = "") -> Iterator[str]:
    """All files and links below a folder that are no caches and in no environment."""
    for name in sorted(os.listdir(folder)):  # noqa: PTH208 -- names, and many
        path = folder / name
        if path.is_symlink() or not path.is_dir():
            yield prefix + name
        elif name not in CACHES and not _environment(path):
            yield from walk(path, f"{prefix}{name}/")


def _tracked(root: Path) -> set[str] | None:
    """What Git knows of a folder; None where it knows nothing of it."""
    words = ("ls-files", "-z", "--cached", "--others", "--exclude-standard")
    try:
        answer = subprocess.run(
            ["git", "-C", str(root), *words], capture_output=True, check=False
        )
    except OSError:
        return None
    if answer.returncode:
        return None
    names = (os.fsdecode(name) for name in answer.stdout.split(b"\0") if name)
    files: set[str] = set()
    for name in (name.rstrip("/") for name in names):
        path = root / name
        if path.is_symlink() or not path.is_dir():
            files.add(name)
        elif (path / ".git").exists():
            files |= {f"{name}/{inner}" for inner in _tracked(path) or ()}
    return files


def _inside(root: Path, path: Path) -> Iterator[str]:
    """A file, or all files of a folder, also of one elsewhere that a link leads to."""
    name = path.relative_to(root).as_posix()
    home = Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))
    if not path.is_dir() or (path.is_symlink() and home):
        yield name
    else:
        yield from walk(path, "" if name == "." else f"{name}/")


def _beside(root: Path, name: str, environments: dict[str, bool]) -> bool:
    """Whether a file lies in a cache or an environment."""
    folders = name.split("/")[:-1]
    if not CACHES.isdisjoint(folders):
        return True
    for end in range(1, len(folders) + 1):
        folder = "/".join(folders[:end])
        if folder not in environments:
            environments[folder] = _environment(root / folder)
        if environments[folder]:
            return True
    return False


def _environment(folder: Path) -> bool:
    return any((folder / name).exists() for name in ENVIRONMENTS)


def _ordinary(path: Path) -> bool:
    """No pipe and no socket, and still there."""
    return path.is_symlink() or path.is_file()
