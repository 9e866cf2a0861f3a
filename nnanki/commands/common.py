"""What several commands do: read a project, examine it, remember that it is good."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nnanki.commands.terminal import progress, settings, show_summary

if TYPE_CHECKING:
    from nnanki.model.problem import Problem
    from nnanki.model.project import Project
    from nnanki.release.known_good import Stamp
    from nnanki.stages.deck import Deck

STRICT = click.option("--strict", is_flag=True, help="Take warnings for problems.")


def project_of(root: Path) -> Project:
    # All of nnanki is imported late, inside the commands: `--help` and the completion
    # of a shell must not wait for genanki and Jinja.
    from nnanki.model.project import load

    with settings(root):
        return load(root)


def examine_project(project: Project, deep: bool = False) -> Deck:
    from nnanki.stages.examine import examine

    with settings(project.root), progress() as report:
        return examine(project, report, deep=deep)


def objections(deck: Deck, strict: bool) -> tuple[Problem, ...]:
    """All that refuses a deck."""
    from nnanki.stages.deck import ordered

    warnings = deck.warnings if strict else ()
    return tuple(ordered(deck.problems + deck.stale + warnings))


def refuse(deck: Deck, problems: Sequence[Problem]) -> None:
    """Show problems and end the command, if there are any."""
    if problems:
        show_summary(deck, problems)
        sys.exit(1)


def deck_record(deck: Deck) -> object:
    """All evidence of a deck."""
    from nnanki.proof import report

    return report.record(deck.proofs, deck.suite.proofs, deck.suite.versions)


def remember(project: Project, deck: Deck, **package: Any) -> Stamp:
    """Keep that the deck is good, and why."""
    from nnanki.release import known_good

    # Only the number: a warning has a place, and a place would have to be kept true.
    many = len(deck.warnings)
    stamp = known_good.Stamp(deck.cards, deck.symbols, warnings=many, **package)
    known_good.save(project, stamp, deck_record(deck))
    return stamp


def now() -> int:
    """The time in seconds; what SOURCE_DATE_EPOCH says, where it is set."""
    # Dates of notes stand in the lock and in the package. With a time from outside, a
    # release can be made anew, byte for byte, on any machine.
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch and not (epoch.isascii() and epoch.isdigit()):
        what = f"SOURCE_DATE_EPOCH is {epoch!r}; it must be a number of seconds."
        raise click.UsageError(what)
    return int(epoch) if epoch else int(time.time())
