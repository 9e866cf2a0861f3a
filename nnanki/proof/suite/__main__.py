"""The script that `harness/crew` starts: its folder as a package of its own name."""

import sys
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

HERE = Path(__file__).parent
# Neither nnanki nor its folder is on the path here, so that tests find what they would
# find elsewhere, and a project that quotes nnanki itself imports its own copy of it.
NAME = "nnanki_suite"  # a project may have a `suite`, a `swap` or `loops` itself


def load(name: str, file: Path, folders: list[str] | None = None) -> None:
    """Import a file under a name of its own."""
    spec = spec_from_file_location(name, file, submodule_search_locations=folders)
    assert spec is not None and spec.loader is not None
    sys.modules[name] = module = module_from_spec(spec)
    spec.loader.exec_module(module)


load(NAME, HERE / "__init__.py", [str(HERE)])
for beside in (
    "landlock",
    "processors",
    "processes",
    "questions",
):  # modules of the tool that stand alone
    load(f"{NAME}.{beside}", HERE.parents[1] / "running" / "child" / f"{beside}.py")

if __name__ == "__main__":
    writing, sys.dont_write_bytecode = sys.dont_write_bytecode, False  # of its own code
    session = import_module(f"{NAME}.session")
    sys.dont_write_bytecode = writing
    session.main()
