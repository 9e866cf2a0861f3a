"""The gallery as one page of HTML, and as files."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from markupsafe import Markup

from nnanki.cards.markup.highlight import highlighter
from nnanki.gallery import chart
from nnanki.gallery.exhibits import Concept, Gallery, media
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


def page(templates: Templates, shown: Gallery) -> str:
    """The page, whole: styles, scripts and data are in it."""
    day, night = palette(shown.note_type.css)
    concepts = [_shelf(shown, concept) for concept in shown.concepts]
    concepts = [concept for concept in concepts if concept["cards"]]
    order = {concept["name"]: concept["after"] for concept in concepts}
    laid = graph({n: [a for a in after if a in order] for n, after in order.items()})
    style = templates.render("gallery/page.css", day=day, night=night)
    project = shown.project
    return templates.render(
        "gallery/page.html",
        deck={
            "title": project.deck,
            "edition": shown.edition,
            "license": project.license,
            "url": project.url,
        },
        concepts=concepts,
        graph={
            "boxes": laid.boxes,
            "lines": laid.lines,
            "width": laid.width,
            "height": laid.height,
            "box": (WIDTH, HEIGHT),
        },
        figures=_figures(shown),
        work=_work(shown),
        symbols=list(_symbols(shown)),
        package=_package(shown),
        problems=[_said(project, problem) for problem in shown.problems],
        waiting=[_said(project, problem) for problem in shown.waiting],
        live=shown.live,
        versions=", ".join(f"{n} {version}" for n, version in shown.versions.items()),
        style=Markup(style),
        script=Markup(templates.source("gallery/page.js")),
        data=_data(shown, concepts),
    )


def _shelf(shown: Gallery, concept: Concept) -> dict[str, Any]:
    cards = [shown.exhibits[name] for name in concept.ids if name in shown.exhibits]
    return {
        "name": concept.name,
        "title": concept.title,
        "lines": textwrap.wrap(concept.title, 20, max_lines=2, placeholder=" …"),
        "after": concept.after,
        "cards": cards,
    }


def _figures(shown: Gallery) -> dict[str, Any]:
    """The deck in numbers."""
    cards = list(shown.exhibits.values())
    proofs = [shown.proofs[name] for name in _used(shown)]
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


def _work(shown: Gallery) -> dict[str, Any] | None:
    """What the deck asks of its learner, if that was worked out."""
    made = shown.forecasts
    if not made:
        return None
    return {
        "head": chart.HEAD,
        "rows": [chart.row(each) for each in made],
        "picture": chart.picture(made),
        "assumptions": assumptions(),
        "new": NEW,
        "minutes": next(round(each.minutes) for each in made if each.new == NEW),
    }


def _used(shown: Gallery) -> list[str]:
    """The symbols that its cards rest on, those that have a proof."""
    cards = shown.exhibits.values()
    used = {name for card in cards for name in card.proved.evidence.symbols}
    return sorted(used & shown.proofs.keys())


def _package(shown: Gallery) -> dict[str, str] | None:
    if shown.package is None:
        return None
    name, size = shown.package
    return {"name": name, "size": f"{size / 1000:.0f} kB"}


def _said(project: Project, problem: Problem) -> dict[str, str]:
    """A problem as the terminal shows it, in its parts."""
    place = problem.place
    return {
        "place": f"{place.path}:{place.line}:{place.column}",
        "what": problem.what,
        "excerpt": "\n".join(excerpt(problem, project.root)),
        "hint": f"hint: {problem.hint}" if problem.hint else "",
    }


# -- why ------------------------------------------------------------------------------


def _symbols(shown: Gallery) -> Iterator[dict[str, Any]]:
    """Every symbol that a card rests on: its source, its tests, its mutants."""
    highlight = highlighter()
    for name in _used(shown):
        found = shown.proofs[name]
        lines, first, last = shown.sources[name]
        code = highlight(textwrap.dedent("\n".join(lines[first - 1 : last])))
        yield {
            "name": name,
            "level": found.level,
            "place": f"{found.path}:{found.line}",
            "lines": list(enumerate(code, start=first)),
            "many": len(found.tests),
            "tests": list(report.grouped(found.tests)),
            "killed": found.counts()["killed"],
            "mutants": [
                _mutant(each, lines) for each in report.symbol(found)["mutants"]
            ],
        }


def _mutant(mutant: dict[str, Any], lines: Sequence[str]) -> dict[str, Any]:
    """A planted fault as whole lines, and who noticed it."""
    killed = mutant["fate"] == "killed"
    return {
        **mutant,
        "diff": proof.diff(proof.read([mutant])[0], 0, lines),
        "by": (mutant["test"] or "importing it") if killed else "",
        "how": HOW.get(mutant["how"], "") if killed else "",
    }


def _data(shown: Gallery, concepts: Sequence[dict[str, Any]]) -> Markup:
    """What the script needs: the cards in their order, and the style of both sides."""
    cards = [
        {
            "id": card.id,
            "title": concept["title"],
            "concept": concept["name"],
            "kind": card.kind,
            "level": card.level,
            "meaning": MEANINGS.get(card.level, ""),
            "place": card.place,
            "symbols": list(card.proved.evidence.symbols),
            "source": card.proved.source,
            "caught": card.proved.evidence.caught,
            "note": card.note,
            "typed": card.typed,
            "unrun": ", ".join(card.proved.evidence.unrun),
            "front": card.html.front,
            "back": card.html.back,
        }
        for concept in concepts
        for card in concept["cards"]
    ]
    data = {
        "name": shown.project.name,
        "url": shown.project.url,
        "live": shown.live,
        "css": shown.note_type.css,
        "cards": cards,
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))


# -- files ----------------------------------------------------------------------------


def files(templates: Templates, shown: Gallery) -> dict[str, bytes]:
    """All files of the gallery, the package among them if there is one."""
    output = shown.project.output
    packed = {output.name: output.read_bytes()} if output.is_file() else {}
    for name, data in packed.items():
        shown = replace(shown, package=(name, len(data)))
    return {**media(shown), **packed, PAGE: page(templates, shown).encode()}


def write(files: Mapping[str, bytes], folder: Path) -> None:
    """Write the gallery into a folder of its own; what is not of it is taken away.

    The page comes last and all at once, so it never shows what is not yet there.
    """
    for name, content in files.items():
        path = folder / name
        if not path.is_file() or path.read_bytes() != content:
            atomic.write(path, content)
    for path in folder.iterdir():
        if path.is_file() and path.name not in files:
            path.unlink()
