"""How outcomes lie in the cache: under which name, in what form, and what they rest on.

An outcome is remembered only where it has no failure. It holds until one of the files,
folders and answers about files changes that its process read, or that would hide one.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from nnanki.model.disk.cache import RUNS, Cache, digest, environment
from nnanki.model.disk.dependency import module
from nnanki.model.project import Project
from nnanki.running.child.messages import OutcomeRecord
from nnanki.running.hints import beside, codes_of, imports
from nnanki.running.runner import Outcome, Program, Runner, forks

Value = TypeVar("Value")


def run_key(
    project: Project, sources: dict[str, tuple[str, str]], program: Program
) -> str:
    """The name of a program's outcome, wherever the program stands in its file."""
    limits = (project.seconds, project.mebibytes)
    shared = (environment(*RUNS), forks(), limits, sorted(sources))
    # Without lines: a card that moves down in its file need not run again.
    steps = [{**step, "line": 0} for step in program.steps]
    return digest("run", shared, {**program.request(), "steps": steps})


def to_record(program: Program, outcome: Outcome) -> OutcomeRecord:
    """An outcome whose lines are counted from where its step begins."""
    pairs = zip(outcome.results, program.steps, strict=False)
    results = tuple(_shifted(result, -step["line"]) for result, step in pairs)
    return replace(outcome, results=results).record()


def from_record(program: Program, record: OutcomeRecord) -> Outcome:
    """An outcome whose lines are those of its card's file as it is now."""
    pairs = zip(record["results"], program.steps, strict=False)
    results = [_shifted(result, step["line"]) for result, step in pairs]
    return Outcome.of({**record, "results": results})


def _shifted(value: Value, by: int) -> Value:
    """A result, or what lies in one, with lines that are further down."""
    if isinstance(value, dict):
        return {  # type: ignore[return-value]
            name: item + by if name == "line" else _shifted(item, by)
            for name, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [_shifted(item, by) for item in value]  # type: ignore[return-value]
    return value


def stamps(
    cache: Cache, runner: Runner, program: Program, outcome: Outcome
) -> dict[str, str] | None:
    """What an outcome came from, with the digests that its process took in passing.

    A process that starts others, opens a database or calls foreign code may have read
    anything in the project. A module that comes into it may hide one from elsewhere.
    """
    noticed, root = outcome.noticed, runner.project.root
    names = imports(codes_of(runner.project, program, outcome))
    paths = [path / name for path in runner.project.paths for name in names]
    paths += beside(runner.project, outcome)
    hiding = [path for path in paths if runner.project.reader.is_folder(path.parent)]
    questions = [f"list::{_inside(root, path)}" for path in noticed["listed"]]
    questions += [f"stat::{_inside(root, path)}" for path in noticed["questions"]]
    questions += [module(_inside(root, str(path))) for path in hiding]
    questions += ["tree::"] if noticed["kinds"] else []
    others = cache.reader.settled(questions)
    read = {**runner.modules, **noticed["read"]}
    files = {_inside(root, path): then for path, then in read.items()}
    return None if others is None else {**others, **files}


def _inside(root: Path, path: str) -> str:
    return Path(os.path.relpath(path, root)).as_posix()
