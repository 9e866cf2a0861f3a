"""Python that nothing runs does not pass, whatever its fence is called."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from nnanki.cards.kinds import BUILT_IN
from nnanki.cards.parse import parse
from nnanki.cli import main
from nnanki.model.card import FIELDS
from nnanki.model.disk.text import Text
from nnanki.model.problem import Problem
from nnanki.model.project import load
from nnanki.release.replay import replay
from nnanki.release.update import update
from nnanki.release.verify import verify
from nnanki.stages.examine import examine, quiet

from .anki_library import packed

FRONT = "---\ntitle: Case\n---\n\n## card\n\nWhat is `relu(1)`?\n\n---\n\n"
HEAD = f"{FRONT}`1`<!-- =x -->\n\n"
PYTHON = "print(relu(1))"
WORDS = """
python py python3 py3 Python PYTHON python2 py2 sage pyi numpy bazel starlark ipython
ipython3 IPython {python} {.python} {.py} {python3} {.numberLines_.python} python3.12
python:1-3 python{1,3} python, lang-python language-py jupyter-python cpython demo.py
src/demo.py 1:9:src/demo.py title=demo.py micropython &#112;ython pytb
"""
PLAIN = ("text", "txt", "plain", "console", "none", "pyhton", "nothing")
PLAIN += ("\u0440ython",)  # its first letter is Cyrillic


def told(body: str) -> list[Problem]:
    """The problems that a card has before anything is run."""
    file, problems = parse(Text("cards/1-case.md", f"{HEAD}{body}"))
    cards = [card for card in file.cards if card.sound]
    return problems + [p for card in cards for p in BUILT_IN.obligations(card)[1]]


def fenced(word: str, code: str, mark: str = "```") -> str:
    return f"{mark}{word}\n{code}\n{mark}\n"


def within(before: str, text: str, then: str = "") -> str:
    """A text in a list or a quotation."""
    lines = text.rstrip("\n").split("\n")
    return "\n".join(f"{then if n else before}{line}" for n, line in enumerate(lines))


@pytest.mark.parametrize("mark", ["```", "~~~", "`````"])
@pytest.mark.parametrize("word", [*WORDS.split(), "\uff50ython"])
def test_python_by_another_name_is_refused(word: str, mark: str) -> None:
    """At its place, with what to write."""
    (problem,) = told(fenced(word.replace("_", " "), PYTHON, mark))

    assert problem.place.line == 13
    if word != "{.numberLines_.python}":
        assert problem.what == "code that nothing proves"
        assert "`python run`" in problem.hint
        assert "`python quote=SYMBOL`" in problem.hint


@pytest.mark.parametrize("word", ["python", "py3", "", "text", "{.python}"])
@pytest.mark.parametrize(
    ("before", "then"), [("- ", "  "), ("> ", "> "), ("1. ", "   ")]
)
def test_python_in_a_list_or_a_quotation_is_refused(
    word: str, before: str, then: str
) -> None:
    """There nothing could run it."""
    (problem,) = told(within(before, fenced(word, PYTHON), then))

    assert problem.place.line == 13
    assert problem.hint.startswith("move it to the left margin")


@pytest.mark.parametrize(
    "body",
    [
        f"    {PYTHON}\n",
        f"\t{PYTHON}\n",
        "    >>> relu(1)\n    2\n",
        "    x = 1\n\n    y = 2\n",
        f"- item\n\n      {PYTHON}\n",
        f">     {PYTHON}\n",
    ],
)
def test_code_that_is_only_indented_is_refused(body: str) -> None:
    """It has no word that could say what it is."""
    (problem,) = told(body)

    assert problem.what == "code that is only indented"
    assert "put it into a fence" in problem.hint


@pytest.mark.parametrize("code", [PYTHON, "words", "", "$ ls"])
def test_a_fence_without_a_word_is_refused(code: str) -> None:
    """Whatever is in it: it could be anything."""
    (problem,) = told(fenced("", code))

    assert problem.what == "code in a language that has no name"


@pytest.mark.parametrize("word", PLAIN)
@pytest.mark.parametrize(
    "code",
    [
        PYTHON,
        "def relu(x):\n    return 2 * x",
        "import relu",
        "from toy import relu",
        "class A:\n    pass",
        "print(relu(1))\n2 and more",
        "[relu(n) for n in (1, 2)]",
        "total += 1",
        "total = a + b",
        "  x = relu(1)\n  y = 2",
        "assert x == 2",
        "for x in 1, 2:\n    pass",
        "In [1]: relu(1)\nOut[1]: 2",
        "Traceback (most recent call last):\n  ...\nTypeError: no",
        "$ python\n>>> relu(1)\n2",
        "Python 3.12.1\n>>> relu(1)\n2",
    ],
)
def test_python_that_calls_itself_text_is_refused(word: str, code: str) -> None:
    """What surely is Python needs no word to be known."""
    (problem,) = told(fenced(word, code))

    assert problem.place.line == 13
    assert problem.hint


@pytest.mark.parametrize("word", ["ruby", "javascript", "rust", "json", "bash", "java"])
@pytest.mark.parametrize(
    "code",
    [
        "def relu(x):\n    return 2 * x",
        "for x in 1, 2:\n    f(x)",
        "class A(B):\n    pass",
        "with f() as g:\n    pass",
        "# in Python:\n>>> relu(1)\n2",
    ],
)
def test_python_under_the_name_of_another_language_is_refused(
    word: str, code: str
) -> None:
    """Its blocks and its prompts tell it from that."""
    (problem,) = told(fenced(word, code))

    assert problem.place.line == 13


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("javascript", "console.log(1 + 1)"),
        ("js", "f(2)"),
        ("lua", "print(f(2))"),
        ("ruby", "def f(x)\n  x\nend"),
        ("cython", "def f(int x):\n    return x"),
        ("java", "import java.util.List;"),
        ("json", '{"a": [1, 2]}'),
        ("yaml", "a: 1\nb: 2"),
        ("toml", "[a]\nb = 1"),
        ("sql", "select 1"),
        ("haskell", "f = g\n  >>> h"),
        ("bash", "echo $((1 + 1))"),
        ("console", "$ ls\na.txt"),
        ("text", "a  b\n1  2"),
        ("text", "x = 3"),
        ("text", "3.14"),
        ("text", "Total: 5"),
        ("text", "x → relu → y"),
        ("mermaid", "graph TD; A-->B"),
        ("{.js}", "f(2)"),
    ],
)
def test_other_languages_are_shown(word: str, code: str) -> None:
    """They are not run, and are no Python: at the margin and in a list."""
    assert told(fenced(word, code)) == []
    assert told(within("- ", fenced(word, code), "  ")) == []


@pytest.mark.parametrize("word", ["Output", "OUTPUT", "{output}", "Error", "Trace"])
def test_what_looks_like_golden_text_is_refused(word: str) -> None:
    """Nothing compares it."""
    (problem,) = told(fenced(word, "2"))

    assert "looks like golden text" in problem.what


@pytest.mark.parametrize("text", [">>> relu(1)\n2\n", ">>> relu(1)\n\n2\n"])
def test_a_session_that_is_a_quotation_is_refused(text: str) -> None:
    """Markdown takes a prompt at the margin for three quotations."""
    problem = told(text)[0]

    assert (problem.place.line, problem.what) == (13, "a session outside a fence")


# -- sessions -------------------------------------------------------------------------

SESSIONS = ["pycon", "pycon3", "doctest", "python-console", "python", "python3", "py"]
SESSIONS += ["ipython", "text", "console", "", "ruby", "{.pycon}"]
CARD = """---
title: Sessions
setup: |
  from toy.kink import relu
