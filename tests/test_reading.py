"""What tests and mutants read is what their kept results depend on, however they do."""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from nnanki.model.disk.dependency import SLACK

ROOT = Path(__file__).parents[1]
SETTINGS = """[tool.nnanki]
name = "probe"
package = "m"
tests = ["tests"]
"""
CARD = """---
title: P
---

## add

What is this?

```python quote=add
```

---

It works.

"""
MODULE = "def add(a, b):\n    return a + b\n"
HEAD = """import ctypes, filecmp, functools, importlib.util, multiprocessing, os, runpy
import shutil, sqlite3, subprocess, sys, threading
from pathlib import Path

import pytest
from m import add

T = Path(__file__).parent
"""
# All tests pass on the code as it is; whether mutants are noticed, too, may change.
SUITE = "\n\ndef test_it({0}):\n    assert {1}\n    assert add(1, 2) == 3\n"
MUTANTS = "\n\ndef test_it({0}):\n    assert add(1, 2) == 3 if {1} else [add(1, 2)]\n"
# The first test of a file reads, and others find it remembered.
SHARED = """

def test_a():
    from m import add

    assert once()
"""


@dataclass
class Case:
    """An expression that is true, and a change after which it is not."""

    asks: str
    change: Callable[[Path], object]
    files: dict[str, str] = field(default_factory=dict)
    head: str = ""
    fixture: str = ""


