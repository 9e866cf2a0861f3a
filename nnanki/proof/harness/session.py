"""Runs tests and mutants in copies of the project; what is wrong with them."""

from __future__ import annotations

import os
import re
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from nnanki.model.card import Place
from nnanki.model.disk.text import read
from nnanki.model.problem import Problem, Refused
from nnanki.model.project import Project
from nnanki.model.proof import Change, MutantTrial, Trial
from nnanki.proof.harness.copies import Copies
from nnanki.proof.harness.crew import SUITE_SECONDS, Crew, crew_for
from nnanki.proof.harness.jobs import CANARY, Target
from nnanki.proof.harness.schedule import Schedule, Task
from nnanki.proof.library import Library
from nnanki.proof.suite.messages import Ended, Fate, First, Mutant, Order, Recording
from nnanki.running.runner import forks

LETTERS = 300  # of what a failing test says
QUOTED = re.compile(r"""['"]([^'"]+)['"]""")
Progress = Callable[[str, int, int], None]


@dataclass
class Session:
    """One life of the suite: what it said, and what became of all changes.

    With `shrink`, hypothesis looks for the smallest input that a mutant fails on.
    `reads` are, for each target, the names of all that its tests have read.
    """

    project: Project
    library: Library
    progress: Progress
    shrink: bool = False
    recording: Recording | None = None
    ended: Ended | None = None
    late: bool = False
    fates: dict[str, dict[int, Fate]] = field(default_factory=lambda: defaultdict(dict))
    controls: dict[str, Fate] = field(default_factory=dict)
    tried: int = 0
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    copies: Copies | None = None
    reads: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def run(
        self, targets: Sequence[Target], tests: Sequence[str] = ()
    ) -> tuple[Recording | None, list[Problem]]:
        """Run the suite on some targets; what its tests do, or why it cannot count.

        Without `tests` all of the project's are run.
        """
        root, project = self.project.root, self.project
        files = sorted(module.path for module in self.library.modules.values())
        order: Order = {
            "paths": [str(path) for path in project.paths],
            "files": [str(root / file) for file in files],
            "texts": {target.subject["path"]: target.text for target in targets},
            "tests": list(tests or project.tests),
            "fork": forks(),
            "mebibytes": project.mebibytes,
            "shrink": self.shrink,
        }
        try:
            self.copies = Copies(root, (*files, *project.tests), project.test_files)
        except Refused as refused:
            return None, [refused.problem]
        with self.copies:
            problems = self.problems(self.listen(order, targets), targets)
        return self.recording, problems

    def problems(
        self, last: tuple[str, ...], targets: Sequence[Target]
    ) -> list[Problem]:
        """What is wrong with the suite, or else with its tests, or with its gate."""
        # The cause first: with modules from elsewhere tests may fail; while one does,
        # no mutant is tried, so that nothing can be said of the gate.
        return (
            list(self.strangers())
            or list(self.silence(last))
            or list(self.failures())
            or list(self.gate(targets))
        )

    def listen(self, order: Order, targets: Sequence[Target]) -> tuple[str, ...]:
        """Hear all that the suite says; return its last words, if it died."""
        assert self.copies is not None
        # Its messages go to a file: a pipe that nobody empties would stop the suite.
        of = sum(len(target.changes) for target in targets)
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as log:
            crew = Crew(self.copies, order, log, crew_for(of))
            crew.run(
                lambda first: self.begin(first, targets),
                lambda task, fate: self.hear(task, fate, of),
            )
            self.late = crew.late
            log.seek(0)
            return tuple(log.read().strip().splitlines()[-5:])

    def begin(self, first: First, targets: Sequence[Target]) -> Schedule | None:
        """What is to be tried, unless the tests have ended before that."""
        if "ready" in first:
            return None
        self.elsewhere = first["elsewhere"]
        if "ended" in first:
            self.ended = first
            return None
        self.recording = first["recording"]
        root, seconds = self.project.root, self.project.seconds
        return Schedule(root, targets, self.recording, seconds)

    def hear(self, task: Task, fate: Fate, of: int) -> None:
        """What became of a change."""
        key = task.target.key
        fate["message"] = fate.get("message", "")[:LETTERS]
        self.reads[key].update(fate.pop("reads", ()))
        if task.index is None:
            self.controls.setdefault(key, fate)
        else:
            self.fates[key][task.index] = fate
            self.tried += 1
            self.progress("trying mutants", self.tried, of)

    # -- what is wrong ----------------------------------------------------------------

    def silence(self, last: tuple[str, ...]) -> Iterator[Problem]:
        """The problem with a suite that never came to its end, or had nothing to do."""
        where = Place(self.project.tests[0])
        hint = f"run `pytest {' '.join(self.project.tests)}`"
        if self.late:
            what = f"the tests did not end within {SUITE_SECONDS} s"
            yield Problem(where, what, f"{hint} to see where they hang")
        elif self.ended is None and self.recording is None:
            what = "the tests ended before they were done"
            yield Problem(where, what, f"{hint} to see it", lines=last)
        elif self.ended is not None and not self.ended["failures"]:
            what = f"no test in {', '.join(self.project.tests)}"
            hint = "write one: cards that quote code need tests"
            yield Problem(where, what, hint)

    def failures(self) -> Iterator[Problem]:
        """A problem for each test that fails."""
        for failure in self.ended["failures"] if self.ended else ():
            hint = f"a failing test refuses every card; run `pytest {failure['test']}`"
            verb = "fails" if "::" in failure["test"] else "cannot be imported"
            what = f"this test {verb}: {failure['message']}"
            place = _statement(self.project.root, failure["path"], failure["line"])
            yield Problem(place, what, self.missing(failure["message"]) or hint)

    def missing(self, message: str) -> str:
        """A hint, where a test looked for a file that was not copied."""
        assert self.copies is not None
        for name in QUOTED.findall(message):
            if self.copies.lacks(name):
                name = os.path.relpath(self.project.root / name, self.project.root)
                return (
                    "tests run in a copy of what Git does not ignore, and "
                    f"`{name}` was not copied; "
                    f'add `needed = ["{name}"]` to [tool.nnanki]'
                )
        return ""

    def strangers(self) -> Iterator[Problem]:
        """A problem with what was imported from the project's own folder."""
        for name, path in sorted(self.elsewhere.items())[:1]:
            what = f"`{name}` was imported from here, not from the copy that is tested"
            hint = "tests may name no absolute path of the project in `sys.path`"
            yield Problem(Place(path), what, hint)

    def gate(self, targets: Sequence[Target]) -> Iterator[Problem]:
        """Problems with a gate that lets pass what must die, or the other way round."""
        for target in targets:
            symbol = target.subject["symbol"]
            for index, change in enumerate(target.changes):
                fate = self.fates[target.key].get(index, Fate(fate=""))
                alive = fate["fate"] not in ("killed", "untested")
                if (
                    change["kind"] == "mutant"
                    and change["operator"] == CANARY
                    and alive
                ):
                    what = f"no test notices that `{symbol}` does nothing but raise"
                    hint = "the tests must import the very code that the cards quote"
                    yield Problem(self.place(symbol), what, hint)
            control = self.controls.get(target.key, Fate(fate="survived"))
            if control["fate"] != "survived":
                message, test = control.get("message", ""), control.get("test", "")
                what = f"a test of `{symbol}` fails on its own: {message}"
                hint = f"it must pass each time, in any order: `pytest {test}`"
                yield Problem(self.place(symbol), what, hint)

    def place(self, symbol: str) -> Place:
        module, node = self.library.symbols[symbol]
        return _statement(self.project.root, module.path, node.lineno)

    # -- what became of it ------------------------------------------------------------

    def mutant_trials(self, target: Target) -> list[MutantTrial]:
        """What became of the mutants of a symbol, but for the canary."""
        return [
            self.mutant_trial(change, self.trial(target, index))
            for index, change in enumerate(target.changes)
            if change["kind"] == "mutant" and change["operator"] != CANARY
        ]

    def mutant_trial(self, mutant: Mutant, trial: Trial) -> MutantTrial:
        change = Change(
            mutant["line"], mutant["column"], mutant["before"], mutant["after"]
        )
        operator = self.library.operators[mutant["operator"]]
        return MutantTrial(
            operator=operator.name,
            change=change,
            digest=mutant["digest"],
            misconception=operator.misconception,
            **asdict(trial),
        )

    def variant_trials(self, target: Target) -> list[Trial]:
        """What became of the variants of what a card shows, in their order."""
        return [self.trial(target, index) for index in range(len(target.changes))]

    def trial(self, target: Target, index: int) -> Trial:
        """What became of one change; one that no test runs has survived them all."""
        silent = Fate(fate="unknown", message="its process said nothing")
        fate = self.fates[target.key].get(index, silent)
        exact = self.recording["exact"] if self.recording is not None else ()
        return Trial(
            fate="survived" if fate["fate"] == "untested" else fate["fate"],
            how=fate.get("how", ""),
            test=fate.get("test", ""),
            message=fate.get("message", ""),
            example=fate.get("example", ""),
            exact=fate.get("test") in exact,
            asserting=tuple(fate.get("asserting", ())),
        )


def _statement(root: Path, path: str, line: int) -> Place:
    """The place of a line's text."""
    try:
        return read(root, path).line_place(line - 1)
    except (OSError, Refused):
        return Place(path, line)
