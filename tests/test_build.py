"""The order of the stages, of concepts, and what may be taken for unchanged."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from pathlib import Path
from subprocess import PIPE, STDOUT, Popen

import pytest

from nnanki.cards.curriculum import in_order
from nnanki.model.card import CardFile, Place
from nnanki.model.disk.dependency import SLACK

from .anki_library import change, done, nnanki

SLOW = """\
---
title: Slow
---

## slow

What?

```python run
import time

time.sleep(2)
print(1)
```

---
"""


def files(**after: str) -> list[CardFile]:
    """Files in alphabetical order; `b="a"` builds on a."""
    return [
        CardFile(
            path=f"cards/{number}-{name}.md",
            concept=name,
            title=name,
            after=tuple((word, Place("")) for word in words.split()),
            setup="",
            setup_line=1,
            cards=(),
            place=Place(f"cards/{number}-{name}.md"),
        )
        for number, (name, words) in enumerate(after.items(), start=1)
    ]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ({"a": "", "b": "a", "c": "b", "appendix": ""}, "a b c appendix"),
        ({"a": "c", "b": "", "c": ""}, "b c a"),
        ({"a": "", "b": "a", "c": "", "d": "b c"}, "a b c d"),
    ],
)
def test_concepts_keep_the_order_of_their_files_as_far_as_they_can(
    after: dict[str, str], expected: str
) -> None:
    """A file moves behind what it builds on, and no further."""
    order, problems = in_order(files(**after))

    assert " ".join(file.concept for file in order) == expected
    assert problems == []


def test_an_edit_during_a_check_is_seen_by_the_next(tiny: Path) -> None:
    """What changes while the cards run is not remembered as having been proved."""
    (tiny / "cards" / "3-slow.md").write_text(SLOW, encoding="utf-8")
    done(tiny, "update")
    shutil.rmtree(tiny / ".nnanki_cache")
    command = [sys.executable, "-m", "nnanki", "-C", str(tiny), "check"]
    with Popen(command, stdout=PIPE, env=dict(os.environ)) as process:
        time.sleep(0.8)
        change(tiny / "cards" / "1-kink.md", "```output\n0", "```output\n1")
        said, _ = process.communicate()
        assert said == b"5 cards, 2 symbols, 0 problems\n"

    result = nnanki(tiny, "check")

    assert result.exit_code == 1
    assert "cards/1-kink.md:18:1  this is not what the code prints" in result.output


def test_an_unchanged_deck_is_said_to_be_good_at_once(tiny: Path) -> None:
    """The second check and build import neither Markdown nor templates."""
    time.sleep(2 * SLACK / 1e9)  # what was written just now may be written once more
    done(tiny, "build")
    script = (
        "import sys; from nnanki.cli import main\n"
        "try: main(['-C', sys.argv[1], 'build'])\n"
        "finally: print(sorted({'torch', 'numpy', 'jinja2', 'markdown_it', 'genanki'}"
        " & set(sys.modules)))\n"
    )
    with Popen(
        [sys.executable, "-c", script, str(tiny)], stdout=PIPE, encoding="utf-8"
    ) as process:
        said, _ = process.communicate()

    assert said.splitlines()[0] == "4 cards, 2 symbols, 0 problems"
    assert said.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    "path",
    [
        "toy/kink.py",
        "proofs/test_kink.py",
        "cards/2-errors.md",
        "pyproject.toml",
        "cards/nnanki.lock",
    ],
)
def test_a_change_anywhere_is_looked_at(tiny: Path, path: str) -> None:
    """No file that a deck is made of can break without the next check saying so."""
    done(tiny, "build")
    with (tiny / path).open("a", encoding="utf-8") as file:
        file.write("\n(\n")

    assert nnanki(tiny, "check").exit_code in (1, 2)


READS = """\
from pathlib import Path


def test_reads_what_lies_beside_it():
    here = Path(__file__).parent
    assert (here / "data.txt").read_text() == "1"
    assert len(list((here / "folder").iterdir())) == 1
"""


@pytest.mark.parametrize("name", ["proofs/data.txt", "proofs/folder/new", "toy/new"])
def test_what_only_tests_read_is_watched(tiny: Path, name: str) -> None:
    """A data file or a folder that a test reads is part of what was proved."""
    (tiny / "proofs" / "folder").mkdir()
    (tiny / "proofs" / "folder" / "old").touch()
    (tiny / "proofs" / "data.txt").write_text("1")
    reads = READS.replace('"folder"', '"../toy"') if "toy" in name else READS
    count = len(list((tiny / "toy").glob("*"))) if "toy" in name else 1
    reads = reads.replace("== 1", f"== {count}")
    (tiny / "proofs" / "test_reads.py").write_text(reads)
    done(tiny, "build")
    (tiny / name).write_text("2")

    assert nnanki(tiny, "check").exit_code == 1


def heeding() -> None:
    """Heed interruptions, which a shell has its background jobs ignore."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_check_ends_soon_and_leaves_nothing(
    tiny: Path, tmp_path: Path, number: int
) -> None:
    """No card is waited for, no temporary folder stays, and no traceback is shown."""
    cards = [
        SLOW.split("---\n\n", 1)[1].replace("## slow", f"## slow-{n}") for n in "abcd"
    ]
    (tiny / "cards" / "3-slow.md").write_text(
        "---\ntitle: Slow\n---\n\n" + "\n".join(cards), encoding="utf-8"
    )
    (tmp_path / "tmp").mkdir()
    command = [sys.executable, "-m", "nnanki", "-C", str(tiny), "check"]
    variables = {**os.environ, "TMPDIR": str(tmp_path / "tmp")}
    with Popen(
        command, stdout=PIPE, stderr=STDOUT, env=variables, preexec_fn=heeding
    ) as process:
        time.sleep(2)
        process.send_signal(number)
        start = time.monotonic()
        said, _ = process.communicate()

    assert time.monotonic() - start < 3
    assert b"Traceback" not in said
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_deleted_package_is_built_again(tiny: Path) -> None:
    """Unchanged means that the package is there, too."""
    done(tiny, "build")
    (built,) = (tiny / "dist").glob("*.apkg")
    first = built.read_bytes()
    built.write_bytes(b"something else")

    done(tiny, "build")

    assert built.read_bytes() == first
