"""The script that a worker is: its folder as a package of a name of its own.

Its modules get built-in names of their own, so that nothing is changed for them when
code of a card binds one of these anew.
"""

import builtins
import sys
from importlib import import_module
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).parent
NAME = "nnanki_worker"  # a project may have a `worker`, a `life` or `steps` itself
BESIDE_HERE = HERE.parent / "child"
BESIDE = ("landlock", "processes", "processors", "questions")  # they stand alone


class Own(SourceFileLoader):
    """Loads a module with built-in names that nobody else binds."""

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__["__builtins__"] = dict(vars(builtins))
        super().exec_module(module)


def own(name: str, path: Path, folders: list[str] | None = None) -> ModuleSpec:
    """How a module is loaded from a file."""
    loader = Own(name, str(path))
    spec = spec_from_file_location(
        name, path, loader=loader, submodule_search_locations=folders
    )
    assert spec is not None
    return spec


class Finder:
    """Finds the modules of this package."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> object:  # noqa: ARG004
        head, _, tail = name.rpartition(".")
        if head != NAME:
            return None
        return own(name, (BESIDE_HERE if tail in BESIDE else HERE) / f"{tail}.py")


if __name__ == "__main__":
    del sys.path[0]  # this folder: cards find their project instead
    package = module_from_spec(own(NAME, HERE / "__init__.py", [str(HERE)]))
    sys.modules[NAME] = package
    sys.meta_path.insert(0, Finder)  # type: ignore[arg-type]
    writing, sys.dont_write_bytecode = sys.dont_write_bytecode, False  # of its own code
    serve = import_module(f"{NAME}.serve")
    sys.dont_write_bytecode = writing
    sys.meta_path.remove(Finder)  # type: ignore[arg-type]
    serve.main()
