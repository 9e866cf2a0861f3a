"""The gallery as one page of HTML, and as files."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from markupsafe import Markup

from nnanki.cards.markup.highlight import highlighter
from nnanki.gallery import chart
from nnanki.gallery.exhibits import Concept, Exhibit, Gallery, picture_files
from nnanki.gallery.forecast import NEW, assumptions
from nnanki.gallery.graph import HEIGHT, WIDTH, graph
from nnanki.model import proof
from nnanki.model.disk import atomic
from nnanki.model.notation import MEANINGS
from nnanki.model.problem import Problem, excerpt
from nnanki.model.project import Project
from nnanki.notes.templates import Templates
from nnanki.proof import report
from nnanki.running.palette import palette

PAGE = "index.html"
HOW = {"assertion": "", "crash": ", which crashes", "diverged": ", which never ends"}


def render_page(templates: Templates, gallery: Gallery) -> str:
    """The page, whole: styles, scripts and data are in it."""
    day, night = palette(gallery.note_type.css)
    shelves = [_shelf(gallery, concept) for concept in gallery.concepts]
    shelves = [shelf for shelf in shelves if shelf.cards]
    order = {shelf.name: shelf.after for shelf in shelves}
    laid = graph({n: [a for a in after if a in order] for n, after in order.items()})
    style = templates.render("gallery/page.css", day=day, night=night)
    project = gallery.project
    return templates.render(
        "gallery/page.html",
        deck={
            "title": project.deck,
            "edition": gallery.edition,
            "license": project.license,
            "url": project.url,
        },
        concepts=shelves,
        graph={
            "boxes": laid.boxes,
            "lines": laid.lines,
            "width": laid.width,
            "height": laid.height,
            "box": (WIDTH, HEIGHT),
        },
        figures=_figures(gallery),
        work=_work(gallery),
        symbols=list(_symbols(gallery)),
        package=_package(gallery),
        problems=[_problem(project, problem) for problem in gallery.problems],
        waiting=[_problem(project, problem) for problem in gallery.waiting],
        live=gallery.live,
        versions=", ".join(f"{n} {version}" for n, version in gallery.versions.items()),
        style=Markup(style),
        script=Markup(templates.source("gallery/page.js")),
        data=_data(gallery, shelves),
    )


@dataclass(frozen=True)
class Shelf:
    """A concept with its cards, and its title in lines for a box of the graph."""

    name: str
    title: str
    lines: Sequence[str]
    after: Sequence[str]
    cards: Sequence[Exhibit]


def _shelf(gallery: Gallery, concept: Concept) -> Shelf:
    cards = [gallery.exhibits[name] for name in concept.ids if name in gallery.exhibits]
    lines = textwrap.wrap(concept.title, 20, max_lines=2, placeholder=" …")
    return Shelf(concept.name, concept.title, lines, concept.after, cards)


def _figures(gallery: Gallery) -> dict[str, int | list[tuple[str, int]]]:
    """The deck in numbers."""
    cards = list(gallery.exhibits.values())
    proofs = [gallery.proofs[name] for name in _symbol_names(gallery)]
    kinds = Counter(card.kind for card in cards)
    levels = Counter(card.level for card in cards)
    return {
        "cards": len(cards),
        "concepts": len({card.concept for card in cards}),
        "symbols": len(proofs),
        "kinds": sorted(kinds.items()),
        "levels": sorted(levels.items(), key=lambda item: item[0].upper()),
        **proof.counts(proofs),
    }


@dataclass(frozen=True)
class Workload:
    """The forecast as the page shows it: a table, a picture, the usual pace."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    picture: chart.Picture
    assumptions: Sequence[str]
    new: int
    minutes: int


def _work(gallery: Gallery) -> Workload | None:
    """What the deck asks of its learner, if that was worked out."""
    forecasts = gallery.forecasts
    if not forecasts:
        return None
    return Workload(
        head=chart.HEAD,
        rows=[chart.row(each) for each in forecasts],
        picture=chart.picture(forecasts),
        assumptions=assumptions(),
        new=NEW,
        minutes=next(round(each.minutes) for each in forecasts if each.new == NEW),
    )


