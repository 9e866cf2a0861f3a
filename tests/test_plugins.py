"""A project's own operators, rewrites and rules: what they do, what rests on them."""

from __future__ import annotations

import re
import shutil
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt

from nnanki.cards.lint import lint
from nnanki.cards.parse import parse
from nnanki.cli import main
from nnanki.model.disk import records
from nnanki.model.disk.cache import Cache
from nnanki.model.disk.dependency import SLACK
from nnanki.model.disk.text import Text
from nnanki.model.project import load
from nnanki.proof.library import library
from nnanki.proof.mutate import OPERATORS
from nnanki.proof.stored import ProofStore

LATER = 2 * SLACK / 1e9  # what is written so late in a run is not trusted
OPERATOR = '''"""What people get wrong about kinks."""

import ast

from nnanki.proof.mutate import Changes, Module, nodes, one, operator


@operator("A kink has two sides.")
def swap_sides(module: Module) -> Changes:
    for node in nodes(module, ast.IfExp):
        yield one(node, ast.IfExp(node.test, node.orelse, node.body))
'''
RULE = '''"""Words that this deck does without."""

from nnanki.cards.lint import Finding, Findings, rule
from nnanki.cards.lint.words import text, words
from nnanki.model.card import Card, Prose

FILLERS = ("simply",)


# A learner for whom it is not simple thinks that it should be.

@rule("X01", "A card does without fillers.")
def no_filler(card: Card) -> Findings:
    for block in (b for b in card.blocks if isinstance(b, Prose)):
        for word in words(text(block)):
            if word in FILLERS:
                what = f"`{word}` says nothing"
                yield Finding(card.id, block.place, what, "leave it out")
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
    keys = ProofStore(project, quoted, Cache(root))
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


def test_an_edit_of_a_rule_only_lints_again(tiny: Path) -> None:
    """What is wrong with the words proves nothing anew, and is not overlooked."""
    add(tiny, "rules/words.py", RULE)
    assert "X01" not in run(tiny, "check")
    before = proved_at(tiny)
    add(tiny, "rules/words.py", RULE.replace('"simply"', '"zero"'))
    assert "warning X01: `zero` says nothing" in run(tiny, "check")
    assert proved_at(tiny) == before


def test_an_import_switches_operators_on_for_the_whole_package(tiny: Path) -> None:
    """So its functions are proved again, although nothing in them changed."""
    before = proved_at(tiny)
    assert set(before) == {"kink.relu", "kink.slope"}
    add(tiny, "toy/table.py", "import numpy  # noqa: F401\n")
    run(tiny, "check")
    after = proved_at(tiny)
    assert all(after[symbol] != before[symbol] for symbol in before)


def test_operators_of_a_library_apply_where_it_is_imported(tmp_path: Path) -> None:
    """Also to what only gets its arrays, and nowhere else."""
    text = "def total(table):\n    return table.sum(axis=0)\n"
    add(tmp_path, "pyproject.toml", '[tool.nnanki]\nname = "a"\npackage = "a"\n')
    add(tmp_path, "a/total.py", text)
    plain, _ = library(load(tmp_path))
    add(tmp_path, "a/table.py", "from numpy import linalg\n")
    arrays, _ = library(load(tmp_path))

    assert "drop-axis" not in plain.operators and "drop-item" not in plain.operators
    assert "drop-axis" in arrays.operators and "drop-item" not in arrays.operators
    assert "square-by-name" not in arrays.rewrites
    assert "index-twice" in arrays.rewrites and "index-twice" not in plain.rewrites


def test_the_deck_has_the_words_of_its_subject_for_operators_of_any() -> None:
    """They stand where nnanki's stood, and make the same changes."""
    quoted, problems = library(load(Path(__file__).parents[1]))

    assert problems == []
    assert list(quoted.operators) == list(OPERATORS)
    assert quoted.operators["shift-threshold"].misconception.startswith("The kink")
    general = (o for o in OPERATORS.values() if not o.libraries)
    sentences = " ".join(operator.misconception for operator in general)
    assert not re.search("ReLU|loss|learn|network", sentences)


# -- a deck of another subject --------------------------------------------------------

SOUP = """---
title: Soup
---

## {}

Which weight of salt does a litre of soup take?

---

Ten grams, a *unit* of which it needs few. A bias to more, and a layer of it stays.

## {}

Which unit measures salt?

---

The gram, a *weight*.
"""


def test_a_cook_is_not_asked_for_weight_and_unit() -> None:
    """No word is a term of any deck; each project lists its own."""
    file, problems = parse(Text("cards/1-soup.md", SOUP.format("salt", "unit")))
    assert problems == []
    assert lint([file]) == ([], [])
    _, warnings = lint([file], terms=["weight", "unit"])
    assert [problem.what[:11] for problem in warnings] == ["warning D04"]


# -- what is wrong with them ----------------------------------------------------------

REWRITE = '''"""Other words for the same."""

