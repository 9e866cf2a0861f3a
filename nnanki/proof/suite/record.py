"""Which test ran which line and read which file, and what failed."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import coverage
import pytest

from .messages import Failure, Recording
from .reading import Reading
from .waivers import messages

# Set-up and tear-down of a test, as a context of their own: a line that only a fixture
# runs is not covered by the test, whose assertions may know nothing of it.
AROUND = "|around"


class Recorder:
    """A pytest plugin: names the running test to coverage, and keeps what failed."""

    def __init__(self, files: Sequence[str], reading: Reading) -> None:
        self.passed: dict[str, float] = {}
        self.exact: set[str] = set()
        self.failures: list[Failure] = []
        self.reading = reading
        self.listening = True
        self.measure = coverage.Coverage(
            data_file=None, include=list(files), config_file=False, messages=False
        )
        self.measure.start()

    def stop(self) -> None:
        """Whatever comes now is not recorded."""
        self.listening = False
        self.measure.stop()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        if not self.listening:
            return (yield)
        self.reading.begin(item.nodeid, str(item.path))
        self.measure.switch_context(item.nodeid + AROUND)
        try:
            return (yield)
        finally:
            self.reading.begin()
            self.measure.switch_context("")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        if not self.listening:
            return (yield)
        if item.get_closest_marker("exact"):
            self.exact.add(item.nodeid)
        self.measure.switch_context(item.nodeid)
        try:
            return (yield)
        finally:
            self.measure.switch_context(item.nodeid + AROUND)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not self.listening:
            return
        if report.failed:
            self.fail(report)
        elif (
            report.when == "call" and report.passed and not hasattr(report, "wasxfail")
        ):
            self.passed[report.nodeid] = report.duration

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.fail(report)

    def fail(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        location = getattr(report, "location", None)
        path = location[0] if location else report.nodeid
        crash = getattr(report.longrepr, "reprcrash", None)
        message = crash.message if crash else _last(str(report.longrepr))
        self.failures.append(
            {
                "test": report.nodeid,
                "path": Path(path).as_posix(),
                "line": _line(report, Path(path).name)
                or ((location[1] or 0) + 1 if location else 1),
                "message": message.strip().split("\n")[0],
            }
        )

    def recording(
        self, items: Sequence[pytest.Item], folder: str, files: Sequence[str]
    ) -> Recording:
        """All of it as JSON can hold it; paths from the project's folder."""
        root, data = Path(folder), self.measure.get_data()
        modules = (
            getattr(module, "__file__", None) for module in list(sys.modules.values())
        )
        origins = [file for file in modules if isinstance(file, str)]
        lines, statements = {}, {}
        for file in files:
            relative = Path(file).relative_to(root).as_posix()
            statements[relative] = self.measure.analysis2(file)[1]
            lines[relative] = {
                str(line): sorted(filter(None, contexts))
                for line, contexts in data.contexts_by_lineno(file).items()
            }
        return {
            "passed": self.passed,
            "exact": sorted(self.exact.intersection(self.passed)),
            "lines": lines,
            "statements": statements,
            "reads": self.reading.by_test(origins, tuple(EXTENSION_SUFFIXES)),
            "waivers": messages(items, root),
        }


def _last(text: str) -> str:
    """The last line of a report, without pytest's mark."""
    return re.sub(r"^E\s+", "", text.strip().split("\n")[-1])


def _line(report: pytest.TestReport | pytest.CollectReport, name: str) -> int:
    """The last line of a test file that was running when it failed; else 0."""
    trace = getattr(report.longrepr, "reprtraceback", None)
    if trace is not None:
        places = [getattr(entry, "reprfileloc", None) for entry in trace.reprentries]
        lines = [p.lineno for p in places if p and Path(p.path).name == name]
    else:
        pattern = rf'{re.escape(name)}(?::|", line )(\d+)'
        lines = [int(line) for line in re.findall(pattern, str(report.longrepr))]
    return lines[-1] if lines else 0
