"""Git's marks are told wherever they stand; what code prints may be shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from nnanki.cards.kinds import BUILT_IN
from nnanki.cards.parse import parse
from nnanki.model.conflict_marks import MERGE, MIDDLE
from nnanki.model.disk.text import Text
from nnanki.model.project import load
from nnanki.release.update import update
from nnanki.stages.examine import examine, quiet

HEAD = "---\ntitle: x\n---\n\n## card\n\nWhat?\n\n---\n\n"
LEFT = {
    "<<<<<<< HEAD": 1,
    ">>>>>>> other": 1,
    "||||||| base": 1,
    "<<<<<<<": 1,
    ">>>>>>>>>> other": 1,
    "  <<<<<<< HEAD": 1,
    "    >>>>>>> other": 1,
    "- <<<<<<< HEAD": 1,
    "- so\n\n  1. <<<<<<< HEAD": 3,
    "> >>>>>>> other": 1,
    "> > - <<<<<<< HEAD": 1,
    "> ||||||| base": 1,
    "```python run\n<<<<<<< HEAD\n```": 2,
    "```javascript\n>>>>>>> other\n```": 2,
    "```text\n<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> other\n```": 2,
    "```output\n<<<<<<< HEAD\n1\n>>>>>>> other\n```": 2,
    "```pycon\n>>> x\n<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> other\n```": 3,
    "- so\n\n  ```text\n  <<<<<<< HEAD\n  =======\n  >>>>>>> other\n  ```": 4,
    "> ```text\n> <<<<<<< HEAD\n> =======\n> >>>>>>> other\n> ```": 2,
    "```text\n<<<<<<< HEAD\n```\n\nso\n\n```text\n=======\n>>>>>>> other\n```": 2,
    "~~~text\n```\n~~~\n<<<<<<< HEAD": 4,
}
MIDDLES = ["=======", "so\n=======", "  =======", "- =======", "> so\n> =======  "]
FINE = [
    "```output\n=======\n```",
    "```output\n<<<<<<< HEAD\n```",
    "```stderr\n>>>>>>> other\n=======\n```",
    "```text\n||||||| base\n```",
    "```text\n >>>>>>> other\n```",
    "```pycon\n>>> x\n>>>>>>> other\n```",
    "```text\n<<<<<<<<<<\n>>>>>>>>>>\n```",
    "```output\n>>>>>>> other\n=======\n<<<<<<< HEAD\n```",
    "```markdown\nTitle\n=======\n```",
    "- so\n\n  ```text\n  =======\n  ```",
    "======",
    "========",
    "so =======",
    "`=======`",
    "<<<<<< a",
    ">>>>>> a",
    "> > > > > > > > so",
    "|||||||\n|-|-|-|-|-|-|\n|||||||",
]


def merged(text: str) -> list[tuple[int, str]]:
    """The lines of a card's back at which a mark of Git is told, and how."""
    problems = parse(Text("cards/1-x.md", f"{HEAD}{text}\n"))[1]
    first = HEAD.count("\n")
    return [
        (p.place.line - first, p.what) for p in problems if p.what in (MERGE, MIDDLE)
    ]


@pytest.mark.parametrize("text", LEFT)
def test_marks_are_refused_at_their_lines(text: str) -> None:
    assert merged(text) == [(LEFT[text], MERGE)]


@pytest.mark.parametrize("text", MIDDLES)
def test_the_line_between_two_versions_is_refused(text: str) -> None:
    assert [what for _, what in merged(text)] == [MIDDLE]


@pytest.mark.parametrize("text", FINE)
def test_what_no_merge_leaves_is_not(text: str) -> None:
    assert merged(text) == []


@pytest.mark.parametrize("line", ["=======", "    <<<<<<< HEAD", "    ======="])
@pytest.mark.parametrize("verb", ["run", "check", "raises=TypeError", "trace=x"])
def test_marks_in_code_are_told_as_git_s(line: str, verb: str) -> None:
    """Not only as no Python."""
    code = f"```python {verb}\ndef f():\n    x = 1\n{line}\n    x = 2\n```\n"
    file, problems = parse(Text("cards/1-x.md", f"{HEAD}{code}"))
    problems += [p for card in file.cards for p in BUILT_IN.obligations(card)[1]]

    assert [(p.what, p.place.line) for p in problems if p.what == MERGE] == [
        (MERGE, 14)
    ]


def test_a_line_of_equal_signs_in_a_docstring_is_no_mark() -> None:
    code = '```python run\ndef f():\n    """Title\n=======\n"""\n```\n'
    file, problems = parse(Text("cards/1-x.md", f"{HEAD}{code}"))
    assert problems + BUILT_IN.obligations(file.cards[0])[1] == []


CARD = """---
title: Merge
setup: |
  from toy import kink
---

## printed

What is printed?

```python run
kink.relu(1)
print({!r})
```

---
"""


@pytest.mark.parametrize("text", ["<<<<<<< HEAD", "=======", ">>>>>>> b\n<<<<<<< a"])
def test_what_looks_like_some_of_the_marks_is_written(tiny: Path, text: str) -> None:
    """An update writes it, and the deck stands."""
    path = tiny / "cards" / "3-merge.md"
    path.write_text(CARD.format(text), "utf-8")
    update(load(tiny), quiet, now=1_700_000_000).write()

    assert path.read_text("utf-8").endswith(f"```output\n{text}\n```\n")
    assert examine(load(tiny), quiet).problems == ()


def test_a_whole_conflict_is_refused_where_it_is_printed(tiny: Path) -> None:
    """At the fence that the author wrote, not at lines that are not yet there."""
    text = "<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> other"
    (tiny / "cards" / "3-merge.md").write_text(CARD.format(text), "utf-8")
    (problem,) = update(load(tiny), quiet, now=1_700_000_000).problems

    assert (problem.place.line, problem.place.column) == (11, 4)
    assert "prints what looks like a merge" in problem.what
