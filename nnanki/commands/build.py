"""`nnanki build`, and the package for whoever else needs it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from nnanki.commands.common import (
    STRICT,
    examine_project,
    objections,
    project_of,
    refuse,
    remember,
)
from nnanki.commands.terminal import progress, settings, show_counts, show_summary

if TYPE_CHECKING:
    from nnanki.model.project import Project
    from nnanki.release.known_good import Stamp
    from nnanki.stages.deck import Deck


@click.command()
@STRICT
@click.pass_obj
def build(root: Path, strict: bool) -> None:
    """Prove every card and write dist/NAME.apkg.

    A deck with problems leaves the package of before as it was.
    """
    project = project_of(root)
    stamp = ensure_package(project, strict)
    output = project.output.relative_to(root)
    click.echo(f"{output}: {stamp.size / 1000:.0f} kB, content {stamp.content}")


def ensure_package(project: Project, strict: bool) -> Stamp:
    """Write package and evidence, unless they are there already."""
    from nnanki.release import known_good

    stamp = known_good.package_stamp(project)
    if stamp is not None and not (strict and stamp.warnings):
        show_counts(stamp.cards, stamp.symbols, 0, stamp.warnings)
    else:
        stamp = write_package(project, examine_project(project), strict)
    write_proofs(project, known_good.proofs(project))
    return stamp


def write_package(project: Project, deck: Deck, strict: bool = False) -> Stamp:
    """Write the package of a deck, or say why not and end."""
    from nnanki.model.disk.atomic import write
    from nnanki.model.disk.dependency import of_bytes
    from nnanki.notes.lock import content_digest

    data = make_package(project, deck, strict)
    with settings(project.root):
        write(project.output, data)
    show_summary(deck, ())
    # Last, so that a run that is killed before leaves a deck that is built again.
    return remember(
        project,
        deck,
        package=of_bytes(data),
        size=len(data),
        content=content_digest(deck.lock, (note.id for note in deck.all_notes)),
    )


def make_package(project: Project, deck: Deck, strict: bool = False) -> bytes:
    """The package of a deck, looked through and run once more, or the end."""
    from nnanki.release.package import package
    from nnanki.release.replay import replay
    from nnanki.release.verify import verify

    refuse(deck, objections(deck, strict))
    assert deck.note_type is not None, "a deck without one has problems"
    data = package(project, deck.note_type, deck.all_notes, deck.lock)
    # What was proved is cards; what learners get is this file. Between the two lie
    # templates, genanki and a zip, so the file is opened as Anki would, and what it
    # shows is run again. First the cheap look, which says more plainly what is wrong.
    refuse(deck, verify(data, deck.all_notes, dict(deck.places)))
    with settings(project.root), progress() as report:
        problems = replay(deck, data, report)
    refuse(deck, problems)
    return data


def write_proofs(project: Project, record: object) -> None:
    """Put the evidence beside the package."""
    import json

    from nnanki.model.disk.atomic import write

    path = project.output.with_name("proofs.json")
    text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
    # A file that is as it was keeps its time: make and the like do nothing again.
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        with settings(project.root):
            write(path, text.encode())
