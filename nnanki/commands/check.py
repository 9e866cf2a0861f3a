"""`nnanki check`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from nnanki.commands.common import STRICT, examined, project_of, refusing, remember
from nnanki.commands.terminal import counts, summary


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
    known = known_good.read(project)
    if known is not None and not known.warnings and not deep:
        counts(known.cards, known.symbols, 0)
        return
    deck = examined(project, deep)
    problems = refusing(deck, strict)
    summary(deck, problems, strict)
    if problems:
        sys.exit(1)
    package = ("package", "size", "content") if known is not None else ()
    remember(project, deck, **{name: getattr(known, name) for name in package})
