"""`nnanki push`."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nnanki.commands.common import project_of
from nnanki.terminal import count, echo, settings, show

if TYPE_CHECKING:
    from nnanki.ankiconnect import Anki
    from nnanki.held import Collection
    from nnanki.push import Outcome, Parcel, Plan

SHOWN = 6  # names on one line
# An editor that is open in Anki writes its note this soon, over any import.
SETTLED = 1.5
REMEMBERS = (
    "note: Anki will offer the options of this import in File > Import, too: learning\n"
    "progress, deck presets, merged note types. Look at them before you import others."
)
BLIND = "note: this AnkiConnect does not tell times; what is newer in Anki will stay"


@dataclass(frozen=True)
class _Delivery:
    """What is brought, from which file, to whom."""

    anki: Anki
    parcel: Parcel
    path: Path
    data: bytes
    overwrite: bool
    now: int


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
def push(root: Path, /, package: Path | None, **given: Any) -> None:
    """Bring the deck into a running Anki, and see that it arrived.

    Shows what would change, asks, imports, and reads back. Reviews, other notes and
    your own tags stay. Anki needs the add-on AnkiConnect. PACKAGE is any package of
    nnanki; without it, the project's own is pushed, built anew if it is stale.
    """
    from nnanki.ankiconnect import Anki

    anki = Anki(given["url"], given["key"] or "")
    with _talking(root):
        anki.greet()
    path = (package or _own(root)).resolve()
    with _talking(root):
        delivery = _delivery(anki, path, given["overwrite"])
        _, plan = _planned(delivery)
    _tell(plan)
    if not (plan.arriving or plan.look):
        click.echo("nothing to push")
    elif not given["dry_run"] and _wanted(delivery, root, given["yes"]):
        with _talking(root):
            result = _pushed(delivery, plan)
        _report(root, plan, result)


def _own(root: Path) -> Path:
    """The project's package as its cards stand; built, if it is not."""
    from nnanki import stamp
    from nnanki.commands.build import packed
    from nnanki.commands.common import examined

    project = project_of(root)
    if stamp.built(project) is None:
        packed(project, examined(project))
    return project.output


@contextmanager
def _talking(root: Path) -> Iterator[None]:
    """Whatever Anki does not do ends the command."""
    from nnanki.ankiconnect import Declined
    from nnanki.card import Place
    from nnanki.errors import Problem

    try:
        with settings(root):
            yield
    except Declined as error:
        hint = "look at Anki's window; nothing was imported"
        show([Problem(Place("Anki", line=0), f"does not: {error}", hint)], root)
        sys.exit(1)


def _delivery(anki: Anki, path: Path, overwrite: bool) -> _Delivery:
    from nnanki import apkg
    from nnanki.carry import written_here
    from nnanki.push import parcel

    data = path.read_bytes()
    packed = parcel(apkg.opened(data, path.name), path.name)
    if not written_here(data):
        what = "was exported by Anki, and its notes may be anybody's"
        raise _refused(what, "import it by File > Import in Anki", path.name)
    return _Delivery(anki, packed, path, data, overwrite, int(time.time()))


def _planned(delivery: _Delivery) -> tuple[Collection, Plan]:
    """What Anki holds now, and what would change; refused where that would harm."""
    from nnanki.held import read
    from nnanki.push import obstacles, plan

    kind = delivery.parcel.type
    held = read(delivery.anki, kind.id, kind.name)
    for what, hint in obstacles(delivery.parcel, held):
        raise _refused(what, hint)
    return held, plan(delivery.parcel, held, delivery.now, delivery.overwrite)


# -- what a person sees ---------------------------------------------------------------


