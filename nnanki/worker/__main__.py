"""The script that a worker is: its folder as a package of a name of its own.

Its modules get built-in names of their own, so that nothing is changed for them when
code of a card binds one of these anew.
"""

import builtins
import sys
from importlib import import_module
from importlib.abc import Loader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).parent
NAME = "nnanki_worker"  # a project may have a `worker`, a `life` or `steps` itself
BESIDE = ("landlock",)  # modules of the tool that stand alone


def load(name: str, path: Path, folders: list[str] | None = None) -> ModuleType:
    """A module from a file, with built-in names that nobody else binds."""
    spec = spec_from_file_location(name, path, submodule_search_locations=folders)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    module.__dict__["__builtins__"] = dict(vars(builtins))
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


class Finder:
    """Finds the modules of this package."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> object:  # noqa: ARG004
        head, _, tail = name.rpartition(".")
        if head != NAME:
            return None
        folder = HERE.parent if tail in BESIDE else HERE
        spec = spec_from_file_location(name, folder / f"{tail}.py")
        if spec is not None and spec.loader is not None:
            spec.loader = Own(spec.loader)
        return spec


class Own(Loader):
    """Loads a module with built-in names of its own."""

    def __init__(self, loader: Loader) -> None:
        self.loader = loader

    def create_module(self, spec: object) -> None:  # noqa: ARG002
        return None

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__["__builtins__"] = dict(vars(builtins))
        self.loader.exec_module(module)


if __name__ == "__main__":
    del sys.path[0]  # this folder: cards find their project instead
    load(NAME, HERE / "__init__.py", [str(HERE)])
    sys.meta_path.insert(0, Finder)  # type: ignore[arg-type]
    serve = import_module(f"{NAME}.serve")
    sys.meta_path.remove(Finder)  # type: ignore[arg-type]
    serve.main()
