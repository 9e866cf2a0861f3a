"""A kind from outside is one file and one template; nnanki's own keep their order."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from nnanki.cards.kinds import BUILT_IN, choice
from nnanki.cards.parse import parse
from nnanki.model.card import FIELDS, Card, Note
from nnanki.model.disk.text import Text
from nnanki.model.problem import message as words
from nnanki.model.project import load
from nnanki.release.replay import replay
from nnanki.release.update import update
from nnanki.release.verify import verify
from nnanki.stages.deck import Deck
from nnanki.stages.examine import examine, quiet

from .anki_library import learner, packed, released

KIND = '''"""About how large is it? The number itself stands on the back."""

from nnanki.model.card import Card, Fence
from nnanki.model.obligations import Run
from nnanki.cards.kinds.base import Obligations, Kind, Verb, answer_golden, syntax


def oblige(card: Card, fence: Fence) -> Obligations:
    yield from syntax(fence.code, fence.place, fence.line)
    golden = answer_golden(card, "exactly")
    yield Run(fence.place, fence.code, fence.line, golden, asks=True)


KIND = Kind(
    "estimate",
    verb="estimate",
    hole="about",
    oblige=oblige,
    golden="exactly",
    takes=Verb("UNIT"),
    asks="compute",
)
'''
SECTION = """<% import "blocks.html" as blocks %>
<p class="guess">Guess the power of ten.</p>
[[ blocks.all(ask) -]]
<% if side == 'back' %>
[[ blocks.filled(answer, hole) -]]
[[ blocks.why(why) -]]
<% endif %>
"""
CARD = """---
title: Sizes
setup: |
  from toy import kink
---

## seconds-of-a-year

How many seconds has a year?

```python estimate=seconds
print(365 * 24 * 60 * 60 + kink.relu(-1))
```

---

Pi times ten to the seventh is close.
"""


@pytest.fixture(name="ninth")
def ninth_fixture(tiny: Path) -> Path:
    """The tiny project with a kind of its own, and one card of it."""
    for name, text in {
        "kinds/estimate.py": KIND,
        "templates/kinds/estimate.html": SECTION,
        "cards/3-sizes.md": CARD,
    }.items():
        (tiny / name).parent.mkdir(parents=True, exist_ok=True)
        (tiny / name).write_text(text, encoding="utf-8")
    return tiny


def estimate(deck: Deck) -> Note:
    (note,) = [note for note in deck.notes if note.id == "seconds-of-a-year"]
    return note


def test_a_kind_from_outside_is_one_file_and_one_template(ninth: Path) -> None:
    """Its golden text is written, its level found, its section used, its tag given."""
    assert update(load(ninth), quiet, now=1_700_000_000).write() == []
    text = (ninth / "cards" / "3-sizes.md").read_text(encoding="utf-8")
    assert "```exactly\n31536000\n```" in text

    deck = examine(load(ninth), quiet)
    assert deck.problems == deck.stale == ()
    assert deck.files[-1].cards[0].asks == "compute"
    note = estimate(deck)
    assert {"nnanki::kind::estimate", "nnanki::proof::L3"} <= set(note.tags)
    front, back = (note.fields[FIELDS.index(side)] for side in ("Front", "Back"))
    assert "Guess the power of ten." in front
    assert "31536000" in back and "31536000" not in front
    data = packed(deck)
    assert list(verify(data, deck.notes, dict(deck.places))) == []
    assert list(replay(deck, data, quiet)) == []


def test_anki_shows_a_kind_from_outside(ninth: Path, tmp_path: Path) -> None:
    """It is imported and rendered like any other."""
    with learner(tmp_path / "anki") as someone:
        assert "seconds-of-a-year" in someone.take(released(ninth)).new
        assert "Guess the power of ten." in someone.shown()["seconds-of-a-year"].front


def test_a_kind_from_outside_is_proved_like_any_other(ninth: Path) -> None:
    """A golden text of it that was edited is refused, and so is its unknown verb."""
    update(load(ninth), quiet, now=1_700_000_000).write()
    path = ninth / "cards" / "3-sizes.md"
    path.write_text(path.read_text("utf-8").replace("31536000", "31557600"), "utf-8")
    assert said(ninth) == ["this is not what the code prints"]

    shutil.rmtree(ninth / "kinds")
    assert "unknown verb `estimate`" in said(ninth)


def test_a_change_of_a_kind_is_noticed(ninth: Path) -> None:
    """What was good is examined again when the kind's file has changed."""
    from nnanki.release import known_good

    update(load(ninth), quiet, now=1_700_000_000).write()
    deck = examine(load(ninth), quiet)
    known_good.save(deck.project, known_good.Stamp(5, 2), {})
    assert known_good.stamp(load(ninth)) is not None
    path = ninth / "kinds" / "estimate.py"
    path.write_text(KIND.replace('"about"', '"around"'), encoding="utf-8")
    assert known_good.stamp(load(ninth)) is None


