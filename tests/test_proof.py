"""Proofs: what `nnanki proof` says, what kills a mutant, and when it is tried again."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from nnanki.cli import main
from nnanki.model.disk import records
from nnanki.model.disk.cache import Cache
from nnanki.model.disk.dependency import SLACK
from nnanki.model.project import load
from nnanki.proof.library import library
from nnanki.proof.stored import ProofStore

CARD = """---
title: {title}
setup: |
  from toy import {module}
---

## {module}-source

What does this return for {call}?

```python quote={module}.{function}:code
```

---

`?`<!-- ={module}.{function}({call}) -->
"""

SEARCH = '''"""Where a number stands in a sorted list."""


def search(numbers, wanted):
    """Return the index of a number in a sorted list, or -1."""
    low, high = 0, len(numbers) - 1
    while low <= high:
        middle = (low + high) // 2
        if numbers[middle] == wanted:
            return middle
        if numbers[middle] < wanted:
            low = middle + 1
        else:
            high = middle - 1
    return -1
'''
SEARCH_TEST = """from nnanki.waiver import waive
from toy.find import search


def draw(random):
    numbers = sorted(random.sample(range(99), random.randint(0, 9)))
    return numbers, random.randint(-1, 99)


@waive(
    "find.search",
    "move-boundary",
    "numbers[middle] < wanted",
    "numbers[middle] <= wanted",
    code="4a5037bba558",
    draw=draw,
    edges=[([], 0), ([1], 1), ([1, 2], 2)],
)
def equal_was_decided_above(search, numbers, wanted):
    '''Where the two are equal, the function has returned already.'''
    return search(numbers, wanted)


def test_every_number_is_found_where_it_stands():
    for size in range(9):
        numbers = list(range(0, 2 * size, 2))
        for wanted in range(-1, 2 * size + 1):
            expected = numbers.index(wanted) if wanted in numbers else -1
            assert search(numbers, wanted) == expected
"""


def run(root: Path, *words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(main, ["-C", str(root), *words])
    assert result.exit_code == code, result.output
    return result


def add(root: Path, module: str, source: str, tests: str, call: str) -> None:
    """Give a project a module, its tests, and a card that quotes its first function."""
    function = source.partition("def ")[2].partition("(")[0]
    (root / f"toy/{module}.py").write_text(source, encoding="utf-8")
    (root / f"proofs/test_{module}.py").write_text(tests, encoding="utf-8")
    number = len(list((root / "cards").glob("*.md"))) + 1
    facts = {"module": module, "function": function, "call": call, "title": module}
    card = root / f"cards/{number}-{module}.md"
    card.write_text(CARD.format(**facts), encoding="utf-8")


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


# -- what is said ---------------------------------------------------------------------


def test_the_table_has_every_card(tiny: Path) -> None:
    """`nnanki proof` says of each card what it reached, and on what it rests."""
    run(tiny, "update")

    assert run(tiny, "proof").output.splitlines() == [
        "card               kind      level  mutants  killed  waived  symbols",
        "relu-negative      predict   L3           6       6       0  kink.relu",
        "relu-source        question  L3           6       6       0  kink.relu",
        "slope-at-the-kink  question  L3           7       7       0  kink.slope",
        "relu-of-text       raises    L3           6       6       0  kink.relu",
        "",
        "4 cards: 4 L3; 13 mutants: 13 killed",
    ]


def test_the_table_for_machines(tiny: Path) -> None:
    """`--json` has for each card id, kind, concept, level, symbols and counts."""
    run(tiny, "update")
    first, *_ = json.loads(run(tiny, "proof", "--json").output)["cards"]

    names = ("made", "killed", "waived", "survived", "unknown")
    assert (
        first.items()
        >= {
            "id": "relu-negative",
            "kind": "predict",
            "concept": "kink",
            "level": "L3",
            "symbols": ["kink.relu"],
            "mutants": dict(zip(names, (6, 6, 0, 0, 0), strict=True)),
        }.items()
    )


def test_a_card_s_proof(tiny: Path) -> None:
    """For one card: lines with their tests, mutants with what killed them, versions."""
    run(tiny, "update")
    said = run(tiny, "proof", "slope-at-the-kink").output

    assert said.startswith(
        "slope-at-the-kink: question, L3  (cards/1-kink.md:38)\n"
        "\n"
        "kink.slope, L3  (toy/kink.py:13)\n"
        "   15 |     return 1 if x > 0 else 0\n"
        "        proofs/test_kink.py::test_slope_is_one_on_the_right_only\n"
    )
    assert (
        "  killed: move-boundary, line 15\n"
        "    - return 1 if x > 0 else 0\n"
        "    + return 1 if x >= 0 else 0\n"
        "    by proofs/test_kink.py::test_slope_is_one_on_the_right_only\n"
        "    assert [0, 0, 1, 1, 1] == [0, 0, 0, 1, 1]\n"
        "    A boundary belongs to one side: `>` leaves out what `>=` lets in.\n"
    ) in said
    assert f"Python {sys.version.split()[0]}" in said.splitlines()[-1]


def test_no_such_card(tiny: Path) -> None:
    """A card that does not exist is a wrong use, with a neighbour's name."""
    run(tiny, "update")

    said = run(tiny, "proof", "relu-sauce", code=2).output
    assert "did you mean `relu-source`?" in said


