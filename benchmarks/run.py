"""Measures what is promised: ratios of whole commands, side by side in one run.

    .venv/bin/python benchmarks/run.py [NAME…]

Prints a Markdown table and exits with 1 where a bound is missed. See README.md here.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import click

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 3
COPIED = ("cards", "nnanki", "templates", "tests", "pyproject.toml", "constraints.txt")
IGNORED = shutil.ignore_patterns("__pycache__", ".nnanki_cache", "dist")
MUTMUT = "mutmut==3.8.1"
IMPORT_TORCH = [sys.executable, "-c", "import torch"]


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured, against what, and what is promised."""

    what: str
    measured: str
    bound: str
    held: bool

    def __str__(self) -> str:
        return f"| {self.what} | {self.measured} | {self.bound} |"


def seconds(command: list[str], folder: Path, **variables: str) -> float:
    """How long a whole command takes; it must succeed."""
    start = time.perf_counter()
    environment = {**os.environ, **variables}
    subprocess.run(
        command, cwd=folder, env=environment, check=True, capture_output=True
    )
    return time.perf_counter() - start


def nnanki(folder: Path, *words: str) -> float:
    """How long a command of this project takes in a folder."""
    command = [sys.executable, "-m", "nnanki", *words]
    return seconds(command, folder, PYTHONPATH=str(folder))


def ratio(ours: Callable[[], float], theirs: Callable[[], float]) -> tuple[float, ...]:
    """The median of the ratio of two measurements that take turns, and of ours."""
    pairs = [(theirs(), ours()) for _ in range(ROUNDS)]
    ratios = [mine / other for other, mine in pairs]
    return statistics.median(ratios), statistics.median(mine for _, mine in pairs)


def copied(folder: Path) -> Path:
    """A copy of this project that nothing is known of."""
    root = folder / "project"
    for name in COPIED:
        path = ROOT / name
        if path.is_dir():
            shutil.copytree(path, root / name, ignore=IGNORED)
        else:
            shutil.copy2(path, root / name)
    return root


def forgotten(root: Path) -> None:
    shutil.rmtree(root / ".nnanki_cache", ignore_errors=True)


# -- what is measured -----------------------------------------------------------------


def mutants(folder: Path) -> Iterator[Row]:
    """Mutants per second while they are tried, and of mutmut on the same code."""
    root = copied(folder)
    tool = mutmut(folder)
    rates = []
    for _ in range(ROUNDS):
        forgotten(root)
        rates.append((tried_per_second(root), tool(root)))
    ours, theirs = (statistics.median(rate) for rate in zip(*rates, strict=True))
    measured = f"{ours / theirs:.1f} times ({ours:.0f} to {theirs:.0f} a second)"
    what = "mutants a second, against mutmut 3 on two cores"
    yield Row(what, measured, "at least 15 times", ours >= 15 * theirs)


def tried_per_second(root: Path) -> float:
    """Run the tests and all mutants of the deck; how fast the mutants went."""
    program = """
import sys, time
from pathlib import Path
from nnanki.project import load
from nnanki.prove import subjects_of
from nnanki.resolve import library
from nnanki.testing import Session

class Timed(Session):
    def hear(self, message, of):
        if "suite" in message:
            self.began = time.perf_counter()
        super().hear(message, of)
        self.heard = time.perf_counter()

project = load(Path.cwd())
quoted, _ = library(project)
session = Timed(project, quoted, lambda *_: None)
tried = subjects_of(project, quoted, sorted(quoted.symbols), {})
_, problems = session.run(tried)
assert not problems, problems
print(session.tried / (session.heard - session.began))
"""
    result = subprocess.run(
        [sys.executable, "-c", program],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        check=True,
        capture_output=True,
        text=True,
    )
    return float(result.stdout)


