"""Runs tests on a mutant, in a process of its own, until one of them notices."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest

try:
    import resource
except ImportError:  # where there is none, only time is bounded
    resource = None  # type: ignore[assignment]

from .loops import Turns
from .messages import Change, Fate, Job, Question
from .swap import Originals, clone
from .waivers import differs

Tell = Callable[[Fate], None]
Failing = dict[str, str]  # each test that fails, and how
LETTERS = 3000  # of what a failing test says: places in it become shorter


def crash(message: str) -> Fate:
    """The fate of a change with which code breaks down outside of any test."""
    return {"fate": "killed", "how": "crash", "test": "", "message": message}


def text_of(change: Change, original: str) -> str:
    """The text of a module while a change is tried."""
    return original if change["kind"] == "control" else change["text"]


class MutantRun:
    """One run of tests on one change; whatever happens, it happens once.

    It runs in a process that ends with it: only the end of a process surely takes back
    all that broken code has done to memory, threads and signals.
    """

    def __init__(
        self, job: Job, items: Sequence[pytest.Item], turns: Turns, waivers: list[Any]
    ) -> None:
        self.job = job
        self.items = items
        self.turns = turns
        self.waivers = waivers

    def swapped(self, originals: Originals, question: Question, tell: Tell) -> None:
        """Put the mutant in the place of what everybody has imported, and test it."""
        path, name = question["subject"]["path"], question["subject"]["name"]
        function = originals.function(path, name)
        original = clone(function) if function else None
        text = text_of(question["change"], self.job["texts"][path])
        originals.swap(path, name, text)
        self.test(question["change"], tell)
        tell(witnessed(self.waiver(question), original, function))

    def test(self, change: Change, tell: Tell) -> None:
        """Run the tests; the first that fails is told and ends the process.

        Where all of them have to be run, all that fail are told at the end.
        """
        if not self.items:
            return
        limit_memory(self.job["mebibytes"])
        quick(self.items, self.job["shrink"])
        manager = self.items[0].config.pluginmanager
        every = change["kind"] == "variant" and change["all_tests"]
        failing: Failing | None = {} if every else None
        manager.register(Witness(tell, set(self.job["files"]), failing))
        test = ""

        def diverged(key: str) -> None:
            text = f"the loops of `{key.rpartition(':')[2]}` turn and turn"
            tell({"fate": "killed", "how": "diverged", "test": test, "message": text})
            os._exit(0)

        self.turns.diverged = diverged
        for n, item in enumerate(self.items):
            following = self.items[n + 1] if n + 1 < len(self.items) else None
            test = item.nodeid
            self.turns.begin(test)
            try:
                item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
            except BaseException as error:  # `SystemExit`, say
                tell({**crash(_message(error)), "test": test})
                os._exit(0)
        self.turns.reset()
        if failing:
            tell(_killed(failing))
            os._exit(0)

    def waiver(self, question: Question) -> Any:
        """The waiver of a mutant, if its author wrote one for this very code."""
        subject, change = question["subject"], question["change"]
        if change["kind"] != "mutant":
            return None
        identity = (
            subject["symbol"],
            subject["code"],
            change["operator"],
            change["before"].split(),
            change["after"].split(),
        )
        return next((w for w in self.waivers if _identity(w) == identity), None)


def _identity(waiver: Any) -> tuple[object, ...]:
    """What a waiver names a mutant by: layout may differ, the code may not."""
    texts = (waiver.before.split(), waiver.after.split())
    return (waiver.symbol, waiver.code, waiver.operator, *texts)


def _killed(failing: Failing) -> Fate:
    """The fate of a change that met all its tests, and that some of them noticed."""
    asserting = [test for test, how in failing.items() if how == "assertion"]
    return {
        "fate": "killed",
        "how": "assertion" if asserting else "crash",
        "test": (asserting or list(failing))[0],
        "tests": list(failing),
        "asserting": asserting,
    }


def witnessed(
    waiver: Any, original: FunctionType | None, mutant: FunctionType | None
) -> Fate:
    """What becomes of a mutant that no test noticed.

    A waiver is no promise: its witness is run on the original and on the mutant, and
    one that sees a difference leaves the mutant alive.
    """
    if waiver is None:
        return {"fate": "survived"}
    if original is None or mutant is None:
        return {"fate": "survived", "message": "only a plain function can be waived"}
    message = differs(waiver, original, mutant)
    if message:
        return {"fate": "survived", "message": message}
    return {"fate": "waived"}


class Witness:
    """A pytest plugin: the first test that fails is told and ends the process.

    Where all that fail are to be told, they are added to `failing` instead.
    """

    def __init__(self, tell: Tell, package: set[str], failing: Failing | None) -> None:
        self.tell = tell
        self.package = package
        self.failing = failing

    @pytest.hookimpl(tryfirst=True)
    def pytest_assertrepr_compare(
        self, op: str, left: object, right: object
    ) -> list[str]:
        """The two sides and no more: the long comparison is never read.

        For two tensors or long lists pytest would take seconds to spell it out.
        """
        return [f"{_short(left)} {op} {_short(right)}"]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> pytest.TestReport | None:
        error = call.excinfo.value if call.excinfo else None
        if error is None or isinstance(error, pytest.skip.Exception):
            return None
        # Any test that fails kills. But a crash says nothing of what the code computes:
        # for that, at least one mutant of a symbol has to fail an assertion.
        how = "assertion" if self.asserted(error) else "crash"
        if self.failing is not None:
            self.failing[item.nodeid] = how
            return self.brief(item, call.when)
        self.tell(
            {
                "fate": "killed",
                "how": how,
                "test": item.nodeid,
                "message": _message(error),
                "example": _example(error),
            }
        )
        os._exit(0)

    @staticmethod
    def brief(item: pytest.Item, when: Any) -> pytest.TestReport:
        """That a test failed: the long report is never read, and takes long."""
        return pytest.TestReport(
            item.nodeid, item.location, {}, "failed", "", when, duration=0
        )

    def asserted(self, error: BaseException) -> bool:
        """Whether a test found a difference, rather than that the code broke down."""
        if isinstance(error, BaseExceptionGroup):
            return any(self.asserted(inner) for inner in error.exceptions)
        if not isinstance(error, AssertionError | pytest.fail.Exception):
            return False
        # An `assert` inside of the quoted code is no test: what fails there is a crash.
        trace, last = error.__traceback__, ""
        while trace is not None:
            last = trace.tb_frame.f_code.co_filename
            trace = trace.tb_next
        return last not in self.package


def _short(value: object) -> str:
    try:
        text = " ".join(repr(value).split())
    except Exception:
        text = f"a {type(value).__name__}"
    return text if len(text) <= 60 else text[:59] + "…"


def _message(error: BaseException) -> str:
    """The first line of what went wrong."""
    if isinstance(error, BaseExceptionGroup):
        return _message(error.exceptions[0])
    try:
        lines = str(error).strip().splitlines()
    except Exception:
        lines = []
    text = lines[0] if lines else ""
    name = type(error).__name__
    if isinstance(error, pytest.fail.Exception) or text.startswith("assert "):
        return text[:LETTERS]
    return f"{name}: {text}"[:LETTERS] if text else name


def _example(error: BaseException) -> str:
    """The input that hypothesis found, where a test has one."""
    if isinstance(error, BaseExceptionGroup):
        return next((text for e in error.exceptions if (text := _example(e))), "")
    for note in getattr(error, "__notes__", ()):
        head, _, rest = str(note).partition("\n")
        if head.startswith(("Falsifying example:", "Failing test case:")):
            lines = [line.split("  # ")[0].rstrip() for line in rest.splitlines()]
            inner = [line.strip() for line in lines if line.startswith("    ")]
            return " ".join(inner).rstrip(",") if inner else ""
    return ""


def limit_memory(mebibytes: int) -> None:
    """Bound how much more memory this process may ask for."""
    if resource is None:
        return
    with contextlib.suppress(OSError, ValueError):
        # What is there is shared with the parent and belongs to no mutant.
        pages = int(Path("/proc/self/statm").read_text("utf-8").split()[0])
        most = pages * resource.getpagesize() + mebibytes * 2**20
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))


SETTINGS = "_hypothesis_internal_use_settings"


def draws(item: pytest.Item) -> bool:
    """Whether hypothesis draws the inputs of a test: such a test takes longer."""
    return hasattr(_function(item), SETTINGS)


def _function(item: pytest.Item) -> Any:
    function = getattr(item, "obj", None)
    return getattr(function, "__func__", function)


def quick(items: Iterable[pytest.Item], shrink: bool) -> None:
    """Let hypothesis only look for a failure, the same each time, and shrink none."""
    if "hypothesis" not in sys.modules:
        return
    from hypothesis import HealthCheck, Phase, settings

    # Without `reuse` and a database no run depends on what an earlier one has met, and
    # to shrink an input costs a hundred more runs, for what only `nnanki proof` shows.
    phases = [Phase.explicit, Phase.generate]
    for function in {_function(item) for item in items if draws(item)}:
        quicker = settings(
            getattr(function, SETTINGS),
            derandomize=True,
            database=None,
            deadline=None,
            phases=[*phases, Phase.shrink] if shrink else phases,
            suppress_health_check=list(HealthCheck),
        )
        setattr(function, SETTINGS, quicker)
