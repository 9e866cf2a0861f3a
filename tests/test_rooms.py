"""The plan of the house holds: who may import whom, and each library has one room."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOL = ROOT / "nnanki"

# Which modules of the tool each of them may import: a new one gets a line here.
# Values flow from the top of this table to its bottom, and no line imports a later one.
MAY_IMPORT = {
    "__init__": "",
    "card": "",
    "sessions": "",
    "conflicts": "sessions",
    "obligations": "card sessions",
    "counting": "",
    "units": "",
    "waiver": "",
    "direction": "",
    "highlight": "direction",
    "languages": "highlight sessions",
    "notation": "",
    "errors": "card",
    "landlock": "",
    "processors": "",
    "memory": "",
    "marks": "",
    "marks.comments": "",
    "marks.doubts": "",
    "marks.formulas": "",
    "marks.dollars": "marks.comments marks.doubts marks.formulas",
    "marks.stars": "marks.dollars marks.doubts",
    "marks.ticks": "marks.doubts",
    "marks.escapes": "marks.doubts",
    "marks.cells": "marks.dollars",
    "marks.reading": "marks.dollars marks.doubts marks.escapes",
    "markdown": "direction languages marks.*",
    "naming": "",
    "dependency": "units",
    "form": "",
    "records": "",
    "seen": "dependency",
    "cache": "dependency form records seen units",
    "text": "card errors seen",
    "project": "card errors naming seen text",
    "schema": "card project",
    "version": "",
    "table": "",
    "kinds.base": "card conflicts errors obligations",
    "kinds.blank": "card errors kinds.base obligations",
    "kinds.blocks": "card errors kinds.base notation obligations",
    "kinds.bug": "card errors kinds.base obligations",
    "kinds.choice": "card errors kinds.base obligations",
    "kinds.order": "card kinds.base obligations",
    "kinds.predict": "card kinds.base obligations",
    "kinds.question": "card kinds.base",
    "kinds.raises": "card kinds.base obligations",
    "kinds.session": "card errors kinds.base obligations sessions",
    "kinds.shape": "card errors kinds.base obligations",
    "kinds": "card errors kinds.base kinds.blank kinds.blocks kinds.bug kinds.choice "
    "kinds.order kinds.predict kinds.question kinds.raises kinds.session kinds.shape "
    "languages obligations sessions",
    "kinds.own": "card errors kinds kinds.base notation project seen",
    "prose": "card errors markdown notation text",
    "front_matter": "card errors notation text",
    "fences": "card errors kinds languages sessions text",
    "parse": "card conflicts errors fences front_matter kinds markdown notation prose "
    "text",
    "lint.registry": "card",
    "lint.words": "card markdown",
    "lint.cards": "card lint.registry lint.words",
    "lint.texts": "card sessions lint.cards lint.registry lint.words",
    "lint.deck": "card lint.registry lint.words notation",
    "lint": "card errors lint.*",
    "bearing": "card errors languages lint.words sessions",
    "excerpt": "",
    "resolve": "card dependency errors excerpt project seen text",
    "golden": "card errors",
    "fitting": "card marks.formulas",
    "figures": "card errors golden obligations text",
    "mutate.splice": "",
    "mutate.registry": "mutate.splice",
    "mutate.sites": "mutate.splice",
    "mutate.domain": "mutate.registry mutate.sites mutate.splice",
    "mutate.gradients": "mutate.registry mutate.sites mutate.splice",
    "mutate.generic": "mutate.registry mutate.sites mutate.splice",
    "mutate.calls": "mutate.registry mutate.sites mutate.splice",
    "mutate": "mutate.*",
    "rewrite.making": "mutate.sites",
    "rewrite.registry": "mutate.splice",
    "rewrite.operators": "mutate.sites mutate.splice rewrite.making rewrite.registry",
    "rewrite.updates": "mutate.sites mutate.splice rewrite.making rewrite.registry",
    "rewrite.calls": "mutate.sites mutate.splice rewrite.making rewrite.registry",
    "rewrite": "mutate.splice rewrite.*",
    "unbound": "",
    "variants": "card counting errors excerpt mutate mutate.splice obligations "
    "resolve rewrite unbound",
    "suite": "",
    "suite.__main__": "",
    "suite.channel": "",
    "suite.logs": "",
    "suite.notices": "",
    "suite.folder": "suite.notices",
    "suite.processes": "",
    "suite.place": "suite.folder",
    "suite.loops": "",
    "suite.reading": "",
    "suite.asking": "suite.reading",
    "suite.record": "suite.reading",
    "suite.waivers": "",
    "suite.swap": "suite.loops",
    "suite.kill": "suite.loops suite.swap suite.waivers",
    "suite.trials": "suite.channel suite.kill suite.loops suite.place suite.processes "
    "suite.processors suite.reading suite.swap suite.waivers",
    "suite.session": "suite.asking suite.channel suite.kill suite.landlock suite.logs "
    "suite.loops suite.place suite.processes suite.reading suite.record suite.trials "
    "suite.waivers",
    "worker": "",
    "worker.__main__": "",
    "worker.orphans": "",
    "worker.letters": "",
    "worker.figure": "worker.letters",
    "worker.quoted": "",
    "curriculum": "card conflicts errors project text",
    "workers": "",
    "server": "card errors memory project workers",
    "proof": "card",
    "accept": "card errors excerpt golden obligations proof resolve variants",
    "derive": "card errors obligations",
    "subjects": "card mutate resolve variants",
    "depend": "cache dependency project resolve seen units",
    "listing": "",
    "copies": "card dependency errors listing units",
    "plan": "",
    "crew": "copies memory plan",
    "testing": "card copies crew errors plan project resolve server subjects text",
    "prove": "cache copies depend dependency errors form project proof resolve seen "
    "subjects testing variants",
    "evidence": "card errors excerpt golden kinds kinds.base notation obligations "
    "proof resolve",
    "refusal": "card errors mutate proof resolve text",
    "report": "mutate proof",
    "stdin": "card counting errors obligations server",
    "reasons": "obligations stdin",
    "faces": "card project",
    "formulas": "",
    "graph": "",
    "templates": "cache card errors faces notation project schema seen text",
    "pictures": "card errors figures seen text",
    "changes": "highlight",
    "columns": "card highlight table",
    "sides": "card changes columns direction figures highlight kinds kinds.base "
    "kinds.choice languages markdown sessions table templates",
    "render": "cache card highlight kinds pictures project schema sides templates",
    "program": "card obligations server stdin",
    "duties": "bearing card curriculum errors evidence figures kinds obligations "
    "resolve variants",
    "lock.file": "cache card errors text version",
    "lock.positions": "",
    "lock.renewal": "card lock.file lock.positions",
    "lock.stale": "card counting errors lock.file lock.renewal",
    "lock.identity": "card errors lock.file project",
    "lock": "card errors lock.*",
    "retired": "cache card conflicts errors highlight lock markdown notation project "
    "schema templates text",
    "package": "card counting lock project schema",
    "plaintext": "",
    "wording": "",
    "apkg.wire": "",
    "apkg.values": "",
    "apkg.archive": "apkg.values apkg.wire",
    "apkg.database": "apkg.values apkg.wire",
    "apkg": "apkg.* card errors",
    "diff.importing": "apkg",
    "diff.media": "apkg",
    "diff.blank": "apkg faces",
    "diff.types": "apkg diff.importing",
    "diff.naming": "apkg card plaintext schema",
    "diff.losses": "apkg counting diff.blank diff.importing diff.media diff.naming "
    "diff.types",
    "diff": "apkg counting diff.importing diff.losses diff.media diff.naming "
    "diff.types plaintext schema wording",
    "diff.text": "counting diff wording",
    "diff.markdown": "diff diff.text wording",
    "verify": "apkg card errors formulas table",
    "readback": "card errors kinds.choice markdown verify",
    "stamp": "cache project server",
    "mending": "card errors text",
    "git": "card errors text",
    "forecast": "",
    "chart": "forecast",
    "host": "",
    "saves": "",
    "push": "",
    "push.ankiconnect": "card errors",
    "push.held": "cache push.ankiconnect",
    "push.carry": "",
    "push.plan": "apkg card errors project push.ankiconnect push.carry push.held "
    "schema",
    "push.deliver": "apkg card errors push.ankiconnect push.carry push.held push.plan "
    "text",
    "commands": "",
    "worker.streams": "",
    "worker.endings": "",
    "worker.files": "",
    "worker.watch": "worker.files",
    "worker.unseen": "worker.files",
    "worker.noticing": "worker.files worker.unseen worker.watch",
    "worker.shared": "",
    "answers": "errors obligations",
    "worker.chance": "",
    "worker.script": "",
    "worker.constants": "worker.script",
    "worker.asserts": "worker.constants worker.script",
    "worker.scope": "worker.asserts worker.script",
    "worker.steps": "worker.asserts worker.figure worker.scope worker.script",
    "worker.broken": "worker.quoted worker.scope",
    "stderr": "card errors",
    "verdict": "answers card conflicts errors figures fitting golden obligations "
    "reasons server sessions stderr stdin table",
    "worker.clock": "worker.unseen",
    "worker.surroundings": "worker.clock worker.processors worker.unseen",
    "worker.folders": "",
    "worker.life": "worker.broken worker.chance worker.endings worker.folders "
    "worker.landlock worker.orphans worker.processors worker.quoted worker.scope "
    "worker.script worker.shared worker.steps worker.streams worker.surroundings "
    "worker.watch",
    "worker.supervise": "worker.folders worker.life worker.orphans worker.processors "
    "worker.script worker.shared worker.streams worker.watch",
    "worker.warm": "",
    "worker.imports": "worker.orphans",
    "worker.serve": "worker.chance worker.endings worker.files worker.imports "
    "worker.landlock worker.life worker.noticing worker.orphans worker.supervise "
    "worker.surroundings worker.warm worker.watch",
    "agreement": "server",
    "hints": "project server",
    "keeping": "cache dependency hints project server",
    "execute": "agreement cache hints keeping project server workers",
    "fresh": "agreement cache execute hints project server",
    "weigh": "accept card derive duties errors evidence execute fresh keeping "
    "obligations program project proof prove refusal resolve variants verdict",
    "looks": "card curriculum duties errors highlight kinds lock pictures project "
    "render retired templates",
    "build": "cache card curriculum duties errors execute kinds kinds.own lint lock "
    "looks parse project proof resolve retired weigh workers",
    "replay": "agreement apkg build card duties errors excerpt execute obligations "
    "program readback resolve server variants verdict verify",
    "update": "build card errors execute lock mending package project text",
    "release": "build card curriculum errors git lock markdown parse retired version "
    "wording",
    "changelog": "build counting release retired schema text wording",
    "terminal": "build card counting errors execute",
    "gallery": "build card direction errors faces forecast formulas highlight lock "
    "markdown project proof",
    "page": "chart errors figures forecast gallery graph highlight notation project "
    "proof report templates text",
    "live": "build card errors gallery host mending page project saves templates "
    "workers",
    "commands.common": "build errors project report stamp terminal",
    "commands.build": "build commands.common dependency lock package project replay "
    "stamp terminal text verify",
    "commands.check": "commands.common stamp terminal",
    "commands.diff": "apkg diff diff.markdown diff.text terminal",
    "commands.forecast": "build chart commands.common counting forecast terminal",
    "commands.preview": "build commands.build commands.common counting errors gallery "
    "host live page project prove stamp templates terminal",
    "commands.proof": "commands.common errors project prove report stamp terminal",
    "commands.push": "card commands.build commands.common counting errors "
    "push.ankiconnect push.deliver push.plan stamp terminal",
    "commands.release": "build card changelog commands.build commands.common counting "
    "errors git project release terminal text version",
    "commands.update": "commands.common terminal update",
    "cli": "commands.*",
    "__main__": "cli",
}

# Each outside power has one door.
ROOMS = {
    "click": "cli commands.* terminal",
    "coverage": "suite.record",
    "fsrs": "forecast",
    "genanki": "package",
    "jinja2": "templates",
    "markdown_it": "markdown marks.*",
    "markupsafe": "changes gallery highlight page retired sides",
    "matplotlib": "worker.figure",
    "pygments": "highlight",
    "http": "host push.ankiconnect",
    "hypothesis": "suite.kill",
    "latex2mathml": "formulas",
    "pytest": "suite.kill suite.logs suite.record suite.session suite.trials "
    "suite.waivers",
    "rich": "terminal",
    "sqlite3": "apkg.database package push.carry",
    "subprocess": "crew fresh git listing suite.trials workers",
    "time_machine": "worker.clock worker.serve",
    "tomllib": "project",
    "urllib": "commands.push host pictures push.ankiconnect",
    "watchfiles": "saves",
    "yaml": "front_matter",
    "zstandard": "apkg.archive",
    "zipfile": "apkg.archive package push.carry",
}

# Reading goes through what a run has seen; these read what no result rests on: what
# nnanki writes, what it shows, what it is made of; and what copies a project for its
# tests, which remembers the digests of all that it copies.
READERS = (
    "apkg apkg.archive cache commands.build commands.release copies crew depend "
    "dependency errors host kinds.own landlock listing package page project prove "
    "push.ankiconnect push.deliver records saves seen templates text update workers"
)
READING = "exists glob is_dir is_file iterdir open read_bytes read_text rglob stat"

# What the quoted package may use; the tool uses none of it.
SUBJECT = {"numpy", "sympy", "torch"}

# A file that can be read at a sitting.
MOST_LINES = 300


def modules() -> dict[str, ast.Module]:
    """All modules of the tool and of the package that its own deck quotes."""
    trees = {}
    for path in sorted(TOOL.rglob("*.py")):
        name = ".".join(path.relative_to(TOOL).with_suffix("").parts)
        name = name.removesuffix(".__init__") if "." in name else name
        trees[name] = ast.parse(path.read_text(encoding="utf-8"))
    return trees


MODULES = modules()
OURS = {name for name in MODULES if name != "nn" and not name.startswith("nn.")}


def imports(tree: ast.AST, types: bool = False) -> Iterator[tuple[str, int]]:
    """The modules that code imports, and where; those for types only on request."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            if types:
                yield from imports(node, types)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:  # a script's folder, under whatever name it runs
                yield f".{node.module}", node.lineno
                continue
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                inner = full.removeprefix("nnanki.") in MODULES
                yield (full if inner else str(node.module)), node.lineno
        else:
            yield from imports(node, types)


