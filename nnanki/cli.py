"""The command line: one group, and a file in `commands/` for each command."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import click

from nnanki import __version__
from nnanki.commands.build import build
from nnanki.commands.check import check
from nnanki.commands.diff import diff
from nnanki.commands.forecast import forecast
from nnanki.commands.preview import preview
from nnanki.commands.proof import proof
from nnanki.commands.push import push
from nnanki.commands.release import release
from nnanki.commands.update import update


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
    # As an exception, so that copies of the project and half-written files are cleared
    # away before the end; 143 is what a shell says of a process that was terminated.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


for command in (
    build,
    check,
    diff,
    forecast,
    preview,
    proof,
    push,
    release,
    update,
):
    main.add_command(command)
