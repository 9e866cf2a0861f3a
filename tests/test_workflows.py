"""What GitHub runs is what runs here, with no more rights than it needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from nnanki.cli import main

ROOT = Path(__file__).parents[1]
FILES = sorted(ROOT.glob(".github/workflows/*.yml"))
TARGETS = re.findall(r"^([\w./$()-]+):(?!=)", (ROOT / "Makefile").read_text(), re.M)
BRING_ALONG = {"cat", "gh", "git", "sha256sum"}  # GitHub's machines have these
READ = {"contents": "read"}


@pytest.fixture(name="flow", params=FILES, ids=lambda path: path.stem)
def flow_fixture(request: pytest.FixtureRequest) -> dict[str, Any]:
    """A workflow, each in its turn."""
    return dict(yaml.safe_load(request.param.read_text(encoding="utf-8")))


def steps(flow: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each step with its job."""
    return ((job, step) for job in flow["jobs"].values() for step in job["steps"])


def test_there_are_workflows() -> None:
    """The tests below look at something."""
    assert [path.stem for path in FILES] == ["check", "release"]


def test_a_step_calls_only_what_is_here(flow: dict[str, Any]) -> None:
    """Scripts of .ci, targets of the Makefile, commands of nnanki."""
    for _, step in steps(flow):
        for line in step.get("run", "").splitlines():
            tool, name, *_ = line.split()
            if tool == "bash":
                assert (ROOT / name).is_file(), line
            elif tool == "make":
                assert name.replace(".venv", "$(VENV)") in TARGETS, line
            elif tool == ".venv/bin/nnanki":
                assert name in main.commands, line
            else:
                assert tool in BRING_ALONG, line


def test_the_whole_check_is_run() -> None:
    """As it is before a change lands here."""
    (flow,) = (yaml.safe_load(p.read_text("utf-8")) for p in FILES if p.stem == "check")

    assert "bash .ci/run" in [step.get("run") for _, step in steps(flow)]


def test_no_text_of_a_pull_request_becomes_a_command(flow: dict[str, Any]) -> None:
    """Titles and branches come as variables, never into the script."""
    assert not [step for _, step in steps(flow) if "${{" in step.get("run", "")]


def test_an_action_is_one_commit_for_ever(flow: dict[str, Any]) -> None:
    """A tag could become another commit tomorrow."""
    used = [step["uses"] for _, step in steps(flow) if "uses" in step]

    assert used
    assert all(re.fullmatch(r"actions/\S+@[0-9a-f]{40}", name) for name in used)


def test_whoever_may_write_runs_no_code_of_the_change(flow: dict[str, Any]) -> None:
    """Nothing is checked out where a token may write; and elsewhere all only reads."""
    assert set(flow.get(True, flow.get("on"))) <= {"pull_request", "push"}
    assert flow["permissions"] in ({}, READ)
    for job in flow["jobs"].values():
        writes = job.get("permissions", READ) != READ
        out = [step for step in job["steps"] if "checkout" in step.get("uses", "")]
        assert not (writes and out)
        assert all(step["with"]["persist-credentials"] is False for step in out)
        assert job["timeout-minutes"]
