"""The evidence of a deck, for people and for machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NotRequired, TypedDict

from nnanki.model.proof import (
    FATES,
    Change,
    MutantTrial,
    Proof,
    Proved,
    counts,
    diff,
)
from nnanki.model.table import aligned

HEAD = ("card", "kind", "level", "mutants", "killed", "waived", "symbols")
NUMBERS = (3, 4, 5)  # the columns that hold some


# The names of `dist/proofs.json`, which others may read: they stay as they are.
class MutantRecord(TypedDict):
    """A mutant and what became of it; all its tests are only told of a card's bug."""

    operator: str
    line: int
    column: int
    before: str
    after: str
    digest: str
    fate: str
    how: str
    test: str
    said: str
    example: str
    exact: bool
    misconception: str


class SymbolRecord(TypedDict):
    """A symbol's lines with the tests that run them, and its mutants."""

    file: str
    line: int
    level: str
    lines: dict[str, list[str]]
    mutants: list[MutantRecord]


class CardRecord(TypedDict):
    """A card, what it rests on, and how far it gets."""

    id: str
    kind: str
    concept: str
    level: str
    symbols: list[str]
    mutants: dict[str, int]
    file: str
    line: int
    source: NotRequired[str]
    unrun: NotRequired[list[str]]
    caught: NotRequired[str]
    fresh: NotRequired[bool]


class Record(TypedDict):
    """All evidence of a deck."""

    versions: dict[str, str]
    cards: list[CardRecord]
    symbols: dict[str, SymbolRecord]


def record(
    cards: Sequence[Proved], proofs: Mapping[str, Proof], versions: Mapping[str, str]
) -> Record:
    """All evidence, as JSON can hold it: what `dist/proofs.json` says."""
    names = {name for card in cards for name in card.evidence.symbols}
    return {
        "versions": dict(versions),
        "cards": [_card(card, proofs) for card in cards],
        "symbols": {n: symbol(p) for n, p in sorted(proofs.items()) if n in names},
    }


def _card(card: Proved, proofs: Mapping[str, Proof]) -> CardRecord:
    names = card.evidence.symbols
    facts: CardRecord = {
        "id": card.id,
        "kind": card.kind,
        "concept": card.concept,
        "level": card.evidence.level,
        "symbols": list(names),
        "mutants": counts([proofs[name] for name in names if name in proofs]),
        "file": card.place.path,
        "line": card.place.line,
    }
    if card.source:
        facts["source"] = card.source
    if card.evidence.unrun:
        facts["unrun"] = list(card.evidence.unrun)
    if card.evidence.caught:
        facts["caught"] = card.evidence.caught
    if card.evidence.fresh:
        facts["fresh"] = True
    return facts


def symbol(proof: Proof) -> SymbolRecord:
    """A symbol's lines with the tests that run them, and its mutants."""
    return {
        "file": proof.path,
        "line": proof.line,
        "level": proof.level,
        "lines": {str(line): list(tests) for line, tests in proof.covered.items()},
        "mutants": [mutant(trial) for trial in proof.trials],
    }


def mutant(trial: MutantTrial) -> MutantRecord:
    """A mutant and what became of it."""
    return {
        "operator": trial.operator,
        "line": trial.change.line,
        "column": trial.change.column,
        "before": trial.change.before,
        "after": trial.change.after,
        "digest": trial.digest,
        "fate": trial.fate,
        "how": trial.how,
        "test": trial.test,
        "said": trial.message,
        "example": trial.example,
        "exact": trial.exact,
        "misconception": trial.misconception,
    }


def of_card(whole: Record, name: str) -> Record:
    """The part of a record that is about one card."""
    card = next(card for card in whole["cards"] if card["id"] == name)
    symbols = {n: whole["symbols"][n] for n in card["symbols"] if n in whole["symbols"]}
    return {"versions": whole["versions"], "cards": [card], "symbols": symbols}


