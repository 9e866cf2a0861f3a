"""What the tool loads when it runs: nothing before it is needed, no card's library."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from .test_rooms import DOORS, SUBJECT

REPORT = """
import json, sys
from nnanki.cli import main
try:
    main(sys.argv[1:])
finally:
    print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""
CARD = """---
title: Sums
setup: |
  import torch
---

## one-and-one

```python run
print(torch.tensor(1) + 1)
```

---

```output
tensor(2)
```
"""


def loaded(*words: str) -> set[str]:
    """The packages that a command has loaded when it is done."""
    result = subprocess.run(
        [sys.executable, "-c", REPORT, *words],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return set(json.loads(result.stdout.splitlines()[-1]))


@pytest.fixture(name="sums", scope="module")
def sums_fixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose one card computes with torch."""
    root = tmp_path_factory.mktemp("sums")
    table = '[tool.nnanki]\nname = "sums"\n'
    (root / "pyproject.toml").write_text(table, encoding="utf-8")
    (root / "cards").mkdir()
    (root / "cards" / "1-sums.md").write_text(CARD, encoding="utf-8")
    return root


def test_help_loads_nothing_but_click():
    late = {*DOORS, *SUBJECT} - {"click", *sys.stdlib_module_names}
    assert loaded("--help") & late == set()


def test_a_build_leaves_the_deck_s_libraries_to_its_workers(sums: Path):
    for command in ("update", "build"):
        assert loaded("-C", str(sums), command) & {*SUBJECT, "pytest"} == set()


def test_an_unchanged_build_proves_and_renders_nothing(sums: Path):
    loaded("-C", str(sums), "update")
    loaded("-C", str(sums), "build")
    idle = {"coverage", "genanki", "jinja2", "markdown_it", "pygments", "pytest"}
    assert loaded("-C", str(sums), "build") & (idle | SUBJECT) == set()
