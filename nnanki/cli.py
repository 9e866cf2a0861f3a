"""The commands; the only room that prints and exits."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nnanki import __version__
from nnanki.terminal import count, counts, echo, progress, settings, show, summary

if TYPE_CHECKING:
    from nnanki.build import Deck
    from nnanki.errors import Problem
    from nnanki.gallery import Gallery
    from nnanki.project import Project
    from nnanki.stamp import Stamp


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
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # clean up, then go


STRICT = click.option("--strict", is_flag=True, help="Take warnings for problems.")


@main.command()
@STRICT
@click.pass_obj
def check(root: Path, strict: bool) -> None:
    """Prove every card; write nothing.

    Exits with 1 and says where and why, if a card cannot be proved.
    """
    from nnanki import stamp

    project = _project(root)
    known = stamp.read(project)
    if known is not None and not known.warnings:
        counts(known.cards, known.symbols, 0)
        return
    deck = _examined(project)
    problems = _problems(deck, strict)
    summary(deck, problems, strict)
    if problems:
        sys.exit(1)
    _remember(project, deck)


def _problems(deck: Deck, strict: bool) -> tuple[Problem, ...]:
    """All that refuses a deck."""
    from nnanki.build import ordered

    warnings = deck.warnings if strict else ()
    return tuple(ordered(deck.problems + deck.stale + warnings))


def _remember(project: Project, deck: Deck, **package: Any) -> Stamp:
    """Keep that the deck is good, and why."""
    from nnanki import report, stamp

    many = len(deck.warnings)
    made = stamp.Stamp(deck.cards, deck.symbols, warnings=many, **package)
    record = report.record(deck.proved, deck.suite.proofs, deck.suite.versions)
    stamp.write(project, made, deck.cache, deck.pictures, record)
    return made


@main.command()
@STRICT
@click.pass_obj
def build(root: Path, strict: bool) -> None:
    """Prove every card and write dist/NAME.apkg.

    A deck with problems leaves the package of before as it was.
    """
    from nnanki import stamp

    project = _project(root)
    known = stamp.built(project)
    if known is not None and not (strict and known.warnings):
        counts(known.cards, known.symbols, 0, known.warnings)
    else:
        known = _built(project, strict)
    _write_proofs(project)
    output = project.output.relative_to(root)
    click.echo(f"{output}: {known.size / 1000:.0f} kB, content {known.content}")


def _built(project: Project, strict: bool) -> Stamp:
    return _packed(project, _examined(project), strict)


def _packed(project: Project, deck: Deck, strict: bool = False) -> Stamp:
    """Write the package of a deck, or say why not and end."""
    from nnanki.cache import file_digest
    from nnanki.lock import content
    from nnanki.package import package
    from nnanki.replay import replay
    from nnanki.text import write
    from nnanki.verify import verify

    problems = _problems(deck, strict)
    if problems or deck.kind is None:
        summary(deck, problems, strict)
        sys.exit(1)
    data = package(project, deck.kind, deck.notes, deck.lock)
    problems = tuple(verify(data, deck.notes, dict(deck.places)))
    if not problems:
        with settings(project.root), progress() as told:
            problems = tuple(replay(deck, data, told))
    if not problems:
        with settings(project.root):
            write(project.output, data)
    summary(deck, problems)
    if problems:
        sys.exit(1)
    return _remember(
        project,
        deck,
        package=file_digest(project.output),
        size=len(data),
        content=content(deck.lock),
    )


def _write_proofs(project: Project) -> None:
    """Put the evidence beside the package."""
    import json

    from nnanki import stamp
    from nnanki.text import write

    path = project.output.with_name("proofs.json")
    text = json.dumps(stamp.proofs(project), indent=1, ensure_ascii=False) + "\n"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        with settings(project.root):
            write(path, text.encode())


@main.command()
@click.option(
    "--allow-weaker", is_flag=True, help="Accept proofs that reach less than before."
)
@click.pass_obj
def update(root: Path, allow_weaker: bool) -> None:
    """Write golden text and the lock, and show what changed.

    Refuses while anything else is wrong. Read the diff before you commit it.
    """
    from nnanki.update import update as work_out

    project = _project(root)
    with settings(root), progress() as told:
        result = work_out(project, told, int(time.time()), allow_weaker)
        problems = result.problems or tuple(result.write())
    if problems:
        summary(result.deck, problems)
        sys.exit(1)
    for line in result.diff():
        colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
        echo(line, colour)
    names = ", ".join(new.path for _, new in result.texts)
    click.echo(f"wrote {names}" if names else "nothing to update")


@main.command()
@click.argument("card", required=False)
@click.option("--json", "machine", is_flag=True, help="The same for machines.")
@click.pass_obj
def proof(root: Path, card: str | None, machine: bool) -> None:
    """Show why CARD may be shown; without CARD, a table of all cards.

    For a card: the lines it rests on with the tests that run them, every mutant of
    these lines and what killed it, and the versions of all that took part.
    """
    from nnanki import report

    found, problems, sources = _evidence(_project(root), card)
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
    from nnanki import prove, report, stamp

    kept = stamp.proofs(project) if card is None else None
    if kept is not None:
        return kept, (), {}
    deck = _examined(project)
    proofs = dict(deck.suite.proofs)
    mine = [item for item in deck.proved if item.id == card]
    with settings(project.root), progress() as told:
        symbols = [n for item in mine for n in item.evidence.symbols if n in proofs]
        few = [proofs[name] for name in symbols]
        proofs |= prove.with_smallest(project, deck.library, few, deck.cache, told)
    record = report.record(deck.proved, proofs, deck.suite.versions)
    sources = {m.path: m.lines for m in deck.library.modules.values()}
    return record, deck.problems + deck.stale, sources


def _unknown(
    found: dict[str, Any], card: str, problems: Sequence[Problem], root: Path
) -> None:
    """Say why there is no evidence of a card, and exit."""
    from nnanki.errors import neighbour

    show(problems, root, err=True)
    hint = neighbour(card, [item["id"] for item in found["cards"]])
    raise click.BadParameter(f"no card `{card}` is proved; {hint}", param_hint="CARD")


@main.command()
@click.option("--serve", is_flag=True, help="Show it in a browser, anew at each save.")
@click.option("--host", default="127.0.0.1", help="Where to serve; this machine alone.")
@click.option("--port", type=click.IntRange(0, 65535), help="Else 7310, or a free one.")
@click.option("--open/--no-open", "opens", default=True, help="Open a browser, or not.")
@click.pass_obj
def preview(root: Path, serve: bool, host: str, port: int | None, opens: bool) -> None:
    """Write the gallery: every card as Anki shows it, and why it may be shown.

    It lies in dist/gallery, with the package, and needs no network and no server.
    With --serve it is shown while you write: a card that you save is checked, and
    the page shows it, or what is wrong with it.
    """
    project = _project(root)
    if serve:
        _serve(root, (host, port), opens)
        return
    from nnanki import gallery, stamp

    deck = _examined(project)
    known = stamp.built(project)
    if known is None or deck.kind is None:
        _packed(project, deck)
    deck = _with_smallest(project, deck)
    with settings(root):
        folder = gallery.write(deck, project.output)
    click.echo(f"{folder.relative_to(root)}: {count(deck.cards, 'card')}")


def _serve(root: Path, address: tuple[str, int | None], opens: bool) -> None:
    """Serve the gallery until somebody stops it."""
    from nnanki.host import Stage, opened
    from nnanki.live import Live

    stage = Stage()
    try:
        host = opened(*address, stage)
    except OSError as error:
        where = f"{address[0]}:{address[1]}"
        hint = "another `nnanki preview` may run there; choose another `--port`"
        what = f"cannot serve at {where}: {error.strerror}; {hint}"
        raise click.BadParameter(what, param_hint="--port") from None
    with host, Live(root, stage) as live:
        click.echo(f"{host.url}  (Ctrl-C stops it)")
        if opens:
            click.launch(host.url)
        with suppress(KeyboardInterrupt):
            for shown in live:
                click.echo(_news(shown))
    click.echo("stopped")


def _news(shown: Gallery) -> str:
    """One line for one save."""
    words = [time.strftime("%H:%M:%S"), count(len(shown.exhibits), "card")]
    words += [count(len(shown.problems), "problem")]
    words += [f"{len(shown.waiting)} waiting for `nnanki update`"] * bool(shown.waiting)
    return ", ".join(words)


def _with_smallest(project: Project, deck: Deck) -> Deck:
    """A deck whose proofs have the smallest counterexamples."""
    from nnanki import prove

    proofs = deck.suite.proofs
    with settings(project.root), progress() as told:
        smallest = prove.with_smallest(
            project, deck.library, list(proofs.values()), deck.cache, told
        )
    return replace(deck, suite=replace(deck.suite, proofs=smallest))


def _project(root: Path) -> Project:
    from nnanki.project import load

    with settings(root):
        return load(root)


def _examined(project: Project) -> Deck:
    from nnanki.build import examine

    with settings(project.root), progress() as told:
        return examine(project, told)
