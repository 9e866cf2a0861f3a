"""`nnanki push`."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nnanki.commands.common import project_of
from nnanki.commands.terminal import echo, settings, show_problems
from nnanki.model.plural import count, few

if TYPE_CHECKING:
    from nnanki.anki.push.ankiconnect import Anki
    from nnanki.anki.push.plan import PushPlan, PushResult

FEW, MANY = 6, 40  # names that are shown, of new cards and of others
WIDTH = 80
REMEMBERS = (
    "note: Anki will offer the options of this import in File > Import, too: learning\n"
    "progress, deck presets, merged note types. Look at them before you import others."
)
BLIND = "note: this AnkiConnect does not tell times; what is newer in Anki will stay"


def _address(_: click.Context, __: click.Parameter, url: str) -> str:
    """An address that can be asked."""
    from urllib.parse import urlsplit

    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise click.BadParameter(f"`{url}` is no address like http://127.0.0.1:8765")
    return url


@click.command()
@click.argument(
    "package",
    required=False,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@click.option("--yes", is_flag=True, help="Push without asking.")
@click.option("--overwrite", is_flag=True, help="Replace what is newer in Anki, too.")
@click.option(
    "--url",
    default="http://127.0.0.1:8765",
    show_default=True,
    metavar="URL",
    callback=_address,
    help="Where AnkiConnect listens.",
)
@click.option(
    "--key", envvar="ANKICONNECT_KEY", metavar="KEY", help="AnkiConnect's apiKey."
)
@click.pass_obj
def push(root: Path, /, package: Path | None, **options: Any) -> None:
    """Bring the deck into a running Anki, and see that it arrived.

    Shows what would change, asks, imports, and reads back. Reviews, other notes and
    your own tags stay. Anki needs the add-on AnkiConnect. PACKAGE is any package of
    nnanki; without it, the project's own is pushed, built anew if it is stale.
    """
    from nnanki.anki.push.ankiconnect import Anki
    from nnanki.anki.push.deliver import Delivery

    # Greeted before the package is built: minutes of proving would be for nothing if no
    # Anki listens.
    anki = Anki(options["url"], options["key"] or "")
    with _talking(root):
        anki.greet()
    path = (package or _own(root)).resolve()
    with _talking(root):
        delivery = Delivery.of(anki, path, options["overwrite"])
        _, plan = delivery.plan()
    _tell(plan)
    if not (plan.arriving or plan.look):
        click.echo("nothing to push")
    elif not options["dry_run"] and _confirm(anki, root, options["yes"]):
        with _talking(root):
            result = delivery.push(plan)
        _report(root, plan, result)


def _own(root: Path) -> Path:
    """The project's package as its cards stand; built, if it is not."""
    from nnanki.commands.build import write_package
    from nnanki.commands.common import examine_project
    from nnanki.release import known_good

    project = project_of(root)
    if known_good.package_stamp(project) is None:
        write_package(project, examine_project(project))
    return project.output


@contextmanager
def _talking(root: Path) -> Iterator[None]:
    """Whatever Anki does not do ends the command."""
    from nnanki.anki.push.ankiconnect import Declined
    from nnanki.model.card import Place
    from nnanki.model.problem import Problem

    try:
        with settings(root):
            yield
    except Declined as error:
        hint = "look at Anki's window; nothing was imported"
        show_problems(
            [Problem(Place("Anki", line=0), f"does not: {error}", hint)], root
        )
        sys.exit(1)


# -- what a person sees ---------------------------------------------------------------


def _tell(plan: PushPlan) -> None:
    """What may happen to which cards."""
    pairs = [(new, old) for new, old in plan.renamed.items() if new in plan.arriving]
    renamed = [f"{old} -> {new}" for new, old in pairs]
    for word, names, colour in (
        ("new", plan.new, "green"),
        ("changed", plan.updates, "yellow"),
        ("renamed", renamed, "yellow"),
        ("retired", plan.retired, "red"),
        ("newer in Anki", plan.newer, "cyan"),
        ("only in Anki", plan.alone, None),
    ):
        if names:
            echo(_row(word, names, FEW if word == "new" else MANY), colour)
    click.echo(f"{'unchanged':13} {len(plan.same):4}")
    if plan.look:
        echo("the look differs from Anki's", "yellow")
    if plan.blind:
        echo(BLIND, "cyan")


def _row(word: str, names: Sequence[str], most: int) -> str:
    """A word, how many, and their names below each other where one line is short."""
    return textwrap.fill(
        few(names, most),
        WIDTH,
        initial_indent=f"{word:13} {len(names):4}  ",
        subsequent_indent=" " * 20,
        break_on_hyphens=False,
        break_long_words=False,
    )


def _confirm(anki: Anki, root: Path, yes: bool) -> bool:
    """Ask, if there is somebody to be asked; first say what stands against it."""
    from nnanki.anki.push.deliver import require_no_editor

    # A script must say that it means it: an import cannot be undone from outside Anki.
    if not yes and not sys.stdin.isatty():
        click.echo("nothing was pushed: `--yes` pushes without asking")
        return False
    with _talking(root):
        require_no_editor(anki)
        if not anki.forgets_options():
            echo(REMEMBERS, "cyan")
    return yes or click.confirm("push into Anki?")


def _report(root: Path, plan: PushPlan, result: PushResult) -> None:
    """What came of it; faults end the command with 1."""
    from nnanki.model.card import Place
    from nnanki.model.problem import Problem

    late = [name for name in result.newer if name not in plan.newer]
    if late:
        echo(
            f"newer in Anki, or open there, and still as before: {few(late, MANY)}",
            "cyan",
        )
    if not result.look:
        echo("the look is newer in Anki, and still as before", "cyan")
    if result.newer or not result.look:
        click.echo("`nnanki push --overwrite` replaces what is newer")
    place = Place("Anki", line=0)
    show_problems([Problem(place, what, hint) for what, hint in result.faults], root)
    if result.faults:
        sys.exit(1)
    click.echo(_summary(plan, len(plan.arriving) - len(late), result))


def _summary(plan: PushPlan, arrived: int, result: PushResult) -> str:
    """One line on what Anki holds now that it did not hold before."""
    parts = [count(arrived, "card")] * bool(arrived)
    parts += ["the look"] * (plan.look and result.look)
    if not parts:
        return "nothing was replaced"
    words = [f"pushed {' and '.join(parts)}, read back as packaged"]
    if plan.luggage.tags:
        words.append(f"own tags kept on {count(len(plan.luggage.tags), 'card')}")
    if result.others:
        words.append(f"{count(result.others, 'other note')} as before")
    return "; ".join(words)