# -- for people -----------------------------------------------------------------------


def table(whole: Record) -> Iterator[str]:
    """One line for each card, and one that counts."""
    rows: list[tuple[str, ...]] = [HEAD]
    for card in whole["cards"]:
        mutants = card["mutants"]
        numbers = [str(mutants[name]) for name in ("made", "killed", "waived")]
        names = card.get("source") or ", ".join(card["symbols"])
        rows.append((card["id"], card["kind"], card["level"], *numbers, names))
    yield from aligned(rows, right=NUMBERS)
    yield ""
    yield totals(whole)


def totals(whole: Record) -> str:
    """How many cards have which level, and what became of the mutants."""
    levels = Counter(card["level"] for card in whole["cards"])
    each = ", ".join(f"{levels[level]} {level}" for level in sorted(levels))
    fates = Counter(
        trial["fate"]
        for proof in whole["symbols"].values()
        for trial in proof["mutants"]
    )
    mutants = ", ".join(f"{fates[fate]} {fate}" for fate in FATES if fates[fate])
    cards = f"{len(whole['cards'])} cards: {each}" if levels else "no card is proved"
    fresh = sum("fresh" in card for card in whole["cards"])
    if fresh:
        cards += f"; {fresh} do the same in a fresh Python"
    return f"{cards}; {fates.total()} mutants" + (f": {mutants}" if mutants else "")


def card(
    whole: Record, name: str, sources: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    """The whole evidence of one card; `sources` are the lines of its symbols' files."""
    facts = next(card for card in whole["cards"] if card["id"] == name)
    place = f"{facts['file']}:{facts['line']}"
    yield f"{name}: {facts['kind']}, {facts['level']}  ({place})"
    if facts["level"] == "cited":
        yield f"cited from {facts['source']}"
    if "unrun" in facts:
        yield f"not run: its {', '.join(facts['unrun'])}"
    if "fresh" in facts:
        yield "its code does the same in a fresh Python"
    if "caught" in facts:
        yield f"its bug is caught by {facts['caught']}"
    for symbol in facts["symbols"]:
        if symbol in whole["symbols"]:
            yield ""
            yield from _symbol(symbol, whole["symbols"][symbol], sources)
    yield ""
    yield ", ".join(f"{name} {version}" for name, version in whole["versions"].items())


def _symbol(
    name: str, proof: SymbolRecord, sources: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    yield f"{name}, {proof['level']}  ({proof['file']}:{proof['line']})"
    lines = sources.get(proof["file"], ())
    for number, tests in proof["lines"].items():
        text = lines[int(number) - 1] if int(number) <= len(lines) else ""
        yield f"{number:>5} | {text}"
        yield from (f"        {line}" for line in grouped(tests))
    for mutant in proof["mutants"]:
        yield ""
        yield from _mutant(mutant, lines)


def grouped(tests: Sequence[str]) -> Iterator[str]:
    """Tests by function: those of one with many parameters are counted."""
    functions = Counter(test.partition("[")[0] for test in tests)
    for function, number in sorted(functions.items()):
        yield function + (f"  ({number} times)" if number > 1 else "")


def _mutant(mutant: MutantRecord, lines: Sequence[str]) -> Iterator[str]:
    place = f"{mutant['operator']}, line {mutant['line']}"
    yield f"  {mutant['fate']}: {place}"
    change = Change(mutant["line"], mutant["column"], mutant["before"], mutant["after"])
    yield from (f"    {line}" for line in diff(change, lines))
    if mutant["fate"] == "killed":
        how = {"assertion": "", "crash": " (it crashes)", "diverged": " (no end)"}
        yield f"    by {mutant['test'] or 'importing it'}{how[mutant['how']]}"
    if mutant["said"]:
        yield f"    {mutant['said']}"
    if mutant["example"]:
        yield f"    smallest counterexample: {mutant['example']}"
    if mutant["misconception"]:
        yield f"    {mutant['misconception']}"