@pytest.mark.parametrize(
    ("text", "what", "line"),
    [
        ("KIND = 1\n", "this file defines no kind", 1),
        ("\nimport nothing_of_that_name\n", "No module named", 2),
        ("def (\n", "this kind cannot be loaded: SyntaxError", 1),
        (KIND.replace('"estimate"', '"blank"'), "nnanki has a kind `blank`", 1),
        (KIND.replace('"estimate"', '"a guess"', 1), "cannot name a kind", 1),
        (KIND.replace('"compute"', '"guess"'), "no card asks `guess`", 1),
    ],
)
def test_a_file_that_is_no_kind_is_told(
    ninth: Path, text: str, what: str, line: int
) -> None:
    """With its place; the other problems of the deck follow."""
    (ninth / "kinds" / "estimate.py").write_text(text, encoding="utf-8")
    (found, *_) = [
        problem
        for problem in examine(load(ninth), quiet).problems
        if problem.place.path == "kinds/estimate.py"
    ]

    assert what in found.what
    assert (found.place.line, bool(found.hint)) == (line, True)


def said(root: Path) -> list[str]:
    deck = examine(load(root), quiet)
    assert all(words(problem, root) for problem in deck.problems)
    return [problem.what for problem in deck.problems]


# -- nnanki's own kinds ---------------------------------------------------------------


def read(body: str) -> Card:
    text = Text("cards/1-case.md", f"---\ntitle: Case\n---\n\n{body}")
    file, problems = parse(text)
    assert problems == []
    return file.cards[0]


OPTIONS = "- [x] a <!-- check: a -->\n- [ ] b <!-- check: b -->\n- [ ] c\n- [ ] d\n"


def test_options_are_shown_in_an_order_that_the_id_decides() -> None:
    """The same each time, another for other ids, and every option stays what it is."""
    orders = set()
    for number in range(20):
        card = read(f"## card-{number}\n\nWhich?\n\n{OPTIONS}\n---\n\nThis.\n")
        _, asked = BUILT_IN.of(card)
        shown = choice.options(card, asked)
        marks = [(right, t[1].children[0].content) for right, t in shown]
        assert marks == [
            (right, t[1].children[0].content)
            for right, t in choice.options(card, asked)
        ]
        assert sorted(marks, key=lambda m: m[1].strip()) == [
            (True, "a "),
            (False, "b "),
            (False, "c"),
            (False, "d"),
        ]
        orders.add(tuple(text for _, text in marks))
    assert len(orders) > 5


def test_a_card_with_options_is_a_choice_whatever_runs_above_them() -> None:
    """A blank with a `run` below it is a blank, a bug with its symptom a bug."""
    run = "```python run\nprint(1)\n```\n"
    fences = {
        "choice": f"{run}\n{OPTIONS}",
        "bug": f"```python bug=a.b mutant=c\nx\n```\n\n{run}",
        "blank": f"```python blank=a.b\nx\n```\n\n{run}",
        "order": f"```python order=a.b\nx\n```\n\n{run}",
        "predict": run,
    }
    kinds = {
        name: BUILT_IN.of(read(f"## card\n\nWhat?\n\n{text}\n---\n\n`x`\n"))[0].name
        for name, text in fences.items()
    }
    assert kinds == {name: name for name in fences}


@pytest.mark.parametrize(
    ("front", "back", "asks"),
    [
        ("```python run\n1\n```", "```output\n1\n```", "predict"),
        ("```python raises=E\n1\n```", "```error\nE: 1\n```", "predict"),
        ("```python shape=n\nn\n```", "`n`", "compute"),
        ("```python blank=a.b\nx\n```", "`x`", "mend"),
        ("```python bug=a.b mutant=c\nx\n```", "`x`", "mend"),
        ("```python order=a.b\nx\n```", "`x`", "mend"),
        ("```python trace=i\nx\n```", "`1`<!-- =1 -->", "compute"),
        ("```python trace=i\nx\n```\n\n```trace\ni\n1\n```", "`1`<!-- =1 -->", ""),
        ("```python quote=a.b\nx\n```", "`1`<!-- =1 -->", ""),
        (OPTIONS, "a", ""),
    ],
)
def test_a_kind_asks_by_itself_unless_the_card_says_otherwise(
    front: str, back: str, asks: str
) -> None:
    """A trace asks that stands on the back alone; questions and choices must say so."""
    body = f"What?\n\n{front}\n\n---\n\n{back}\n"

    assert read(f"## card\n\n{body}").asks == asks
    assert read(f"## card\n<!-- asks: define -->\n\n{body}").asks == "define"


def test_two_kinds_on_one_card_are_one_too_many() -> None:
    """Each asks; the second is told."""
    body = "```python blank=a.b\nx\n```\n\n```python order=a.b\nx\n```\n"
    card = read(f"## card\n\nWhat?\n\n{body}\n---\n\n`x`\n")
    _, problems = BUILT_IN.obligations(card)

    assert "a second fence that asks" in [problem.what for problem in problems]