def inner(name: str, types: bool = False) -> Iterator[tuple[str, int]]:
    """The modules of ours that a module imports."""
    for imported, line in imports(MODULES[name], types):
        if imported.startswith("."):
            yield name.rpartition(".")[0] + imported, line
        elif imported.split(".")[0] == "nnanki":
            yield imported.removeprefix("nnanki").lstrip(".") or "__init__", line


def outer(name: str) -> Iterator[tuple[str, int]]:
    """The libraries that a module imports when it runs."""
    for imported, line in imports(MODULES[name]):
        if imported.split(".")[0] not in ("nnanki", ""):
            yield imported.split(".")[0], line


def allowed(name: str) -> set[str]:
    words = MAY_IMPORT[name].split()
    names = {word for word in words if not word.startswith("-")}
    if "*" in names:
        names |= OURS
    names |= family(names)
    without = {word[1:] for word in words if word.startswith("-")}
    return names - without - family(without) | {"__init__"}


def doors(library: str) -> set[str]:
    """The modules that may know a library."""
    words = set(ROOMS[library].split())
    return words | family(words)


def family(words: set[str]) -> set[str]:
    """The modules of each room that is named as `room.*`."""
    rooms = {word.removesuffix("*") for word in words if word.endswith(".*")}
    return (
        {module for module in OURS if module.startswith(tuple(rooms))}
        if rooms
        else set()
    )


