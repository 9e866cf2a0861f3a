"""Programs that read at random: after any change, a kept outcome is what a run gives.

The programs are real ones, in the processes of cards; what they read are files of the
project, in every way that Python has for it.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from nnanki.model.disk.cache import Cache
from nnanki.model.disk.dependency import SLACK
from nnanki.model.disk.records import FOLDER
from nnanki.model.project import Project
from nnanki.running.execute import Means, execute
from nnanki.running.runner import Outcome, Program
from nnanki.stages.examine import quiet

WORDS = ("one", "two", "3", "four\nlines\nof\ntext")
CODES = (
    "VALUE = 1\n",
    "VALUE = 2\n",
    "VALUE = 1\n# said\n",
    "from data import more\n",
    "import colorsys\n\nVALUE = getattr(colorsys, 'VALUE', 0)\n",
)
TEXTS = ("a.txt", "data/b.txt", "data/c.txt", "link.txt", "none.txt")
MODULES = ("toy.py", "data/more.py")
FOLDERS = (".", "data", "data/deep")

# Ways to read, of a path; each is an expression, or statements that set `seen`.
READING = (
    "open(PATH).read()",
    "open(PATH, 'rb').read()",
    "Path(PATH).read_text()",
    "os.read(os.open(PATH, os.O_RDONLY), 99)",
    "linecache.getlines(PATH)",
    "list(fileinput.input(PATH))",
    "codecs.open(PATH, encoding='utf-8').read()",
    "mmap.mmap(os.open(PATH, os.O_RDONLY), 0, prot=mmap.PROT_READ)[:]",
    "subprocess.run(['cat', PATH], capture_output=True).stdout",
    "os.popen('cat ' + PATH).read()",
    "os.path.exists(PATH)",
    "os.path.isfile(PATH), os.path.islink(PATH)",
    "Path(PATH).is_dir()",
    "os.path.getsize(PATH)",
    "os.stat(PATH).st_size",
    "os.fstat(os.open(PATH, os.O_RDONLY)).st_mode",
    "os.stat(os.open(PATH, os.O_RDONLY)).st_size",
    "os.path.getsize(os.open(PATH, os.O_RDONLY))",
    "os.access(PATH, os.X_OK)",
    "shutil.copy(PATH, 'copy') and open('copy').read()",
    "filecmp.cmp(PATH, ROOT + '/a.txt', shallow=False)",
    "filecmp.cmp(ROOT + '/a.txt', PATH, shallow=False)",
    "os.path.samefile(ROOT + '/a.txt', PATH)",
    "os.path.realpath(PATH)",
    "toy.__loader__.get_data(PATH)",
    "numpy.fromfile(PATH, dtype='u1').tolist()",
    "numpy.loadtxt(PATH, dtype=str).tolist()",
)
LISTING = (
    "sorted(os.listdir(PATH))",
    "sorted(e.name for e in os.scandir(PATH))",
    "sorted(p.name for p in Path(PATH).iterdir())",
    "sorted(e.stat().st_size for e in os.scandir(PATH) if e.is_file())",
    "sorted(glob.glob(PATH + '/*.txt', recursive=True))[-1:] != []",
)
WALKING = (
    "sorted(len(names) for _, _, names in os.walk(PATH))",
    "sorted(p.name for p in Path(PATH).rglob('*.py'))",
)
RUNNING = (
    "importlib.import_module(NAME).VALUE",
    "runpy.run_path(PATH).get('VALUE')",
    "execfile(PATH)",
    "inspect.getsource(importlib.import_module(NAME))",
    "subprocess.run([sys.executable, PATH], capture_output=True).returncode",
    "pkgutil.get_data('data', 'b.txt')",
    "importlib.resources.files('data').joinpath('b.txt').read_bytes()",
)
ALONE = (
    "sqlite3.connect(ROOT + '/base.db').execute('select * from t').fetchall()",
    "sqlite3.connect('file:' + ROOT + '/base.db?mode=ro', uri=True)"
    ".execute('select count(*) from t').fetchall()",
    "zipfile.ZipFile(ROOT + '/z.zip').namelist()",
    "zipfile.ZipFile(ROOT + '/z.zip').read('x')",
    "getattr(colorsys, 'VALUE', None)",
    "ctypes.CDLL(None).access((ROOT + '/none.txt').encode(), 0)",
)
IMPORTS = (
    "import codecs, colorsys, ctypes, filecmp, fileinput, glob, importlib.resources",
    "import inspect, linecache, mmap, numpy, os, pkgutil, runpy, shutil, sqlite3",
    "import subprocess, sys, zipfile",
    "from pathlib import Path",
)
HEAD = """\
import toy

ROOT = os.path.dirname(toy.__file__)


def execfile(path):
    names = {}
    exec(compile(open(path).read(), "<there>", "exec"), names)
    return names.get("VALUE")


def told(ask):
    try:
        return repr(ask()).replace(ROOT, "ROOT")
    except Exception as error:
        return type(error).__name__


def count(text):
    return sum(map(ord, text))
