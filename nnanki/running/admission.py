"""Judges what two runs agree on: it may still be nothing that can stand on a card."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from nnanki.model.project import Project
from nnanki.running.child.messages import Failure, Result
from nnanki.running.hints import asks_for_today
from nnanki.running.runner import Outcome, Program


def admit(project: Project, program: Program, outcome: Outcome) -> Outcome:
    """An outcome, unless what it did or shows must not stand on a card."""
    outcome = _exited(program, outcome)
    if outcome.failure is not None and outcome.failure["kind"] != "raised":
        return outcome
    for step in asks_for_today(program):
        failure: Failure = {"kind": "differs", "detail": "clock", "step": step}
        return Outcome(outcome.results, failure, noticed=outcome.noticed)
    for kind, details in outcome.noticed.get("noted", {}).items():
        last = max(0, len(outcome.results) - 1)
        step = outcome.failure["step"] if outcome.failure else last
        failure = {"kind": kind, "detail": details[0], "step": step}
        return Outcome(outcome.results, failure, noticed=outcome.noticed)
    return _placeless(outcome, _places(project))


def _exited(program: Program, outcome: Outcome) -> Outcome:
    """A program that ends by `sys.exit` is over; only its status may be wrong."""
    failure = outcome.failure
    if failure is None or failure["kind"] != "raised":
        return outcome
    if failure.get("type") != "SystemExit":
        return outcome
    step = program.steps[failure["step"]]
    if step["do"] != "run" or failure["step"] < len(program.steps) - 1:
        return outcome
    if outcome.status:
        failure = {**failure, "kind": "status", "detail": str(outcome.status)}
        return replace(outcome, failure=failure)
    result: Result = {
        "start": 0,
        "merged": failure.get("merged", ""),
        "printed": failure.get("printed", ""),
        "stderr": failure.get("stderr", ""),
    }
    return replace(outcome, results=(*outcome.results, result), failure=None)


@lru_cache(maxsize=8)
def _places(project: Project) -> tuple[tuple[str, str], ...]:
    """Folders of this machine that no card may show, and what they are.

    Both runs find them where they are, so no difference tells that a card shows one.
    """
    places = [(str(project.root), "the project")]
    prefixes = dict.fromkeys((sys.prefix, sys.base_prefix))
    places += [(p, "Python") for p in prefixes if p not in ("/", "/usr", "/usr/local")]
    places += [(os.path.dirname(os.__file__), "Python")]  # noqa: PTH120
    places += [(str(Path(__file__).parents[1]), "nnanki")]
    return tuple(places)


def _placeless(outcome: Outcome, places: Iterable[tuple[str, str]]) -> Outcome:
    """An outcome, unless it shows a folder of this machine."""
    for step, result in enumerate(outcome.results):
        # matplotlib writes no path into a picture, and pictures are long
        text = json.dumps(
            {k: v for k, v in result.items() if k != "pictures"}, ensure_ascii=False
        )
        for place, name in places:
            if place in text:
                failure: Failure = {"kind": "path", "step": step, "detail": name}
                return Outcome(outcome.results[:step], failure)
    return outcome