def path(name: str) -> Path:
    """A module's file, from the root."""
    folder = Path("nnanki", *name.split("."))
    return (
        folder / "__init__.py"
        if (ROOT / folder).is_dir()
        else folder.with_suffix(".py")
    )


def said(name: str, line: int, what: str) -> str:
    return f"{path(name).as_posix()}:{line} {what}"


def none_of(faults: list[str]) -> None:
    if faults:
        pytest.fail("\n".join(faults), pytrace=False)


def test_every_module_has_its_line_in_the_table():
    none_of(
        [said(name, 1, "has no line in MAY_IMPORT") for name in OURS - set(MAY_IMPORT)]
        + [f"MAY_IMPORT has {name}, nnanki has not" for name in set(MAY_IMPORT) - OURS]
    )


@pytest.mark.parametrize("name", sorted(OURS & set(MAY_IMPORT)))
def test_a_module_imports_only_what_its_line_allows(name: str):
    none_of(
        [
            said(name, line, f"imports nnanki.{imported}; it may not: {allowed(name)}")
            for imported, line in inner(name)
            if imported not in allowed(name)
        ]
    )


def test_no_line_of_the_table_allows_a_later_one():
    names = list(MAY_IMPORT)
    none_of(
        [
            f"{name} may import {other}, which stands below it"
            for n, name in enumerate(names)
            for other in MAY_IMPORT[name].split()
            if other in names[n:]
        ]
    )