def test_a_build_leaves_all_evidence_beside_the_package(tiny: Path) -> None:
    """`dist/proofs.json` is what `nnanki proof --json` says, and comes back if lost."""
    run(tiny, "update")
    run(tiny, "build")
    path = tiny / "dist" / "proofs.json"

    assert path.read_text("utf-8") == run(tiny, "proof", "--json").output
    path.unlink()
    run(tiny, "build")
    assert path.exists()


def test_evidence_of_a_deck_with_problems(tiny: Path) -> None:
    """What holds is shown all the same; the problems follow, and the exit says so."""
    replace(tiny / "proofs/test_kink.py", '== "0"', '!= "1"')
    run(tiny, "check", code=1)
    result = run(tiny, "proof", "--json", code=1)

    cards = {card["id"]: card for card in json.loads(result.stdout)["cards"]}
    assert cards["relu-negative"]["level"] == "L2"
    assert cards["relu-negative"]["mutants"]["survived"] == 1
    assert "no test notices `move-boundary` in `kink.relu`" in result.stderr


# -- what kills -----------------------------------------------------------------------


def fates(root: Path, symbol: str) -> dict[str, list[dict[str, str]]]:
    """The mutants of a symbol by how they died, or did not."""
    mutants = json.loads(run(root, "proof", "--json").output)["symbols"][symbol][
        "mutants"
    ]
    found: dict[str, list[dict[str, str]]] = {}
    for mutant in mutants:
        found.setdefault(mutant["how"] or mutant["fate"], []).append(mutant)
    return found


def test_binary_search_can_be_proved(tiny: Path) -> None:
    """Mutants that loop for ever are counted out, within seconds, and are kills."""
    add(tiny, "find", SEARCH, SEARCH_TEST, "[1, 5, 9], 5")
    run(tiny, "update")
    found = fates(tiny, "find.search")

    assert set(found) == {"assertion", "crash", "diverged", "waived"}
    endless = {mutant["after"] for mutant in found["diverged"]}
    assert "middle" in endless
    assert all("turn" in mutant["said"] for mutant in found["diverged"])


WAIT = '''"""Waiting."""

import time


def wait(number):
    """Return a number, a little later."""
    time.sleep(number / 1000)
    return number + 1
'''


def test_whoever_is_only_slow_is_unknown(tiny: Path) -> None:
    """A mutant that is stopped by the clock is no kill: the card is refused."""
    tests = "from toy.wait import wait\n\n\ndef test_wait():\n    assert wait(2) == 3\n"
    add(tiny, "wait", WAIT, tests, "1")
    replace(tiny / "pyproject.toml", "seconds = 4", "seconds = 1")
    said = run(tiny, "update", code=1).output

    assert "nobody knows whether tests of `wait.wait` notice" in said
    assert "its tests did not end in time" in said


ROWS = '''"""Many numbers."""


def rows(count):
    """Return rows of numbers."""
    return [[n * m for m in range(64)] for n in range(count)]
'''
ROWS_TEST = """from toy.rows import rows


def test_rows():
    expected = [[n * m for n in range(64)] for m in range(600)]
    assert rows(600) == expected
"""


