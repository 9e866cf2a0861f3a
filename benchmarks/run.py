"""Measures what is promised: ratios of whole commands, side by side in one run.

    .venv/bin/python benchmarks/run.py [NAME…]

Prints a Markdown table and exits with 1 where a bound is missed. See README.md here.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import click
from measure import IMPORT_TORCH, ROUNDS, Row, copied, forgotten, nnanki, ratio, seconds
from mutants import mutants
from snippets import numpy, snippets

# -- what is measured -----------------------------------------------------------------


def cold(folder: Path) -> Iterator[Row]:
    """`nnanki check` of the whole deck from nothing."""
    root = copied(folder)

    def ours() -> float:
        forgotten(root)
        return nnanki(root, "check")

    times, took = ratio(ours, lambda: seconds(IMPORT_TORCH, root))
    measured = f"{took:.0f} s, {times:.0f} times `import torch`"
    yield Row("cold `nnanki check`, all proofs", measured, "at most 60 s", took <= 60)


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
