"""Why the tests do not prove a symbol, in words; what its author can do about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nnanki.model.card import Place
from nnanki.model.disk.text import Text, read
from nnanki.model.problem import Problem, Refused, neighbour
from nnanki.model.proof import MutantTrial, Proof, Suite, Waiver, diff
from nnanki.proof.library import Library

MOST = 3  # survivors of one symbol that are shown; the others are counted


@dataclass(frozen=True)
class Need:
    """The level of a symbol that some cards ask for."""

    level: str
    cards: Sequence[str]


def refusals(root: Path, library: Library, proof: Proof, need: Need) -> list[Problem]:
    """What keeps a symbol from the level that some cards want."""
    try:
        text = read(root, proof.path)
    except (OSError, Refused):
        return []
    words = Words(text, proof, need, code(library, proof.symbol))
    # One kind at a time: a test for a bare line will kill most of its mutants, too.
    return list(words.bare()) or list(words.open_ends()) or list(words.weak())


def code(library: Library, symbol: str) -> str:
    """The digest of a symbol's code, which a waiver names."""
    from nnanki.proof.mutate import code_digest

    module, _ = library.symbols[symbol]
    return code_digest(module.text, library.inner_name(symbol))


def waivers(library: Library, suite: Suite) -> list[Problem]:
    """Problems with waivers: of no symbol, of other code, or of no survivor."""
    return [
        problem
        for waiver in suite.waivers
        for problem in _waiver(library, suite, waiver)
    ]


def _waiver(library: Library, suite: Suite, waiver: Waiver) -> Iterator[Problem]:
    place = Place(waiver.path, waiver.line, 1, 1000)
    symbol = waiver.symbol
    if symbol not in library.symbols:
        hint = neighbour(symbol, library.symbols)
        yield Problem(place, f"a waiver of `{symbol}`, which does not exist", hint)
        return
    if symbol not in suite.proofs:  # no card quotes it, so its mutants were not tried
        return
    now = code(library, symbol)
    if waiver.code != now:
        what = f"this waiver is void: `{symbol}` has changed since"
        hint = f"look whether it still changes nothing, then write code={now!r}"
        yield Problem(place, what, hint)
        return
    same = [trial for trial in suite.proofs[symbol].trials if _waives(waiver, trial)]
    if any(trial.fate == "killed" for trial in same):
        what = f"a test of `{symbol}` notices what this waiver waives"
        yield Problem(place, what, "take the waiver out")
    elif not same:
        what = f"this waiver waives no change to `{symbol}`"
        hint = "copy operator, before and after from the refusal of the change"
        yield Problem(place, what, hint)
    if not waiver.reason:
        what, hint = "this waiver gives no reason", "write it as the docstring"
        yield Problem(place, what, hint)


def _waives(waiver: Waiver, trial: MutantTrial) -> bool:
    """Whether a waiver names a mutant, whatever the layout of both."""
    change = trial.change
    return (waiver.operator, waiver.before.split(), waiver.after.split()) == (
        trial.operator,
        change.before.split(),
        change.after.split(),
    )


class Words:
    """The sentences about one symbol."""

    def __init__(self, text: Text, proof: Proof, need: Need, code: str) -> None:
        self.text = text
        self.proof = proof
        # What is said of no single mutant points at the first line that no test runs,
        # else at the definition.
        first = proof.bare[0] if proof.bare else proof.line
        self.first_line = text.line_place(first - 1)
        self.level = need.level
        self.code = code
        more = len(need.cards) - 1
        others = f" and {more} more need it" if more else " needs it"
        self.reason = f"card `{need.cards[0]}`{others}"

    def bare(self) -> Iterator[Problem]:
        """Lines that no test runs; the first of them is shown."""
        lines = self.proof.bare
        if lines:
            these = "this line" if len(lines) == 1 else f"{len(lines)} lines"
            what = f"no test covers {these} of `{self.proof.symbol}`; {self.reason}"
            hint = f"write a test of `{self.proof.symbol}` that gets there"
            yield Problem(self.first_line, what, hint)

    def open_ends(self) -> Iterator[Problem]:
        """Mutants that no test noticed, or that nobody can tell."""
        alive = [t for t in self.proof.trials if t.fate not in ("killed", "waived")]
        for trial in alive[:MOST]:
            yield self.survivor(trial, len(alive))

    def survivor(self, trial: MutantTrial, of: int) -> Problem:
        name = self.proof.symbol
        lines = self.diff(trial)
        if trial.fate == "unknown":
            what = f"nobody knows whether tests of `{name}` notice `{trial.operator}`"
            hint = f"{trial.message}; make the code or its tests end sooner"
            return Problem(self.place(trial), what, hint, lines=lines)
        among = f", one of {of} such changes" if of > 1 else ""
        what = f"no test notices `{trial.operator}` in `{name}`{among}; {self.reason}"
        hint = "write a test that fails with this change"
        if trial.message:
            hint += f"; its waiver does not hold: {trial.message}"
        else:
            facts = (name, trial.operator, trial.change.before, trial.change.after)
            words = ", ".join(map(repr, facts))
            hint += f"; if it changes nothing, waive({words}, code={self.code!r}, …)"
        return Problem(self.place(trial), what, hint, lines=lines)

    def weak(self) -> Iterator[Problem]:
        """Nothing is left alive, and still it is not enough."""
        name = self.proof.symbol
        killed = [trial for trial in self.proof.trials if trial.fate == "killed"]
        if not killed:
            what = f"nothing in `{name}` can be broken, so tests prove nothing of it"
            hint = f"quote code that does something; {self.reason}"
            yield Problem(self.first_line, what, hint)
        elif not any(trial.how == "assertion" for trial in killed):
            what = f"no assertion notices anything in `{name}`: its mutants only crash"
            hint = f"assert what it returns, not only that it runs; {self.reason}"
            yield Problem(self.first_line, what, hint)
        elif self.level == "L4":
            trial = next(trial for trial in killed if not trial.exact)
            what = f"only a test that rounds notices `{trial.operator}` in `{name}`"
            hint = f"mark an exact oracle with `exact` that notices it; {self.reason}"
            yield Problem(self.place(trial), what, hint, lines=self.diff(trial))

    def diff(self, trial: MutantTrial) -> tuple[str, ...]:
        return diff(trial.change, self.text.lines)

    def place(self, trial: MutantTrial) -> Place:
        """Where the change begins; as wide as its first line."""
        change = trial.change
        width = len(change.before.split("\n")[0])
        return Place(self.proof.path, change.line, change.column, max(1, width))