def test_a_long_comparison_takes_no_longer_in_ci(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There, pytest would spell out every difference of a failing test."""
    add(tiny, "rows", ROWS, ROWS_TEST, "1")
    replace(tiny / "pyproject.toml", "seconds = 4", "seconds = 2")
    monkeypatch.setenv("CI", "true")
    run(tiny, "update")

    assert set(fates(tiny, "rows.rows")) <= {"assertion", "crash"}


DEFAULTS = '''"""What is decided at import."""

import functools

LIMIT = 3


def twice(function):
    return lambda *args: function(*args) + function(*args)


class Box:
    """Holds a number."""

    size = 4

    def __init__(self, content=2):
        self.content = content

    @property
    def room(self):
        return self.size - self.content

    @staticmethod
    @twice
    def double(number):
        return number + LIMIT

    @functools.cache
    def cached(self):
        return self.content + 1
'''
DEFAULTS_TEST = """from toy.box import Box


def test_box():
    assert (Box().content, Box().room, Box(1).room) == (2, 2, 3)
    assert Box.double(5) == 16
    assert [Box(n).cached() for n in (1, 2)] == [2, 3]
    assert Box.size == 4
"""
BOX_CARD = """---
title: Boxes
setup: |
  from toy.box import Box
---

## box-room

How much room is left?

```python run
print(Box().room)
```

---

```output
2
```
"""


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_defaults_classes_decorators_and_caches(
    tiny: Path, monkeypatch: pytest.MonkeyPatch, start: str
) -> None:
    """Whatever was decided when the module was imported is changed, too."""
    monkeypatch.setenv("NNANKI_START", start)
    (tiny / "toy/box.py").write_text(DEFAULTS, encoding="utf-8")
    (tiny / "proofs/test_box.py").write_text(DEFAULTS_TEST, encoding="utf-8")
    (tiny / "cards/3-box.md").write_text(BOX_CARD, encoding="utf-8")
    run(tiny, "update")
    found = fates(tiny, "box.Box")

    changed = {m["before"] for m in found["assertion"]}
    assert changed >= {"4", "2", "1", "self.size - self.content", "number + LIMIT"}
    assert set(found) <= {"assertion", "crash"}


def test_a_test_that_passes_only_once_kills_nothing(tiny: Path) -> None:
    """Whoever fails the second time, whatever the code does, would kill for free."""
    source = '"""One."""\n\n\ndef more(x):\n    """Add one."""\n    return x + 1\n'
    tests = """from toy.plus import more

NUMBERS = iter(range(1, 9))


def test_more():
    assert more(0) == next(NUMBERS)
"""
    add(tiny, "plus", source, tests, "1")
    said = run(tiny, "update", code=1).output

    assert "a test of `plus.more` fails on its own: assert 1 == 2" in said


def test_hypothesis_shows_its_smallest_counterexample(tiny: Path) -> None:
    """The input that a mutant fails on is shrunk, for the card that is shown."""
    source = '"""Sizes."""\n\n\ndef size(x):\n    """|x|."""\n    return abs(x)\n'
    tests = """from hypothesis import given, strategies as st

from toy.sizes import size


@given(st.integers(-1000, 1000))
def test_size(x):
    assert size(x) == (x if x > 0 else -x)
"""
    add(tiny, "sizes", source, tests, "-3")
    run(tiny, "update")

    assert "smallest counterexample: x=-1" in run(tiny, "proof", "sizes-source").output


def test_level_four_is_reached_by_exact_tests_alone(tiny: Path) -> None:
    """Where tests marked `exact` kill all, the level is L4; a card may insist."""
    card = tiny / "cards/1-kink.md"
    replace(
        card, "## slope-at-the-kink\n", "## slope-at-the-kink\n<!-- level: L4 -->\n"
    )
    said = run(tiny, "check", code=1).output
    assert "only a test that rounds notices" in said

    test = tiny / "proofs/test_kink.py"
    replace(test, "def test_slope", "@pytest.mark.exact\ndef test_slope")
    replace(test, "from toy", "import pytest\n\nfrom toy")
    settings = '\n[tool.pytest.ini_options]\nmarkers = ["exact: rounds nothing"]\n'
    with (tiny / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(settings)
    run(tiny, "update")
    cards = json.loads(run(tiny, "proof", "--json").output)["cards"]
    levels = {item["id"]: item["level"] for item in cards}
    assert levels["slope-at-the-kink"] == "L4"
    assert levels["relu-source"] == "L3"


# -- when it is tried again -----------------------------------------------------------

DOUBLE = '''"""Twice."""

from toy.helper import scale


def double(x):
    """Return 2 x."""
    return scale(x)
'''
HELPER = '"""Scales."""\n\n\ndef scale(x):\n    return x * 2\n'
DOUBLE_TEST = """import json
from pathlib import Path

from toy.double import double

CASES = Path(__file__).with_name("cases.json")


def test_double():
    for x, expected in json.loads(CASES.read_text()):
        assert double(x) == expected
"""


@pytest.fixture(name="pair")
def pair_fixture(tiny: Path) -> Path:
    """The tiny project with a second module that calls a helper; all of it proved."""
    (tiny / "toy/helper.py").write_text(HELPER, encoding="utf-8")
    (tiny / "proofs/cases.json").write_text("[[1, 2], [3, 6], [-4, -8]]", "utf-8")
    add(tiny, "double", DOUBLE, DOUBLE_TEST, "3")
    time.sleep(LATER)
    run(tiny, "update")
    return tiny


LATER = 2 * SLACK / 1e9  # what is written so late in a run is not trusted


def stamps(root: Path) -> dict[str, int]:
    """When each symbol was last proved."""
    project = load(root)
    quoted, _ = library(project)
    store = ProofStore(project, quoted, Cache(root))
    found = {}
    for symbol in quoted.symbols:
        kept = list(records.of(root, store.key_of(symbol)))
        if kept:
            found[symbol] = kept[0].path.stat().st_mtime_ns
    return found


def tried_again(root: Path, change: Callable[[], object], code: int = 0) -> set[str]:
    """The symbols that are proved anew after a change."""
    before = stamps(root)
    change()
    time.sleep(LATER)
    run(root, "check", code=code)
    return {name for name, when in stamps(root).items() if before.get(name) != when}


KINK = {"kink.relu", "kink.slope"}


@pytest.mark.parametrize(
    "file, old, new, expected",
    [
        ("toy/helper.py", "x * 2", "2 * x", {"double.double"}),
        ("toy/helper.py", "return", "# only words\n    return", set()),
        ("toy/double.py", "2 x.", "x + x.", {"double.double"}),
        ("proofs/test_double.py", "double(x) ==", "double(+x) ==", {"double.double"}),
        ("proofs/test_kink.py", "str(kink", "repr(kink", KINK),
        ("proofs/cases.json", "[3, 6]", "[7, 14]", {"double.double"}),
        ("cards/1-kink.md", "Negatives become zero.", "Never negative.", set()),
        ("toy/kink.py", "SEEN = []", "SEEN = [1]", KINK),
    ],
)
def test_a_change_proves_again_what_depends_on_it(
    pair: Path, file: str, old: str, new: str, expected: set[str]
) -> None:
    """A helper, a test, a data file: only who depends on it is tried again."""
    again = tried_again(
        pair,
        lambda: replace(pair / file, old, new),
        code=1 if file.startswith("cards") else 0,
    )

    assert again == expected


def test_another_version_of_a_library_proves_all_again(pair: Path) -> None:
    """The names and versions of all installed packages are part of every key."""
    folder = pair / "site"
    (folder / "sometensors-9.9.dist-info").mkdir(parents=True)
    before = len(list((pair / ".nnanki_cache").rglob("*.json")))
    command = [sys.executable, "-m", "nnanki", "-C", str(pair), "check"]
    variables = {**os.environ, "PYTHONPATH": str(folder)}
    subprocess.run(command, env=variables, check=True, capture_output=True)

    after = len(list((pair / ".nnanki_cache").rglob("*.json")))
    assert after >= before + 7  # the tests, three symbols, three files of cards


def test_a_failure_is_never_kept(pair: Path) -> None:
    """A survivor is told each time that one looks, until a test notices it."""
    test = pair / "proofs/test_kink.py"
    replace(test, '== "0"', '!= "1"')
    said = [run(pair, "check", code=1).output for _ in range(2)]
    assert said[0] == said[1]
    replace(test, '!= "1"', '== "0"')
    run(pair, "check")


def test_damaged_results_are_no_results(pair: Path) -> None:
    """Whatever happened to the files of the cache, the deck is proved all the same."""
    records = sorted((pair / ".nnanki_cache").rglob("*.json"))
    damages = [b"", b"{", b"[]", b'0\n{"files": {}, "result": 3}', b"\xff\x00"]
    for number, path in enumerate(records):
        whole = path.read_bytes()
        damage = [
            *damages,
            whole[: len(whole) // 2],
            whole.replace(b"killed", b"waived"),
        ]
        path.write_bytes(damage[number % len(damage)])

    assert run(pair, "check").output == "5 cards, 3 symbols, 0 problems\n"


def test_a_killed_run_and_runs_side_by_side_do_no_harm(pair: Path) -> None:
    """Two runs at once and one that is killed leave a deck that is good."""
    for path in (pair / ".nnanki_cache").rglob("*.json"):
        path.unlink()
    command = [sys.executable, "-m", "nnanki", "-C", str(pair), "check"]
    first, second, third = (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)
    )
    time.sleep(0.8)
    third.send_signal(signal.SIGKILL)
    said = [process.communicate()[0] for process in (first, second)]
    third.communicate()

    assert said == ["5 cards, 3 symbols, 0 problems\n"] * 2
    assert run(pair, "check").output == "5 cards, 3 symbols, 0 problems\n"
