"""One job in, its answers out: the tests, which line they run, what mutants meet."""

from __future__ import annotations

import ast
import gc
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from functools import reduce
from types import FunctionType

import pytest

from .asking import notice
from .channel import Channel
from .ending import end_others
from .kill import MutantRun, quick, text_of, witnessed
from .landlock import confine  # type: ignore[import-untyped]
from .logs import unlogged
from .loops import Turns, compiled, count_imports
from .messages import AnewJob, Ended, Fate, First, Job, Ready
from .processes import adopt_orphans  # type: ignore[import-untyped]
from .reading import Reading
from .record import Recorder
from .sandbox import Sandbox, elsewhere, redirect
from .trials import Ran, Trials, untried
from .waivers import beside


class SuitePlugin:
    """A pytest plugin: the tests run as they are, then on every mutant that is asked.

    A recorder notes what they do; without one they are run all the same, because what
    tests leave in a process may decide what a mutant does there.
    """

    def __init__(
        self, job: Job, sandbox: Sandbox, reading: Reading, channel: Channel
    ) -> None:
        self.job = job
        self.sandbox = sandbox
        self.reading = reading
        self.recorder: Recorder | None = None
        self.channel = channel
        self.listening = True
        self.answered = False
        self.turns = Turns()

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
            self.turns.usual[item.nodeid] = self.turns.reset()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Iterator[None]:
        self.sandbox.import_done()
        try:
            result = yield
        finally:  # a test that fails may end the loop
            self.listening = False
            # nobody reads a summary, for which hypothesis would be imported whole
            session.config.pluginmanager.unregister(name="terminalreporter")
            if self.recorder is not None:
                self.recorder.stop()
        # A test that fails on the code as it is says nothing by failing on a mutant.
        if self.recorder and (self.recorder.failures or not self.recorder.passed):
            return result
        first = self.first(session)
        self.sandbox.run_done()
        ran = Ran(session.items, self.turns, self.reading)
        trials = Trials(self.job, self.sandbox, ran)
        self.channel.tell(first)
        self.answered = True
        gc.collect()
        gc.freeze()  # else every fork would copy the pages that the collector writes to
        trials.serve(self.channel)
        return result

    def first(self, session: pytest.Session) -> First:
        """What the tests do, from the process that recorded it."""
        if self.recorder is None:
            return {"ready": True}
        root, files = self.job["root"], self.job["files"]
        return {
            "recording": self.recorder.recording(session.items, root, files),
            "baselines": self.turns.usual,
            "elsewhere": elsewhere(self.job),
        }


class AnewPlugin:
    """A pytest plugin: one mutant, imported from the start, meets its tests."""

    def __init__(self, message: AnewJob, channel: Channel) -> None:
        self.job, self.question = message["job"], message["question"]
        self.channel = channel
        self.reading = listening(self.job)
        self.turns = Turns()
        self.turns.usual = self.question["baselines"] or {}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the tests in the order of the question, once."""
        gc.enable()
        items = {item.nodeid: item for item in session.items}
        tests = [items[test] for test in self.question["tests"]]
        waivers = list(beside(session.items))
        run = MutantRun(self.job, tests, self.turns, waivers)
        try:
            run.test(self.question["change"], self.tell)
            waiver = run.waiver(self.question)
            self.tell(witnessed(waiver, *self.functions()))
        except BaseException as error:
            self.channel.tell(untried(error))
        os._exit(0)

    def tell(self, fate: Fate) -> None:
        """Say what became of the mutant, and what its tests have read."""
        fate["reads"] = self.reading.names()
        self.channel.tell(fate)

    def functions(self) -> Iterator[FunctionType | None]:
        """The original and the mutant, if they are plain functions."""
        subject = self.question["subject"]
        path, name = subject["path"], subject["name"]
        modules = [m for m in sys.modules.values() if getattr(m, "__file__", 0) == path]
        original = dict(vars(modules[0]))
        exec(compiled(ast.parse(self.job["texts"][path]), path), original)
        for names in (original, vars(modules[0])):
            head, *rest = name.split(".")
            function = reduce(getattr, rest, names.get(head))
            yield function if isinstance(function, FunctionType) else None


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # end the trials, then go
    channel = Channel()
    message: Job | AnewJob | None = channel.hear()
    assert message is not None
    if "question" in message:
        try_anew(message, channel)
        return
    adopt_orphans()
    try:
        work(message, channel)
    finally:
        end_others(frozenset())  # what the first run of all tests left running


def try_anew(message: AnewJob, channel: Channel) -> None:
    """Let a mutant stand in for its file from the start, and meet its tests."""
    question, job = message["question"], message["job"]
    path = question["subject"]["path"]
    text = text_of(question["change"], job["texts"][path])
    run(job, question["tests"], {path: text}, AnewPlugin(message, channel))


def work(job: Job, channel: Channel) -> None:
    """Run all tests of a copy, then try on it what is asked for."""
    confine([job["folder"]])
    sandbox = Sandbox(job)
    if not (job["record"] or job["fork"]):  # all that it does is start others
        trials = Trials(job, sandbox)
        ready: Ready = {"ready": True}
        channel.tell(ready)
        trials.serve(channel)
        return
    reading = listening(job)
    suite = SuitePlugin(job, sandbox, reading, channel)
    recorder = Recorder(job["files"], reading) if job["record"] else None
    suite.recorder = recorder
    code = run(job, job["tests"], {}, suite, recorder)
    if recorder is not None and not suite.answered:
        ended: Ended = {
            "ended": code,
            "failures": recorder.failures,
            "elsewhere": elsewhere(job),
        }
        channel.tell(ended)


def listening(job: Job) -> Reading:
    """From now on, what this process reads of the project is noticed."""
    reading = Reading(job["root"], job["original"])
    notice(reading)
    return reading


def run(
    job: Job, tests: Sequence[str], instead: dict[str, str], *plugins: object
) -> int:
    """Let pytest collect some tests, and whatever the plugins make of them."""
    gc.disable()  # what is imported stays: to look for garbage takes a fifth of it
    redirect(job)
    count_imports(job["files"], instead)
    arguments = ["-q", "-p", "no:cacheprovider", f"--rootdir={job['root']}"]
    present = [plugin for plugin in plugins if plugin is not None]
    return int(pytest.main([*arguments, *tests], plugins=present))
