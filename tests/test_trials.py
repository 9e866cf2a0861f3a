"""Tests and mutants run in copies: the author's files stay as they are, verdicts too.

Each project here is whole, and nnanki runs on it as an author's command does.
"""

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from nnanki.running.child.landlock import available

ROOT = Path(__file__).parents[1]
SETTINGS = """[tool.nnanki]
name = "probe"
package = "m"
tests = ["tests"]
"""
CARD = """## {name}

What is this?

```python quote={name}
```

---

It works.

"""


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def git(root: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(root), *words], check=True, capture_output=True)


class Author:
    """A project, and what its author does with it."""

    def __init__(self, folder: Path, start: str) -> None:
        self.root = folder / "project"
        self.start = start
        self.python = sys.executable
        self.more: dict[str, str] = {}

    def writes(self, module: str, tests: str, **more: str) -> None:
        names = [
            line.removeprefix("def ").partition("(")[0]
            for line in module.splitlines()
            if line.startswith("def ")
        ]
        cards = "---\ntitle: P\n---\n\n" + "".join(CARD.format(name=n) for n in names)
        files = {"m.py": module, "tests/test_m.py": tests, "cards/1-p.md": cards}
        write(self.root, {"pyproject.toml": SETTINGS, **files, **more})

    def runs(self, *words: str) -> tuple[int, str]:
        """Exit status and output of a command."""
        variables = {**os.environ, "NNANKI_START": self.start, **self.more}
        variables["PYTHONPATH"] = str(ROOT) + self.more.get("PYTHONPATH", "")
        done = subprocess.run(
            [self.python, "-m", "nnanki", "-C", str(self.root), *words],
            env=variables,
            capture_output=True,
            text=True,
            cwd=self.root.parent,
        )
        return done.returncode, done.stdout + done.stderr

    def updates(self) -> str:
        """Run `update`, which finds no problem."""
        code, said = self.runs("update")
        assert code == 0, said
        return said

    def forgets(self) -> None:
        """Forget all results."""
        for path in sorted((self.root / ".nnanki_cache").rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()

    def sees(self) -> dict[str, tuple[object, ...]]:
        """All files but those that nnanki writes; with rights, times and inodes."""
        found: dict[str, tuple[object, ...]] = {}
        for path in sorted(self.root.rglob("*")):
            name = path.relative_to(self.root).as_posix()
            if name.split("/")[0] in ("cards", ".nnanki_cache"):
                continue
            known = path.lstat()
            times = (known.st_mtime_ns, known.st_ctime_ns)
            facts = (known.st_mode, known.st_ino, known.st_nlink, *times)
            is_file = path.is_file() and not path.is_symlink()
            found[name] = (*facts, path.read_bytes() if is_file else None)
        return found


@pytest.fixture(params=["fork", "spawn"])
def author(tmp_path: Path, request: pytest.FixtureRequest) -> Author:
    return Author(tmp_path.resolve(), request.param)


# -- the author's files ---------------------------------------------------------------

HEAD = "import os\nimport shutil\nimport sqlite3\n\n\n"
# What a function does to a folder that it is given; a mutant does it to the project.
DEEDS = {
    "deletes": (
        'def clean(folder):\n    shutil.rmtree(os.path.join(folder, "build"))\n',
        '    clean(tmp_path)\n    assert not (tmp_path / "build").exists()\n',
    ),
    "overwrites": (
        "def save(folder):\n"
        '    with open(os.path.join(folder, "notes"), "w") as notes:\n'
        '        notes.write("new")\n',
        '    save(tmp_path)\n    assert (tmp_path / "notes").read_text() == "new"\n',
    ),
    "changes in place, and sets the time back": (
        "def edit(folder):\n"
        '    name = os.path.join(folder, "notes")\n'
        "    known = os.stat(name)\n"
        '    with open(name, "r+") as notes:\n'
        '        notes.write("M")\n'
        "    os.utime(name, ns=(known.st_atime_ns, known.st_mtime_ns))\n",
        '    edit(tmp_path)\n    assert (tmp_path / "notes").read_text() == "Mine"\n',
    ),
    "renames": (
        'def move(folder):\n    os.rename(os.path.join(folder, "notes"), '
        'os.path.join(folder, "other"))\n',
        "    move(tmp_path)\n"
        '    assert sorted(os.listdir(tmp_path)) == ["build", "other"]\n',
    ),
    "takes rights away": (
        'def hide(folder):\n    os.chmod(os.path.join(folder, "build"), 0o500)\n',
        "    hide(tmp_path)\n"
        '    assert (tmp_path / "build").stat().st_mode & 0o777 == 0o500\n',
    ),
    "replaces by a folder": (
        "def nest(folder):\n"
        '    os.remove(os.path.join(folder, "notes"))\n'
        '    os.mkdir(os.path.join(folder, "notes"))\n',
        '    nest(tmp_path)\n    assert (tmp_path / "notes").is_dir()\n',
    ),
    "replaces by a link": (
        "def link(folder):\n"
        '    shutil.rmtree(os.path.join(folder, "build"))\n'
        '    os.symlink("notes", os.path.join(folder, "build"))\n',
        "    link(tmp_path)\n"
        '    assert os.readlink(tmp_path / "build") == "notes"\n'
        '    assert (tmp_path / "build").is_symlink()\n',
    ),
    "litters": (
        "def store(folder):\n"
        '    data = sqlite3.connect(os.path.join(folder, "data"))\n'
        '    data.execute("create table t (n)")\n'
        "    data.close()\n",
        '    store(tmp_path)\n    assert (tmp_path / "data").is_file()\n',
    ),
}


# Each deed once; of two that differ most, every way.
WAYS = [
    *(("fork", deed, "without git") for deed in DEEDS),
    *(
        ("fork", deed, git)
        for deed in ("deletes", "litters")
        for git in ("ignored", "not")
    ),
    *(("spawn", deed, "without git") for deed in ("deletes", "litters")),
]


@pytest.mark.parametrize(("author", "deed", "ignored"), WAYS, indirect=["author"])
def test_a_mutant_never_touches_the_authors_files(
    author: Author, deed: str, ignored: str
) -> None:
    code, asserted = DEEDS[deed]
    name = code.removeprefix("def ").partition("(")[0]
    test = f"import os\nfrom m import {name}\n\n\ndef test_it(tmp_path):\n"
    test += '    (tmp_path / "build").mkdir()\n'
    test += '    (tmp_path / "notes").write_text("mine")\n'
    mine = {"build/mine.txt": "mine", "notes": "mine"}
    author.writes(HEAD + code, test + asserted, **mine)
    if ignored != "without git":
        git(author.root, "init", "-q")
        write(author.root, {".gitignore": "build\n" if ignored == "ignored" else ""})
    before = author.sees()
    assert author.runs("update")[0] in (0, 1)
    assert author.sees() == before


def test_a_test_never_touches_the_authors_files(author: Author) -> None:
    author.writes(
        "def f(x):\n    return x + 1\n",
        "import os\nimport shutil\nfrom pathlib import Path\n\nfrom m import f\n\n"
        "Path('imported').write_text('x')\n\n\ndef test_f():\n"
        "    Path('littered').write_text('x')\n"
        "    shutil.rmtree('build', ignore_errors=True)\n"
        "    (Path(__file__).parent / 'other').write_text('x')\n"
        "    (Path.home() / 'here').write_text('x')\n"
        "    assert f(1) == 2\n",
        **{"build/mine.txt": "mine"},
    )
    before, home = author.sees(), sorted(Path.home().iterdir())
    author.updates()
    assert author.sees() == before
    assert sorted(Path.home().iterdir()) == home


@pytest.mark.skipif(available() < 2, reason="this kernel has no Landlock")
def test_what_lies_outside_of_the_copy_is_out_of_reach(author: Author) -> None:
    outside = author.root.parent / "outside"
    write(outside, {"mine": "mine"})
    author.writes(
        f"import os\nimport shutil\n\nHERE = {str(outside.parent)!r}\n\n\n"
        "def clean(name):\n"
        "    shutil.rmtree(os.path.join(HERE, name), ignore_errors=True)\n"
        "    return name\n",
        "from m import clean\n\n\ndef test_clean():\n"
        "    assert clean('outside') == 'outside'\n",
    )
    author.runs("update")
    assert (outside / "mine").read_text() == "mine"
    assert author.root.is_dir()


def test_nothing_is_left_in_the_temporary_folder(author: Author) -> None:
    scratch = author.root.parent / "scratch"
    scratch.mkdir()
    author.more = {"TMPDIR": str(scratch)}
    author.writes(*ADDING)
    author.updates()
    assert list(scratch.iterdir()) == []


def test_what_tests_leave_running_is_ended(author: Author) -> None:
    seconds = f"9{os.getpid()}"
    author.writes(
        "import subprocess\n\n\ndef begin(seconds):\n"
        "    line = ['setsid', 'sh', '-c', f'sleep {seconds} & sleep {seconds}']\n"
        "    return subprocess.Popen(line).pid > 0\n",
        f"from m import begin\n\n\ndef test_begin():\n    assert begin({seconds})\n",
    )
    author.runs("update")
    lines = subprocess.run(["ps", "ax"], capture_output=True, text=True).stdout
    assert f"sleep {seconds}" not in lines


# -- verdicts -------------------------------------------------------------------------

ADDING = (
    "def add(a, b):\n    return a + b\n",
    "from m import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n"
    "    assert add(5, 2) == 7\n",
)


def test_litter_of_one_mutant_changes_nothing_for_the_next(author: Author) -> None:
    """A mutant of `add` leaves a file by which one of `has` would go unnoticed."""
    author.writes(
        "import os\n\n\ndef add(folder):\n"
        '    open(os.path.join(folder, "log"), "w").close()\n\n\n'
        'def has(folder):\n    return os.path.exists(os.path.join(folder, "log"))\n',
        "import warnings\nfrom m import add, has\n\n\n"
        "def test_add(tmp_path):\n    add(tmp_path)\n"
        "    assert (tmp_path / 'log').exists()\n\n\n"
        "def test_has(tmp_path):\n    assert not has(tmp_path)\n"
        "    (tmp_path / 'log').touch()\n    assert has(tmp_path)\n",
    )
    author.updates()


def test_litter_in_the_home_and_the_temporary_folder_changes_nothing(
    author: Author,
) -> None:
    author.writes(
        "import tempfile\nfrom pathlib import Path\n\n\ndef add(name):\n"
        "    (Path(tempfile.gettempdir()) / name).touch()\n"
        "    (Path.home() / name).touch()\n",
        "import tempfile\nfrom pathlib import Path\nfrom m import add\n\n\n"
        "def test_add():\n"
        "    for place in (Path(tempfile.gettempdir()), Path.home()):\n"
        "        assert not (place / 'log').exists()\n"
        "    add('log')\n"
        "    for place in (Path(tempfile.gettempdir()), Path.home()):\n"
        "        assert (place / 'log').exists()\n",
    )
    author.updates()


def test_litter_of_the_first_run_changes_nothing(author: Author) -> None:
    """Were it there, nobody would notice a mutant that writes elsewhere, or not."""
    author.writes(
        "def save(name):\n    with open(name, 'w') as file:\n        file.write('x')\n",
        "from pathlib import Path\nfrom m import save\n\n\ndef test_save():\n"
        "    assert not Path('out.txt').exists()\n"
        "    save('out.txt')\n    assert Path('out.txt').read_text() == 'x'\n",
    )
    author.updates()


def test_what_was_made_by_imports_is_there_in_each_trial(author: Author) -> None:
    author.writes(
        *ADDING[:1],
        "import tempfile\nfrom pathlib import Path\nfrom m import add\n\n"
        "HERE = Path(tempfile.mkdtemp())\nMADE = Path('made')\n"
        "MADE.write_text('x')\n\n\n"
        "def test_add():\n    (HERE / 'x').write_text('x')\n"
        "    assert MADE.read_text() == 'x'\n    MADE.write_text('y')\n"
        "    assert add(1, 2) == 3\n    assert add(5, 2) == 7\n",
    )
    author.updates()


def test_what_was_made_once_for_all_tests_is_there_in_each_trial(
    author: Author,
) -> None:
    author.writes(
        *ADDING[:1],
        "import tempfile\nfrom functools import cache\nfrom pathlib import Path\n"
        "import pytest\nfrom m import add\n\n\n"
        "@cache\ndef numbers():\n    path = Path(tempfile.mkdtemp()) / 'numbers'\n"
        "    path.write_text('3 7')\n    return path\n\n\n"
        "@pytest.fixture(scope='session')\ndef more(tmp_path_factory):\n"
        "    path = tmp_path_factory.mktemp('more') / 'numbers'\n"
        "    path.write_text('3 7')\n    return path\n\n\n"
        "def test_add(more, tmp_path):\n"
        "    assert numbers().read_text() == more.read_text()\n"
        "    assert list(tmp_path.iterdir()) == []\n"
        "    (tmp_path / 'x').touch()\n    more.write_text('spoiled')\n"
        "    numbers().write_text('spoiled')\n"
        "    assert add(1, 2) == 3\n    assert add(5, 2) == 7\n"
        "    more.write_text('3 7')\n    numbers().write_text('3 7')\n",
    )
    author.updates()


DATA = """import json
from pathlib import Path

HERE = Path(__file__).parent
TABLE = Path(__file__).resolve().parent / "data" / "table.json"


def look(name):
    \"\"\"Return what a table has.\"\"\"
    table = json.loads(TABLE.read_text())
    near = json.loads((HERE / "data" / "table.json").read_text())
    far = json.loads(Path("data/table.json").read_text())
    return table[name] + 10 * near[name] + 100 * far[name]
"""
DATA_TEST = """import os
from pathlib import Path

from m import look

ROOT = Path(__file__).parents[1]


def test_look(pytestconfig, shared):
    assert look("one") == 111
    assert look("five") == 555
    assert os.path.samefile(ROOT, Path.cwd())
    assert os.path.samefile(ROOT, pytestconfig.rootpath)
    assert os.path.samefile(ROOT / "data" / "table.json", shared)
"""


def test_data_is_found_by_all_ways_and_spoiled_by_none(author: Author) -> None:
    """By a module's place, by the working directory, by pytest's; in many workers."""
    many, many_test = crowd(author)
    author.writes(
        DATA + "\n\n" + many,
        DATA_TEST + "    shared.write_text('{}')\n\n\n" + many_test,
        **{
            "data/table.json": '{"one": 1, "five": 5}',
            "tests/conftest.py": "from pathlib import Path\nimport pytest\n\n\n"
            "@pytest.fixture\ndef shared():\n"
            "    return Path(__file__).parents[1] / 'data' / 'table.json'\n",
        },
    )
    author.updates()


MANY = """def many(a, b):
    return a * 7 + b * 5 + a * b * 3 + a * a * 2 + b * b * 11 + a - b * 13 + 17
"""
MANY_TEST = """def test_many():
    from m import many

    for a in range(-3, 4):
        for b in range(-3, 4):
            assert many(a, b) == sum(
                (7 * a, 5 * b, 3 * a * b, 2 * a**2, 11 * b**2, a, -13 * b, 17)
            )
"""


def crowd(author: Author) -> tuple[str, str]:
    """Mutants enough for several workers, where none of them takes a second."""
    return (MANY, MANY_TEST) if author.start == "fork" else ("", "")


def test_two_cold_runs_give_the_same_verdicts(author: Author) -> None:
    """Also where a mutant leaves a database by which it would be noticed later."""
    many, many_test = crowd(author)
    author.writes(
        "import os\nimport sqlite3\n\n\ndef make():\n"
        '    data = sqlite3.connect(":memory:")\n'
        '    data.execute("create table t (n)")\n    return data\n\n\n' + many,
        "from m import make\n\n\ndef test_make():\n    data = make()\n"
        '    assert data.execute("select count(*) from t").fetchone() == (0,)\n'
        "    data.close()\n\n\n" + many_test,
    )
    said = []
    for _ in range(2):
        author.forgets()
        said.append(author.runs("update"))
        assert not list(author.root.glob("*memory*"))
    assert said[0] == said[1]
    assert ":memory:" in said[0][1]


def test_places_in_messages_are_the_projects(author: Author) -> None:
    author.writes(
        "def f(x):\n    raise ValueError(__file__)\n",
        "from m import f\n\n\ndef test_f():\n    f(1)\n",
    )
    code, said = author.runs("update")
    assert code == 1
    assert str(author.root / "m.py") in said
    assert "nnanki-" not in said


# -- where modules come from ----------------------------------------------------------


def environment(folder: Path) -> Path:
    """A fresh environment that has what this one has; its folder for packages."""
    venv.create(folder, symlinks=True)
    (site,) = (folder / "lib").glob("python3*/site-packages")
    ours = [path for path in sys.path if path.endswith("site-packages")]
    (site / "ours.pth").write_text("\n".join(ours), encoding="utf-8")
    return site


FINDER = """import sys
from importlib.util import spec_from_file_location

PLACES = {places}


class Finder:
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name in PLACES:
            return spec_from_file_location(name, PLACES[name])


sys.meta_path.{method}
"""


@pytest.mark.parametrize(
    "how", ["a path", "a finder at the end", "a finder at the start", "PYTHONPATH"]
)
def test_a_project_that_is_installed_in_place_is_imported_from_the_copy(
    author: Author, how: str
) -> None:
    """As `pip install -e` does it: by a path, or by a finder, last or first."""
    site = environment(author.root / ".venv")
    author.python = str(author.root / ".venv" / "bin" / "python")
    source = str(author.root / "src")
    author.writes(*ADDING)
    (author.root / "src").mkdir()
    (author.root / "m.py").rename(author.root / "src" / "m.py")
    places = {"m": f"{source}/m.py"}
    if how == "a path":
        (site / "m.pth").write_text(source)
    elif how == "PYTHONPATH":
        author.more = {"PYTHONPATH": f":{source}"}
    else:
        method = "append(Finder)" if how.endswith("end") else "insert(0, Finder)"
        (site / "hook.py").write_text(FINDER.format(places=places, method=method))
        (site / "m.pth").write_text("import hook")
    author.updates()


def test_what_is_imported_from_the_project_itself_is_refused(author: Author) -> None:
    author.writes(
        *ADDING,
        **{
            "tests/conftest.py": "import sys\n\n"
            f"sys.path.insert(0, {str(author.root / 'lib')!r})\nimport helper\n",
            "lib/helper.py": "",
        },
    )
    code, said = author.runs("update")
    assert code == 1
    assert "lib/helper.py:1:1  `helper` was imported from here" in said
    assert said.count("hint:") == 1


# -- what is kept ---------------------------------------------------------------------


def test_what_is_kept_hangs_on_what_was_read(author: Author) -> None:
    """A test that is replaced by an older file while the tests run is run again."""
    author.writes(
        *ADDING[:1],
        ADDING[1] + "\n\ndef test_replace():\n    import os\n    replace = "
        "os.environ.get('REPLACE')\n    while replace and os.path.exists(replace):\n"
        "        import time\n\n        time.sleep(0.01)\n",
    )
    author.updates()
    author.forgets()
    # The author replaces a file while the tests run: they wait for it.
    flag = author.root.parent / "flag"
    flag.touch()
    author.more = {"REPLACE": str(flag)}
    test = author.root / "tests" / "test_m.py"
    old = author.root.parent / "old.py"
    old.write_text(
        "from m import add\n\n\ndef test_add():\n    assert add(1, 2) == 4\n"
    )
    os.utime(old, (10**9, 10**9))
    variables = {**os.environ, "NNANKI_START": author.start, "PYTHONPATH": str(ROOT)}
    line = [author.python, "-m", "nnanki", "-C", str(author.root), "check"]
    with subprocess.Popen(line, env=variables | author.more) as process:
        while process.poll() is None and not running(author.root):
            pass
        old.replace(test)
        flag.unlink()
        process.wait()
    author.more = {}
    code, said = author.runs("check")
    assert code == 1
    assert "this test fails" in said


def running(root: Path) -> bool:
    """Whether the tests of a project run: a process is in a copy of it."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            where = (folder / "cwd").readlink()
            line = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if b"suite/__main__.py" in line and where.name == root.name:
            return True
    return False


def test_an_ignored_file_that_a_test_needs_is_named(author: Author) -> None:
    author.writes(
        *ADDING[:1],
        ADDING[1] + "    assert open('big/data.bin').read() == 'x'\n",
        **{"big/data.bin": "x", ".gitignore": "big\n"},
    )
    git(author.root, "init", "-q")
    code, said = author.runs("update")
    assert code == 1
    assert "`big/data.bin` was not copied" in said
    with (author.root / "pyproject.toml").open("a") as settings:
        settings.write('needed = ["big/data.bin"]\n')
    author.updates()


LOGGING = """import logging

LOG = logging.getLogger("m")
OWN = logging.getLogger("own")
OWN.propagate = False


def warn(n):
    \"\"\"Return a number, and log it.\"\"\"
    LOG.warning("%s", n + 1)
    OWN.warning("%s", n + 1)
    logging.warning("%s", n + 1)
    return n + 1
"""


@pytest.mark.parametrize("asks", [False, True])
def test_logs_go_where_pytest_lets_them_go(tmp_path: Path, asks: bool) -> None:
    """Not to a terminal; and to `caplog`, where a test asks for it."""
    author = Author(tmp_path.resolve(), "fork")
    fixture, more = "capsys", '    assert capsys.readouterr() == ("", "")\n'
    if asks:
        fixture, more = "caplog", '    assert "2" in caplog.messages\n'
    author.writes(
        LOGGING,
        f"from m import warn\n\n\ndef test_warn({fixture}):\n"
        f"    assert warn(1) == 2\n{more}    assert warn(3) == 4\n",
    )
    said = author.runs("update")[1]
    assert "no test notices `drop-statement`" in said, said  # so all tests pass
