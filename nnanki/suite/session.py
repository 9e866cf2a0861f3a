"""One job in, its answers out: the tests, which line they run, what mutants meet."""

from __future__ import annotations

import ast
import json
import os
import signal
import sys
from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest

from .kill import Stage, Trial, quick, witnessed
from .loops import Turns, compiled, count_imports
from .record import Recorder
from .trials import Answer, Trials, broken
from .waivers import found, waivers

Job = dict[str, Any]


class Suite:
    """A pytest plugin: the tests run as they are, then on every mutant."""

    def __init__(self, job: Job, recorder: Recorder, answer: Answer) -> None:
        self.job = job
        self.recorder = recorder
        self.answer = answer
        self.turns = Turns()
        self.known: dict[str, dict[str, int]] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        quick(session.items, shrink=False)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        if not self.recorder.listening:
            return (yield)
        self.turns.reset()
        try:
            return (yield)
        finally:
            self.known[item.nodeid] = self.turns.reset()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Iterator[None]:
        done = yield
        recorder, job = self.recorder, self.job
        recorder.stop()
        if recorder.failures or not recorder.passed:
            return done
        found = recorder.result(job["root"], job["files"])
        found["waivers"] = waivers(session.items, Path(job["root"]))
        self.answer.tell({"suite": found})
        if job["subjects"]:
            trials = Trials(job, session, found, (self.turns, self.known))
            trials.run(self.answer)
        return done


class Anew:
    """A pytest plugin: one mutant, imported from the start, meets its tests."""

    def __init__(self, job: Job, answer: Answer) -> None:
        self.job = job
        self.answer = answer
        self.turns = Turns()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the tests in the order of the job, once."""
        items = {item.nodeid: item for item in session.items}
        tests = [items[test] for test in self.job["tests"]]
        turned = (self.turns, self.job["known"])
        stage = Stage(self.job, tests, turned, list(found(session.items)))
        try:
            trial = Trial(self.job["subject"], 0, ())
            stage.test(self.answer.tell, bool(trial.mutant.get("every")))
            self.answer.tell(witnessed(stage.waiver(trial), *self.functions()))
        except BaseException as error:
            self.answer.tell(broken(error))
        os._exit(0)

    def functions(self) -> Iterator[FunctionType | None]:
        """The original and the mutant, if they are plain functions."""
        path, name = self.job["subject"]["path"], self.job["subject"]["name"]
        modules = [m for m in sys.modules.values() if getattr(m, "__file__", 0) == path]
        original = dict(vars(modules[0]))
        exec(compiled(ast.parse(self.job["subject"]["text"]), path), original)
        for names in (original, vars(modules[0])):
            head, *rest = name.split(".")
            function = reduce(getattr, rest, names.get(head))
            yield function if isinstance(function, FunctionType) else None


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # end the trials, then go
    job = json.load(sys.stdin)
    answer = Answer()
    sys.path[:0] = job["paths"]
    count_imports(job["files"], job.get("instead", {}))
    arguments = ["-q", "-p", "no:cacheprovider", f"--rootdir={job['root']}"]
    arguments += job["tests"]
    if "instead" in job:
        pytest.main(arguments, plugins=[Anew(job, answer)])
        return
    recorder = Recorder(job["files"])
    plugins = [recorder, Suite(job, recorder, answer)]
    code = pytest.main(arguments, plugins=plugins)
    answer.tell({"ended": int(code), "failures": recorder.failures})
