"""`nnanki diff`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click

from nnanki.commands.terminal import painted, settings

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
COLOURS = {
    "gone": "red",
    "come": "green",
    "loss": "red",
    "good": "green",
    "hint": "cyan",
}


@click.command()
@click.argument("old", type=FILE)
@click.argument("new", type=FILE)
@click.option("--markdown", is_flag=True, help="The same as a comment on GitHub.")
@click.pass_obj
def diff(root: Path, old: Path, new: Path, markdown: bool) -> None:
    """Show what learners of the package OLD get by importing NEW.

    Any packages will do. Exits with 1 if the import would lose or double something: a
    change that does not arrive, a note that comes anew without its reviews.
    """
    from nnanki.anki.apkg import load
    from nnanki.anki.diff import diff as compared
    from nnanki.anki.diff.comment import page
    from nnanki.anki.diff.terminal import lines

    with settings(root):
        found = compared(load(old), load(new))
    if markdown:
        click.echo(page(found, old.name, new.name))
    else:
        click.echo("\n".join(lines(found, _paint())))
    sys.exit(bool(found.losses))


def _paint() -> Callable[[str, str], str]:
    return lambda kind, text: painted(text, COLOURS.get(kind), bold=kind == "head")
