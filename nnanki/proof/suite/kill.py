"""Runs tests on a mutant, in a process of its own, until one of them notices."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest

try:
    import resource
except ImportError:  # where there is none, only time is bounded
    resource = None  # type: ignore[assignment]

from .loops import Turns
from .swap import Originals, clone
from .waivers import differs

Facts = dict[str, Any]
Tell = Callable[[Facts], None]
Noticed = dict[str, str]  # each test that fails, and how
SAID = 3000  # letters of what a failing test says: places in it become shorter


@dataclass(frozen=True)
class Trial:
    """One mutant and the tests that it meets; `anew` imports it from the start.

    A control has no mutant: nothing is changed.
    """

    subject: Facts
    mutant: Facts
    tests: tuple[str, ...]
    seconds: float = 0
    anew: bool = False


CRASHED: Facts = {"fate": "killed", "how": "crash", "test": ""}


class Stage:
    """Where one mutant meets its tests; whatever happens, it happens once."""

    def __init__(
        self,
        job: Facts,
        items: Sequence[pytest.Item],
        turned: tuple[Turns, dict[str, dict[str, int]]],
        waivers: Sequence[Any],
    ) -> None:
        self.job = job
        self.items = items
        self.turns, self.known = turned
        self.waivers = waivers

    def swapped(self, originals: Originals, trial: Trial, tell: Tell) -> None:
        """Put the mutant in the place of what everybody has imported, and test it."""
        path, name = trial.subject["path"], trial.subject["name"]
        function = originals.named(path, name)
        original = clone(function) if function else None
        originals.swap(path, name, trial.mutant["text"])
        self.test(tell, bool(trial.mutant.get("every")))
        tell(witnessed(self.waiver(trial), original, function))

    def test(self, tell: Tell, every: bool) -> None:
        """Run the tests; the first that fails is told and ends the process.

        With `every`, all of them are run, and all that fail are told.
        """
        if not self.items:
            return
        limit_memory(self.job["mebibytes"])
        quick(self.items, self.job["shrink"])
        manager = self.items[0].config.pluginmanager
        noticed: Noticed | None = {} if every or self.job["every"] else None
        manager.register(Witness(tell, set(self.job["files"]), noticed))
        test = ""

        def diverged(key: str) -> None:
            said = f"the loops of `{key.rpartition(':')[2]}` turn and turn"
            tell({"fate": "killed", "how": "diverged", "test": test, "said": said})
            os._exit(0)

        self.turns.diverged = diverged
        for n, item in enumerate(self.items):
            following = self.items[n + 1] if n + 1 < len(self.items) else None
            test = item.nodeid
            self.turns.reset(self.known.get(test, {}))
            try:
                item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
            except BaseException as error:  # `SystemExit`, say
                tell(CRASHED | {"test": test, "said": _said(error)})
                os._exit(0)
        self.turns.reset()
        if noticed:
            asserting = [test for test, how in noticed.items() if how == "assertion"]
            how = "assertion" if asserting else "crash"
            found = {"test": (asserting or list(noticed))[0], "tests": list(noticed)}
            tell({"fate": "killed", "how": how, **found, "asserting": asserting})
            os._exit(0)

    def waiver(self, trial: Trial) -> Any:
        """The waiver of a mutant, if its author wrote one for this very code."""
        subject, mutant = trial.subject, trial.mutant
        wanted = (
            subject["symbol"],
            subject["code"],
            mutant["operator"],
            mutant["before"].split(),
            mutant["after"].split(),
        )
        return next((w for w in self.waivers if _names(w) == wanted), None)


def _names(waiver: Any) -> tuple[object, ...]:
    changed = (waiver.before.split(), waiver.after.split())
    return (waiver.symbol, waiver.code, waiver.operator, *changed)


def witnessed(
    waiver: Any, original: FunctionType | None, mutant: FunctionType | None
) -> Facts:
    """What becomes of a mutant that no test noticed."""
    if waiver is None:
        return {"fate": "survived"}
    if original is None or mutant is None:
        return {"fate": "survived", "said": "only a plain function can be waived"}
    said = differs(waiver, original, mutant)
    return {"fate": "survived", "said": said} if said else {"fate": "waived"}


class Witness:
    """A pytest plugin: the first test that fails is told and ends the process.

    Where all that `noticed` something are wanted, it is added there instead.
    """

    def __init__(self, tell: Tell, package: set[str], noticed: Noticed | None) -> None:
        self.tell = tell
        self.package = package
        self.noticed = noticed

    @pytest.hookimpl(tryfirst=True)
    def pytest_assertrepr_compare(
        self, op: str, left: object, right: object
    ) -> list[str]:
        """The two sides and no more: the long comparison is never read."""
        return [f"{_short(left)} {op} {_short(right)}"]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> pytest.TestReport | None:
        error = call.excinfo.value if call.excinfo else None
        if error is None or isinstance(error, pytest.skip.Exception):
            return None
        how = "assertion" if self.asserted(error) else "crash"
        if self.noticed is not None:
            self.noticed[item.nodeid] = how
            return self.brief(item, call.when)
        self.tell(
            {
                "fate": "killed",
                "how": how,
                "test": item.nodeid,
                "said": _said(error),
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


def _said(error: BaseException) -> str:
    """The first line of what went wrong."""
    if isinstance(error, BaseExceptionGroup):
        return _said(error.exceptions[0])
    try:
        lines = str(error).strip().splitlines()
    except Exception:
        lines = []
    text = lines[0] if lines else ""
    name = type(error).__name__
    if isinstance(error, pytest.fail.Exception) or text.startswith("assert "):
        return text[:SAID]
    return f"{name}: {text}"[:SAID] if text else name


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