def _tell(plan: Plan) -> None:
    """One line for each thing that may happen to cards."""
    renamed = [f"{old} -> {new}" for new, old in plan.renamed.items()]
    for word, names, colour in (
        ("new", plan.new, "green"),
        ("changed", plan.changed, "yellow"),
        ("renamed", renamed, "yellow"),
        ("retired", plan.retired, "red"),
        ("newer in Anki", plan.newer, "cyan"),
        ("only in Anki", plan.alone, None),
    ):
        if names:
            echo(f"{word:13} {len(names):4}  {_few(names)}", colour)
    click.echo(f"{'unchanged':13} {len(plan.same):4}")
    if plan.look:
        echo("the look differs from Anki's", "yellow")
    if plan.blind:
        echo(BLIND, "cyan")


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def _wanted(delivery: _Delivery, root: Path, yes: bool) -> bool:
    """Ask, if there is somebody to be asked; first say what stands against it."""
    if not yes and not sys.stdin.isatty():
        click.echo("nothing was pushed: `--yes` pushes without asking")
        return False
    with _talking(root):
        _undisturbed(delivery.anki)
        if not delivery.anki.forgets_options():
            echo(REMEMBERS, "cyan")
    return yes or click.confirm("push into Anki?")


def _report(root: Path, plan: Plan, result: Outcome) -> None:
    """What came of it; faults end the command with 1."""
    from nnanki.card import Place
    from nnanki.errors import Problem

    late = [name for name in result.newer if name not in plan.newer]
    if late:
        echo(f"newer in Anki, and still there: {_few(late)}", "cyan")
    if not result.look:
        echo("the look is newer in Anki, and still there", "cyan")
    if result.newer or not result.look:
        click.echo("`nnanki push --overwrite` replaces what is newer")
    hint = "close what edits notes in Anki, and push again"
    place = Place("Anki", line=0)
    show([Problem(place, what, hint) for what in result.faults], root)
    if result.faults:
        sys.exit(1)
    click.echo(_summary(plan, len(plan.arriving) - len(late), result))


def _summary(plan: Plan, arrived: int, result: Outcome) -> str:
    """One line on what Anki holds now that it did not hold before."""
    parts = [count(arrived, "card")] * bool(arrived)
    parts += ["the look"] * (plan.look and result.look)
    if not parts:
        return "nothing was replaced"
    kept = f"; own tags kept on {count(len(plan.luggage.tags), 'card')}"
    words = f"pushed {' and '.join(parts)}, read back as packaged"
    return words + kept * bool(plan.luggage.tags)


# -- what is done to Anki -------------------------------------------------------------


def _undisturbed(anki: Anki) -> None:
    """Make sure that no editor is open, as far as AnkiConnect tells."""
    if anki.ask("guiSelectedNotes"):
        what = "has a note open in its browser, which would write over the import"
        raise _refused(what, "close the windows Browse and Edit")


def _pushed(delivery: _Delivery, plan: Plan) -> Outcome:
    """Import what was announced, if that still holds, and read back."""
    from nnanki.carry import laden
    from nnanki.held import read
    from nnanki.push import outcome

    _undisturbed(delivery.anki)
    before, again = _planned(delivery)
    if again != plan:
        raise _refused("changed in the meantime", "push again")
    with _lying(
        delivery.path, delivery.data, laden(delivery.data, plan.luggage)
    ) as file:
        _imported(delivery.anki, file)
    time.sleep(SETTLED)
    kind = delivery.parcel.type
    after = read(delivery.anki, kind.id, kind.name)
    return outcome(delivery.parcel, plan, before, after)


@contextmanager
def _lying(path: Path, data: bytes, laden: bytes) -> Iterator[Path]:
    """A file beside the package for as long as Anki reads it, or the package itself."""
    from nnanki.text import write

    if laden == data:
        yield path
        return
    beside = path.with_name(f".{path.stem}.push.apkg")
    try:
        write(beside, laden)
        yield beside
    finally:
        beside.unlink(missing_ok=True)


def _imported(anki: Anki, file: Path) -> None:
    from nnanki.ankiconnect import Declined

    try:
        anki.take(file)
    except Declined as error:
        unseen = ("No such file", "Permission denied", "os error 2", "os error 13")
        if not any(words in str(error) for words in unseen):
            raise
        what = f"cannot read {file.parent}: it runs elsewhere, or in a sandbox"
        hint = "put the package where both can read it, and push that file"
        raise _refused(what, hint) from None


def _refused(what: str, hint: str, whose: str = "Anki") -> Exception:
    from nnanki.card import Place
    from nnanki.errors import Problem, Refused

    return Refused(Problem(Place(whose, line=0), what, hint))