"""


QUESTIONS = [
    *[(READING, TEXTS)] * 5,
    *[(LISTING, FOLDERS), (WALKING, FOLDERS[1:])],
    *[(RUNNING, MODULES)] * 2,
    (ALONE, FOLDERS),
]


def program(draw: random.Random, number: int) -> Program:
    """Some questions after each other; what is answered decides what is asked."""
    lines = [HEAD, "answer = ''"]
    for _ in range(draw.randint(1, 3)):
        first, second = (question(draw) for _ in range(2))
        lines += [
            f"answer += told(lambda: {first}) if count(answer) % 3 else "
            f"told(lambda: {second})"
        ]
    lines += ["print(answer)"]
    code = "\n".join([*IMPORTS, *lines]) + "\n"
    step = {"do": "run", "code": code, "line": 1}
    return Program(f"p{number}", "a.md", (step,), IMPORTS)


def question(draw: random.Random) -> str:
    """An expression that reads something of the project."""
    ways, places = draw.choice(QUESTIONS)
    place = draw.choice(places)
    name = place.removesuffix(".py").replace("/", ".")
    way = draw.choice(ways)
    return way.replace("PATH", f"(ROOT + '/{place}')").replace("NAME", repr(name))


# -- the project, and what becomes of it ----------------------------------------------


def make(root: Path) -> None:
    (root / "data" / "deep").mkdir(parents=True)
    (root / FOLDER).mkdir()
    (root / "data" / "__init__.py").write_text("", "utf-8")
    for name in ("a.txt", "data/b.txt", "data/c.txt"):
        (root / name).write_text(WORDS[0], "utf-8")
    for name in MODULES:
        (root / name).write_text(CODES[0], "utf-8")
    (root / "link.txt").symlink_to("a.txt")
    (root / "script.sh").write_text("echo 1\n", "utf-8")
    base(root, 1)
    archive(root, "one")


def base(root: Path, value: int) -> None:
    (root / "base.db").unlink(missing_ok=True)
    with sqlite3.connect(root / "base.db") as connection:
        connection.execute("create table t (x)")
        connection.executemany("insert into t values (?)", [(value,)] * value)
    connection.close()


def archive(root: Path, text: str) -> None:
    with zipfile.ZipFile(root / "z.zip", "w") as file:
        file.writestr("x", text)


def older(path: Path, text: str) -> None:
    """Another file in the place, as old as the one before."""
    was = path.stat()
    new = path.with_name("new")
    new.write_text(text, "utf-8")
    os.utime(new, ns=(was.st_atime_ns, was.st_mtime_ns))
    new.replace(path)


def turned(path: Path) -> None:
    """A file becomes a folder, and a folder none."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
        path.mkdir()


def linked(path: Path, to: str) -> None:
    path.unlink()
    path.symlink_to(to)


def change(draw: random.Random, root: Path) -> Callable[[], object]:
    """Something that happens to the project."""
    texts, modules = root / draw.choice(TEXTS), root / draw.choice(MODULES)
    word, code = draw.choice(WORDS), draw.choice(CODES)
    return draw.choice(
        [
            lambda: texts.write_text(word, "utf-8"),
            lambda: older(texts, word),
            texts.unlink,
            lambda: turned(texts),
            lambda: texts.chmod(draw.choice((0o644, 0o755))),
            lambda: (root / draw.choice(TEXTS)).rename(texts),
            lambda: linked(root / "link.txt", draw.choice(TEXTS)),
            lambda: modules.write_text(code, "utf-8"),
            lambda: older(modules, code),
            lambda: (root / "data" / "deep" / f"{word[:3]}.py").write_text("", "utf-8"),
            lambda: shutil.rmtree(root / "data" / "deep"),
            (root / "colorsys.py").unlink,
            lambda: (root / "colorsys.py").write_text(code, "utf-8"),
            lambda: base(root, draw.randint(1, 3)),
            lambda: archive(root, word),
        ]
    )


def outcomes(project: Project, programs: list[Program], cache: Cache) -> dict[str, str]:
    """What all programs do: what they print, or why they may not."""
    found, _ = execute(project, {}, programs, Means(cache, quiet))
    return {key: said(outcome) for key, outcome in found.items()}


def said(outcome: Outcome) -> str:
    if outcome.failure is not None:
        return f"{outcome.failure['kind']}: {outcome.failure.get('detail')}"
    return str(outcome.results[-1]["printed"])


@pytest.mark.parametrize("seed", range(4))
def test_a_kept_outcome_is_what_a_run_gives(seed: int, tmp_path: Path) -> None:
    """Forty programs, changes after each other: from the cache, and without one."""
    draw, root = random.Random(seed), tmp_path.resolve() / "project"
    root.mkdir()
    make(root)
    project = Project(root, "cached", "Cached", seconds=60)
    programs = [program(draw, number) for number in range(40)]
    kept = 0
    for _ in range(3):
        empty = root.parent / "empty"
        shutil.rmtree(empty, ignore_errors=True)
        time.sleep(2 * SLACK / 1e9)  # what is younger than that is not kept
        warm = outcomes(project, programs, Cache(root))
        cold = outcomes(project, programs, Cache(empty))
        assert warm == cold
        kept += len(list((root / FOLDER).rglob("*.json")))
        for _ in range(draw.randint(1, 3)):
            with suppress(OSError):
                change(draw, root)()
    assert kept > 40
