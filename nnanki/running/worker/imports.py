"""What a worker imports for its cards, and what each of them imports for itself.

What the project's modules compute while they are imported may depend on the date or
the machine. In the second run each card imports them itself, in its own surroundings;
the libraries that they need are there already.
"""

from __future__ import annotations

import ast
import json
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from .processes import end_with  # type: ignore[import-untyped]

Job = dict[str, Any]


def told_apart(job: Job) -> tuple[list[str], list[str]]:
    """Statements that are run here, and those that are left to the cards."""
    if not job["anew"]:
        return job["imports"], []
    own = [text for text in job["imports"] if of_project(text, job["paths"])]
    return [text for text in job["imports"] if text not in own], own


def of_project(statement: str, paths: Iterable[str]) -> bool:
    """Whether a statement imports a module that lies in some folders."""
    names = []
    for node in ast.walk(ast.parse(statement)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
    heads = {name.partition(".")[0] for name in names}
    places = [Path(path, head) for path in paths for head in heads if head]
    return any(p.is_dir() or p.with_suffix(".py").is_file() for p in places)


def needed(statements: Sequence[str], root: str) -> list[str]:
    """The modules, none of them the project's, that some statements import.

    They are found out in a process of its own, so that here it is as if they had not
    been run.
    """
    if not statements:
        return []
    source, sink = os.pipe()
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        try:
            end_with(parent)
            os.close(source)
            with os.fdopen(sink, "w", encoding="utf-8") as told:
                json.dump(imported_by(statements, root + os.sep), told)
        finally:
            os._exit(0)
    os.close(sink)
    with os.fdopen(source, encoding="utf-8") as heard:
        text = heard.read()
    os.waitpid(pid, 0)
    return json.loads(text) if text else []


def imported_by(statements: Iterable[str], root: str) -> list[str]:
    """The names of modules that are new once some statements were run."""
    before = set(sys.modules)
    for statement in statements:
        try:
            exec(statement, {"__name__": "__main__"})
        except BaseException:  # whoever needs it will see
            continue
    new = [name for name in list(sys.modules) if name not in before]
    return [name for name in new if apart(name, root)]


def apart(name: str, root: str) -> bool:
    """Whether a module is none of the project's."""
    known = dict(getattr(sys.modules[name], "__dict__", {}))  # no attribute is computed
    places = [known.get("__file__"), *known.get("__path__", ())]
    own = (str(p) for p in places if str(p).startswith(root))
    named = all(part.isidentifier() for part in name.split("."))
    return named and not any("/site-packages/" not in p for p in own)
