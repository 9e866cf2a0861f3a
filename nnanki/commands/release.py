"""`nnanki release`."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nnanki.commands.build import ensure_package, make_package, write_proofs
from nnanki.commands.common import (
    STRICT,
    deck_record,
    examine_project,
    now,
    objections,
    project_of,
    refuse,
)
from nnanki.commands.terminal import settings, show_summary
from nnanki.model.plural import count

if TYPE_CHECKING:
    from nnanki.model.project import Project
    from nnanki.model.version import Version
    from nnanki.release.changes import ReleaseChanges
    from nnanki.stages.deck import Deck

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
    from nnanki.model.version import version as parse_version

    number = parse_version(version) if version else None
    if version and number is None:
        raise click.BadParameter(f"{version!r} is no version; write it as in 1.2.0.")
    project = project_of(root)
    with settings(root):
        _clean(project, number)
    deck = examine_project(project, deep=number is not None)
    changes = _changes(project, deck, strict)
    if number is None:
        _would_be(deck, changes)
        return
    # On the commit of a release there is nothing new: whoever checks it out, a CI that
    # publishes it, say, gets the same files again instead of a refusal.
    last = deck.lock.release
    if last is not None and last.number == str(number) and not changes.impact:
        _again(project, deck, last.number)
    else:
        _anew(project, deck, changes, number)


def _clean(project: Project, number: Version | None) -> None:
    from nnanki.model.card import Place
    from nnanki.model.problem import Problem, Refused
    from nnanki.release.git import Repository

    # The next release compares with the commit of this one. What is not in that commit
    # would never be told to learners.
    dirty = Repository(project.root).dirty()
    if dirty and number is not None:
        more = f", and {count(len(dirty) - 1, 'other file')}" if len(dirty) > 1 else ""
        what = f"is not committed as it is{more}"
        hint = "commit it first, or take it back: `git restore` and `git clean`"
        raise Refused(Problem(Place(dirty[0], line=0), what, hint))


def _changes(project: Project, deck: Deck, strict: bool) -> ReleaseChanges:
    """What the deck brings; ends the command where it has problems."""
    from nnanki.release.changes import changes_since, last_release, lock_problems

    # What a deck brings can only be said once it is good: of a card that is not proved
    # nobody knows whether it will be in the release.
    refuse(deck, objections(deck, strict))
    with settings(project.root):
        old = last_release(deck)
    refuse(deck, tuple(lock_problems(deck, old)))
    return changes_since(deck, old)


def _would_be(deck: Deck, changes: ReleaseChanges) -> None:
    from nnanki.release.changelog import section

    if changes.since and not changes.impact:
        click.echo(f"nothing changed since {changes.since}")
        return
    click.echo(section(deck, changes))
    if changes.since:
        click.echo(f"after {changes.since}, at least {changes.least}")


def _anew(
    project: Project, deck: Deck, changes: ReleaseChanges, number: Version
) -> None:
    from nnanki.model.disk.atomic import write
    from nnanki.release.changelog import in_numbers, section
    from nnanki.release.changes import understated, with_release

    refuse(deck, tuple(understated(deck, number, changes)))
    new = with_release(deck, number, now())
    data = make_package(project, new)  # nothing is written unless all will be
    text = section(new, changes)
    _remember(project, new, text)
    with settings(project.root):
        write(project.output, data)
    write_proofs(project, deck_record(new))
    _distribute(project, data, text)
    show_summary(new, ())
    click.echo(f"release {number}: {in_numbers(changes)}")
    name = project.changelog.relative_to(project.root)
    click.echo(f"wrote {name}, {deck.lock.path} and what is in dist/")
    command = f'git commit -m "Release {number}" && git tag v{number}'
    click.echo(f"next: git add cards && {command}")


def _remember(project: Project, deck: Deck, text: str) -> None:
    """Write what remembers a release: first the changelog, then the lock."""
    from nnanki.model.disk.atomic import write
    from nnanki.model.disk.text import Text, read
    from nnanki.release.changelog import heading, with_section

    # The lock is what makes the release: a run that is killed before it is written
    # leaves a section that the next one replaces, and learners' dates as they were.
    path, newline = project.changelog, deck.texts[deck.lock.path].newline
    with settings(project.root):
        name = path.relative_to(project.root).as_posix()
        old = read(project.root, name) if path.exists() else Text(name, "")
        write(path, with_section(old, heading(deck), text).encode())
        write(project.lock, deck.lock.text().replace("\n", newline).encode())


def _again(project: Project, deck: Deck, number: str) -> None:
    from nnanki.model.card import Place
    from nnanki.model.disk.text import read
    from nnanki.model.problem import Problem
    from nnanki.release.changelog import section_of

    name = project.changelog.relative_to(project.root).as_posix()
    with settings(project.root):
        text = section_of(read(project.root, name), number)
    if not text.strip():
        hint = "take it from the commit that made the release"
        what = f"nothing here about {number}, which is the last release"
        refuse(deck, [Problem(Place(name, line=0), what, hint)])
    ensure_package(project, strict=False)
    _distribute(project, project.output.read_bytes(), text)
    click.echo(f"release {number} once more, in dist/")


def _distribute(project: Project, data: bytes, notes: str) -> None:
    """Write what goes with the package: its checksum, its notes."""
    from nnanki.model.disk.atomic import write

    output, digest = project.output, hashlib.sha256(data).hexdigest()
    with settings(project.root):
        write(output.with_name(NOTES), notes.encode())
        write(output.with_name(SUMS), f"{digest}  {output.name}\n".encode())
