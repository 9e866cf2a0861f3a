"""Runs a project's tests once and says which test ran which line.

A script, started by `prove` in a process of its own. It reads one job as JSON on
standard input and writes one JSON object to standard output.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import coverage
import pytest


class Recorder:
    """A pytest plugin: names the running test to coverage, and keeps what failed."""

    def __init__(self, measure: coverage.Coverage) -> None:
        self.measure = measure
        self.passed: set[str] = set()
        self.failures: list[dict[str, Any]] = []
        self.read: set[str] = set()
        self.running = False

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Remember the files that are read, and the folders that tests list."""
        listed = self.running and event in ("os.listdir", "os.scandir")
        if not listed and event != "open":
            return
        caller = sys._getframe(1).f_code.co_filename
        if isinstance(arguments[0], str) and not caller.startswith("<frozen importlib"):
            self.read.add(os.path.abspath(arguments[0]))  # noqa: PTH100

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self) -> Iterator[None]:
        self.running = True
        try:
            return (yield)
        finally:
            self.running = False

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        self.measure.switch_context(item.nodeid)
        try:
            return (yield)
        finally:
            self.measure.switch_context("")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.fail(report)
        elif report.when == "call" and report.passed:
            self.passed.add(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.fail(report)

    def fail(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        location = getattr(report, "location", None)
        path = location[0] if location else report.nodeid
        crash = getattr(report.longrepr, "reprcrash", None)
        said = crash.message if crash else _last(str(report.longrepr))
        self.failures.append(
            {
                "test": report.nodeid,
                "path": Path(path).as_posix(),
                "line": _line(report, Path(path).name)
                or ((location[1] or 0) + 1 if location else 1),
                "message": said.strip().split("\n")[0],
            }
        )


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


UNTRACKED = {"site-packages", "__pycache__", ".hypothesis", ".nnanki_cache"}


def main() -> None:
    job = json.load(sys.stdin)
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.path[:0] = job["paths"]
    measure = coverage.Coverage(
        data_file=None, include=job["files"], config_file=False, messages=False
    )
    recorder = Recorder(measure)
    sys.addaudithook(recorder.hear)
    measure.start()
    arguments = [
        "-q",
        "-p",
        "no:cacheprovider",
        f"--rootdir={job['root']}",
        *job["tests"],
    ]
    code = pytest.main(arguments, plugins=[recorder])
    measure.stop()
    data = measure.get_data()
    root = Path(job["root"])
    lines: dict[str, dict[int, list[str]]] = {}
    statements: dict[str, list[int]] = {}
    for file in job["files"]:
        relative = Path(file).relative_to(root).as_posix()
        statements[relative] = measure.analysis2(file)[1]
        lines[relative] = {
            line: sorted(recorder.passed.intersection(contexts))
            for line, contexts in data.contexts_by_lineno(file).items()
        }
    modules = (
        getattr(module, "__file__", None) for module in list(sys.modules.values())
    )
    read = recorder.read.union(file for file in modules if isinstance(file, str))
    used = {
        path.relative_to(root).as_posix()
        for path in (Path(file).resolve() for file in read)
        if root in path.parents and not UNTRACKED.intersection(path.parts)
    }
    json.dump(
        {
            "code": int(code),
            "passed": sorted(recorder.passed),
            "failures": recorder.failures,
            "lines": lines,
            "statements": statements,
            "used": sorted(used),
        },
        answer,
    )
    answer.close()


if __name__ == "__main__":
    main()