---

## a-session
<!-- asks: compute -->

What does `relu` give for 3?

---

`3`<!-- =relu(3) -->

"""


def project(tiny: Path, body: str, card: str = CARD) -> Path:
    (tiny / "cards" / "3-sessions.md").write_text(f"{card}{body}", "utf-8")
    return tiny


def updated(tiny: Path, body: str) -> str:
    """The body of a card after an update that finds nothing else wrong."""
    done = update(load(project(tiny, body)), quiet, now=1_700_000_000)
    assert [problem.what for problem in done.problems] == []
    done.write()
    assert update(load(tiny), quiet, now=1_700_000_000).write() == []
    return (tiny / "cards" / "3-sessions.md").read_text("utf-8").removeprefix(CARD)


def said(tiny: Path, body: str) -> list[tuple[int, str]]:
    """Lines of the body, from 1, and what is wrong there."""
    deck = examine(load(project(tiny, body)), quiet)
    assert all(problem.hint for problem in deck.problems)
    first = CARD.count("\n")
    return [(p.place.line - first, p.what) for p in deck.problems]


@pytest.mark.parametrize("word", SESSIONS)
def test_a_session_is_run_and_compared_whatever_its_word(tiny: Path, word: str) -> None:
    """The right one passes, and a false one is told at its line."""
    right, false = (fenced(word, f">>> relu(3)\n{n}") for n in (3, 4))

    assert updated(tiny, false) == right
    assert said(tiny, false) == [(3, "this is not what this session shows")]


SHOWN = {
    "values": ">>> 1 + relu(1)\n2\n>>> 'a'\n'a'\n>>> None\n>>> x = 5\n>>> x\n5",
    "blocks": ">>> for x in 1, 2:\n...     print(x)\n...\n1\n2",
    "a block without its last prompt": ">>> for x in 1, 2:\n...     print(x)\n1\n2",
    "every value of a loop": ">>> for x in 1, None, 2:\n...     x\n1\n2",
    "statements in a line": ">>> x = 1; x; x + 1\n1\n2",
    "remarks": ">>> # nothing\n>>> 1  # one\n1",
    "the last value": ">>> relu(4)\n4\n>>> _ + 1\n5\n>>> None\n>>> _\n5",
    "printed, then raised": ">>> print('a'); 1 / 0\na\n"
    "Traceback (most recent call last):\n  ...\nZeroDivisionError: division by zero",
    "no message": ">>> raise ValueError\nTraceback (most recent call last):\n  ...\n"
    "ValueError",
    "two lines of a message": ">>> raise ValueError('a\\nb')\n"
    "Traceback (most recent call last):\n  ...\nValueError: a\nb",
    "an error of a module": ">>> import json\n>>> json.loads('{')\n"
    "Traceback (most recent call last):\n  ...\njson.decoder.JSONDecodeError: "
    "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
    "an error of its own": ">>> class Odd(Exception): pass\n>>> raise Odd(3)\n"
    "Traceback (most recent call last):\n  ...\nOdd: 3",
    "blank lines": ">>> print('a\\n\\nb\\n')\na\n\nb\n",
    "a fence": ">>> print('~~~ ``')\n~~~ ``",
    "decorators": ">>> import functools\n>>> @functools.cache\n... def f(x):\n"
    "...     return x\n...\n>>> f(2)\n2",
    "a string of many lines": ">>> '''a\n... b'''\n'a\\nb'",
    "an error that is caught": ">>> try:\n...     1 / 0\n"
    "... except ZeroDivisionError:\n...     print('no')\n...\nno",
}


@pytest.mark.parametrize("name", SHOWN)
def test_a_session_shows_what_a_terminal_shows(tiny: Path, name: str) -> None:
    """As the interpreter does; below, `doctest` agrees."""
    typed = "\n".join(
        line for line in SHOWN[name].split("\n") if line.startswith((">>> ", "..."))
    )

    assert updated(tiny, fenced("pycon", typed)) == fenced("pycon", SHOWN[name])


def test_doctest_agrees_with_every_session() -> None:
    """An oracle of its own: the standard library runs the same examples."""
    import doctest

    flags = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL
    for name, text in SHOWN.items():
        if name in ("blank lines", "printed, then raised"):  # doctest cannot say these
            continue
        whole = text.replace("relu", "abs").replace("None\n>>> _\n", "None\n>>> _\n")
        test = doctest.DocTestParser().get_doctest(f"{whole}\n", {}, name, None, 0)
        runner = doctest.DocTestRunner(verbose=False, optionflags=flags)
        assert runner.run(test, out=lambda _: None).failed == 0, name


def test_a_session_knows_what_is_above_it_and_is_known_below(tiny: Path) -> None:
    """Setup, fences, sessions, golden spans: names go from top to bottom."""
    body = (
        "```python run\na = relu(2)\n```\n\n```pycon\n>>> b = a + 1\n>>> b\n```\n\n"
        "`x`<!-- =b * 2 -->\n\n```python run\nprint(a, b)\n```\n\n"
        "```doctest\n>>> b + a\n```\n"
    )
    text = updated(tiny, body)

    assert "```pycon\n>>> b = a + 1\n>>> b\n3\n```" in text
    assert "`6`<!-- =b * 2 -->" in text
    assert "```output\n2 3\n```" in text
    assert "```doctest\n>>> b + a\n5\n```" in text


def test_the_last_value_of_a_session_is_no_name_of_another_card(tiny: Path) -> None:
    """Each card has its own `_`."""
    other = "\n## another\n<!-- asks: why -->\n\nWhy?\n\n---\n\n```pycon\n>>> _\n```\n"
    found = said(tiny, f"```pycon\n>>> relu(3)\n3\n```\n{other}")

    assert [what for _, what in found] == ["this is not what this session shows"]
    assert "NameError: name '_' is not defined" in updated(
        tiny, f"```pycon\n>>> relu(3)\n3\n```\n{other}"
    )


def test_a_session_stands_on_any_part_of_a_card(tiny: Path) -> None:
    """On the front it shows what is typed and what comes of it."""
    session = "```pycon\n>>> relu(3)\n```\n"
    card = CARD.replace("\n---\n\n`3`", f"\n{session}\n---\n\n`3`")
    project(tiny, f"{session}\n---\n\n{session}", card)
    update(load(tiny), quiet, now=1_700_000_000).write()

    text = (tiny / "cards" / "3-sessions.md").read_text("utf-8")
    assert text.count("```pycon\n>>> relu(3)\n3\n```\n") == 3
    assert examine(load(tiny), quiet).problems == ()


@pytest.mark.parametrize(
    ("body", "line", "what"),
    [
        ("pycon\nrelu(3)", 2, "a session begins with a prompt"),
        ("pycon\n", 1, "a session without an example"),
        ("pycon\nwords\n>>> relu(3)", 2, "a session begins with a prompt"),
        ("pycon\n  >>> relu(3)", 2, "a session begins with a prompt"),
        ("pycon\n>>>relu(3)", 2, "a space is missing after this prompt"),
        (
            "pycon\n>>> if 1:\n...  relu(3)\n...x",
            4,
            "a space is missing after this prompt",
        ),
        ("pycon\n>>> relu(3)\n>>>", 3, "nothing follows this prompt"),
        ("pycon\n>>> x =", 2, "not Python: invalid syntax"),
        (
            "pycon\n>>> x = 1\n... y = 2",
            2,
            "not Python: multiple statements found while compiling a single statement",
        ),
        ("pycon\n>>> x = relu(3)", 1, "this session shows nothing"),
        (
            "pycon\n>>> relu(3)\n>>> print('>>> a')",
            3,
            "read as something that is typed",
        ),
        (
            "pycon\n>>> relu(3)\n>>> print('... a')",
            3,
            "read as something that is typed",
        ),
        ("pycon\n>>> relu(3)\n>>> print('\\x1b')", 3, "prints the control character"),
        ("pycon\n>>> relu(3)\n>>> exit()", 3, "SystemExit"),
        ("pycon\n>>> relu(3)\n>>> object()", 3, "does something different each time"),
        ("pycon\n>>> import os\n>>> os._exit(3)", 3, "ended its process (exit 3)"),
    ],
)
def test_a_session_that_cannot_be_shown_is_refused(
    tiny: Path, body: str, line: int, what: str
) -> None:
    """At the line of its example."""
    ((where, told), *more) = said(tiny, f"```{body}\n```\n")

    assert (where, more) == (line, [])
    assert what in told


@pytest.mark.parametrize(("before", "then"), [("- ", "  "), ("> ", "> ")])
def test_a_session_in_a_list_is_refused(before: str, then: str) -> None:
    """Nothing would run it there."""
    (problem,) = told(within(before, fenced("pycon", ">>> 1\n1"), then))

    assert problem.what == "a session with Python inside a block"
    assert problem.hint.startswith("move it to the left margin")


def test_a_session_beside_a_bug_is_refused() -> None:
    """It would run without the bug, and show what the code on the card does not do."""
    bug = "```python bug=kink.relu mutant=x\nx\n```\n\n```pycon\n>>> 1\n1\n```\n\n"
    front = f"What?\n\n{bug}```python run\n1\n```\n\n---\n\n`1`\n"
    file, _ = parse(
        Text("cards/1-case.md", f"---\ntitle: C\n---\n\n## card\n\n{front}")
    )
    _, problems = BUILT_IN.obligations(file.cards[0])

    assert "this session would run without the bug" in [p.what for p in problems]


def test_a_package_shows_a_session_and_it_runs_again_from_there(tiny: Path) -> None:
    """Prompts, what was typed in colours, what was shown; byte for byte."""
    updated(tiny, "```pycon\n>>> relu(3)\n>>> print('a\\n b')\n```\n")
    deck = examine(load(tiny), quiet)
    (note,) = [note for note in deck.notes if note.id == "a-session"]
    back = note.fields[FIELDS.index("Back")]
    data = packed(deck)

    assert "<figcaption>session</figcaption>" in back
    assert back.count('<span class="prompt">&gt;&gt;&gt; </span>') == 2
    assert list(verify(data, deck.notes, dict(deck.places))) == []
    assert list(replay(deck, data, quiet)) == []
    assert note.fields[FIELDS.index("Spare1")] == ""


# -- other languages ------------------------------------------------------------------

FOREIGN = "```javascript\n1 + 1\n```\n\n- in a list:\n\n  ```bash\n  ls\n  ```\n"


def test_a_card_says_of_other_languages_that_nothing_ran_them(tiny: Path) -> None:
    """At the code, at its foot, in its proof, and in the gallery."""
    updated(tiny, FOREIGN)
    deck = examine(load(tiny), quiet)
    (note,) = [note for note in deck.notes if note.id == "a-session"]
    back = note.fields[FIELDS.index("Back")]
    data = packed(deck)

    assert (
        '<figcaption>javascript, <span class="glue">not run</span></figcaption>' in back
    )
    assert '<div class="unrun">bash, not run</div>' in back
    assert note.fields[FIELDS.index("Spare1")] == "javascript, bash"
    assert list(verify(data, deck.notes, dict(deck.places))) == []
    assert list(replay(deck, data, quiet)) == []
    root = ["-C", str(tiny), "proof", "a-session"]
    assert "\nnot run: its javascript, bash\n" in CliRunner().invoke(main, root).output
    (card,) = json.loads(CliRunner().invoke(main, [*root, "--json"]).output)["cards"]
    assert card["unrun"] == ["javascript", "bash"]
    CliRunner().invoke(main, ["-C", str(tiny), "preview"])
    page = (tiny / "dist" / "gallery" / "index.html").read_text("utf-8")
    assert "javascript, bash not run</span>" in page
    foot = re.findall(r"[\w, ]*not run, else", page)
    assert foot == ["javascript, bash not run, else"]


def test_a_card_without_other_languages_says_nothing_of_them(tiny: Path) -> None:
    """Its note, and the words at its foot, are as they were."""
    updated(tiny, "")
    deck = examine(load(tiny), quiet)

    assert {note.fields[FIELDS.index("Spare1")] for note in deck.notes} == {""}
    assert all(not item.evidence.unrun for item in deck.proofs)


@pytest.mark.parametrize("tag", ["pre", "samp", "kbd"])
def test_code_between_tags_is_refused(tiny: Path, tag: str) -> None:
    """Tags are shown as they stand, and Python between them would look like code."""
    found = said(tiny, f"<{tag}>relu(3)</{tag}>\n")

    assert found == [(1, f"H01: `<{tag}>` is shown as it stands")]
