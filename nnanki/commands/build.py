"""`nnanki build`, and the package for whoever else needs it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from nnanki.commands.common import (
    STRICT,
    examined,
    project_of,
    refuse,
    refusing,
    remember,
)
from nnanki.commands.terminal import counts, progress, settings, summary

if TYPE_CHECKING:
    from nnanki.build.deck import Deck
    from nnanki.model.project import Project
    from nnanki.release.known_good import Stamp


@click.command()
@STRICT
@click.pass_obj
def build(root: Path, strict: bool) -> None:
    """Prove every card and write dist/NAME.apkg.

    A deck with problems leaves the package of before as it was.
    """
    project = project_of(root)
    known = built(project, strict)
    output = project.output.relative_to(root)
    click.echo(f"{output}: {known.size / 1000:.0f} kB, content {known.content}")


def built(project: Project, strict: bool) -> Stamp:
    """Write package and evidence, unless they are there already."""
    from nnanki.release import known_good

    known = known_good.built(project)
    if known is not None and not (strict and known.warnings):
        counts(known.cards, known.symbols, 0, known.warnings)
    else:
        known = packed(project, examined(project), strict)
    write_proofs(project, known_good.proofs(project))
    return known


def packed(project: Project, deck: Deck, strict: bool = False) -> Stamp:
    """Write the package of a deck, or say why not and end."""
    from nnanki.model.disk.atomic import write
    from nnanki.model.disk.dependency import of_bytes
    from nnanki.notes.lock import content_digest

    data = checked(project, deck, strict)
    with settings(project.root):
        write(project.output, data)
    summary(deck, ())
    return remember(
        project,
        deck,
        package=of_bytes(data),
        size=len(data),
        content=content_digest(deck.lock, (note.id for note in deck.all_notes)),
    )


def checked(project: Project, deck: Deck, strict: bool = False) -> bytes:
    """The package of a deck, looked through and run once more, or the end."""
    from nnanki.release.package import package
    from nnanki.release.replay import replay
    from nnanki.release.verify import verify

    refuse(deck, refusing(deck, strict))
    assert deck.note_type is not None, "a deck without one has problems"
    data = package(project, deck.note_type, deck.all_notes, deck.lock)
    refuse(deck, verify(data, deck.all_notes, dict(deck.places)))
    with settings(project.root), progress() as told:
        problems = replay(deck, data, told)
    refuse(deck, problems)
    return data


def write_proofs(project: Project, record: object) -> None:
    """Put the evidence beside the package."""
    import json

    from nnanki.model.disk.atomic import write

    path = project.output.with_name("proofs.json")
    text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        with settings(project.root):
            write(path, text.encode())
