"""Learners with four versions of Anki: processes beside each other, told the same."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
OLDER = [
    line
    for line in (HERE / "ankis.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
# Where each version lies: the newest in the environment itself.
SITES = {name: Path(sys.prefix) / "ankis" / name for name in OLDER} | {
    version("anki"): Path(sysconfig.get_path("purelib"))
}
START = (
    "import runpy, sys; sys.path.insert(0, sys.argv.pop(1));"
    " runpy.run_path(sys.argv[1], run_name='__main__')"
)


class Ankis:
    """The processes, by version; a method of `Learner` is called in all of them."""

    def __init__(self, processes: Mapping[str, subprocess.Popen[str]]) -> None:
        self.processes = processes

    def begin(self, folder: Path) -> None:
        """Take new collections."""
        ways = {name: [str(folder / name)] for name in self.processes}
        assert {
            name: numbers(said) for name, said in self._all("begin", ways).items()
        } == {name: numbers(name) for name in SITES}

    def do(self, method: str, *words: object) -> dict[str, Any]:
        """What the learners say, by version."""
        return self._all(method, {name: [*words] for name in self.processes})

    def each(self, method: str, names: Mapping[str, str], *words: object) -> None:
        """The same with a first word of each version's own."""
        self._all(method, {name: [first, *words] for name, first in names.items()})

    def _all(self, method: str, ways: Mapping[str, list[Any]]) -> dict[str, Any]:
        for name, process in self.processes.items():
            assert process.stdin is not None
            process.stdin.write(json.dumps([method, *ways[name]]) + "\n")
            process.stdin.flush()
        said = {name: self._line(name) for name in self.processes}
        wrong = {name: words for name, words in said.items() if isinstance(words, str)}
        assert not wrong, "\n".join(f"Anki {n}: {words}" for n, words in wrong.items())
        return {name: answer for name, (answer,) in said.items()}

    def _line(self, name: str) -> Any:
        """A process's answer in a list, or what went wrong there."""
        out = self.processes[name].stdout
        assert out is not None
        line = out.readline()
        return json.loads(line) if line else "ended"


def numbers(version: str) -> list[int]:
    """A version's numbers: Anki calls 25.9.5 25.09.5."""
    return [int(part) for part in version.split(".")]


@contextmanager
def ankis() -> Iterator[Ankis]:
    """All versions, until the end."""
    with ExitStack() as stack:
        yield Ankis({name: stack.enter_context(_process(name)) for name in SITES})


@contextmanager
def _process(name: str) -> Iterator[subprocess.Popen[str]]:
    site = SITES[name]
    assert (site / "anki").is_dir(), f"no Anki {name}: run `make test`"
    script = HERE / "learner.py"
    with subprocess.Popen(
        [sys.executable, "-I", "-c", START, str(site), str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        try:
            yield process
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(timeout=30)