def test_no_imports_in_a_circle():
    graph = {name: {other for other, _ in inner(name)} for name in MODULES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail("imports in a circle: " + " -> ".join(error.args[1]), pytrace=False)


def test_the_tool_and_what_its_deck_quotes_do_not_know_each_other():
    subject = set(MODULES) - OURS
    none_of(
        [
            said(name, line, f"imports nnanki.{imported}, which is the tool's")
            for name in sorted(subject)
            for imported, line in inner(name, types=True)
            if imported in OURS - {"__init__"}
        ]
        + [
            said(name, line, f"imports nnanki.{imported}; the tool reads it as text")
            for name in sorted(OURS)
            for imported, line in inner(name, types=True)
            if imported in subject
        ]
    )


@pytest.mark.parametrize("name", sorted(OURS))
def test_each_library_has_one_room(name: str):
    faults = []
    for library, line in outer(name):
        if library in SUBJECT:
            faults.append(said(name, line, f"imports {library}: the deck's, not ours"))
        elif library in ROOMS and name not in doors(library):
            rooms = " and ".join(ROOMS[library].split())
            faults.append(said(name, line, f"imports {library}, which {rooms} knows"))
        elif library not in ROOMS and library not in sys.stdlib_module_names:
            faults.append(said(name, line, f"imports {library}, which has no room yet"))
    none_of(faults)


def test_the_quoted_package_uses_only_its_subject():
    none_of(
        [
            said(name, line, f"imports {library}")
            for name in sorted(set(MODULES) - OURS)
            for library, line in outer(name)
            if library not in SUBJECT | sys.stdlib_module_names
        ]
    )


def test_a_project_is_read_through_one_door():
    rooms = {*READERS.split(), *family({"suite.*", "worker.*"})}
    calls = [
        (name, node)
        for name in sorted(OURS - rooms)
        for node in ast.walk(MODULES[name])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]
    none_of(
        [
            said(name, node.lineno, f"reads by itself: {ast.unparse(node.func)}")
            for name, node in calls
            if node.func.attr in READING.split()
            and not ast.unparse(node.func.value).endswith("seen")
        ]
    )


def test_files_stay_small():
    sizes = {
        name: len((ROOT / path(name)).read_text(encoding="utf-8").splitlines())
        for name in MODULES
    }
    none_of(
        [
            said(name, size, f"is its last line; {MOST_LINES} are enough for one file")
            for name, size in sizes.items()
            if size > MOST_LINES
        ]
    )


# -- what is imported when the tool runs ----------------------------------------------

REPORT = """
import json, sys
from nnanki.cli import main
try:
    main(sys.argv[1:])
finally:
    print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""
CARD = """---
title: Sums
setup: |
  import torch
---

## one-and-one

```python run
print(torch.tensor(1) + 1)
```

---

```output
tensor(2)
```
"""


def loaded(*words: str) -> set[str]:
    """The packages that a command has loaded when it is done."""
    result = subprocess.run(
        [sys.executable, "-c", REPORT, *words],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return set(json.loads(result.stdout.splitlines()[-1]))


@pytest.fixture(name="sums", scope="module")
def sums_fixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose one card computes with torch."""
    root = tmp_path_factory.mktemp("sums")
    table = '[tool.nnanki]\nname = "sums"\n'
    (root / "pyproject.toml").write_text(table, encoding="utf-8")
    (root / "cards").mkdir()
    (root / "cards" / "1-sums.md").write_text(CARD, encoding="utf-8")
    return root


def test_help_loads_nothing_but_click():
    late = {*ROOMS, *SUBJECT} - {"click", *sys.stdlib_module_names}
    assert loaded("--help") & late == set()


def test_a_build_leaves_the_deck_s_libraries_to_its_workers(sums: Path):
    for command in ("update", "build"):
        assert loaded("-C", str(sums), command) & {*SUBJECT, "pytest"} == set()


def test_an_unchanged_build_proves_and_renders_nothing(sums: Path):
    loaded("-C", str(sums), "update")
    loaded("-C", str(sums), "build")
    idle = {"coverage", "genanki", "jinja2", "markdown_it", "pygments", "pytest"}
    assert loaded("-C", str(sums), "build") & (idle | SUBJECT) == set()
