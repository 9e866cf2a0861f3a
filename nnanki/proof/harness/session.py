"""Runs tests and mutants in copies of the project; what is wrong with them."""

from __future__ import annotations

import os
import re
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nnanki.model.card import Place
from nnanki.model.disk.text import read
from nnanki.model.problem import Problem, Refused
from nnanki.model.project import Project
from nnanki.proof.harness.copies import Copies
from nnanki.proof.harness.crew import SUITE_SECONDS, Crew, crew_for
from nnanki.proof.harness.schedule import Plan
from nnanki.proof.library import Library
from nnanki.running.runner import forks

SAID = 300  # letters of what a failing test says
QUOTED = re.compile(r"""['"]([^'"]+)['"]""")
Result = dict[str, Any]
Progress = Callable[[str, int, int], None]


@dataclass
class Session:
    """One life of the suite: what it said, and what became of the mutants.

    With `shrink`, hypothesis looks for the smallest input that a mutant fails on;
    with `every`, each mutant meets all its tests, and all that notice it are told. What
    a subject's mutants `read` is told by the names of dependencies.
    """

    project: Project
    library: Library
    progress: Progress
    shrink: bool = False
    every: bool = False
    suite: Result | None = None
    ended: Result | None = None
    late: bool = False
    fates: dict[str, dict[int, Result]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    controls: dict[str, Result] = field(default_factory=dict)
    tried: int = 0
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    copies: Copies | None = None
    trials: dict[str, list[Result]] = field(default_factory=dict)
    read: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def run(
        self, tried: Sequence[Result], tests: Sequence[str] = ()
    ) -> tuple[Result, list[Problem]]:
        """Run the suite on some subjects; what it found, or why that cannot count.

        Without `tests` all of the project's are run.
        """
        root, project = self.project.root, self.project
        files = sorted(module.path for module in self.library.modules.values())
        job = {
            "paths": [str(path) for path in project.paths],
            "files": [str(root / file) for file in files],
            "tests": list(tests or project.tests),
            "subjects": {subject["path"]: subject["text"] for subject in tried},
            "fork": forks(),
            "mebibytes": project.mebibytes,
            "shrink": self.shrink,
            "every": self.every,
        }
        try:
            self.copies = Copies(root, (*files, *project.tests), project.needed)
        except Refused as refused:
            return {}, [refused.problem]
        with self.copies:
            problems = self.problems(self.listen(job, tried), tried)
        if not problems:
            self.trials = {s["key"]: list(self.told(s)) for s in tried}
        return self.suite or {}, problems

    def problems(self, last: tuple[str, ...], tried: Sequence[Result]) -> list[Problem]:
        """What is wrong with the suite, or else with its tests, or with its gate."""
        return (
            list(self.strangers())
            or list(self.silence(last))
            or list(self.failures())
            or list(self.gate(tried))
        )

    def listen(self, job: Result, tried: Sequence[Result]) -> tuple[str, ...]:
        """Hear all that the suite says; return its last words, if it died."""
        assert self.copies is not None
        of = sum(len(subject["mutants"]) for subject in tried)
        project = self.project
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
            crew = Crew(self.copies, job, said, crew_for(of))
            crew.run(
                lambda suite: Plan(project.root, tried, suite, project.seconds),
                lambda message: self.hear(message, of),
            )
            self.late = crew.late
            said.seek(0)
            return tuple(said.read().strip().splitlines()[-5:])

    def hear(self, message: Result, of: int) -> None:
        if "said" in message:
            message["said"] = message["said"][:SAID]
        self.elsewhere = message.pop("elsewhere", self.elsewhere)
        read = message.pop("read", ())
        self.read[message.get("subject") or message.get("control", "")].update(read)
        if "suite" in message:
            self.suite = message["suite"]
        elif "ended" in message:
            self.ended = message
        elif "control" in message:
            self.controls.setdefault(message.pop("control"), message)
        else:
            self.fates[message.pop("subject")][message.pop("mutant")] = message
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
        elif self.ended is None and self.suite is None:
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

    def gate(self, tried: Sequence[Result]) -> Iterator[Problem]:
        """Problems with a gate that lets pass what must die, or the other way round."""
        from nnanki.proof.harness.jobs import CANARY

        for subject in tried:
            symbol, place = subject["symbol"], self.place(subject["symbol"])
            fates = self.fates[subject["key"]]
            for index, mutant in enumerate(subject["mutants"]):
                fate = fates.get(index, {})
                alive = fate.get("fate") not in ("killed", "untested")
                if mutant["operator"] == CANARY and alive:
                    what = f"no test notices that `{symbol}` does nothing but raise"
                    hint = "the tests must import the very code that the cards quote"
                    yield Problem(place, what, hint)
            control = self.controls.get(subject["key"], {"fate": "survived"})
            if control["fate"] != "survived":
                said, test = control.get("said", ""), control.get("test", "")
                what = f"a test of `{symbol}` fails on its own: {said}"
                hint = f"it must pass each time, in any order: `pytest {test}`"
                yield Problem(place, what, hint)

    def place(self, symbol: str) -> Place:
        module, node = self.library.symbols[symbol]
        return _statement(self.project.root, module.path, node.lineno)

    def told(self, subject: Result) -> Iterator[Result]:
        """The trials of a symbol as they are kept: places count from its first line."""
        from nnanki.proof.harness.jobs import CANARY

        _, node = self.library.symbols[subject["symbol"]]
        facts = ("operator", "column", "before", "after", "digest")
        unheard = {"fate": "unknown", "said": "its process said nothing"}
        for index, mutant in enumerate(subject["mutants"]):
            if mutant["operator"] != CANARY:
                kept = {fact: mutant[fact] for fact in facts}
                kept["misconception"] = mutant.get("misconception", "")
                line = {"line": mutant["line"] - node.lineno}
                fate = self.fates[subject["key"]].get(index, unheard)
                if fate["fate"] == "untested":
                    fate = {"fate": "survived", "said": ""}
                yield {**kept, **line, **fate}


def _statement(root: Path, path: str, line: int) -> Place:
    """The place of a line's text."""
    try:
        return read(root, path).line_place(line - 1)
    except (OSError, Refused):
        return Place(path, line)
