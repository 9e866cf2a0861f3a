"""`nnanki update`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from nnanki.commands.common import now, project_of
from nnanki.commands.terminal import echo, progress, settings, show_summary


@click.command()
@click.option(
    "--allow-weaker", is_flag=True, help="Accept proofs that reach less than before."
)
@click.pass_obj
def update(root: Path, allow_weaker: bool) -> None:
    """Write golden text and the lock, and show what changed.

    Refuses while anything else is wrong. Read the diff before you commit it.
    """
    from nnanki.release.update import update as work_out

    project = project_of(root)
    with settings(root), progress() as report:
        result = work_out(project, report, now(), allow_weaker)
        problems = result.problems or tuple(result.write())
    if problems:
        show_summary(result.deck, problems)
        sys.exit(1)
    for line in result.diff():
        colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
        echo(line, colour)
    names = ", ".join(new.path for _, new in result.texts)
    click.echo(f"wrote {names}" if names else "nothing to update")