import ast

from nnanki.proof.mutate import Module, nodes, one
from nnanki.proof.rewrite import Changes, rewrite


@rewrite("What is not at most is greater.")
def not_at_most(module: Module) -> Changes:
    for node in nodes(module, ast.Compare):
        if isinstance(node.ops[0], ast.Gt):
            less = ast.Compare(node.left, [ast.LtE()], node.comparators)
            yield one(node, ast.UnaryOp(ast.Not(), less))
'''


@pytest.mark.parametrize(
    ("file", "text", "what", "line", "hint"),
    [
        ("operators/a.py", "X = 1\n", "this file defines no operator", 1, "@operator("),
        (
            "operators/a.py",
            "\nimport nothing_of_that_name\n",
            "this operator cannot be loaded: ModuleNotFoundError",
            2,
            "mend the file, or take it out of `operators/`",
        ),
        (
            "operators/a.py",
            OPERATOR.replace("swap_sides", "drop_term"),
            "nnanki has an operator `drop-term`",
            8,
            "give yours another name, or add `replaces=True`",
        ),
        (
            "operators/a.py",
            OPERATOR.replace('sides."', 'sides.", replaces=True'),
            "nnanki has no operator `swap-sides` to replace",
            8,
            "take `replaces=True` out",
        ),
        (
            "operators/a.py",
            OPERATOR.replace("node.test,", "node.nothing,"),
            "`swap_sides` fails: AttributeError",
            11,
            "mend it",
        ),
        (
            "operators/a.py",
            OPERATOR.replace("yield one(", "yield (").replace("node, ast", "ast"),
            "`swap_sides` fails: TypeError: it yields a IfExp, not a Change",
            8,
            "mend it",
        ),
        ("rewrites/a.py", "X = 1\n", "this file defines no rewrite", 1, "@rewrite("),
        (
            "rewrites/a.py",
            REWRITE.replace("not_at_most", "commute"),
            "nnanki has a rewrite `commute`",
            9,
            "give yours another name",
        ),
        ("rules/a.py", "X = 1\n", "this file defines no rule", 1, "@rule("),
        ("rules/a.py", "def (\n", "this rule cannot be loaded: SyntaxError", 1, "mend"),
        (
            "rules/a.py",
            RULE.replace("X01", "F01"),
            "`F01` is a rule of nnanki",
            12,
            "X01 to X99 are a project's; X01 is free",
        ),
        (
            "rules/a.py",
            RULE.replace("X01", "F20"),
            "`F20` cannot name a rule",
            12,
            "X01 is free",
        ),
        (
            "rules/a.py",
            RULE + RULE.replace("no_filler", "no_other"),
            "`X01` is a rule of rules/a.py",
            30,
            "X02 is free",
        ),
        (
            "rules/a.py",
            RULE.replace("card.id", "card.nothing"),
            "`no_filler` fails: AttributeError",
            18,
            "mend it",
        ),
    ],
)
def test_a_plug_in_that_is_none_is_one_clear_problem(
    tiny: Path, file: str, text: str, what: str, line: int, hint: str
) -> None:
    """With its file and line, and what to do; nothing else is said."""
    text = text.replace('"simply"', '"zero"')
    add(tiny, file, text)
    output = run(tiny, "check", code=2 if "fails:" in what else 1)

    assert f"{file}:{line}:" in output
    assert what in output
    assert hint in output
    assert "Traceback" not in output


def test_two_files_of_one_name(tiny: Path) -> None:
    """The second is told who has it."""
    add(tiny, "operators/a.py", OPERATOR)
    add(tiny, "operators/b.py", OPERATOR)
    output = run(tiny, "check", code=1)

    assert "operators/b.py:8:1  operators/a.py has an operator `swap-sides`" in output


# -- docs/plugins.md ------------------------------------------------------------------

PAGE = (Path(__file__).parents[1] / "docs" / "plugins.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`([\w./-]+)`:$")


@pytest.fixture(name="kitchen", scope="module")
def kitchen_fixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project that the page shows, file by file."""
    root, before = tmp_path_factory.mktemp("kitchen"), ""
    for token in MarkdownIt().parse(PAGE):
        if token.type == "fence" and (match := NAMED.search(before)):
            (root / match[1]).parent.mkdir(parents=True, exist_ok=True)
            (root / match[1]).write_text(token.content, encoding="utf-8")
        if token.type in ("inline", "fence"):
            before = token.content
    return root


def test_the_kitchen_of_the_page_is_built(kitchen: Path) -> None:
    """Its cards stay as they are shown: one for each plug-in, and no rule speaks."""
    path = kitchen / "cards" / "1-recipes.md"
    before = path.read_text(encoding="utf-8")
    run(kitchen, "update")
    table = run(kitchen, "build", "--strict") + run(kitchen, "proof")

    assert path.read_text(encoding="utf-8") == before
    assert "salt-of-a-year   estimate" in table
    assert "also\ngrams + grams\n" in before


def test_the_rule_of_the_page_speaks_and_is_waived(kitchen: Path, tmp_path: Path):
    """By its id, like any other."""
    root = shutil.copytree(kitchen, tmp_path / "kitchen")
    path = root / "cards" / "1-recipes.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Nearly four kilograms", "Many cups"), "utf-8")
    run(root, "update")
    assert "warning X01: `cups` is no amount" in run(root, "check")
    waived = "## salt-of-a-year\n<!-- waive: X01 because it is a joke -->\n"
    text = path.read_text(encoding="utf-8").replace("## salt-of-a-year\n", waived)
    path.write_text(text, encoding="utf-8")
    assert "X01" not in run(root, "check")


def test_the_page_shows_a_refusal_as_it_is(kitchen: Path, tmp_path: Path) -> None:
    """A rule with an id of nnanki's."""
    root = shutil.copytree(kitchen, tmp_path / "kitchen")
    path = root / "rules" / "kitchen.py"
    path.write_text(path.read_text("utf-8").replace("X01", "F01"), encoding="utf-8")
    output = run(root, "check", code=1)
    refusal = re.search(r"```text\n(.*?)```", PAGE, re.DOTALL)

    assert refusal is not None and refusal[1] in output


def test_the_page_replaces_a_sentence(kitchen: Path, tmp_path: Path) -> None:
    """And the change stays what it was."""
    root = shutil.copytree(kitchen, tmp_path / "kitchen")
    code = next(c for c in re.findall(r"```python\n(.*?)```", PAGE, re.S) if "pot" in c)
    (root / "operators" / "pots.py").write_text(code, encoding="utf-8")
    quoted, problems = library(load(root))

    assert problems == []
    assert "pot" in quoted.operators["swap-max-and-min"].misconception
    assert next(iter(quoted.operators)) == "invert-ratio"
