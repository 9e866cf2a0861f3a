"""`nnanki release`."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nnanki.commands.build import built, checked, write_proofs
from nnanki.commands.common import (
    STRICT,
    examined,
    now,
    project_of,
    record,
    refuse,
    refusing,
)
from nnanki.commands.terminal import settings, summary
from nnanki.model.plural import count

if TYPE_CHECKING:
    from nnanki.build.deck import Deck
    from nnanki.model.project import Project
    from nnanki.model.version import Version
    from nnanki.release.changes import Changes

NOTES, SUMS = "RELEASE.md", "SHA256SUMS"


@click.command()
@click.argument("version", required=False)
@STRICT
@click.pass_obj
def release(root: Path, version: str | None, strict: bool) -> None:
    """Make what is committed a release: VERSION, as in 1.2.0.

    Writes the lock, cards/CHANGELOG.md for learners, and into dist/ the package, its
    checksum and its notes. The version must say what learners get: the first number
    rises where cards left the deck, the second with new cards, the third with
    corrections. Every card runs in a fresh Python first, as `check --deep` does. On
    the commit of a release, the same command writes dist/ anew.

    Without VERSION, shows what the next release would bring; nothing is written.
    """
    from nnanki.model.version import version as read

    wanted = read(version) if version else None
    if version and wanted is None:
        raise click.BadParameter(f"{version!r} is no version; write it as in 1.2.0.")
    project = project_of(root)
    with settings(root):
        _clean(project, wanted)
    deck = examined(project, deep=wanted is not None)
    made = _changes(project, deck, strict)
    if wanted is None:
        _would_be(deck, made)
        return
    last = deck.lock.release
    if last is not None and last.number == str(wanted) and not made.impact:
        _again(project, deck, last.number)
    else:
        _anew(project, deck, made, wanted)


def _clean(project: Project, wanted: Version | None) -> None:
    from nnanki.model.card import Place
    from nnanki.model.problem import Problem, Refused
    from nnanki.release.git import Repository

    dirty = Repository(project.root).dirty()
    if dirty and wanted is not None:
        more = f", and {count(len(dirty) - 1, 'other file')}" if len(dirty) > 1 else ""
        what = f"is not committed as it is{more}"
        hint = "commit it first, or take it back: `git restore` and `git clean`"
        raise Refused(Problem(Place(dirty[0], line=0), what, hint))


def _changes(project: Project, deck: Deck, strict: bool) -> Changes:
    """What the deck brings; ends the command where it has problems."""
    from nnanki.release.changes import before, broken, changes

    refuse(deck, refusing(deck, strict))
    with settings(project.root):
        old = before(deck)
    refuse(deck, tuple(broken(deck, old)))
    return changes(deck, old)


def _would_be(deck: Deck, made: Changes) -> None:
    from nnanki.release.changelog import section

    if made.since and not made.impact:
        click.echo(f"nothing changed since {made.since}")
        return
    click.echo(section(deck, made))
    if made.since:
        click.echo(f"after {made.since}, at least {made.least}")


def _anew(project: Project, deck: Deck, made: Changes, wanted: Version) -> None:
    from nnanki.model.disk.atomic import write
    from nnanki.release.changelog import section, summed
    from nnanki.release.changes import released, understated

    refuse(deck, tuple(understated(deck, wanted, made)))
    new = released(deck, wanted, now())
    data = checked(project, new)  # nothing is written unless all will be
    text = section(new, made)
    _remember(project, new, text)
    with settings(project.root):
        write(project.output, data)
    write_proofs(project, record(new))
    _distribute(project, data, text)
    summary(new, ())
    click.echo(f"release {wanted}: {summed(made)}")
    name = project.changelog.relative_to(project.root)
    click.echo(f"wrote {name}, {deck.lock.path} and what is in dist/")
    said = f'git commit -m "Release {wanted}" && git tag v{wanted}'
    click.echo(f"next: git add cards && {said}")


def _remember(project: Project, deck: Deck, text: str) -> None:
    """Write what remembers a release: first the changelog, then the lock."""
    from nnanki.model.disk.atomic import write
    from nnanki.model.disk.text import Text, read
    from nnanki.release.changelog import heading, prepended

    path, newline = project.changelog, deck.texts[deck.lock.path].newline
    with settings(project.root):
        name = path.relative_to(project.root).as_posix()
        old = read(project.root, name) if path.exists() else Text(name, "")
        write(path, prepended(old, heading(deck), text).encode())
        write(project.lock, deck.lock.text().replace("\n", newline).encode())


def _again(project: Project, deck: Deck, number: str) -> None:
    from nnanki.model.card import Place
    from nnanki.model.disk.text import read
    from nnanki.model.problem import Problem
    from nnanki.release.changelog import newest

    name = project.changelog.relative_to(project.root).as_posix()
    with settings(project.root):
        text = newest(read(project.root, name), number)
    if not text.strip():
        hint = "take it from the commit that made the release"
        what = f"nothing here about {number}, which is the last release"
        refuse(deck, [Problem(Place(name, line=0), what, hint)])
    built(project, strict=False)
    _distribute(project, project.output.read_bytes(), text)
    click.echo(f"release {number} once more, in dist/")


def _distribute(project: Project, data: bytes, notes: str) -> None:
    """Write what goes with the package: its checksum, its notes."""
    from nnanki.model.disk.atomic import write

    output, digest = project.output, hashlib.sha256(data).hexdigest()
    with settings(project.root):
        write(output.with_name(NOTES), notes.encode())
        write(output.with_name(SUMS), f"{digest}  {output.name}\n".encode())
