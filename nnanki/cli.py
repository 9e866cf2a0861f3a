"""The commands; the only room that prints and exits."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nnanki import __version__

if TYPE_CHECKING:
    from nnanki.build import Deck
    from nnanki.errors import Problem
    from nnanki.execute import Progress
    from nnanki.project import Project
    from nnanki.stamp import Stamp


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name="nnanki")
@click.option(
    "-C",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    help="The project's folder, if it is not the one you stand in.",
)
@click.pass_context
def main(context: click.Context, folder: Path) -> None:
    """Flashcards that can't be wrong.

    Builds an Anki deck from card files: runs their code, runs the tests of the code
    they quote, and refuses what it cannot prove.
    """
    context.obj = folder.resolve()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # clean up, then go


@main.command()
@click.pass_obj
def check(root: Path) -> None:
    """Prove every card; write nothing.

    Exits with 1 and says where and why, if a card cannot be proved.
    """
    from nnanki import stamp

    project = _project(root)
    known = stamp.read(project)
    if known is not None:
        _counts(known.cards, known.symbols, 0)
        return
    deck = _examined(project)
    problems = deck.problems + deck.stale
    _summary(deck, problems)
    if problems:
        sys.exit(1)
    found = stamp.Stamp(deck.cards, deck.symbols)
    stamp.write(project, found, deck.cache, deck.pictures)


@main.command()
@click.pass_obj
def build(root: Path) -> None:
    """Prove every card and write dist/NAME.apkg.

    A deck with problems leaves the package of before as it was.
    """
    from nnanki import stamp

    project = _project(root)
    known = stamp.built(project)
    if known is not None:
        _counts(known.cards, known.symbols, 0)
    else:
        known = _built(project)
    output = project.output.relative_to(root)
    click.echo(f"{output}: {known.size / 1000:.0f} kB, content {known.content}")


def _built(project: Project) -> Stamp:
    from nnanki import stamp
    from nnanki.cache import file_digest
    from nnanki.lock import content
    from nnanki.package import package, write
    from nnanki.verify import verify

    deck = _examined(project)
    problems = deck.problems + deck.stale
    if problems or deck.kind is None:
        _summary(deck, problems)
        sys.exit(1)
    data = package(project, deck.kind, deck.notes, deck.lock)
    problems = tuple(verify(data, deck.notes, dict(deck.places)))
    if not problems:
        with _settings(project.root):
            write(project.output, data)
    _summary(deck, problems)
    if problems:
        sys.exit(1)
    digest = file_digest(project.output)
    made = stamp.Stamp(deck.cards, deck.symbols, digest, len(data), content(deck.lock))
    stamp.write(project, made, deck.cache, deck.pictures)
    return made


@main.command()
@click.option(
    "--allow-weaker", is_flag=True, help="Accept proofs that reach less than before."
)
@click.pass_obj
def update(root: Path, allow_weaker: bool) -> None:
    """Write golden text and the lock, and show what changed.

    Refuses while anything else is wrong. Read the diff before you commit it.
    """
    from nnanki.update import update as work_out

    project = _project(root)
    with _settings(root), _progress() as progress:
        result = work_out(project, progress, int(time.time()), allow_weaker)
        problems = result.problems or tuple(result.write())
    if problems:
        _summary(result.deck, problems)
        sys.exit(1)
    for line in result.diff():
        colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
        _echo(line, colour)
    names = ", ".join(new.path for _, new in result.texts)
    click.echo(f"wrote {names}" if names else "nothing to update")


# -- the terminal ---------------------------------------------------------------------


def _project(root: Path) -> Project:
    from nnanki.project import load

    with _settings(root):
        return load(root)


def _examined(project: Project) -> Deck:
    from nnanki.build import examine

    with _settings(project.root), _progress() as progress:
        return examine(project, progress)


@contextmanager
def _settings(root: Path) -> Iterator[None]:
    """Settings or files with which nothing can begin end the command with 2."""
    from nnanki.card import Place
    from nnanki.errors import Problem, Refused

    try:
        yield
    except Refused as refused:
        _show([refused.problem], root)
        sys.exit(2)
    except OSError as error:
        name = os.path.relpath(error.filename or root, root)
        what = f"cannot be used: {error.strerror or error}"
        _show([Problem(Place(name), what, "look at the file and its rights")], root)
        sys.exit(2)


def _summary(deck: Deck, problems: Sequence[Problem]) -> None:
    """Every problem, then one line that counts."""
    _show(problems, deck.project.root)
    _counts(deck.cards, deck.symbols, len(problems))


def _counts(cards: int, symbols: int, problems: int) -> None:
    counts = (
        _count(cards, "card"),
        _count(symbols, "symbol"),
        _count(problems, "problem"),
    )
    click.echo(", ".join(counts))


def _show(problems: Sequence[Problem], root: Path) -> None:
    from nnanki.errors import shown

    for problem in problems:
        head, *rest = shown(problem, root).split("\n")
        _echo(head, "red")
        for line in rest:
            _echo(line, "cyan" if line.startswith("hint: ") else None)
        click.echo()


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _echo(text: str, colour: str | None) -> None:
    """Colour for people; none in a pipe or where NO_COLOR is set."""
    coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    click.echo(click.style(text, fg=colour) if colour and coloured else text)


@contextmanager
def _progress() -> Iterator[Progress]:
    """A line that says how far the work is; silent unless a person watches."""
    from nnanki.build import quiet

    if not sys.stderr.isatty():
        yield quiet
        return
    from rich.console import Console

    console = Console(stderr=True)
    with console.status("reading cards") as status:

        def told(stage: str, done: int, of: int) -> None:
            status.update(f"{stage} cards {done}/{of}" if of else "running the tests")

        yield told
