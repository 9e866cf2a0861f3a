"""The script that `trial` starts: its folder as a package of a name of its own."""

import sys
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

HERE = Path(__file__).parent
NAME = "nnanki_suite"  # a project may have a `suite`, a `swap` or `loops` itself

spec = spec_from_file_location(
    NAME, HERE / "__init__.py", submodule_search_locations=[str(HERE)]
)
assert spec is not None and spec.loader is not None
package = module_from_spec(spec)
sys.modules[NAME] = package
spec.loader.exec_module(package)

if __name__ == "__main__":
    import_module(f"{NAME}.session").main()
