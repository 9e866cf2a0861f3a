"""What is kept of a program's outcome: under which name, and what it came from."""

from __future__ import annotations

import os
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from nnanki.model.disk.cache import RUNS, Cache, digest, environment
from nnanki.model.disk.dependency import module
from nnanki.model.project import Project
from nnanki.running.hints import beside, codes_of, imports
from nnanki.running.runner import Outcome, Program, Server, forks

Result = dict[str, Any]


def run_key(
    project: Project, sources: dict[str, tuple[str, str]], program: Program
) -> str:
    """The name under which the outcome of a program is kept, wherever it stands."""
    limits = (project.seconds, project.mebibytes)
    shared = (environment(*RUNS), forks(), limits, sorted(sources))
    steps = [{**step, "line": 0} for step in program.steps]
    return digest("run", shared, {**program.job(), "steps": steps})


def unplaced(program: Program, outcome: Outcome) -> Result:
    """An outcome whose lines are counted from where its step begins."""
    pairs = zip(outcome.results, program.steps, strict=False)
    results = tuple(_moved(result, -step["line"]) for result, step in pairs)
    return asdict(replace(outcome, results=results))


def placed(program: Program, kept: Result) -> Outcome:
    """An outcome whose lines are those of its card's file as it is now."""
    pairs = zip(kept["results"], program.steps, strict=False)
    results = [_moved(result, step["line"]) for result, step in pairs]
    return Outcome.of({**kept, "results": results})


def _moved(found: Any, by: int) -> Any:
    """A result whose lines are further down."""
    if isinstance(found, dict):
        return {
            name: value + by if name == "line" else _moved(value, by)
            for name, value in found.items()
        }
    if isinstance(found, list | tuple):
        return [_moved(item, by) for item in found]
    return found


def stamps(
    cache: Cache, server: Server, program: Program, outcome: Outcome
) -> dict[str, str] | None:
    """What an outcome came from, with the digests that its process took in passing.

    A process that starts others, opens a database or calls foreign code may have read
    anything in the project. A module that comes into it may hide one from elsewhere.
    """
    noticed, root = outcome.noticed, server.project.root
    named = imports(codes_of(server.project, program, outcome))
    paths = [path / name for path in server.project.paths for name in named]
    paths += beside(server.project, outcome)
    hiding = [path for path in paths if server.project.reader.is_folder(path.parent)]
    asked = [f"list::{_inside(root, path)}" for path in noticed["listed"]]
    asked += [f"stat::{_inside(root, path)}" for path in noticed["asked"]]
    asked += [module(_inside(root, str(path))) for path in hiding]
    asked += ["tree::"] if noticed["kinds"] else []
    others = cache.reader.settled(asked)
    read = {**server.modules, **noticed["read"]}
    files = {_inside(root, path): known for path, known in read.items()}
    return None if others is None else {**others, **files}


def _inside(root: Path, path: str) -> str:
    return Path(os.path.relpath(path, root)).as_posix()
