"""The plan of the house holds: who may import whom, and each library has one door."""

import ast
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOL = ROOT / "nnanki"

# What each folder may import beside itself: a name stands for all that lies in it.
# Values flow down this table, and no line names a later one.
FOLDERS = {
    "model": "",
    "waiver": "",
    "cards": "model",
    "running": "model cards",
    "proof": "model cards running",
    "notes": "model cards running",
    "anki": "model notes",
    "stages": "model cards running proof notes",
    "release": "model cards running proof notes anki stages",
    "gallery": "model cards running proof notes stages",
    "commands": "model proof notes anki stages release gallery",
    "cli": "commands",
    "__main__": "cli",
}

# Folders inside these, each with what it may import: less than its surroundings may.
INSIDE = {
    "cards.markup": "model",
    "cards.kinds": "model cards.markup",
    "cards.lint": "model cards.markup",
    "running.child": "",
    "running.worker": "running.child",
    "proof.mutate": "",
    "proof.rewrite": "proof.mutate",
    "proof.suite": "running.child",
    "notes.lock": "model",
    "anki.apkg": "model",
    "anki.diff": "model notes anki.apkg anki.plaintext anki.word_diff",
    "anki.push": "model anki.apkg",
}

ADVICE = """
Values flow down the table FOLDERS in tests/test_rooms.py. If a function is needed
further up, move it there; if only a value is needed, pass it as an argument. A new
folder gets a line of its own; a new file needs none."""

# Each outside power has one door: a module, or all of a folder.
DOORS = {
    "click": "cli commands",
    "coverage": "proof.suite.record",
    "fsrs": "gallery.forecast",
    "genanki": "release.package",
    "jinja2": "notes.templates",
    "markdown_it": "cards.markup",
    "markupsafe": "cards.markup.highlight gallery.exhibits gallery.page notes",
    "matplotlib": "running.worker.figure",
    "pygments": "cards.markup.highlight",
    "http": "anki.push.ankiconnect gallery.server",
    "hypothesis": "proof.suite.kill",
    "latex2mathml": "notes.mathml",
    "pytest": "proof.suite",
    "sqlite3": "anki.apkg.database anki.push.carry release.package",
    "subprocess": "proof.harness proof.suite.trials release.git running.fresh "
    "running.pool",
    "time_machine": "running.worker",
    "tomllib": "model.project",
    "urllib": "anki.push.ankiconnect commands.push gallery.server notes.pictures",
    "watchfiles": "gallery.watch",
    "yaml": "cards.front_matter",
    "zstandard": "anki.apkg.archive",
    "zipfile": "anki.apkg.archive anki.push.carry release.package",
}

# Reading goes through what a run has seen; these read what no result rests on: what
# nnanki writes, what it shows, what it is made of; and what copies a project for its
# tests, which remembers the digests of all that it copies.
READERS = (
    "anki.apkg anki.push model.plugins commands.build commands.release "
    "gallery.page gallery.server gallery.watch model.disk model.problem model.project "
    "notes.templates proof.dependencies proof.harness proof.stored proof.suite "
    "release.package release.update running.child running.pool running.worker"
)
READING = "exists glob is_dir is_file iterdir open read_bytes read_text rglob stat"

# What the quoted package may use; the tool uses none of it.
SUBJECT = {"numpy", "sympy", "torch"}

# A file that can be read at a sitting, and doors that can be seen at a glance.
MOST_LINES = 300
MOST_ENTRIES = 13


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
            beside = name.rpartition(".")[0] + imported
            shared = f"running.child{imported}"  # loaded beside worker and suite alike
            yield (shared if beside not in MODULES else beside), line
        elif imported.split(".")[0] == "nnanki":
            yield imported.removeprefix("nnanki").lstrip(".") or "__init__", line


def outer(name: str) -> Iterator[tuple[str, int]]:
    """The libraries that a module imports when it runs."""
    for imported, line in imports(MODULES[name]):
        if imported.split(".")[0] not in ("nnanki", ""):
            yield imported.split(".")[0], line


def inside(name: str, folders: str) -> bool:
    """Whether a module is one of these, or lies in one of them."""
    return any(name == one or name.startswith(f"{one}.") for one in folders.split())


def folder(name: str) -> tuple[str, str]:
    """The innermost folder of the tables that a module lies in, and its line."""
    inner_ = [one for one in INSIDE if inside(name, one)]
    one = inner_[0] if inner_ else name.split(".")[0]
    return one, INSIDE.get(one, FOLDERS.get(one, ""))


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


def test_every_folder_has_its_line():
    tops = {name.split(".")[0] for name in OURS} - {"__init__"}
    none_of(
        [f"nnanki/{name} has no line in FOLDERS" + ADVICE for name in tops - {*FOLDERS}]
        + [f"FOLDERS has {name}, nnanki has not" for name in {*FOLDERS} - tops]
        + [f"INSIDE has {name}, nnanki has not" for name in {*INSIDE} - OURS]
    )


def test_the_house_has_few_doors():
    entries = {name.split(".")[0] for name in MODULES} - {"__init__", "__main__"}
    assert len(entries) <= MOST_ENTRIES, sorted(entries)


@pytest.mark.parametrize("name", sorted(OURS - {"__init__"}))
def test_a_module_imports_only_what_its_folder_may(name: str):
    own, allowed = folder(name)
    faults = [
        said(
            name, line, f"imports nnanki.{imported}; {own} may import {allowed or own}"
        )
        for imported, line in inner(name)
        if not inside(imported, f"{own} {allowed}") and imported != "__init__"
    ]
    none_of(faults + [ADVICE] * bool(faults))


def test_no_line_of_the_table_names_a_later_one():
    names = list(FOLDERS)
    none_of(
        [
            f"{name} may import {other}, which stands below it"
            for n, name in enumerate(names)
            for other in FOLDERS[name].split()
            if other in names[n:]
        ]
        + [
            f"{name} may import {word}, which {name.split('.')[0]} may not"
            for name, words in INSIDE.items()
            for word in words.split()
            if not inside(word, name.split(".")[0] + " " + FOLDERS[name.split(".")[0]])
            and word != "running.child"
        ]
    )


def test_no_permission_is_idle():
    """What a line allows, somebody needs: an arrow that went leaves no door open."""
    used = {(folder(name)[0], other) for name in OURS for other, _ in inner(name)}
    none_of(
        [
            f"{name} may import {word}, but nothing in it does"
            for name, words in (FOLDERS | INSIDE).items()
            for word in words.split()
            if not any(inside(n, name) and inside(other, word) for n, other in used)
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
def test_each_library_has_one_door(name: str):
    faults = []
    for library, line in outer(name):
        if library in SUBJECT:
            faults.append(said(name, line, f"imports {library}: the deck's, not ours"))
        elif library in DOORS and not inside(name, DOORS[library]):
            doors = " and ".join(DOORS[library].split())
            faults.append(said(name, line, f"imports {library}, which {doors} knows"))
        elif library not in DOORS and library not in sys.stdlib_module_names:
            faults.append(said(name, line, f"imports {library}, which has no door yet"))
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
    calls = [
        (name, node)
        for name in sorted(OURS)
        if not inside(name, READERS)
        for node in ast.walk(MODULES[name])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]
    none_of(
        [
            said(name, node.lineno, f"reads by itself: {ast.unparse(node.func)}")
            for name, node in calls
            if node.func.attr in READING.split()
            and not ast.unparse(node.func.value).endswith("reader")
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
