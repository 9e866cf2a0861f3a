"""The card files of a project, read and put into the order in which they teach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from heapq import heappop, heappush
from typing import Any

from nnanki.model.card import CardFile, Place
from nnanki.model.conflict_marks import conflict
from nnanki.model.disk import text
from nnanki.model.disk.text import Text
from nnanki.model.problem import Problem, Refused, neighbour
from nnanki.model.project import RETIREMENTS, Project

Texts = Mapping[str, Text]


def card_texts(
    project: Project, drafts: Texts
) -> tuple[dict[str, Text], list[Problem]]:
    """All files of `cards` that a deck is made from.

    A name that begins with a capital is for people, but for the retired cards.
    """
    problems: list[Problem] = []
    texts: dict[str, Text] = {}
    reader, cards = project.reader, project.cards
    paths = [path for path in reader.glob(cards, "*.md") if not for_people(path.name)]
    if not paths:
        hint = "write the first one: `cards/1-first.md`"
        problems.append(Problem(Place("cards"), "no card files here", hint))
    paths += filter(reader.is_file, reader.glob(cards, "figures/*.svg"))
    names = [path.relative_to(project.root).as_posix() for path in paths]
    # Read together with the cards, so that an update can work out all files first and
    # then write all of them or none.
    others = (project.lock.relative_to(project.root).as_posix(), RETIREMENTS)
    names += filter(reader.exists, others)
    names += [name for name in drafts if name not in names]  # not yet written
    for name in sorted(names, key=numbered):
        try:
            texts[name] = drafts[name] if name in drafts else text.read(reader, name)
        except Refused as refused:
            problems.append(refused.problem)
    problems += _changelog(project)
    return texts, problems


def _changelog(project: Project) -> Iterator[Problem]:
    """The problem with a merge that is not finished in what releases say."""
    name = project.changelog.relative_to(project.root).as_posix()
    if not project.reader.is_file(name):
        return
    try:
        page = text.read(project.reader, name)
    except Refused as refused:
        yield refused.problem
        return
    if left := conflict(page.lines):
        line, what, hint = left
        yield Problem(page.line_place(line), what, hint)


def for_people(name: str) -> bool:
    """Whether a file in `cards` is read by people alone, as its name says."""
    return name[:1].isupper()


def in_order(files: Sequence[CardFile]) -> tuple[list[CardFile], list[Problem]]:
    """Files behind the concepts that they build on, otherwise by name."""
    problems: list[Problem] = []
    by_concept: dict[str, CardFile] = {}
    for file in files:
        if file.concept in by_concept:
            other = by_concept[file.concept].path
            what = f"concept `{file.concept}` is taught by {other} too"
            problems.append(Problem(Place(file.path), what, "rename one of the files"))
        by_concept.setdefault(file.concept, file)
    graph: dict[str, list[str]] = {}
    for file in by_concept.values():
        graph[file.concept] = [name for name, _ in file.after if name in by_concept]
        for name, place in file.after:
            if name not in by_concept:
                hint = neighbour(name, by_concept)
                problems.append(Problem(place, f"no concept `{name}`", hint))
    sorter = TopologicalSorter(graph)
    try:
        sorter.prepare()
    except CycleError as error:
        names = " → ".join(reversed(error.args[1]))
        before, file = error.args[1][0], by_concept[error.args[1][1]]
        what = f"concepts come after one another in a circle: {names}"
        hint = "take one of them out of another's `after`"
        problems.append(Problem(dict(file.after)[before], what, hint))
        return list(files), problems
    ready: list[CardFile] = []
    # Of all files that may come next, the one with the least number comes: an author's
    # own order stays wherever prerequisites allow it.
    pool: list[tuple[tuple[Any, ...], str]] = []
    while sorter.is_active():
        for name in sorter.get_ready():
            heappush(pool, (numbered(by_concept[name].path), name))
        _, name = heappop(pool)
        ready.append(by_concept[name])
        sorter.done(name)
    return ready, problems


def numbered(path: str) -> tuple[Any, ...]:
    """Sort `10-x.md` behind `9-x.md`."""
    name = path.rsplit("/", 1)[-1]
    digits = name[: len(name) - len(name.lstrip("0123456789"))]
    return (path[: len(path) - len(name)], int(digits or 0), name)
