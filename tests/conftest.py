"""What all tests share: examples drawn the same way in every run, a small project."""

import shutil
from pathlib import Path

import pytest
from hypothesis import settings

TINY = Path(__file__).parent / "tiny"
IGNORED = shutil.ignore_patterns("__pycache__", ".nnanki_cache", "dist")
# A project of its own and programs that are run as such: tests copy them.
collect_ignore = ["programs", "tiny", "unlike"]

settings.register_profile("prove", derandomize=True, deadline=None, max_examples=50)
settings.register_profile("explore", deadline=None, max_examples=2000)
settings.load_profile("prove")


@pytest.fixture(scope="session", name="proved")
def proved_fixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny project with its golden text and its lock, made once."""
    # Here and not above: the tests that prove the deck must not need the tool.
    from nnanki.model.project import load
    from nnanki.release.update import update
    from nnanki.stages.examine import quiet

    root = tmp_path_factory.mktemp("proved") / "tiny"
    shutil.copytree(TINY, root, ignore=IGNORED)
    update(load(root), quiet, now=1_700_000_000).write()
    return root


@pytest.fixture(name="tiny")
def tiny_fixture(proved: Path, tmp_path: Path) -> Path:
    """A project of its own: a package, tests that prove it, four cards, a lock."""
    return Path(shutil.copytree(proved, tmp_path / "tiny"))
