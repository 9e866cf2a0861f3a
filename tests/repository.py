"""A project under Git, and the day on which its author works."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .anki_library import done, fresh

DAY = 1_777_777_777  # 3 May 2026


def git(root: Path, *words: str, check: bool = True) -> str:
    """What git prints, for an author whom it knows."""
    someone = ("-c", "user.name=Author", "-c", "user.email=author@example.org")
    command = ["git", "-C", str(root), *someone, *words]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert not check or ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def commit(root: Path) -> None:
    """Commit all that there is."""
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "x", "--allow-empty")


def begin(root: Path) -> Path:
    """Put a project under Git, with what nnanki makes left out."""
    (root / ".gitignore").write_text("dist/\n.nnanki_cache/\n__pycache__/\n")
    git(root, "init", "-q", "-b", "main")
    return root


@contextmanager
def dated(seconds: int | str) -> Iterator[None]:
    """The clock of an update or a release."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", str(seconds))
        yield


def released_once(folder: Path) -> Path:
    """The tiny project, released as 0.1.0 and committed, with its package."""
    root = begin(fresh(folder))
    commit(root)
    with dated(DAY):
        done(root, "release", "0.1.0")
    commit(root)
    return root
