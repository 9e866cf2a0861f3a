"""Which tests each change meets, in which order, and for how long."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nnanki.proof.harness.jobs import Target
from nnanki.proof.suite.messages import Baselines, Fate, Mutant, Question, Recording
from nnanki.proof.suite.messages import Variant as VariantMessage

# How much longer than its tests a mutant may take. Loops without end are counted; this
# is for what does not turn, such as a lock, and what it stops is unknown, not killed.
SLOWER = 20


@dataclass(frozen=True)
class Task:
    """One change to a target and the tests that it meets; a control has no index."""

    target: Target
    index: int | None
    tests: tuple[str, ...]
    seconds: float
    anew: bool = False

    def question(self, baselines: Baselines | None) -> Question:
        """What the suite is asked; with `baselines` if it ran no tests itself."""
        own = baselines and {test: baselines.get(test, {}) for test in self.tests}
        return {
            "subject": self.target.subject,
            "change": {"kind": "control"}
            if self.index is None
            else self.target.changes[self.index],
            "tests": list(self.tests),
            "seconds": self.seconds,
            "anew": self.anew,
            "baselines": own,
        }


class Schedule:
    """All tasks of some targets, now that it is recorded what the tests run."""

    def __init__(
        self,
        root: Path,
        targets: Sequence[Target],
        recording: Recording,
        seconds: float,
    ) -> None:
        self.root, self.targets, self.recording = root, targets, recording
        self.least = seconds
        self.killers: dict[tuple[str, bool], set[str]] = defaultdict(set)

    def tasks(self) -> Iterator[Task]:
        """In order of targets, so that their fates come together."""
        for target in self.targets:
            for index, change in enumerate(target.changes):
                tests = tuple(self.covering(target, change))
                yield Task(target, index, tests, self.seconds(tests))

    def controls(self) -> Iterator[Task]:
        """All tests that noticed something, on the code as it is: none may fail.

        A test that fails now and then, or only behind certain others, would kill any
        mutant. So it runs once more as it ran there: in a fork, or in an interpreter of
        its own.
        """
        for target in self.targets:
            for anew in (False, True):
                tests = self.killers.get((target.key, anew))
                if tests:
                    usual = self.covering(target, target.changes[0])
                    order = tuple(test for test in usual if test in tests)
                    yield Task(target, None, order, self.seconds(order), anew)

    def note(self, task: Task, fate: Fate) -> None:
        """Remember which test noticed a change: it will be controlled."""
        anew = fate.pop("anew", False)
        if task.index is not None and fate.get("test"):
            self.killers[task.target.key, anew].add(fate["test"])

    def seconds(self, tests: Iterable[str]) -> float:
        """How long some tests may take, by any clock, before nobody waits longer."""
        usual: float = sum(self.recording["passed"][test] for test in tests)
        return max(self.least, SLOWER * usual)

    def covering(self, target: Target, change: Mutant | VariantMessage) -> list[str]:
        """Tests that run some line of a target, in the order in which it meets them.

        Mutants meet exact tests first, because a level may depend on whether one of
        these notices; then those that run the changed line, which are the likeliest to
        notice; then the quick. A variant is only right or wrong, so the quickest test
        comes first.
        """
        if change["kind"] == "mutant" and target.killers:
            return [target.killers[change["digest"]]]
        passed, exact = self.recording["passed"], set(self.recording["exact"])
        if target.lines is None:  # what runs at import, any test may depend on
            return sorted(passed, key=lambda test: (test not in exact, passed[test]))
        relative = Path(target.subject["path"]).relative_to(self.root).as_posix()
        lines = self.recording["lines"][relative]
        tests = {test for n in target.lines for test in lines.get(str(n), ())}
        tests &= passed.keys()
        if change["kind"] == "variant":
            return sorted(tests, key=lambda test: passed[test])
        near = set(lines.get(str(change["line"]), ()))
        return sorted(
            tests,
            key=lambda test: (test not in exact, test not in near, passed[test]),
        )