def mutmut(folder: Path) -> Callable[[Path], float]:
    """Install mutmut beside the libraries of this project; a function that runs it."""
    home = folder / "mutmut"
    venv.create(home, with_pip=True)
    python = home / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", MUTMUT], check=True)
    (site,) = (home / "lib").glob("python3*/site-packages")
    ours = [path for path in sys.path if path.endswith("site-packages")]
    (site / "libraries.pth").write_text("\n".join(ours), encoding="utf-8")

    def run(root: Path) -> float:
        work = folder / "mutated"
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(root / "nnanki", work / "nnanki")
        shutil.copytree(root / "tests" / "nn", work / "tests" / "nn")
        shutil.copy2(root / "tests" / "conftest.py", work / "tests")
        (work / "pyproject.toml").write_text(MUTMUT_SETTINGS, encoding="utf-8")
        command = [home / "bin" / "mutmut", "run", "--max-children", "2"]
        result = subprocess.run(
            command, cwd=work, check=True, capture_output=True, text=True
        )
        (rate,) = re.findall(r"([\d.]+) mutations/second", result.stdout)
        return float(rate)

    return run


MUTMUT_SETTINGS = """
[tool.mutmut]
source_paths = ["nnanki"]
only_mutate = ["nnanki/nn/*.py"]
pytest_add_cli_args_test_selection = ["tests/nn"]
also_copy = ["tests"]

[tool.pytest.ini_options]
markers = ["exact: rounds nothing"]
addopts = ["--import-mode=importlib"]
"""


def cold(folder: Path) -> Iterator[Row]:
    """`nnanki check` of the whole deck from nothing."""
    root = copied(folder)

    def ours() -> float:
        forgotten(root)
        return nnanki(root, "check")

    times, took = ratio(ours, lambda: seconds(IMPORT_TORCH, root))
    measured = f"{took:.0f} s, {times:.0f} times `import torch`"
    yield Row("cold `nnanki check`, all proofs", measured, "at most 45 s", took <= 45)


def unchanged(folder: Path) -> Iterator[Row]:
    """`check` and `build` of a deck in which nothing changed."""
    root = copied(folder)
    nnanki(root, "build")
    for command in ("check", "build"):
        times, took = ratio(
            lambda command=command: nnanki(root, command),  # type: ignore[misc]
            lambda: seconds([sys.executable, "-c", "pass"], root),
        )
        measured = f"{took:.2f} s, {times:.1f} times `python -c pass`"
        what = f"unchanged `nnanki {command}`"
        yield Row(what, measured, "at most 0.3 s", took <= 0.3)


