"""What a person sees: problems, counts, colours, and how far the work is."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nnanki.model.plural import count

if TYPE_CHECKING:
    from nnanki.model.problem import Problem
    from nnanki.running.execute import Progress
    from nnanki.stages.deck import Deck

ERASE = "\r\x1b[K"  # back to the start of the line, and clear it


@contextmanager
def settings(root: Path) -> Iterator[None]:
    """Settings or files with which nothing can begin end the command with 2."""
    # Not 1, which says that the deck has problems: scripts tell the two apart.
    from nnanki.model.card import Place
    from nnanki.model.problem import Problem, Refused

    try:
        yield
    except Refused as refused:
        show_problems([refused.problem], root)
        sys.exit(2)
    except OSError as error:
        name = os.path.relpath(error.filename or root, root)
        what = f"cannot be used: {error.strerror or error}"
        show_problems(
            [Problem(Place(name), what, "look at the file and its rights")], root
        )
        sys.exit(2)


def show_summary(deck: Deck, problems: Sequence[Problem], strict: bool = False) -> None:
    """Every problem, else every warning; then one line that counts."""
    show_problems(problems, deck.project.root)
    warnings = () if strict or problems else deck.warnings
    show_problems(warnings, deck.project.root, colour="yellow")
    show_counts(deck.cards, deck.symbols, len(problems), len(warnings))


def show_counts(cards: int, symbols: int, problems: int, warnings: int = 0) -> None:
    counts = [
        count(cards, "card"),
        count(symbols, "symbol"),
        count(problems, "problem"),
    ]
    counts += [count(warnings, "warning")] if warnings else []
    click.echo(", ".join(counts))


def show_problems(
    problems: Sequence[Problem], root: Path, err: bool = False, colour: str = "red"
) -> None:
    from nnanki.model.problem import message

    for problem in problems:
        head, *rest = message(problem, root).split("\n")
        echo(head, colour, err)
        for line in rest:
            echo(line, "cyan" if line.startswith("hint: ") else None, err)
        click.echo(err=err)


def echo(text: str, colour: str | None, err: bool = False) -> None:
    """Colour for people; none in a pipe or where NO_COLOR is set."""
    click.echo(painted(text, colour, err=err), err=err)


def painted(
    text: str, colour: str | None, bold: bool = False, err: bool = False
) -> str:
    """Text in its colour, if a person will see it."""
    stream = sys.stderr if err else sys.stdout
    coloured = stream.isatty() and not os.environ.get("NO_COLOR")
    if not coloured or not (colour or bold):
        return text
    return click.style(text, fg=colour, bold=bold or None)


@contextmanager
def progress() -> Iterator[Progress]:
    """A line that says how far the work is; silent unless a person watches."""
    from nnanki.stages.examine import quiet

    # On stderr, so that what a command prints can go into a file while a person
    # watches.
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield quiet
        return
    width = shutil.get_terminal_size().columns - 1  # a longer line would not be erased

    def report(stage: str, number: int, total: int) -> None:
        text = f"{stage} {number}/{total}" if total else stage
        click.echo(f"{ERASE}{text[:width]}", nl=False, err=True)

    try:
        report("reading cards", 0, 0)
        yield report
    finally:
        click.echo(ERASE, nl=False, err=True)
