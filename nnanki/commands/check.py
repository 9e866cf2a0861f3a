"""`nnanki check`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from nnanki.commands.common import (
    STRICT,
    examine_project,
    objections,
    project_of,
    remember,
)
from nnanki.commands.terminal import show_counts, show_summary


@click.command()
@STRICT
@click.option(
    "--deep", is_flag=True, help="Run each card in a fresh Python as well; slow."
)
@click.pass_obj
def check(root: Path, strict: bool, deep: bool) -> None:
    """Prove every card; write nothing.

    Exits with 1 and says where and why, if a card cannot be proved.
    """
    from nnanki.release import known_good

    project = project_of(root)
    stamp = known_good.stamp(project)
    # Warnings are shown each time with their places, which no stamp remembers.
    if stamp is not None and not stamp.warnings and not deep:
        show_counts(stamp.cards, stamp.symbols, 0)
        return
    deck = examine_project(project, deep)
    problems = objections(deck, strict)
    show_summary(deck, problems, strict)
    if problems:
        sys.exit(1)
    # The deck is as good as before, and so is the package that was built from it.
    package = ("package", "size", "content") if stamp is not None else ()
    remember(project, deck, **{name: getattr(stamp, name) for name in package})
