"""What is replaced while a check runs is what the next check looks at."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from nnanki.commands import check, common
from nnanki.model.disk.dependency import SLACK
from nnanki.model.project import load
from nnanki.release import known_good

from .anki_library import done, nnanki

TEMPLATES = Path(__file__).parents[1] / "templates"
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>\n'
CARD = """---
title: Pictures
setup: |
  from pathlib import Path
  from toy import kink
---

## seen

![nothing at all](seen.svg)

What is printed?

```python run
here = Path(kink.__file__).parent
print((here / "flags.txt").read_text())
```

---

```output
False True
```

It is what stands in the file.
"""
KIND = """from pathlib import Path

from nnanki.cards.kinds.base import Kind

NAME = Path(__file__).with_name("words.txt").read_text("utf-8").strip()
KIND = Kind(NAME, verb="guess-it", hole="about", oblige=lambda card, fence: iter(()))
"""
OWN = {
    "cards/3-seen.md": CARD,
    "cards/seen.svg": PICTURE,
    "cards/RETIRED.md": "# Cards that left\n",
    "toy/flags.txt": "False True",
    "kinds/guess.py": KIND,
    "kinds/words.txt": "guess\n",
    **{
        f"templates/{name}": (TEMPLATES / name).read_text("utf-8")
        for name in ("back.html", "style.css", "kinds/any.html")
    },
}

# A file, and text in it that becomes another: no check may call that good.
CHANGES = {
    "card": ("cards/3-seen.md", "False True", "True True"),
    "picture": ("cards/seen.svg", "</svg>", "<g/></svg>"),
    "template": ("templates/back.html", "", "<p>other</p>"),
    "section": ("templates/kinds/any.html", "", "<p>other</p>"),
    "style": ("templates/style.css", "", ".other { color: red; }"),
    "quoted package": ("toy/kink.py", "return x", "return -x"),
    "test": ("proofs/test_kink.py", '== "0"', '== "1"'),
    "kind": ("kinds/guess.py", "Kind(NAME", 'Kind("blank"'),
    "what a kind reads": ("kinds/words.txt", "guess", "blank"),
    "what a card reads": ("toy/flags.txt", "False", "True"),
    "lock": ("cards/nnanki.lock", "seen", "unseen"),
    "settings": ("pyproject.toml", 'deck = "', 'decks = "'),
    "retired": ("cards/RETIRED.md", "", "\n## never-was\n\nWhy not?\n"),
}
MOMENTS = ("at the first progress", "at the end")


@pytest.fixture(name="whole", scope="module")
def whole_fixture(proved: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny project with a picture, templates, a kind and data of its own."""
    root = tmp_path_factory.mktemp("whole") / "tiny"
    shutil.copytree(proved, root)
    for name, text in OWN.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    done(root, "update")
    assert done(root, "check") == "5 cards, 2 symbols, 0 problems\n"  # and no warning
    return root


@pytest.fixture(name="root")
def root_fixture(whole: Path, tmp_path: Path) -> Path:
    """A copy in which all is known but that the deck is good; none of it is new."""
    root = Path(shutil.copytree(whole, tmp_path / "tiny"))
    time.sleep(2 * SLACK / 1e9)
    return root


def replace(root: Path, name: str, old: str, new: str) -> None:
    """Another file in the place of one, with an older time, as `cp -p` and `mv` do."""
    path = root / name
    text = path.read_text("utf-8")
    assert old in text
    made = root.parent / "made"
    made.write_text(text.replace(old, new) if old else text + new, "utf-8")
    os.utime(made, (1, 1))
    made.replace(path)


@contextmanager
def once(moment: str, change: Callable[[], None]) -> Iterator[None]:
    """Let something happen once while a check runs: when it is told of, not by time."""
    waiting = [change]

    def happen(*_: object) -> None:
        while waiting:
            waiting.pop()()

    @contextmanager
    def progress() -> Iterator[Callable[..., None]]:
        yield happen

    examined = common.examine_project

    def then(*asked: Any) -> object:
        deck = examined(*asked)
        happen()
        return deck

    with pytest.MonkeyPatch.context() as patch:
        if moment == MOMENTS[0]:
            patch.setattr(common, "progress", progress)
        else:
            patch.setattr(check, "examine_project", then)
        yield
    assert not waiting


@pytest.mark.parametrize("what", CHANGES)
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_file_that_is_replaced_during_a_check_is_refused_by_the_next(
    root: Path, what: str, moment: str
) -> None:
    """Whatever that check itself says; and the next says what a cold one would."""
    if moment == MOMENTS[0]:
        shutil.rmtree(root / ".nnanki_cache")
    with once(moment, lambda: replace(root, *CHANGES[what])):
        nnanki(root, "check")

    warm = nnanki(root, "check")
    assert warm.exit_code, warm.output
    shutil.rmtree(root / ".nnanki_cache", ignore_errors=True)
    cold = nnanki(root, "check")
    assert (cold.exit_code, cold.output) == (warm.exit_code, warm.output)


def test_without_a_change_a_check_is_remembered(root: Path) -> None:
    """So the tests above would notice if it were remembered there."""
    shutil.rmtree(root / ".nnanki_cache")
    with once(MOMENTS[0], lambda: None):
        done(root, "check")
    assert known_good.stamp(load(root)) is not None


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_after_a_check_is_refused_and_costs_nothing_when_it_is_taken_back(
    root: Path, what: str
) -> None:
    """Then the deck is known to be good, without a look at any card."""
    done(root, "check")
    name, old, new = CHANGES[what]
    before = (root / name).read_bytes()
    replace(root, name, old, new)
    assert nnanki(root, "check").exit_code
    (root / name).write_bytes(before)
    assert known_good.stamp(load(root)) is not None


SIGNAL = """
import os, sys
from contextlib import contextmanager
from nnanki.commands import common
from nnanki.cli import main

@contextmanager
def progress():
    made, card = sys.argv[2:]
    yield lambda *_: os.path.exists(made) and os.replace(made, card)

common.progress = progress
main(["-C", sys.argv[1], "check"])
"""


def test_a_process_of_its_own_remembers_nothing_either(root: Path) -> None:
    """The card is moved into its place when the first card was run."""
    card, made = root / "cards" / "3-seen.md", root.parent / "made"
    made.write_text(CARD.replace("False True", "True True"), "utf-8")
    os.utime(made, (1, 1))
    shutil.rmtree(root / ".nnanki_cache")
    command = [sys.executable, "-c", SIGNAL, str(root), str(made), str(card)]
    subprocess.run(command, check=True)
    assert not made.exists()
    assert "this is not what the code prints" in nnanki(root, "check").output