def _symbol_names(gallery: Gallery) -> list[str]:
    """The symbols that its cards rest on, those that have a proof."""
    cards = gallery.exhibits.values()
    names = {name for card in cards for name in card.proof.evidence.symbols}
    return sorted(names & gallery.proofs.keys())


def _package(gallery: Gallery) -> dict[str, str] | None:
    if gallery.package is None:
        return None
    name, size = gallery.package
    return {"name": name, "size": f"{size / 1000:.0f} kB"}


def _problem(project: Project, problem: Problem) -> dict[str, str]:
    """A problem as the terminal shows it, in its parts."""
    place = problem.place
    return {
        "place": f"{place.path}:{place.line}:{place.column}",
        "what": problem.what,
        "excerpt": "\n".join(excerpt(problem, project.root)),
        "hint": f"hint: {problem.hint}" if problem.hint else "",
    }


# -- why ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Symbol:
    """A symbol that cards rest on: its source by lines, its tests, its mutants."""

    name: str
    level: str
    place: str
    lines: Sequence[tuple[int, Markup]]
    many: int
    tests: Sequence[str]
    killed: int
    mutants: Sequence[Mapping[str, object]]


def _symbols(gallery: Gallery) -> Iterator[Symbol]:
    """Every symbol that a card rests on: its source, its tests, its mutants."""
    highlight = highlighter()
    for name in _symbol_names(gallery):
        evidence = gallery.proofs[name]
        lines, first, last = gallery.sources[name]
        code = highlight(textwrap.dedent("\n".join(lines[first - 1 : last])))
        yield Symbol(
            name=name,
            level=evidence.level,
            place=f"{evidence.path}:{evidence.line}",
            lines=list(enumerate(code, start=first)),
            many=len(evidence.tests),
            tests=list(report.grouped(evidence.tests)),
            killed=evidence.counts()["killed"],
            mutants=[_mutant(trial, lines) for trial in evidence.trials],
        )


def _mutant(trial: proof.MutantTrial, lines: Sequence[str]) -> Mapping[str, object]:
    """A planted fault as whole lines, and who noticed it."""
    killed = trial.fate == "killed"
    return {
        **report.mutant(trial),
        "diff": proof.diff(trial.change, lines),
        "by": (trial.test or "importing it") if killed else "",
        "how": HOW.get(trial.how, "") if killed else "",
    }


def _data(gallery: Gallery, shelves: Sequence[Shelf]) -> Markup:
    """What the script needs: the cards in their order, and the style of both sides."""
    cards = [
        {
            "id": card.id,
            "title": shelf.title,
            "concept": shelf.name,
            "kind": card.kind,
            "level": card.level,
            "meaning": MEANINGS.get(card.level, ""),
            "place": card.place,
            "symbols": list(card.proof.evidence.symbols),
            "source": card.proof.source,
            "caught": card.proof.evidence.caught,
            "note": card.note,
            "typed": card.typed,
            "unrun": ", ".join(card.proof.evidence.unrun),
            "front": card.html.front,
            "back": card.html.back,
        }
        for shelf in shelves
        for card in shelf.cards
    ]
    data = {
        "name": gallery.project.name,
        "url": gallery.project.url,
        "live": gallery.live,
        "css": gallery.note_type.css,
        "cards": cards,
    }
    # Inside a script element only `</script` could end it, and JSON may hold that.
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))


# -- files ----------------------------------------------------------------------------


def files(templates: Templates, gallery: Gallery) -> dict[str, bytes]:
    """All files of the gallery, the package among them if there is one."""
    output = gallery.project.output
    packed = {output.name: output.read_bytes()} if output.is_file() else {}
    for name, data in packed.items():
        gallery = replace(gallery, package=(name, len(data)))
    return {
        **picture_files(gallery),
        **packed,
        PAGE: render_page(templates, gallery).encode(),
    }


def write_folder(files: Mapping[str, bytes], folder: Path) -> None:
    """Write the gallery into a folder of its own; what is not of it is taken away.

    The page comes last and all at once, so it never shows what is not yet there.
    """
    # A picture that is as it was keeps its time, so browsers and rsync need not look.
    for name, content in files.items():
        path = folder / name
        if not path.is_file() or path.read_bytes() != content:
            atomic.write(path, content)
    for path in folder.iterdir():
        if path.is_file() and path.name not in files:
            path.unlink()
