"""What importing `nnanki.nn` costs; as it starts a process, it proves no card."""

import subprocess
import sys


def test_naming_the_package_imports_nothing_heavy() -> None:
    """The package, and parabolas of plain numbers, do without torch and NumPy."""
    program = "import sys, nnanki.nn.quadratic; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert not {"torch", "numpy"} & {*run.stdout.split()}
