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
    from nnanki.anki.apkg import read_package
    from nnanki.anki.diff import compare_packages
    from nnanki.anki.diff.comment import comment_body
    from nnanki.anki.diff.terminal import lines

    with settings(root):
        changes = compare_packages(read_package(old), read_package(new))
    if markdown:
        click.echo(comment_body(changes, old.name, new.name))
    else:
        click.echo("\n".join(lines(changes, _paint())))
    # A check of pull requests can stop there, without reading the words.
    sys.exit(bool(changes.losses))


def _paint() -> Callable[[str, str], str]:
    return lambda role, text: painted(text, COLOURS.get(role), bold=role == "head")
