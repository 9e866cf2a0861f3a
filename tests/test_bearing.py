"""A golden value has to do with its card: literals that are computed prove nothing."""

from __future__ import annotations

import pytest

from nnanki.cards.parse import parse
from nnanki.cards.relevance import idle
from nnanki.model.disk.text import Text

SETUP = "from sums import dot"


def told(front: str, back: str, setup: str = SETUP) -> list[str]:
    """What is said of the values of a card, at the line of its back."""
    head = f"---\ntitle: Case\nsetup: |\n  {setup}\n---\n\n## card\n\n"
    text = f"{head}{front}\n\n---\n\n"
    file, problems = parse(Text("cards/1-case.md", f"{text}{back}\n"))
    assert problems == []
    found = list(idle(file, file.cards[0]))
    assert all(problem.hint for problem in found)
    assert {problem.place.line for problem in found} <= {text.count("\n") + 1}
    return [problem.what for problem in found]


DOT = "How much is `dot([1, 2], [3, 4])`?"
JAVASCRIPT = "What does this print?\n\n```javascript\nconsole.log(1 + 1)\n```"


@pytest.mark.parametrize(
    ("front", "expression"),
    [
        (DOT, "12"),
        (DOT, "3 * 4"),
        (DOT, "-12"),
        (DOT, "'12'"),
        (DOT, "[1, 2]"),
        (DOT, "(12, 3 * 4)"),
        (DOT, "int('12')"),
        (DOT, "sum([3, 9])"),
        (DOT, "len('a' * 12)"),
        (DOT, "f'{3 * 4}'"),
        (DOT, "(lambda: 12)()"),
        (DOT, "(lambda x: x)(12)"),
        (DOT, "[x for x in [12]][0]"),
        (DOT, "(x := 12)"),
        (DOT, "12 if True else 11"),
        (DOT, "max(range(13))"),
        (DOT, "__import__('math').prod([3, 4])"),
        (DOT, "eval('12')"),
        (JAVASCRIPT, "1 + 1"),
        (JAVASCRIPT, "2"),
        ("What is `1 + 1` in JavaScript?", "1 + 1"),
        ("What is `7 / 2` in C++?", "7 / 2"),
        ("How many cards fit? It says `12` above.", "12"),
        ("What is it?\n\n```text\n3 * 4\n```", "3 * 4"),
        ("What is it?\n\n```python check\nassert 3 * 4 == 12\n```", "3 * 4"),
    ],
)
def test_a_value_of_literals_alone_is_refused(front: str, expression: str) -> None:
    """Nothing of the card, of its file or of the project was computed."""
    assert told(front, f"`12`<!-- ={expression} -->") == [
        f"`{expression}` has nothing to do with this card"
    ]


@pytest.mark.parametrize(
    ("front", "expression"),
    [
        (DOT, "dot([1, 2], [3, 4])"),
        (DOT, "dot([1, 2], [3, 4]):.1f"),
        (DOT, "[dot(x, x) for x in ([1], [2])]"),
        ("What is `7 // 2` in Python?", "7 // 2"),
        ("What is `7 // 2`?", "7//2"),
        ("What is `[7 // 2]`?", "7 // 2"),
        ("What is `round(2.5)`?", "round(2.5)"),
        ("In Python, not in C++: what is `-7 // 2`?", "-7 // 2"),
        (
            "What is it?\n\n```python run\nprint(7 // 2)\n```\n\n```output\n3\n```",
            "7 // 2",
        ),
        ("What is it?\n\n```pycon\n>>> 7 // 2\n3\n```", "7 // 2"),
        ("What is it?\n\n```python run\nn = 4\n```", "3 * n"),
        ("What is it?\n\n```python check\nn = 4\n```", "3 * n"),
    ],
)
def test_a_value_of_the_card_is_none_of_these(front: str, expression: str) -> None:
    """It has a name of the card's, or stands on it as code."""
    assert told(front, f"`12`<!-- ={expression} -->") == []


def test_an_expression_that_stands_beside_its_value_is_shown() -> None:
    """Whoever reads it sees what was computed."""
    back = "`0.1 + 0.2 == 0.3` is `False`<!-- =0.1 + 0.2 == 0.3 -->."

    assert told("Why are sums rounded?", back) == []


def test_a_built_in_name_of_another_origin_counts() -> None:
    """`pow` of the setup is not that of Python."""
    back = "`8`<!-- =pow(2, 3) -->"

    assert told(DOT, back) == ["`pow(2, 3)` has nothing to do with this card"]
    assert told(DOT, back, "from math import pow") == []
    assert told("Which?\n\n```python run\ndef pow(a, b): pass\n```", back) == []


def test_values_of_options_may_be_anything() -> None:
    """Wrong ones are no value of the project, and the right one is compared."""
    options = "- [x] `11`<!-- =11 -->\n- [ ] `4`<!-- =4 -->\n- [ ] `10`<!-- =6 + 4 -->"
    front = f"Which?\n\n```python run\nprint(dot([1, 2], [3, 4]))\n```\n\n{options}"

    assert told(front, "This one.") == []


def test_all_such_values_are_told() -> None:
    """Also in formulas, cells and details."""
    back = "`12`<!-- =12 --> and $9$<!-- =3 * 3 --> but `11`<!-- =dot([1], [11]) -->"

    assert len(told(DOT, back)) == 2