def write(name: str, text: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_text(text, "utf-8")


def row(number: int) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        with sqlite3.connect(folder / "t.db") as connection:
            connection.execute("create table if not exists t (n)")
            connection.execute("delete from t")
            connection.execute("insert into t values (?)", (number,))
        connection.close()

    return change


def relink(folder: Path) -> None:
    (folder / "link").unlink()
    (folder / "link").symlink_to("two.txt")


ONE = {"one.txt": "1"}
TWO = write("one.txt", "2")
LONGER = write("one.txt", "1\n")
SCRIPT = "import sys\n\nprint(open(sys.argv[1]).read())\n"
CASES = {
    "a database": Case(
        "sqlite3.connect(T / 't.db').execute('select * from t').fetchall() == [(1,)]",
        row(2),
    ),
    "a process": Case(
        "subprocess.run(['cat', T / 'one.txt'], capture_output=True).stdout == b'1'",
        TWO,
        ONE,
    ),
    "a script": Case(
        "subprocess.check_output([sys.executable, T / 's.py', T / 'one.txt']) == "
        "b'1\\n'",
        TWO,
        {**ONE, "s.py": SCRIPT},
    ),
    "a process of another kind": Case(
        "multiprocessing.get_context('spawn').Pool(1).apply(len, ['1']) and "
        "read_far(T / 'one.txt') == '1'",
        TWO,
        ONE,
        "\n\ndef read_far(path):\n"
        "    pool = multiprocessing.get_context('spawn').Pool(1)\n"
        "    return pool.apply(Path.read_text, [path])\n",
    ),
    "native code": Case(
        "ctypes.CDLL(None).access(os.fsencode(T / 'new.txt'), 0) == -1",
        write("new.txt", ""),
    ),
    "its size": Case("(T / 'one.txt').stat().st_size == 1", LONGER, ONE),
    "its size when open": Case(
        "os.fstat(os.open(T / 'one.txt', os.O_RDONLY)).st_size == 1", LONGER, ONE
    ),
    "its size in a folder": Case(
        "sum(e.stat().st_size for e in os.scandir(T) if e.name == 'one.txt') == 1",
        LONGER,
        ONE,
    ),
    "a file that appears": Case(
        "not os.path.exists(T / 'new.txt')", write("new.txt", "")
    ),
    "a path that appears": Case("not (T / 'new.txt').is_file()", write("new.txt", "")),
    "a name that appears": Case(
        "'new.txt' not in map(os.path.basename, T.glob('*'))", write("new.txt", "")
    ),
    "rights": Case(
        "not os.access(T / 'one.txt', os.X_OK)",
        lambda folder: (folder / "one.txt").chmod(0o755),
        ONE,
    ),
    "where a link leads": Case(
        "(T / 'link').read_text() == '1'", relink, {**ONE, "two.txt": "2"}
    ),
    "what is moved": Case(
        "os.rename(T / 'one.txt', T / 'new') or (T / 'new').read_text() == '1'",
        TWO,
        ONE,
    ),
    "what is run": Case(
        "runpy.run_path(T / 'x.py')['X'] == 1",
        write("x.py", "X = 2\n"),
        {"x.py": "X = 1\n"},
    ),
    "what a loader runs": Case(
        "loaded(T / 'x.py').X == 1",
        write("x.py", "X = 2\n"),
        {"x.py": "X = 1\n"},
        "\n\ndef loaded(path):\n"
        "    spec = importlib.util.spec_from_file_location('x', path)\n"
        "    module = importlib.util.module_from_spec(spec)\n"
        "    spec.loader.exec_module(module)\n"
        "    return module\n",
    ),
    "from a folder that is open": Case(
        "os.read(os.open('one.txt', os.O_RDONLY, dir_fd=os.open(T, os.O_RDONLY)), 9)"
        " == b'1'",
        TWO,
        ONE,
    ),
    "in a thread": Case(
        "threads() == ['1']",
        TWO,
        ONE,
        "\n\ndef threads():\n"
        "    found = []\n"
        "    read = lambda: found.append((T / 'one.txt').read_text())\n"
        "    thread = threading.Thread(target=read)\n"
        "    thread.start()\n"
        "    thread.join()\n"
        "    return found\n",
    ),
    "a fixture": Case(
        "one == '1'",
        TWO,
        {
            **ONE,
            "conftest.py": "import pytest\nfrom pathlib import Path\n\n\n"
            "@pytest.fixture(scope='session')\ndef one():\n"
            "    return Path(__file__).with_name('one.txt').read_text()\n",
        },
        fixture="one",
    ),
    "what another test has read": Case(
        "once() == '1'",
        TWO,
        {
            **ONE,
            "helper.py": "import functools\nfrom pathlib import Path\n\n\n"
            "@functools.cache\ndef once():\n"
            "    return Path(__file__).with_name('one.txt').read_text()\n",
            "test_a.py": "from helper import once\n" + SHARED,
        },
        "from helper import once\n",
    ),
    "what only a mutant reads": Case(
        "(add(1, 2) == 3 or os.path.exists(T / 'one.txt'))",
        lambda folder: (folder / "one.txt").unlink(),
        ONE,
    ),
}
VARIABLES = {
    "a variable": "os.environ.get('NN_BREAK') != '1'",
    "a variable in bytes": "os.environb.get(b'NN_BREAK') != b'1'",
    "whether it is there": "'NN_BREAK' not in os.environ",
    "all variables": "'NN_BREAK' not in dict(os.environ)",
    "all variables as text": "'NN_BREAK' not in repr(os.environ)",
    "a variable that a process reads": "subprocess.check_output('echo $NN_BREAK', "
    "shell=True) == b'\\n'",
}


RESULTS = ('{"recording"', '[{"fate"')  # how those of tests and mutants begin


class Author:
    """A project with one function and one test, in a folder of its own."""

    def __init__(self, root: Path, start: str) -> None:
        self.root = root
        self.variables = {**os.environ, "NNANKI_START": start, "PYTHONPATH": str(ROOT)}

    def writes(self, case: Case, form: str) -> None:
        test = HEAD + case.head + form.format(case.fixture, case.asks)
        files = {f"tests/{name}": text for name, text in case.files.items()}
        files |= {"pyproject.toml": SETTINGS, "m.py": MODULE, "cards/1-p.md": CARD}
        for name, text in {**files, "tests/test_m.py": test}.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        row(1)(self.root / "tests")
        (self.root / "tests" / "link").symlink_to("one.txt")
        self.waits()

    def waits(self) -> None:
        time.sleep(2 * SLACK / 1e9)  # what is younger than that is not kept

    def runs(self, word: str, **more: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "nnanki", "-C", str(self.root), word],
            env={**self.variables, **more},
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stdout + done.stderr

    def kept(self) -> set[tuple[str, int]]:
        """What is kept of runs of tests and of mutants, and since when."""
        return {
            (path.name, path.stat().st_mtime_ns)
            for path in (self.root / ".nnanki_cache").rglob("*.json")
            if path.read_text("utf-8").splitlines()[-1].startswith(RESULTS)
        }


@pytest.fixture(params=["fork", "spawn"])
def author(tmp_path: Path, request: pytest.FixtureRequest) -> Author:
    return Author(tmp_path.resolve() / "project", request.param)


FORMS = {"suite": SUITE, "mutants": MUTANTS}
FIRST = ("a database", "a process", "its size", "a file that appears", "rights")
WAYS = [
    *(("fork", name, "suite") for name in FIRST),
    *(("fork", name, "mutants") for name in CASES),
    *(("spawn", name, "mutants") for name in (*FIRST[1:3], "what only a mutant reads")),
]


@pytest.mark.parametrize(("author", "name", "form"), WAYS, indirect=["author"])
def test_a_kept_result_depends_on_what_was_read(
    author: Author, name: str, form: str
) -> None:
    case = CASES[name]
    author.writes(case, FORMS[form])
    code, said = author.runs("update")
    assert code == 0, said
    case.change(author.root / "tests")
    author.waits()
    code, said = author.runs("check")
    assert code == 1
    assert ("this test fails" if form == "suite" else "no test notices") in said


READ = [
    ("fork", "a variable", "suite"),
    *(("fork", name, "mutants") for name in VARIABLES),
    ("spawn", "a variable", "mutants"),
]


@pytest.mark.parametrize(("author", "name", "form"), READ, indirect=["author"])
def test_a_kept_result_depends_on_variables(
    author: Author, name: str, form: str
) -> None:
    author.writes(Case(VARIABLES[name], row(1)), FORMS[form])
    code, said = author.runs("update")
    assert code == 0, said
    code, said = author.runs("check", NN_BREAK="1")
    assert code == 1
    assert ("this test fails" if form == "suite" else "no test notices") in said


# -- settings -------------------------------------------------------------------------

NONE_FOUND = {
    "pytest.ini": "[pytest]\npython_functions = none\n",
    ".pytest.ini": "[pytest]\npython_functions = none\n",
    "pytest.toml": "[pytest]\npython_functions = ['none']\n",
    ".pytest.toml": "[pytest]\npython_functions = ['none']\n",
}


@pytest.mark.parametrize(
    ("author", "name"), [("fork", n) for n in NONE_FOUND], indirect=["author"]
)
def test_settings_that_appear_are_noticed(author: Author, name: str) -> None:
    """Each file in which pytest looks for its settings counts, also its absence."""
    author.writes(Case("True", row(1)), MUTANTS)
    code, said = author.runs("update")
    assert code == 0, said
    (author.root / name).write_text(NONE_FOUND[name], "utf-8")
    author.waits()
    code, said = author.runs("check")
    assert code == 1
    assert "no test in tests" in said


# -- what does not count --------------------------------------------------------------


def test_what_nobody_reads_proves_nothing_again(author: Author) -> None:
    """A card, a file and a variable that no test reads leave what is kept as it is."""
    asks = "Path(__file__).resolve().exists() and (T / 'one.txt').read_text() == '1'"
    author.writes(Case(asks, TWO, ONE), MUTANTS)
    code, said = author.runs("update")
    assert code == 0, said
    author.waits()
    code, said = author.runs("check")
    assert code == 0, said
    before = author.kept()
    assert before
    (author.root / "other.txt").write_text("2", "utf-8")
    card = author.root / "cards" / "1-p.md"
    card.write_text(card.read_text("utf-8") + "\n", "utf-8")
    author.waits()
    code, said = author.runs("check", NN_BREAK="1")
    assert code == 0, said
    assert author.kept() == before