def edit(folder: Path) -> Iterator[Row]:
    """One card whose code computes with torch is edited."""
    root = copied(folder)
    nnanki(root, "build")
    card = root / "cards" / "5-relu.md"
    text = card.read_text(encoding="utf-8")
    turn = 0

    def ours() -> float:
        nonlocal turn
        turn += 1
        line = "x = torch.tensor([-2, -0.5, 0, 0.5, 2])"
        assert line in text
        new = text.replace(line, f"{line}  # {turn}", 1)
        card.write_text(new, encoding="utf-8")
        start = time.perf_counter()
        command = [sys.executable, "-m", "nnanki", "check"]
        result = subprocess.run(
            command,
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert "the lock is stale: `relu-values` changed" in result.stdout, (
            result.stdout
        )
        return time.perf_counter() - start

    times, took = ratio(ours, lambda: seconds(IMPORT_TORCH, root))
    measured = f"{times:.2f} times ({took:.1f} s)"
    yield Row(
        "one edited card, against `import torch`", measured, "about 1", times <= 2
    )


def live(folder: Path) -> Iterator[Row]:
    """From saving a card to the page that shows it: other words, then other code."""
    root = copied(folder)
    nnanki(root, "build")
    edits = {
        "words": ("5-relu.md", "What does the graph of ReLU", "{} ({})"),
        "code": ("5-relu.md", "x = torch.tensor([-2, -0.5, 0, ", "{}{}, "),
        "the slowest file": (
            "10-loop.md",
            "losses = descent.loop(steps=4)",
            "{}  # {}",
        ),
    }
    with serving(root) as url:
        for name, (file, old, new) in edits.items():
            path = root / "cards" / file
            text = path.read_text(encoding="utf-8")
            times = [saved(url, path, text, (old, new, turn)) for turn in range(ROUNDS)]
            path.write_text(text, encoding="utf-8")
            took = statistics.median(times)
            what = f"a saved card on the served page: {name}"
            yield Row(what, f"{took:.1f} s", "at most 2 s", took <= 2)


@contextmanager
def serving(root: Path) -> Iterator[str]:
    """The gallery of a project, served, once its first page is there."""
    command = [sys.executable, "-m", "nnanki", "preview", "--serve", "--no-open"]
    with subprocess.Popen(
        [*command, "--port", "0"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[0]
        process.stdout.readline()
        time.sleep(8)  # its workers start behind the first page
        yield url
        process.terminate()


def saved(url: str, path: Path, text: str, edit: tuple[str, str, int]) -> float:
    """Save a card with a mark in it; how long until the page shows the mark."""
    old, new, turn = edit
    mark = str(7_000_000 + turn)
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new.format(old, mark), 1), encoding="utf-8")
    start = time.perf_counter()
    while True:
        with urlopen(url) as page:
            if mark in page.read().decode():
                return time.perf_counter() - start
        time.sleep(0.02)


# -- snippets -------------------------------------------------------------------------

SNIPPET = """a = torch.arange({n}, {n} + 6, dtype=torch.float32).reshape(2, 3)
b = a @ a.T
print(b.sum().item(), b.shape)
"""
PROJECT = '[tool.nnanki]\nname = "snippets"\n'
HEAD = "---\ntitle: Snippets {n}\nsetup: |\n  import {module}\n---\n"
CARD = "\n## snippet-{n}\n\nWhat?\n\n```python run\n{code}```\n\n---\n\nThat.\n"


def project_of(folder: Path, module: str, codes: list[str]) -> Path:
    """A project whose cards run some snippets, ten in a file, golden text written."""
    root = folder / module
    (root / "cards").mkdir(parents=True)
    (root / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    for start in range(0, len(codes), 10):
        head = HEAD.format(n=start, module=module)
        cards = (
            CARD.format(n=start + n, code=code)
            for n, code in enumerate(codes[start : start + 10])
        )
        path = root / "cards" / f"{start}-snippets-{start}.md"
        path.write_text(head + "".join(cards), encoding="utf-8")
    nnanki(root, "update")
    return root


def snippets(folder: Path) -> Iterator[Row]:
    """A hundred snippets with torch, isolated, against one loop in one process."""
    codes = [SNIPPET.format(n=n) for n in range(100)]
    root = project_of(folder, "torch", codes)
    loop = folder / "loop.py"
    listed = json.dumps(codes)
    loop.write_text(
        f"import json, torch\nfor code in json.loads({listed!r}):\n"
        "    exec(compile(code, 'snippet', 'exec'), {'torch': torch})\n",
        encoding="utf-8",
    )

    def ours() -> float:
        forgotten(root)
        return nnanki(root, "check")

    times, took = ratio(ours, lambda: seconds([sys.executable, str(loop)], root))
    measured = f"{times:.2f} times ({took:.1f} s)"
    what = "100 torch snippets, two interpreters, against one in-process loop"
    yield Row(what, measured, "at most 1.6 times", times <= 1.6)


def numpy(folder: Path) -> Iterator[Row]:
    """An edited snippet that needs NumPy alone, beside others with torch."""
    code = "import sys\nprint(numpy.arange({n}).sum(), 'torch' in sys.modules)\n"
    root = project_of(folder, "numpy", [code.format(n=n) for n in range(10)])
    (path,) = (root / "cards").glob("*.md")
    assert "False" in path.read_text(encoding="utf-8")

    def ours() -> float:
        forgotten(root)
        return nnanki(root, "check")

    times, took = ratio(ours, lambda: seconds(IMPORT_TORCH, root))
    measured = f"{times:.2f} times ({took:.2f} s)"
    what = "snippets with NumPy alone, against `import torch`"
    yield Row(what, measured, "less than 1", times < 1)


BENCHMARKS = {
    function.__name__: function
    for function in (mutants, cold, unchanged, edit, live, snippets, numpy)
}


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(BENCHMARKS)))
def main(names: tuple[str, ...]) -> None:
    """Measure NAMES, or all, and print a table; a missed bound ends with 1."""
    click.echo("| what | measured | promised |\n| --- | --- | --- |")
    rows = []
    for name in names or BENCHMARKS:
        with tempfile.TemporaryDirectory() as folder:
            for row in BENCHMARKS[name](Path(folder)):
                rows.append(row)
                click.echo(str(row))
    sys.exit(0 if all(row.held for row in rows) else 1)


if __name__ == "__main__":
    main()
