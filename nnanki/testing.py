"""Starts the process that runs tests and mutants; what it says, and what is wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nnanki.card import Place
from nnanki.errors import Problem, Refused
from nnanki.project import Project
from nnanki.resolve import Library
from nnanki.server import forks
from nnanki.text import read

SUITE = Path(__file__).parent / "suite" / "__main__.py"
SUITE_SECONDS = 1800
LEAVING_SECONDS = 5
AT_LENGTH = ("CI", "BUILD_NUMBER")  # where set, pytest spells out differences
Result = dict[str, Any]
Progress = Callable[[str, int, int], None]


@dataclass
class Session:
    """One life of the suite: what it said, and what became of the mutants.

    With `shrink`, hypothesis looks for the smallest input that a mutant fails on;
    with `every`, each mutant meets all its tests, and all that notice it are told.
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
    trials: dict[str, list[Result]] = field(default_factory=dict)

    def run(
        self, tried: Sequence[Result], tests: Sequence[str] = ()
    ) -> tuple[Result, list[Problem]]:
        """Run the suite on some subjects; what it found, or why that cannot count.

        Without `tests` all of the project's are run.
        """
        root = self.project.root
        files = sorted(module.path for module in self.library.modules.values())
        last = self.listen(
            {
                "root": str(root),
                "paths": [str(path) for path in self.project.paths],
                "files": [str(root / file) for file in files],
                "tests": list(tests or self.project.tests),
                "subjects": tried,
                "fork": forks(),
                "jobs": os.cpu_count() or 1,
                "mebibytes": self.project.mebibytes,
                "seconds": self.project.seconds,
                "shrink": self.shrink,
                "every": self.every,
            }
        )
        problems = list(self.silence(last)) or list(self.failures())
        problems = problems or list(self.gate(tried))
        if not problems:
            self.trials = {s["key"]: list(self.told(s)) for s in tried}
        return self.suite or {}, problems

    def listen(self, job: Result) -> tuple[str, ...]:
        """Hear all that the suite says; return its last words, if it died."""
        with (
            tempfile.TemporaryFile("w+", encoding="utf-8") as asked,
            tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said,
        ):
            json.dump(job, asked)
            asked.seek(0)
            process = subprocess.Popen(
                [sys.executable, "-P", str(SUITE)],
                stdin=asked,
                stdout=subprocess.PIPE,
                stderr=said,
                encoding="utf-8",
                cwd=self.project.root,
                env=_environment(),
            )
            timer = threading.Timer(SUITE_SECONDS, self.stop, [process])
            timer.start()
            of = sum(len(subject["mutants"]) for subject in job["subjects"])
            try:
                assert process.stdout is not None
                for line in process.stdout:
                    self.hear(json.loads(line), of)
            except ValueError:  # it wrote half a line, and no more
                pass
            finally:
                timer.cancel()
                _end(process)
            said.seek(0)
            return tuple(said.read().strip().splitlines()[-5:])

    def stop(self, process: subprocess.Popen[str]) -> None:
        self.late = True
        process.kill()

    def hear(self, message: Result, of: int) -> None:
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
        elif self.ended is None:
            what = "the tests ended before they were done"
            yield Problem(where, what, f"{hint} to see it", lines=last)
        elif self.suite is None and not self.ended["failures"]:
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
            yield Problem(place, what, hint)

    def gate(self, tried: Sequence[Result]) -> Iterator[Problem]:
        """Problems with a gate that lets pass what must die, or the other way round."""
        from nnanki.subjects import CANARY

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
        from nnanki.subjects import CANARY

        _, node = self.library.symbols[subject["symbol"]]
        facts = ("operator", "column", "before", "after", "digest")
        unheard = {"fate": "unknown", "said": "its process said nothing"}
        for index, mutant in enumerate(subject["mutants"]):
            if mutant["operator"] != CANARY:
                kept = {fact: mutant[fact] for fact in facts}
                line = {"line": mutant["line"] - node.lineno}
                fate = self.fates[subject["key"]].get(index, unheard)
                if fate["fate"] == "untested":
                    fate = {"fate": "survived", "said": ""}
                yield {**kept, **line, **fate}


def _environment() -> dict[str, str]:
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    fixed = {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    variables = {**os.environ, **fixed, **dict.fromkeys(threads, "1")}
    for name in ("PYTEST_ADDOPTS", *AT_LENGTH):
        variables.pop(name, None)
    return variables


def _end(process: subprocess.Popen[str]) -> None:
    """Let it go, after it has ended what it started."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(LEAVING_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _statement(root: Path, path: str, line: int) -> Place:
    """The place of a line's text."""
    try:
        return read(root, path).line_place(line - 1)
    except (OSError, Refused):
        return Place(path, line)
