"""`check --deep`: each card's code does the same in a Python that imported nothing."""

import json
from pathlib import Path
from shutil import copytree

import pytest
from click.testing import CliRunner, Result

from nnanki.cli import main
from nnanki.model.project import load
from nnanki.release import known_good
from nnanki.release.update import update
from nnanki.running import fresh
from nnanki.stages.examine import quiet

HERE = Path(__file__).parent
NOW = 1_700_000_000
SEEN = """
## patterns-seen

Was much searched for?

```python run
import re

print(len(re._cache) > 20)
```

---

It depends on what was imported.
"""
KINDS = """
## all-kinds-of-steps

What happens?

```python run
words = ["a", "b"]
print(len(words))
```

```python check
assert words
```

```pycon
>>> words[0]
'a'
>>> words[7]
Traceback (most recent call last):
  ...
IndexError: list index out of range
```

---

```output
2
```

`2`<!-- =len(words) -->, and more.

```python raises=SystemExit
print("end")
exit(3)
```

```error
SystemExit: 3
```

## shows-what-it-writes

What is printed?

```python run
import sys

print("out")
print("err", file=sys.stderr)
print(input())
```

```input
seven
```

---

```output
out
seven
```

```stderr
err
```
"""


@pytest.fixture(name="root")
def root_fixture(tmp_path: Path) -> Path:
    """The tiny project, with a lock."""
    return copytree(HERE / "tiny", tmp_path / "tiny")


def run(root: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["-C", str(root), *words], catch_exceptions=False)


def locked(root: Path, more: str) -> None:
    """Add cards, and let the machine write what it writes."""
    path = root / "cards" / "2-errors.md"
    path.write_text(path.read_text("utf-8") + more, "utf-8")
    update(load(root), quiet, NOW).write()


def test_what_hangs_on_other_imports_is_refused_by_a_deep_check(root: Path) -> None:
    """Other cards import what makes it true; the usual check sees no difference."""
    path = root / "cards" / "1-kink.md"
    text = path.read_text("utf-8")
    path.write_text(text.replace("setup: |", "setup: |\n  import numpy"), "utf-8")
    locked(root, SEEN)
    assert "```output\nTrue\n```" in (root / "cards" / "2-errors.md").read_text("utf-8")
    assert run(root, "check").exit_code == 0
    deep = run(root, "check", "--deep")
    assert deep.exit_code == 1
    assert "this code does something different in a fresh Python" in deep.output
    assert "1. True" in deep.output
    assert "2. False" in deep.output


def test_every_kind_of_step_does_the_same(root: Path) -> None:
    """Checks, sessions, golden spans, what is raised, what is read and written."""
    locked(root, KINDS)
    deep = run(root, "check", "--deep")
    assert deep.exit_code == 0, deep.output


def test_what_passed_once_is_not_run_again(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only a card that changed is."""
    locked(root, "")
    assert run(root, "check", "--deep").exit_code == 0
    asked: list[str] = []

    def never(project: object, program: fresh.Program, text: str) -> tuple[str, int]:
        asked.append(program.key)
        return once(project, program, text)  # type: ignore[arg-type]

    once = fresh.run_script
    monkeypatch.setattr(fresh, "run_script", never)
    assert run(root, "check", "--deep").exit_code == 0
    assert asked == []
    path = root / "cards" / "1-kink.md"
    text = path.read_text("utf-8")
    path.write_text(text.replace("kink.relu(-2)", "kink.relu(-3)"), "utf-8")
    update(load(root), quiet, NOW).write()
    assert run(root, "check", "--deep").exit_code == 0
    assert asked == ["relu-negative"]


def test_the_package_that_was_built_is_still_known(root: Path) -> None:
    """After a deep check of the same deck, `build` has nothing to do."""
    locked(root, "")
    assert run(root, "build").exit_code == 0
    project = load(root)
    before = known_good.package_stamp(project)
    assert before is not None
    assert run(root, "check", "--deep").exit_code == 0
    assert known_good.package_stamp(load(root)) == before


def test_the_proof_of_a_card_says_whether_it_passed(root: Path) -> None:
    """For people, for machines, and in the last line of the table."""
    locked(root, "")
    cards = json.loads(run(root, "proof", "--json").output)["cards"]
    assert not any("fresh" in card for card in cards)
    assert run(root, "check", "--deep").exit_code == 0
    cards = json.loads(run(root, "proof", "--json").output)["cards"]
    assert all(card["fresh"] for card in cards)
    assert "4 do the same in a fresh Python" in run(root, "proof").output
    proof = run(root, "proof", "relu-of-text").output
    assert "its code does the same in a fresh Python\n" in proof
