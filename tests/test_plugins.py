"""A project's own operators, rewrites, rules and kinds: what they do, what rests on them."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from nnanki.cli import main
from nnanki.model.disk import records
from nnanki.model.disk.cache import Cache
from nnanki.model.disk.dependency import SLACK
from nnanki.model.project import load
from nnanki.proof.library import library
from nnanki.proof.prove import Known

LATER = 2 * SLACK / 1e9  # what is written so late in a run is not trusted
OPERATOR = '''"""What people get wrong about kinks."""

import ast

from nnanki.proof.mutate import Changes, Module, nodes, one, operator


@operator("A kink has two sides.")
def swap_sides(module: Module) -> Changes:
    for node in nodes(module, ast.IfExp):
        yield one(node, ast.IfExp(node.test, node.orelse, node.body))
'''


def add(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    time.sleep(LATER)


def run(root: Path, *words: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, ["-C", str(root), *words])
    assert result.exit_code == code, result.output
    return result.output


def proved_at(root: Path) -> dict[str, int]:
    """When each symbol was last proved."""
    project = load(root)
    quoted, _ = library(project)
    keys = Known(project, quoted, Cache(root))
    stored = {s: list(records.of(root, keys.key_of(s))) for s in quoted.symbols}
    return {s: r[0].path.stat().st_mtime_ns for s, r in stored.items() if r}


# -- what rests on them ---------------------------------------------------------------


def test_an_edit_of_an_operator_proves_again_what_it_changes(tiny: Path) -> None:
    """A proof that was made with another operator is not taken for one with this."""
    add(tiny, "operators/kinks.py", OPERATOR)
    run(tiny, "check")
    assert '"swap-sides"' in run(tiny, "proof", "--json")
    before = proved_at(tiny)
    assert set(before) == {"kink.relu", "kink.slope"}
    add(tiny, "operators/kinks.py", OPERATOR.replace("swap_sides", "other_side"))
    run(tiny, "check")
    after = proved_at(tiny)
    assert all(after[symbol] != before[symbol] for symbol in before)
    assert '"other-side"' in run(tiny, "proof", "--json")
