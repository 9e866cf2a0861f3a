"""The stages in their order; gathers the problems of all cards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from nnanki import (
    derive,
    figures,
    lock,
    parse,
    pictures,
    refusal,
    render,
    variants,
    verdict,
)
from nnanki.accept import accepted, caught
from nnanki.cache import Cache
from nnanki.card import (
    Bug,
    Card,
    CardFile,
    Evidence,
    Note,
    NoteType,
    Obligation,
    Place,
    Prose,
    Tried,
)
from nnanki.curriculum import Texts, in_order, numbered, read
from nnanki.errors import Problem, Refused
from nnanki.evidence import (
    cited_too_often,
    evidence,
    least,
    quotes,
    reaches,
    symbols,
)
from nnanki.execute import Progress, execute
from nnanki.highlight import highlighter
from nnanki.kinds import BUILT_IN, Kind, Kinds, own, syntax
from nnanki.lint import lint
from nnanki.lock import Lock
from nnanki.project import Project
from nnanki.proof import Proved, Trial
from nnanki.prove import Suite, prove
from nnanki.resolve import Library, library
from nnanki.templates import Templates, note_type
from nnanki.variants import Varied, misconception


@dataclass(frozen=True)
class Deck:
    """A project after all stages: its notes if it has no problems, and the problems."""

    project: Project
    texts: Texts
    problems: tuple[Problem, ...]
    stale: tuple[Problem, ...]
    cards: int
    symbols: int
    notes: tuple[Note, ...] = ()
    kind: NoteType | None = None
    lock: Lock = field(default_factory=lambda: Lock(""))
    places: Mapping[str, Place] = field(default_factory=dict)
    cache: Cache = field(default_factory=lambda: Cache(Path()))
    pictures: tuple[str, ...] = ()
    proved: tuple[Proved, ...] = ()
    suite: Suite = field(default_factory=Suite)
    library: Library = field(default_factory=Library)
    duties: tuple[Duty, ...] = ()
    kinds: Kinds = BUILT_IN
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Duty:
    """A card on its way through the stages."""

    file: CardFile
    card: Card
    kind: Kind
    obligations: tuple[Obligation, ...]
    symbols: tuple[str, ...] = ()
    varied: Mapping[Tried, Varied] = field(default_factory=dict)
    shows: tuple[str, ...] = ()


def examine(project: Project, progress: Progress, changed: Texts | None = None) -> Deck:
    """Run every stage but packaging; `changed` texts stand in for files."""
    cache = Cache(project.root)
    texts, problems = read(project, changed or {})
    known_kinds, found = _kinds(project)
    problems += found
    parsed = [
        parse.parse(text, known_kinds)
        for text in texts.values()
        if text.path.endswith(".md")
    ]
    problems += [problem for _, found in parsed for problem in found]
    files = in_order([file for file, _ in parsed], problems)
    faults, warnings = lint(files)
    duties = _duties(files, known_kinds, problems)
    quoted, found = library(project)
    problems += found
    templates = Templates(project)
    css = _style(templates, problems)
    duties = [] if found else [_resolved(quoted, duty, texts, css) for duty in duties]
    reached, suite = _proved(project, quoted, duties, (cache, progress), problems)
    good = [duty for duty in duties if duty.card.id in reached]
    renderer = render.Renderer(project, templates, known_kinds)
    kind = _note_type(project, templates, problems)
    notes = _rendered(renderer, good, (reached, texts), problems)
    places = {duty.card.id: duty.card.place for duty in duties}
    if not any(problem.edits for problem in problems):
        problems += faults  # golden text that is out of date is not judged
    known, stale = _locked(project, texts, (notes, kind, places), problems)
    return Deck(
        project=project,
        texts=texts,
        problems=tuple(ordered(problems)),
        stale=tuple(stale),
        cards=sum(len(file.cards) for file in files),
        symbols=len({name for duty in duties for name in duty.symbols}),
        notes=tuple(notes),
        kind=kind,
        lock=known,
        places=places,
        cache=cache,
        pictures=tuple(_pictures(project, duties)),
        proved=tuple(_proof(duty, reached[duty.card.id]) for duty in good),
        suite=suite,
        library=quoted,
        duties=tuple(good),
        kinds=known_kinds,
        warnings=tuple(ordered(warnings)),
    )


def _kinds(project: Project) -> tuple[Kinds, list[Problem]]:
    try:
        return own.load(project), []
    except Refused as refused:
        return BUILT_IN, [refused.problem]


def ordered(problems: Sequence[Problem]) -> list[Problem]:
    """In the order of files and lines, each once."""
    return sorted(
        dict.fromkeys(problems), key=lambda p: (numbered(p.place.path), p.place)
    )


def _duties(
    files: Sequence[CardFile], known: Kinds, problems: list[Problem]
) -> list[Duty]:
    """Cards with their obligations; cards with problems go no further."""
    seen: dict[str, Place] = {}
    duties = []
    for file in files:
        faults = list(syntax(file.setup, file.place, file.setup_line))
        problems += faults
        for card in file.cards:
            twin = _twin(card, seen)
            obligations, found = known.obligations(card) if card.sound else ([], [])
            problems += twin + found
            if file.sound and card.sound and not (faults or twin or found):
                kind, _ = known.of(card)
                duties.append(Duty(file, card, kind, tuple(obligations)))
    return duties


def _style(templates: Templates, problems: list[Problem]) -> str:
    try:
        return templates.render("style.css")
    except Refused as refused:
        problems.append(refused.problem)
        return ""


def _resolved(quoted: Library, duty: Duty, texts: Texts, css: str) -> Duty:
    """A card with all that its obligations name: symbols, bugs, pictures."""
    names = symbols(quoted, duty.file, duty.obligations)
    obligations = variants.resolved(quoted, duty.obligations)
    obligations = figures.resolved(duty.file, obligations, texts, css)
    varied = variants.varied(quoted, obligations)
    return replace(duty, symbols=names, obligations=obligations, varied=varied)


def _twin(card: Card, seen: dict[str, Place]) -> list[Problem]:
    """The problem with an id, or a `was`, that another card has already."""
    names = {card.id, card.options.get("was", card.id)}
    taken = sorted(names & set(seen))
    if not taken:
        seen |= dict.fromkeys(names, card.place)
        return []
    other = seen[taken[0]]
    what = f"two cards with the id `{taken[0]}`; the other: {other.path}:{other.line}"
    return [Problem(card.place, what, "give this one an id of its own")]


# -- prove ----------------------------------------------------------------------------


def _proved(
    project: Project,
    quoted: Library,
    duties: Sequence[Duty],
    means: tuple[Cache, Progress],
    problems: list[Problem],
) -> tuple[dict[str, Evidence], Suite]:
    """Run the tests and the cards side by side; evidence for every card that holds."""
    (cache, progress), root = means, project.root
    programs = {
        duty.card.id: made
        for duty in duties
        if (made := verdict.program(root, duty.file, duty.card, duty.obligations))
    }
    sources = quoted.sources(project.root)
    varied = [each for duty in duties for each in duty.varied.values()]
    wanted = ({name for duty in duties for name in duty.symbols}, varied)
    with ThreadPoolExecutor(1) as pool:
        tests = pool.submit(prove, project, quoted, wanted, cache, progress)
        outcomes, foreign = execute(
            project, sources, list(programs.values()), cache, progress
        )
        if not tests.done():
            progress("running tests", 0, 0)
        suite, failing = tests.result()
    problems += failing
    problems += [
        Problem(
            Place("pyproject.toml"),
            f"`import {name}` finds {file}, not the folder that the cards quote",
            "remove the other copy, or build from where it lies",
        )
        for name, file in sorted(foreign.items())
    ]
    places = {
        duty.card.id: verdict.first_place(duty.card, duty.obligations)
        for duty in duties
    }
    sound = []
    for duty in duties:
        found = quotes(quoted, duty.obligations)
        if duty.card.id in programs:
            outcome = outcomes[duty.card.id]
            found += verdict.verdict(duty.file, duty.obligations, outcome, places)
            told = verdict.told(duty.file, duty.obligations, outcome)
            found += derive.underived(duty.card, told, duty.symbols)
            duty = replace(duty, shows=derive.shows(duty.card, duty.obligations, told))
        if suite is not None and not found:
            found += _accepted(quoted, duty, suite)
        problems += found
        sound += [] if found else [duty]
    if suite is None:
        return {}, Suite()
    problems += refusal.waivers(quoted, suite)
    return _weighed(project, quoted, (sound, suite), problems), suite


def _accepted(quoted: Library, duty: Duty, suite: Suite) -> list[Problem]:
    """Problems with what a card says of its variants; weak tests are told apart."""
    return [
        problem
        for item in duty.obligations
        if isinstance(item, Tried)
        for trials in [_trials(duty, item, suite)]
        for problem in accepted(quoted, item, trials, suite.proofs[item.symbol])
    ]


def _trials(duty: Duty, item: Tried, suite: Suite) -> Sequence[Trial]:
    varied = duty.varied.get(item)
    return suite.tried.get(varied.key, ()) if varied is not None else ()


def _weighed(
    project: Project,
    quoted: Library,
    proved: tuple[Sequence[Duty], Suite],
    problems: list[Problem],
) -> dict[str, Evidence]:
    """The evidence of each card; where it is too weak, a problem, told once."""
    duties, suite = proved
    reached = {}
    needs: dict[tuple[str, str], list[str]] = {}
    for duty in duties:
        card, names = duty.card, duty.symbols
        got = evidence(suite.proofs, names, duty.obligations)
        got = replace(got, shows=duty.shows)
        reached[card.id] = got = _bug(duty, suite, got)
        needed = least(duty.kind, card, duty.obligations, names)
        weak = [
            n for n in names if n in suite.proofs and suite.proofs[n].level < needed
        ]
        for name in weak:
            needs.setdefault((name, needed), []).append(card.id)
        problems += [] if weak else reaches(card, got.level, needed)
    problems += cited_too_often([(d.card, reached[d.card.id]) for d in duties])
    for (name, needed), cards in needs.items():
        problems += refusal.refusals(
            project.root, quoted, suite.proofs[name], (needed, cards)
        )
    return reached


def _bug(duty: Duty, suite: Suite, got: Evidence) -> Evidence:
    """The evidence of a card with a bug: what is misunderstood, and who catches it."""
    for item in duty.obligations:
        if isinstance(item, Bug):
            test = caught(_trials(duty, item, suite))
            got = replace(got, misconception=misconception(item), caught=test)
    return got


def _proof(duty: Duty, reached: Evidence) -> Proved:
    card, kind = duty.card, duty.kind
    source = card.options.get("source", "")
    return Proved(card.id, kind.name, duty.file.concept, card.place, reached, source)


def _note_type(
    project: Project, templates: Templates, problems: list[Problem]
) -> NoteType | None:
    try:
        return note_type(project, templates)
    except Refused as refused:
        problems.append(refused.problem)
        return None


def _rendered(
    renderer: render.Renderer,
    duties: Sequence[Duty],
    given: tuple[Mapping[str, Evidence], Texts],
    problems: list[Problem],
) -> list[Note]:
    notes = []
    evidence, texts = given
    highlight = highlighter()
    for file, card in ((duty.file, duty.card) for duty in duties):
        media, found = pictures.pictures(renderer.project.root, file, card, texts)
        problems += found
        try:
            note = renderer.note(file, card, evidence[card.id], media, highlight)
            notes.append(note)
        except Refused as refused:
            problems.append(refused.problem)
    return notes


def _pictures(project: Project, duties: Sequence[Duty]) -> Iterator[str]:
    """The files of all pictures, wherever they lie in the project."""
    for duty in duties:
        for block in duty.card.blocks:
            for image in block.images if isinstance(block, Prose) else ():
                for source in (image.source, figures.night_of(image.source)):
                    path = pictures.picture_path(project.root, duty.file, source)
                    if path.is_relative_to(project.root):
                        yield path.relative_to(project.root).as_posix()


def _locked(
    project: Project,
    texts: Texts,
    made: tuple[Sequence[Note], NoteType | None, Mapping[str, Place]],
    problems: list[Problem],
) -> tuple[Lock, list[Problem]]:
    """The lock, and whether it is stale; only a whole deck can tell."""
    name = project.lock.relative_to(project.root).as_posix()
    known, found = lock.parse(texts[name]) if name in texts else (Lock(name), [])
    notes, kind, places = made
    problems += found + lock.strangers(known, notes, places)
    if problems or kind is None:
        return known, []
    return known, lock.compare(known, notes, kind.digest)


def quiet(stage: str, done: int, of: int) -> None:
    """Progress that nobody hears."""
