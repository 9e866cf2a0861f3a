"""Which tests each mutant meets, in which order, and for how long."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SLOWER = 20  # how much longer than its tests a mutant may take
FACTS = ("key", "symbol", "path", "name", "code")  # of a subject
Result = dict[str, Any]


@dataclass(frozen=True)
class Trial:
    """One mutant of a subject and the tests that it meets; a control has no mutant."""

    subject: Result
    index: int | None
    tests: tuple[str, ...]
    seconds: float
    anew: bool = False

    def question(self, known: Result | None) -> Result:
        """What the suite is asked; it is told of `known` loops if it ran none."""
        subject = {fact: self.subject[fact] for fact in FACTS}
        mutant = None if self.index is None else self.subject["mutants"][self.index]
        asked = {"subject": subject, "mutant": mutant, "tests": self.tests}
        mine = known and {test: known.get(test, {}) for test in self.tests}
        return {**asked, "seconds": self.seconds, "anew": self.anew, "known": mine}

    def told(self, fate: Result) -> Result:
        """What became of it, and which one it is."""
        which = {"control": self.subject["key"]}
        if self.index is not None:
            which = {"subject": self.subject["key"], "mutant": self.index}
        return {**which, **fate}


class Plan:
    """All trials of some subjects, now that it is known what the tests run."""

    def __init__(
        self, root: Path, subjects: Sequence[Result], suite: Result, seconds: float
    ) -> None:
        self.root, self.subjects, self.suite = root, subjects, suite
        self.least = seconds
        self.killed: dict[tuple[str, bool], set[str]] = defaultdict(set)

    def trials(self) -> Iterator[Trial]:
        """In order of subjects, so that their fates come together."""
        for subject in self.subjects:
            for index, mutant in enumerate(subject["mutants"]):
                tests = tuple(self.covering(subject, mutant))
                yield Trial(subject, index, tests, self.seconds(tests))

    def controls(self) -> Iterator[Trial]:
        """All tests that noticed something, on the code as it is: none may fail."""
        for subject in self.subjects:
            for anew in (False, True):
                tests = self.killed.get((subject["key"], anew))
                if tests:
                    usual = self.covering(subject, subject["mutants"][0])
                    order = tuple(test for test in usual if test in tests)
                    yield Trial(subject, None, order, self.seconds(order), anew)

    def judge(self, trial: Trial, fate: Result) -> Result:
        """What is told of a trial; the test that noticed it will be controlled."""
        anew = fate.pop("anew", False)
        if trial.index is not None:
            if fate.get("test"):
                self.killed[trial.subject["key"], anew].add(fate["test"])
            fate["exact"] = fate.get("test") in self.suite["exact"]
        return trial.told(fate)

    def seconds(self, tests: Iterable[str]) -> float:
        """How long some tests may take, by any clock, before nobody waits longer."""
        usual: float = sum(self.suite["passed"][test] for test in tests)
        return max(self.least, SLOWER * usual)

    def covering(self, subject: Result, mutant: Result) -> list[str]:
        """Tests that run some line of a subject: exact ones first, then the quick.

        A variant is only right or wrong, so the quickest test comes first.
        """
        if "tests" in mutant:
            return list(mutant["tests"])
        passed, exact = self.suite["passed"], set(self.suite["exact"])
        if subject["lines"] is None:  # what runs at import, any test may depend on
            return sorted(passed, key=lambda test: (test not in exact, passed[test]))
        relative = Path(subject["path"]).relative_to(self.root).as_posix()
        lines = self.suite["lines"][relative]
        near = set(lines.get(str(mutant["line"]), ()))
        tests = {test for n in subject["lines"] for test in lines.get(str(n), ())}
        if "every" in mutant:
            return sorted(tests.intersection(passed), key=lambda test: passed[test])
        return sorted(
            tests.intersection(passed),
            key=lambda test: (test not in exact, test not in near, passed[test]),
        )
