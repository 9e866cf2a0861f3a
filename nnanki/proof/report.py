"""The evidence of a deck, for people and for machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from nnanki.model.proof import FATES, Proof, Proved, Trial, counts, diff, read

Record = dict[str, Any]
HEAD = ("card", "kind", "level", "mutants", "killed", "waived", "symbols")


def record(
    cards: Sequence[Proved], proofs: Mapping[str, Proof], versions: Mapping[str, str]
) -> Record:
    """All evidence, as JSON can hold it: what `dist/proofs.json` says."""
    used = {name for card in cards for name in card.evidence.symbols}
    return {
        "versions": dict(versions),
        "cards": [_card(card, proofs) for card in cards],
        "symbols": {n: symbol(p) for n, p in sorted(proofs.items()) if n in used},
    }


def _card(card: Proved, proofs: Mapping[str, Proof]) -> Record:
    names = card.evidence.symbols
    return {
        "id": card.id,
        "kind": card.kind,
        "concept": card.concept,
        "level": card.evidence.level,
        "symbols": list(names),
        "mutants": counts([proofs[name] for name in names if name in proofs]),
        "file": card.place.path,
        "line": card.place.line,
        **({"source": card.source} if card.source else {}),
        **({"unrun": list(card.evidence.unrun)} if card.evidence.unrun else {}),
        **({"caught": card.evidence.caught} if card.evidence.caught else {}),
        **({"fresh": True} if card.evidence.fresh else {}),
    }


def symbol(proof: Proof) -> Record:
    """A symbol's lines with the tests that run them, and its mutants."""
    return {
        "file": proof.path,
        "line": proof.line,
        "level": proof.level,
        "lines": {str(line): list(tests) for line, tests in proof.covered.items()},
        "mutants": [
            {**_facts(trial), "line": proof.line + trial.line} for trial in proof.trials
        ],
    }


def _facts(trial: Trial) -> Record:
    """What is told of a mutant; all its tests are only told of a card's bug."""
    return {k: v for k, v in asdict(trial).items() if k != "asserting"}


def of_card(found: Record, name: str) -> Record:
    """The part of a record that is about one card."""
    card = next(card for card in found["cards"] if card["id"] == name)
    symbols = {n: found["symbols"][n] for n in card["symbols"] if n in found["symbols"]}
    return {"versions": found["versions"], "cards": [card], "symbols": symbols}


# -- for people -----------------------------------------------------------------------


def table(found: Record) -> Iterator[str]:
    """One line for each card, and one that counts."""
    rows = [HEAD]
    for card in found["cards"]:
        mutants = card["mutants"]
        numbers = [str(mutants[name]) for name in ("made", "killed", "waived")]
        names = card.get("source") or ", ".join(card["symbols"])
        rows.append((card["id"], card["kind"], card["level"], *numbers, names))
    widths = [max(len(row[n]) for row in rows) for n in range(len(HEAD) - 1)]
    for row in rows:
        cells = [
            cell.rjust(width) if 3 <= n <= 5 else cell.ljust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=False))
        ]
        yield "  ".join([*cells, row[-1]]).rstrip()
    yield ""
    yield totals(found)


def totals(found: Record) -> str:
    """How many cards have which level, and what became of the mutants."""
    levels = Counter(card["level"] for card in found["cards"])
    each = ", ".join(f"{levels[level]} {level}" for level in sorted(levels))
    fates = Counter(
        trial["fate"]
        for proof in found["symbols"].values()
        for trial in proof["mutants"]
    )
    mutants = ", ".join(f"{fates[fate]} {fate}" for fate in FATES if fates[fate])
    cards = f"{len(found['cards'])} cards: {each}" if levels else "no card is proved"
    fresh = sum("fresh" in card for card in found["cards"])
    if fresh:
        cards += f"; {fresh} do the same in a fresh Python"
    return f"{cards}; {fates.total()} mutants" + (f": {mutants}" if mutants else "")


def card(
    found: Record, name: str, sources: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    """The whole evidence of one card; `sources` are the lines of its symbols' files."""
    facts = next(card for card in found["cards"] if card["id"] == name)
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
        if symbol in found["symbols"]:
            yield ""
            yield from _symbol(symbol, found["symbols"][symbol], sources)
    yield ""
    yield ", ".join(f"{name} {version}" for name, version in found["versions"].items())


def _symbol(
    name: str, proof: Record, sources: Mapping[str, Sequence[str]]
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


def _mutant(mutant: Record, lines: Sequence[str]) -> Iterator[str]:
    place = f"{mutant['operator']}, line {mutant['line']}"
    yield f"  {mutant['fate']}: {place}"
    yield from (f"    {line}" for line in diff(read([mutant])[0], 0, lines))
    if mutant["fate"] == "killed":
        how = {"assertion": "", "crash": " (it crashes)", "diverged": " (no end)"}
        yield f"    by {mutant['test'] or 'importing it'}{how[mutant['how']]}"
    if mutant["said"]:
        yield f"    {mutant['said']}"
    if mutant["example"]:
        yield f"    smallest counterexample: {mutant['example']}"
    if mutant["misconception"]:
        yield f"    {mutant['misconception']}"
