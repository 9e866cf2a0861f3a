"""`nnanki proof`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nnanki.commands.common import examined, project_of
from nnanki.commands.terminal import progress, settings, show

if TYPE_CHECKING:
    from nnanki.model.problem import Problem
    from nnanki.model.project import Project


@click.command()
@click.argument("card", required=False)
@click.option("--json", "machine", is_flag=True, help="The same for machines.")
@click.pass_obj
def proof(root: Path, card: str | None, machine: bool) -> None:
    """Show why CARD may be shown; without CARD, a table of all cards.

    For a card: the lines it rests on with the tests that run them, every mutant of
    these lines and what killed it, and the versions of all that took part.
    """
    from nnanki.proof import report

    found, problems, sources = _evidence(project_of(root), card)
    if card is not None and card not in {item["id"] for item in found["cards"]}:
        _unknown(found, card, problems, root)
    if machine:
        import json

        shown = found if card is None else report.of_card(found, card)
        click.echo(json.dumps(shown, indent=1, ensure_ascii=False))
    else:
        lines = (
            report.table(found) if card is None else report.card(found, card, sources)
        )
        click.echo("\n".join(lines))
    if problems:
        click.echo(err=True)
        show(problems, root, err=True)
        sys.exit(1)


def _evidence(
    project: Project, card: str | None
) -> tuple[dict[str, Any], tuple[Problem, ...], dict[str, list[str]]]:
    """All evidence; for one card with the smallest counterexamples, and its source."""
    from nnanki.proof import prove, report
    from nnanki.release import known_good

    kept = known_good.proofs(project) if card is None else None
    if kept is not None:
        return kept, (), {}
    deck = examined(project)
    proofs = dict(deck.suite.proofs)
    mine = [item for item in deck.proofs if item.id == card]
    with settings(project.root), progress() as told:
        symbols = [n for item in mine for n in item.evidence.symbols if n in proofs]
        few = [proofs[name] for name in symbols]
        proofs |= prove.with_smallest(project, deck.library, few, deck.cache, told)
    record = report.record(deck.proofs, proofs, deck.suite.versions)
    sources = {m.path: m.lines for m in deck.library.modules.values()}
    return record, deck.problems + deck.stale, sources


def _unknown(
    found: dict[str, Any], card: str, problems: Sequence[Problem], root: Path
) -> None:
    """Say why there is no evidence of a card, and exit."""
    from nnanki.model.problem import neighbour

    show(problems, root, err=True)
    hint = neighbour(card, [item["id"] for item in found["cards"]])
    raise click.BadParameter(f"no card `{card}` is proved; {hint}", param_hint="CARD")
