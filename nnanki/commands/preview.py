"""`nnanki preview`."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nnanki.commands.build import write_package
from nnanki.commands.common import examine_project, project_of
from nnanki.commands.terminal import progress, settings, show_summary
from nnanki.model.plural import count

if TYPE_CHECKING:
    from nnanki.gallery.exhibits import Gallery
    from nnanki.model.project import Project
    from nnanki.stages.deck import Deck


@click.command()
@click.option("--serve", is_flag=True, help="Show it now, and anew at every save.")
@click.option(
    "--host",
    default="127.0.0.1",
    metavar="ADDRESS",
    help="Where to serve; unless told, for this machine alone.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    help="Unless told, 7310, or a free one if that is taken.",
)
@click.option("--open/--no-open", "opens", default=True, help="Open a browser, or not.")
@click.pass_obj
def preview(root: Path, serve: bool, host: str, port: int | None, opens: bool) -> None:
    """Write the gallery: every card as Anki shows it.

    It lies in dist/gallery, with the package and why each card may be shown, and
    needs no network and no server. With --serve it opens in a browser while you
    write: a card that you save is checked, and the page shows it, or what is wrong.
    """
    project = project_of(root)
    if serve:
        _serve(root, host, port, opens)
        return
    from nnanki.release import known_good

    deck = examine_project(project)
    if known_good.package_stamp(project) is None:
        write_package(project, deck)
    folder = project.output.with_name("gallery")
    _write(_with_smallest(project, deck), folder)
    click.echo(f"{folder.relative_to(root)}: {count(deck.cards, 'card')}")


def _write(deck: Deck, folder: Path) -> None:
    """Write the gallery of a good deck; what there was stays, if a template is not."""
    from nnanki.gallery.exhibits import with_forecast
    from nnanki.gallery.page import files, write_folder
    from nnanki.model.problem import Refused
    from nnanki.notes.templates import Templates

    assert deck.note_type is not None
    # All files are made before the first is written: a template that fails leaves the
    # gallery of before whole.
    with settings(deck.project.root):
        try:
            content = files(
                Templates(deck.project), with_forecast(deck, deck.note_type)
            )
        except Refused as refused:
            show_summary(deck, [refused.problem])
            sys.exit(1)
        write_folder(content, folder)


def _serve(root: Path, host: str, port: int | None, opens: bool) -> None:
    """Serve the gallery until somebody stops it."""
    from nnanki.gallery.live import Live
    from nnanki.gallery.server import Site, open_host

    site = Site()
    try:
        server = open_host(host, port, site)
    except OSError as error:
        hint = "another `nnanki preview` may run there; choose another `--port`"
        what = f"cannot serve at {host}:{port}: {error.strerror}; {hint}"
        raise click.BadParameter(what, param_hint="--port") from None
    with server, Live(root, site) as live:
        click.echo(f"{server.url}  (Ctrl-C stops it)")
        if opens:
            click.launch(server.url)
        with suppress(KeyboardInterrupt):
            for gallery in live:
                click.echo(_news(gallery))
    click.echo("stopped")


def _news(gallery: Gallery) -> str:
    """One line for one save."""
    words = [time.strftime("%H:%M:%S"), count(len(gallery.exhibits), "card")]
    words += [count(len(gallery.problems), "problem")]
    words += [f"{len(gallery.waiting)} waiting for `nnanki update`"] * bool(
        gallery.waiting
    )
    return ", ".join(words)


def _with_smallest(project: Project, deck: Deck) -> Deck:
    """A deck whose proofs have the smallest counterexamples."""
    # Only for people who read the page: to shrink them takes longer than to find them,
    # so that a build and a served page do without.
    from nnanki.proof import prove

    proofs = deck.suite.proofs
    with settings(project.root), progress() as report:
        smallest = prove.with_smallest(
            project, deck.library, list(proofs.values()), deck.cache, report
        )
    return replace(deck, suite=replace(deck.suite, proofs=smallest))
