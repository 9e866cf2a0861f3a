"""One job in, its answers out: the tests, which line they run, what mutants meet."""

from __future__ import annotations

import ast
import gc
import os
import signal
import sys
from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest

from .asking import notice
from .channel import Channel
from .kill import Stage, Trial, quick, witnessed
from .landlock import confine  # type: ignore[import-untyped]
from .logs import unlogged
from .loops import Turns, compiled, count_imports
from .place import Copy, elsewhere, redirect
from .processes import adopt, end_others
from .reading import Reading
from .record import Recorder
from .trials import Ran, Trials, broken
from .waivers import found, waivers

Job = dict[str, Any]


class Suite:
    """A pytest plugin: the tests run as they are, then on every mutant that is asked.

    With a recorder it is told what they do; without, they only make this process like
    the one that tells it.
    """

    def __init__(
        self, job: Job, copy: Copy, reading: Reading, channel: Channel
    ) -> None:
        self.job = job
        self.copy = copy
        self.reading = reading
        self.recorder: Recorder | None = None
        self.channel = channel
        self.listening = True
        self.told = False
        self.turns = Turns()
        self.known: dict[str, dict[str, int]] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        gc.enable()
        quick(session.items, shrink=False)
        unlogged(session)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        if not self.listening:
            return (yield)
        self.turns.reset()
        try:
            return (yield)
        finally:
            self.known[item.nodeid] = self.turns.reset()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Iterator[None]:
        self.copy.import_done()
        try:
            done = yield
        finally:  # a test that fails may end the loop
            self.listening = False
            # nobody reads a summary, for which hypothesis would be imported whole
            session.config.pluginmanager.unregister(name="terminalreporter")
            if self.recorder is not None:
                self.recorder.stop()
        if self.recorder is None:
            told: Job = {"ready": True}
        elif self.recorder.failures or not self.recorder.passed:
            return done
        else:
            suite = {"suite": self.found(session), "turns": self.known}
            told = suite | {"elsewhere": elsewhere(self.job)}
        self.copy.run_done()
        ran = Ran(session.items, self.turns, self.known, self.reading)
        trials = Trials(self.job, self.copy, ran)
        self.channel.tell(told)
        self.told = True
        gc.collect()
        gc.freeze()
        trials.serve(self.channel)
        return done

    def found(self, session: pytest.Session) -> Job:
        """What the tests showed."""
        assert self.recorder is not None
        found = self.recorder.result(self.job["root"], self.job["files"])
        found["waivers"] = waivers(session.items, Path(self.job["root"]))
        return found | {"confined": self.job["confined"]}


class Anew:
    """A pytest plugin: one mutant, imported from the start, meets its tests."""

    def __init__(self, job: Job, channel: Channel) -> None:
        self.job = job
        self.channel = channel
        self.reading = listening(job)
        self.turns = Turns()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the tests in the order of the job, once."""
        gc.enable()
        items = {item.nodeid: item for item in session.items}
        tests = [items[test] for test in self.job["tests"]]
        turned = (self.turns, self.job["known"])
        stage = Stage(self.job, tests, turned, list(found(session.items)))
        try:
            trial = Trial(self.job["subject"], self.job["mutant"], ())
            stage.test(self.tell, bool(trial.mutant.get("every")))
            self.tell(witnessed(stage.waiver(trial), *self.functions()))
        except BaseException as error:
            self.channel.tell(broken(error))
        os._exit(0)

    def tell(self, fate: Job) -> None:
        """Say what became of the mutant, and what its tests have read."""
        self.channel.tell({**fate, "read": self.reading.names()})

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
    channel = Channel()
    job = channel.hear()
    assert job is not None
    if "instead" in job:
        run(job, Anew(job, channel))
        return
    adopt()
    try:
        work(job, channel)
    finally:
        end_others(frozenset())  # what the first run of all tests left running


def work(job: Job, channel: Channel) -> None:
    """Run all tests of a copy, then try on it what is asked for."""
    job["confined"] = confine([job["folder"]])
    copy = Copy(job)
    if not (job["record"] or job["fork"]):  # all that it does is start others
        trials = Trials(job, copy)
        channel.tell({"ready": True})
        trials.serve(channel)
        return
    reading = listening(job)
    suite = Suite(job, copy, reading, channel)
    recorder = Recorder(job["files"], reading) if job["record"] else None
    suite.recorder = recorder
    code = run(job, suite, recorder)
    if recorder is not None and not suite.told:
        ended = {"ended": code, "failures": recorder.failures}
        channel.tell({**ended, "elsewhere": elsewhere(job)})


def listening(job: Job) -> Reading:
    """From now on, what this process reads of the project is noticed."""
    reading = Reading(job["root"], job["original"])
    notice(reading)
    return reading


def run(job: Job, *plugins: object) -> int:
    """Let pytest collect the tests of a job, and whatever the plugins make of them."""
    gc.disable()  # what is imported stays: to look for garbage takes a fifth of it
    redirect(job)
    count_imports(job["files"], job.get("instead", {}))
    arguments = ["-q", "-p", "no:cacheprovider", f"--rootdir={job['root']}"]
    found = [plugin for plugin in plugins if plugin is not None]
    return int(pytest.main([*arguments, *job["tests"]], plugins=found))
